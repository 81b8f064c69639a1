"""The door: refusals, answers, and what happens before it is open."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from sysmon.model.action import End, Target, Trouble
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.protocol import questions as q
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.desk import Desk
from sysmon.runtime.process_desk import Acted, ProcessDesk
from sysmon.runtime.remote_desk import RemoteDesk
from sysmon.ui.process_door import NOT_YET, OTHER_MACHINE, ProcessDoor
from tests.runtime.test_process_desk import MadeReader
from tests.ui.door import MadeCrossing

KEY = ProcessKey(5, 1.0)


def desk(folder: Path, refusal: str = "demo data") -> ProcessDesk:
    return ProcessDesk(AuditLog(folder), MadeReader, refusal=refusal)


def test_who_may_be_acted_on(tmp_path: Path) -> None:
    assert ProcessDoor(None).refusal(LOCAL) == NOT_YET
    assert ProcessDoor(desk(tmp_path)).refusal("vega") == OTHER_MACHINE
    assert ProcessDoor(desk(tmp_path)).refusal(LOCAL) == "demo data"
    assert ProcessDoor(desk(tmp_path, "")).refusal(LOCAL) == ""


def test_answers_come_through(tmp_path: Path) -> None:
    door = ProcessDoor(desk(tmp_path))
    door.open(MadeCrossing())
    answers: list[TabAnswer] = []
    acted: list[Acted] = []
    door.details(LOCAL, KEY, Tab.FACTS, answers.append)
    door.act(LOCAL, [Target(KEY, "web")], End(), acted.append)
    assert answers[0].missing == "demo data"
    assert acted[0].outcomes[0].trouble is Trouble.UNSUPPORTED


def test_before_it_is_open_nothing_is_asked_and_nothing_is_left(tmp_path: Path) -> None:
    answers: list[object] = []
    door = ProcessDoor(desk(tmp_path))
    door.details(LOCAL, KEY, Tab.FACTS, answers.append)
    door.search(LOCAL, [], "port:1", answers.append)
    door.want_births(LOCAL, True)
    ProcessDoor(None).details(LOCAL, KEY, Tab.FACTS, answers.append)
    assert answers == []


def test_a_question_that_fails_is_logged_and_not_answered(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    door = ProcessDoor(desk(tmp_path, ""))
    door.open(MadeCrossing())
    answers: list[object] = []
    with caplog.at_level(logging.ERROR):
        door.entries(LOCAL, answers.append)  # has to wait for its thread, and the made crossing has no loop for that
    assert answers == []
    assert [record.getMessage() for record in caplog.records] == ["a question about processes failed"]


def test_what_is_kept_is_of_this_machine_only(tmp_path: Path) -> None:
    door = ProcessDoor(desk(tmp_path))
    assert door.trace("vega", KEY, "web") is None
    assert door.trace(LOCAL, KEY, "web") is not None
    assert door.lives(LOCAL, 5) == []
    assert door.forkers(LOCAL, 0.0, 5) == []
    assert "comparing two looks" in door.births_source(LOCAL)
    assert ProcessDoor(None).births_source(LOCAL) == NOT_YET
    assert door.audit_place(LOCAL).endswith("audit.jsonl")


def test_births_are_asked_for_on_the_engines_loop(tmp_path: Path) -> None:
    made, crossing = desk(tmp_path), MadeCrossing()
    door = ProcessDoor(made)
    door.open(crossing)
    door.want_births(LOCAL, True)
    door.want_births(LOCAL, False)
    assert crossing.posted == [made.want_births, made.release_births]


class Answering:
    """A machine that answers at once."""

    def __init__(self, asked: list[q.Question]) -> None:
        self.asked = asked

    async def __call__(self, question: q.Question) -> q.Reply:
        self.asked.append(question)
        return q.Looked(5.0, "it is far away")


def test_each_machine_has_its_desk_or_a_reason(tmp_path: Path) -> None:
    asked: list[q.Question] = []
    far = RemoteDesk(Answering(asked), lambda: "vega", lambda: "")
    desks: dict[str, Desk | str] = {"vega": far, "mira": "the link to mira is down"}
    door = ProcessDoor(desk(tmp_path), lambda host: desks[host])
    door.open(MadeCrossing())
    answers: list[TabAnswer] = []
    door.details("vega", KEY, Tab.FACTS, answers.append)
    door.details("mira", KEY, Tab.FACTS, answers.append)
    assert [answer.missing for answer in answers] == ["it is far away"]
    assert asked == [q.Look(KEY, "facts")]
    assert door.refusal("vega") == door.refusal_to_act("vega") == ""
    assert door.refusal("mira") == door.refusal_to_act("mira") == "the link to mira is down"
    assert door.births_source("mira") == "the link to mira is down"
    assert door.trace("mira", KEY, "web") is None
    assert door.audit_place("vega") == "the audit log of vega"
    far_trace = door.trace("vega", KEY, "web")
    assert far_trace is not None
    assert list(far_trace.times) == []
