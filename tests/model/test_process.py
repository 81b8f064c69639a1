"""What a process is: a PID alone does not tell."""

from __future__ import annotations

from sysmon.model.process import PROCESS_STATES, SAME_START, ProcessKey, ProcessTable


def test_a_pid_that_is_used_again_is_another_process() -> None:
    assert ProcessKey(7, 100.0) != ProcessKey(7, 100.0 + 2 * SAME_START)
    assert {ProcessKey(7, 100.0): "one"}.get(ProcessKey(7, 100.0)) == "one"


def test_words_of_states_are_told_apart() -> None:
    assert len(set(PROCESS_STATES)) == len(PROCESS_STATES)
    assert "unknown" in PROCESS_STATES


def test_tables_of_two_instants_are_two_though_nothing_changed() -> None:
    assert ProcessTable("here", 1.0, {}) != ProcessTable("here", 1.0, {})
