"""From the wish to the words: asked where it is due, done, told, and killing offered to what does not end."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.action import End, Kill, Outcome, Resume, SetLimit, SetNice, Stop, Target, Trouble
from sysmon.model.host import LOCAL
from sysmon.model.process_tab import Tab
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.ui import process_hands
from sysmon.ui.dialogs.audit import AuditDialog
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.dialogs.details import DetailsDialog
from sysmon.ui.dialogs.priority import PriorityDialog
from sysmon.ui.process_hands import ProcessHands
from sysmon.ui.theme import Theme
from sysmon.viewmodels.process_actions import choose
from sysmon.viewmodels.processes import ProcessEntry
from tests.ui.door import MadeDoor
from tests.viewmodels.fake_processes import row


def entry(pid: int, state: str = "sleeping") -> ProcessEntry:
    return ProcessEntry(row(pid, "web", state=state), ProcessRate(0.0, 0.0, 0.0))


class Scene:
    def __init__(self, theme: Theme, window: QWidget) -> None:
        window.show()
        self.door = MadeDoor()
        self.hands = ProcessHands(theme, self.door, window)
        self.said: list[tuple[str, bool]] = []
        self.hands.said.connect(lambda words, good: self.said.append((words, good)))

    @property
    def confirm(self) -> ConfirmDialog:
        assert isinstance(self.hands.dialog, ConfirmDialog)
        return self.hands.dialog


@pytest.fixture
def scene(theme: Theme, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(process_hands, "KILL_AFTER", 0.01)
    return Scene(theme, window)


def test_what_loses_nothing_is_done_at_once(scene: Scene) -> None:
    scene.hands.act(Stop(), choose([entry(5)]))
    assert [action for action, _ in scene.door.done] == [Stop()]
    assert scene.said == [("Stopped web (5).", True)]


def test_a_process_elsewhere_with_the_pid_of_this_program_is_asked_about_and_the_refusal_there_is_told(
    scene: Scene,
) -> None:
    scene.hands.host, scene.hands.machine = "atlas-id", "atlas"
    refusal = "this is sysmon itself; use Quit"
    scene.door.outcomes = lambda target: Outcome(target, "end", Trouble.GUARDED, refusal)
    scene.hands.act(End(), choose([entry(os.getpid())], elsewhere=True))
    scene.confirm.yes.click()
    assert scene.door.acted_on == ["atlas-id"]
    assert scene.said == [(f"Not done: End – {refusal}.", False)]
    scene.hands.host, scene.hands.machine = LOCAL, ""
    scene.hands.act(End(), choose([entry(os.getpid())]))
    assert scene.door.acted_on == ["atlas-id"]
    assert scene.said[-1] == (f"Not done: {refusal}.", False)


def test_ending_is_asked_and_a_no_does_nothing(scene: Scene) -> None:
    scene.hands.act(End(), choose([entry(5)]))
    scene.confirm.no.click()
    assert scene.door.done == []
    assert scene.hands.dialog is None


def test_a_yes_is_done_and_what_stays_alive_may_be_killed(scene: Scene, qtbot: QtBot) -> None:
    chosen = choose([entry(5), entry(6)])
    scene.door.alive = chosen.targets[1:]
    scene.hands.act(End(), chosen)
    assert scene.confirm.question.title == "End 2 processes of web?"
    scene.confirm.yes.click()
    assert scene.said == [("Asked to end: 2 processes.", True)]
    qtbot.waitUntil(lambda: scene.hands.dialog is not None)
    assert scene.confirm.question.title == "web (6) has not ended"
    scene.confirm.yes.click()
    assert scene.door.done[-1] == (Kill(), chosen.targets[1:])


def test_what_makes_no_sense_is_told_and_not_done(scene: Scene) -> None:
    scene.hands.act(Resume(), choose([entry(5)]))
    assert scene.said == [("Not done: nothing here is stopped.", False)]
    assert scene.door.done == []


def test_why_something_was_not_done_is_told(scene: Scene) -> None:
    def refused(target: Target) -> Outcome:
        return Outcome(target, "stop", Trouble.NOT_PERMITTED, "web (5) belongs to another user")

    scene.door.outcomes = refused
    scene.hands.act(Stop(), choose([entry(5)]))
    assert scene.said == [("Not done: Stop – web (5) belongs to another user. There is no pkexec.", False)]
    assert scene.hands.dialog is None


def test_what_was_not_permitted_is_offered_again_with_rights(scene: Scene, qtbot: QtBot) -> None:
    def refused(target: Target) -> Outcome:
        return Outcome(target, "nice", Trouble.NOT_PERMITTED, "more rights are needed")

    scene.door.outcomes, scene.door.no_rights = refused, ""
    chosen = choose([entry(5)])
    scene.hands.act(SetNice(-5), chosen)
    assert scene.confirm.question.title == "Set nice -5 for web (5) as an administrator?"
    scene.confirm.no.click()
    assert scene.door.done_with_rights == []
    scene.hands.act(SetNice(-5), chosen)
    scene.hands.act(SetNice(-6), chosen)
    scene.confirm.yes.click()
    assert scene.door.done_with_rights == [(SetNice(-5), chosen.targets)]
    assert scene.said[-1] == ("Set nice -5 for web (5).", True)
    qtbot.waitUntil(lambda: scene.hands.dialog is not None)
    assert "-6" in scene.confirm.question.title, "one question after the other"


def test_what_rights_did_not_help_is_not_offered_for_ever(scene: Scene, qtbot: QtBot) -> None:
    scene.door.no_rights = ""
    scene.door.outcomes = lambda target: Outcome(target, "kill", Trouble.NOT_PERMITTED, "more rights are needed")
    scene.door.outcomes_with_rights = lambda target: Outcome(target, "kill", Trouble.NOT_PERMITTED, "it was dismissed")
    scene.hands.act(Kill(), choose([entry(5)]))
    scene.confirm.yes.click()
    qtbot.waitUntil(lambda: scene.hands.dialog is not None)
    scene.confirm.yes.click()
    assert scene.said[-1] == ("Not done: Kill – it was dismissed.", False)
    assert scene.hands.dialog is None


def test_details_read_the_open_tab(scene: Scene) -> None:
    scene.hands.show_details(entry(5), Tab.SOCKETS)
    assert isinstance(scene.hands.dialog, DetailsDialog)
    assert scene.door.read == [(entry(5).key, Tab.SOCKETS)]
    assert "made up" in scene.hands.dialog.note.text()


def test_priorities_become_actions(scene: Scene) -> None:
    scene.hands.show_priority(choose([entry(5)]))
    dialog = scene.hands.dialog
    assert isinstance(dialog, PriorityDialog)
    dialog.nice.setValue(3)
    dialog.apply.click()
    assert [action for action, _ in scene.door.done] == [SetNice(3)]


def test_priorities_of_several_name_everyone_and_a_limit_is_written_once(scene: Scene) -> None:
    scene.hands.show_priority(choose([entry(pid) for pid in range(5, 16)], "firefox"))
    dialog = scene.hands.dialog
    assert isinstance(dialog, PriorityDialog)
    assert dialog.windowTitle() == "Priority of 11 processes of firefox"
    assert dialog.whom.text().startswith("web (5), web (6)")
    assert dialog.whom.text().endswith("and 3 more")
    assert "web (15)" in dialog.whom.toolTip()
    dialog.wanted.emit([SetNice(3), SetLimit(cpu=0.5)])
    assert [(type(action), len(targets)) for action, targets in scene.door.done] == [(SetNice, 11), (SetLimit, 1)]


def test_one_dialog_at_a_time(scene: Scene) -> None:
    scene.hands.show_priority(choose([entry(5), entry(6)]))
    scene.hands.show_audit()
    assert isinstance(scene.hands.dialog, AuditDialog)
    assert scene.hands.dialog.table.rows.rowCount() == 1


def test_a_log_that_cannot_be_read_says_why(scene: Scene) -> None:
    scene.door.unreadable = "the link to vega broke"
    scene.hands.host = "vega"
    scene.hands.show_audit()
    assert isinstance(scene.hands.dialog, AuditDialog)
    assert scene.hands.dialog.note.text() == "It cannot be read: the link to vega broke."


def test_the_log_of_a_machine_that_grants_no_actions_is_not_asked_for(scene: Scene) -> None:
    said: list[tuple[str, bool]] = []
    scene.hands.said.connect(lambda text, good: said.append((text, good)))
    scene.hands.host, scene.door.why = "vega", "vega does not let this machine act on its processes"
    scene.hands.show_audit()
    assert scene.hands.dialog is None
    assert said == [("The audit log there cannot be read: vega does not let this machine act on its processes.", False)]


def test_a_yes_is_done_on_the_machine_that_was_asked_about(scene: Scene) -> None:
    scene.hands.host, scene.hands.machine = "vega", "Vega"
    scene.hands.act(End(), choose([entry(5)]))
    assert scene.confirm.windowTitle() == "End web (5) on Vega?"
    scene.hands.host = "mira"
    scene.confirm.yes.click()
    assert scene.door.acted_on == ["vega"]
