"""The panel: there at once, filled in later, honest about what ended and what is not known."""

from __future__ import annotations

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import FileFacts, ProcessFacts, Section
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import FactView, TimeScope
from sysmon.viewmodels.process_detail import READING, PanelModel, PanelView, parents_of
from sysmon.viewmodels.processes import ProcessEntry
from tests.viewmodels.fake_host import BEGIN
from tests.viewmodels.fake_processes import row

SCOPE = TimeScope(BEGIN - 300.0, BEGIN, live=True)


def entries(*rows: tuple[int, str, int]) -> dict[int, ProcessEntry]:
    return {
        pid: ProcessEntry(row(pid, name, parent=parent, command=f"{name} --x"), ProcessRate(0.0, 0.0, 0.0))
        for pid, name, parent in rows
    }


FAMILY = entries((1, "init", 0), (20, "bash", 1), (30, "cargo", 20), (31, "rustc", 30), (32, "rustc", 30))


def fact(view: PanelView, label: str) -> FactView:
    return next(fact for fact in view.facts if fact.label == label)


def test_what_the_row_tells_is_there_at_once() -> None:
    view = PanelModel(Units(), FAMILY[30]).view(SCOPE, FAMILY, None)
    assert (view.title, view.note, view.subtitle) == ("cargo", "30", "cargo --x")
    assert [kin.text for kin in view.parents] == ["init (1)", "bash (20)"]
    assert [kin.key.pid for kin in view.children] == [31, 32]
    assert fact(view, "Parent").value == "bash (20)"
    assert fact(view, "Control group").reason == READING
    assert fact(view, "Open files").value == "–"


def test_what_was_read_is_filled_in_with_reasons() -> None:
    model = PanelModel(Units(), FAMILY[30])
    model.take_facts(TabAnswer(model.key, Tab.FACTS, 1.0, ProcessFacts.unknown(model.key, "hidden from you")))
    model.take_files(TabAnswer(model.key, Tab.FILES, 1.0, Section((FileFacts(0, "/x", "file", (), 0),), cut=2)))
    view = model.view(SCOPE, FAMILY, None)
    assert fact(view, "Container").reason == "hidden from you"
    assert fact(view, "Open files").value == "3"
    model.take_files(TabAnswer(model.key, Tab.FILES, 1.0, Section(missing="another user's")))
    assert fact(model.view(SCOPE, FAMILY, None), "Open files").reason == "another user's"


def test_a_command_line_that_is_not_told_says_why() -> None:
    silent = ProcessEntry(row(40, "web", parent=1)._replace(command=""), ProcessRate(0.0, 0.0, 0.0))
    model = PanelModel(Units(), silent)
    assert fact(model.view(SCOPE, FAMILY, None), "Command").value == "none"
    model.take_facts(TabAnswer(model.key, Tab.FACTS, 1.0, ProcessFacts.unknown(model.key, "not shown to this machine")))
    told = fact(model.view(SCOPE, FAMILY, None), "Command")
    assert (told.value, told.reason) == ("–", "not shown to this machine")


def test_one_that_ended_stays_and_says_so() -> None:
    model = PanelModel(Units(), FAMILY[31])
    left = {pid: entry for pid, entry in FAMILY.items() if pid != 31}
    view = model.view(SCOPE, left, None)
    assert view.note == "31 · ended"
    assert view.title == "rustc"
    assert model.view(SCOPE, FAMILY, None).note == "31 · ended"


def test_another_one_with_its_pid_is_not_it() -> None:
    model = PanelModel(Units(), FAMILY[31])
    other = ProcessEntry(row(31, "other", start=BEGIN), ProcessRate(0.0, 0.0, 0.0))
    view = model.view(SCOPE, {**FAMILY, 31: other}, None)
    assert view.title == "rustc"
    assert view.note == "31 · ended"


def test_an_answer_that_it_is_gone_says_so() -> None:
    model = PanelModel(Units(), FAMILY[31])
    model.take_facts(TabAnswer(model.key, Tab.FACTS, 1.0, missing="the process has ended", gone=True))
    assert model.ended
    assert fact(model.view(SCOPE, FAMILY, None), "Container").reason == "the process has ended"


def test_parents_that_go_in_circles_end() -> None:
    circle = entries((5, "a", 6), (6, "b", 5))
    assert [entry.key.pid for entry in parents_of(circle, circle[5])] == [6]
    assert parents_of({}, circle[5]) == []
    assert ProcessKey(5, 0.0) != circle[5].key
