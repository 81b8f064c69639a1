"""Every question needs a right, and the words for who lacks it are sentences."""

from __future__ import annotations

from typing import get_args

import pytest

from sysmon.model.link import PAIRED, Rights
from sysmon.model.process_tab import Tab
from sysmon.protocol import questions as q
from sysmon.protocol.question_rights import NEEDED, REFUSALS, TABS, names, needed, refusal

KEY = (5, 1.0)
EVERYTHING = Rights(True, True, True, True, True)


def test_every_question_and_every_tab_has_its_rights() -> None:
    assert {*NEEDED, q.Look} == set(get_args(q.Question))
    assert set(TABS) == {tab.name.lower() for tab in Tab}
    assert {right for rights in (*NEEDED.values(), *TABS.values()) for right in rights} == set(REFUSALS)


@pytest.mark.parametrize("tab", ["facts", "threads", "signals"])
def test_a_paired_machine_may_look(tab: str) -> None:
    assert refusal(q.Look(KEY, tab), PAIRED, "atlas") == ""


@pytest.mark.parametrize("tab", ["files", "sockets", "memory", "environment", "something new"])
def test_a_paired_machine_sees_nothing_private(tab: str) -> None:
    assert refusal(q.Look(KEY, tab), PAIRED, "atlas").startswith("atlas does not show")


def test_the_environment_needs_all_that_can_be_given() -> None:
    look = q.Look(KEY, "environment")
    assert refusal(look, Rights(commands=True), "atlas")
    assert refusal(look, Rights(actions=True), "atlas")
    assert refusal(look, Rights(commands=True, actions=True), "atlas") == ""


def test_without_processes_nothing_is_told() -> None:
    blind = Rights(processes=False, commands=True, actions=True)
    for question in (q.Look(KEY, "facts"), q.Past(KEY, ""), q.Births(1), q.Services([]), q.Alive([]), q.Log(), q.May()):
        assert refusal(question, blind, "atlas") == "atlas does not show its processes to this machine"


def test_acting_needs_the_right_to_act() -> None:
    assert "actions" in needed(q.Log())
    assert refusal(q.Log(), PAIRED, "atlas") == "atlas does not let this machine act on its processes"
    assert refusal(q.Log(), EVERYTHING, "atlas") == ""


def test_rights_by_name() -> None:
    assert names(PAIRED) == ["metrics", "processes", "history"]
    assert names(EVERYTHING) == list(Rights.__slots__)
