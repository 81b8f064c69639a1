"""Questions name what will be hit, answers say what was done and why the rest was not."""

from __future__ import annotations

import math
import os

import pytest

from sysmon.model.action import (
    Action,
    End,
    Kill,
    Outcome,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
    Target,
    Trouble,
)
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_actions import (
    Chosen,
    again_with_rights,
    choose,
    needs_asking,
    on_machine,
    question,
    stubborn,
    told,
    why_not,
)
from sysmon.viewmodels.processes import ProcessEntry


def entry(pid: int, name: str = "web", state: str = "sleeping", *, kernel: bool = False) -> ProcessEntry:
    row = ProcessRow(ProcessKey(pid, 1.0), 1, name, "me", state, 0, 1, 0.0, 0.0, math.nan, math.nan, name, kernel)
    return ProcessEntry(row, ProcessRate(0.0, 0.0, 0.0))


def target(pid: int, name: str = "web") -> Target:
    return Target(ProcessKey(pid, 1.0), name)


@pytest.mark.parametrize(
    ("action", "title", "button"),
    [
        (End(), "End rustc (90180)?", "End"),
        (Kill(), "Kill rustc (90180)?", "Kill"),
        (Stop(), "Stop rustc (90180)?", "Stop"),
        (SendSignal("SIGHUP"), "Send SIGHUP to rustc (90180)?", "Send SIGHUP"),
        (SetNice(5), "Set nice 5 for rustc (90180)?", "Set nice 5"),
        (SetIoPriority("idle"), "Set I/O priority idle for rustc (90180)?", "Set I/O priority idle"),
        (SetAffinity((0, 1)), "Bind rustc (90180) to 2 CPUs?", "Bind to 2 CPUs"),
        (SetLimit(cpu=1.0), "Limit the group of rustc (90180)?", "Limit the group"),
    ],
)
def test_one_process_is_called_by_name_and_pid(action: Action, title: str, button: str) -> None:
    asked = question(action, choose([entry(90180, "rustc")]))
    assert asked.title == title
    assert asked.button == button
    assert asked.names == ("rustc (90180)",)
    assert asked.possible


def test_an_application_is_called_by_its_name_and_everybody_is_listed() -> None:
    asked = question(End(), choose([entry(pid) for pid in range(100, 131)], of="firefox"))
    assert asked.title == "End 31 processes of firefox?"
    assert asked.button == "End 31 processes"
    assert len(asked.names) == 31
    assert "save work" in asked.text


def test_several_of_one_name_are_called_by_it_and_others_are_counted() -> None:
    assert question(Kill(), choose([entry(2), entry(3)])).title == "Kill 2 processes of web?"
    assert question(Kill(), choose([entry(2), entry(3, "db")])).title == "Kill 2 processes?"


def test_what_must_not_be_hit_is_listed_with_its_reason_and_is_no_target() -> None:
    asked = question(End(), choose([entry(1, "systemd"), entry(os.getpid(), "sysmon"), entry(77)]))
    assert asked.title == "End web (77)?"
    assert [found.key.pid for found in asked.targets] == [77]
    assert len(asked.spared) == 2
    assert "first process of the system" in asked.spared[0]


def test_what_must_not_be_hit_on_another_machine_is_known_there_only() -> None:
    chosen = choose([entry(1, "systemd"), entry(os.getpid(), "web")], elsewhere=True)
    assert why_not(End(), chosen) is None
    asked = question(End(), chosen)
    assert (len(asked.targets), asked.spared) == (2, ())
    assert stubborn(chosen.targets, elsewhere=True).possible
    assert not stubborn(chosen.targets).possible


def test_names_are_made_harmless() -> None:
    asked = question(End(), choose([entry(9, "x\x1b[2J\u202e")]))
    assert "\x1b" not in asked.title
    assert "\u202e" not in asked.title


def test_what_makes_no_sense_says_why() -> None:
    assert why_not(End(), Chosen(())) == "choose a process first"
    assert why_not(Resume(), choose([entry(2)])) == "nothing here is stopped"
    assert why_not(Resume(), choose([entry(2, state="stopped")])) is None
    assert why_not(Stop(), choose([entry(2, state="stopped")])) == "it is stopped already"
    assert "ended already" in (why_not(Kill(), choose([entry(2, state="zombie")])) or "")
    assert "kernel" in (why_not(End(), choose([entry(2, "kswapd0", kernel=True)])) or "")
    assert why_not(End(), choose([entry(1), entry(5)])) is None, "one of them may be hit"


def test_what_loses_nothing_for_one_is_not_asked() -> None:
    one, two = choose([entry(2)]), choose([entry(2), entry(3)])
    assert [needs_asking(a, one) for a in (End(), Kill(), Stop(), Resume(), SetNice(1))] == [True, True, False, False, False]  # fmt: skip
    assert needs_asking(Stop(), two)
    assert not needs_asking(Resume(), two)


def test_what_does_not_end_may_be_killed() -> None:
    asked = stubborn([target(5)])
    assert asked.title == "web (5) has not ended"
    assert isinstance(asked.action, Kill)
    assert stubborn([target(5), target(6)]).title == "2 processes have not ended"


def test_outcomes_are_counted_and_each_reason_is_told_once() -> None:
    outcomes = [Outcome(target(pid), "kill") for pid in range(29)]
    outcomes += [Outcome(target(pid), "kill", Trouble.NOT_PERMITTED, "belongs to another user") for pid in (50, 51)]
    outcomes.append(Outcome(target(60), "kill", Trouble.GONE, "it ended"))
    found = told(Kill(), outcomes)
    assert found.text == "Killed 29 of 32 processes."
    assert found.reasons == ("2: belongs to another user", "had ended already")
    assert [refused.key.pid for refused in found.refused] == [50, 51]
    assert not found.good


def test_one_outcome_names_its_process() -> None:
    assert told(SetNice(5), [Outcome(target(5), "x")]).text == "Set nice 5 for web (5)."
    refused = told(End(), [Outcome(target(5), "x", Trouble.GUARDED, "this is sysmon itself; use Quit")])
    assert refused.text == "Not done: End."
    assert refused.reasons == ("this is sysmon itself; use Quit",)
    assert told(SetAffinity((1,)), [Outcome(target(5), "x")]).text == "Bound web (5) to 1 CPU."


def test_reasons_without_end_are_cut() -> None:
    outcomes = [Outcome(target(n), "end", Trouble.FAILED, f"reason {n}") for n in range(40)]
    assert told(End(), outcomes).reasons[-1] == "and 35 more, all in the audit log"


def test_of_another_machine_the_question_names_it() -> None:
    asked = question(End(), choose([entry(5, "web")]))
    assert on_machine(asked, "") is asked
    assert on_machine(asked, "atlas").title == "End web (5) on atlas?"
    assert on_machine(stubborn([target(5)]), "at\x1blas").title == "web (5) has not ended on at\\x1blas"


def test_what_was_refused_is_asked_again_with_rights() -> None:
    targets = choose([entry(5, "web"), entry(6, "web")]).targets
    asked = again_with_rights(End(), targets)
    assert asked.with_rights
    assert asked.title == "End 2 processes of web as an administrator?"
    assert "password" in asked.text
    assert asked.targets == targets
    assert not question(End(), choose([entry(5, "web")])).with_rights
