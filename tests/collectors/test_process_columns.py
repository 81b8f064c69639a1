"""Columns on demand: only for the rows in view, kept for a while, bounded."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection

import pytest

from sysmon.collectors.process_columns import (
    LONGEST_AGE,
    MOST_KEPT,
    MOST_ROWS,
    OTHERS_TIME,
    THRIFT,
    ProcessColumns,
    open_process_columns,
)
from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns, Told
from tests.collectors.clocks import HandClock

MEMORY, WAIT, GROUP = (Column.MEMORY,), (Column.IO_WAIT,), (Column.GROUP,)
KEY, OTHER = ProcessKey(7, 1.0), ProcessKey(8, 1.0)


class Machine:
    """A source that answers with how often it was asked, and takes ``cost`` seconds for it."""

    def __init__(self, clock: HandClock) -> None:
        self.asked: list[tuple[ProcessKey, tuple[Column, ...]]] = []
        self.cost = 0.0
        self.refused = False
        self.fails: Exception | None = None
        self.reasons: dict[Column, str] = {}
        self._clock = clock

    def unknown(self, column: Column) -> str | None:
        return self.reasons.get(column)

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        self.asked.append((key, tuple(due)))
        self._clock.pass_by(self.cost)
        if self.fails is not None:
            raise self.fails
        count = float(len(self.asked))
        told = before._replace(pss=count) if Column.MEMORY in due else before
        told = told._replace(io_wait=count) if Column.IO_WAIT in due else told
        return Told(told, self.refused if Column.MEMORY in due else None)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def machine(clock: HandClock) -> Machine:
    return Machine(clock)


def test_only_rows_in_view_and_wanted_columns_are_read(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    assert set(reader.read([KEY], MEMORY)) == {KEY}
    assert set(reader.read([OTHER], WAIT)) == {OTHER}
    assert machine.asked == [(KEY, MEMORY), (OTHER, WAIT)]
    assert reader.read([], MEMORY) == {}


def test_answers_are_kept_for_the_age_of_their_column(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    both = (*MEMORY, *WAIT)
    reader.read([KEY], both)
    clock.pass_by(1.0)
    reader.read([KEY], both)
    reader.read([], both)  # scrolled away and back
    reader.read([KEY], both)
    assert machine.asked == [(KEY, both), (KEY, WAIT), (KEY, WAIT)], "a counter is read each time"
    clock.pass_by(4.5)
    found = reader.read([KEY], both)[KEY]
    assert (found.pss, found.io_wait) == (4.0, 4.0)


@pytest.mark.parametrize(("cost", "age"), [(0.001, 5.0), (0.5, THRIFT * 0.5), (10.0, LONGEST_AGE)])
def test_dear_memory_is_read_more_rarely(machine: Machine, clock: HandClock, cost: float, age: float) -> None:
    machine.cost = cost
    reader = ProcessColumns(machine, clock)
    reader.read([KEY], MEMORY)
    clock.pass_by(age - 0.01)
    reader.read([KEY], MEMORY)
    assert len(machine.asked) == 1
    clock.pass_by(0.02)
    reader.read([KEY], MEMORY)
    assert len(machine.asked) == 2


def test_a_process_that_ended_is_absent_and_forgotten(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    reader.read([KEY], MEMORY)
    machine.fails = ProcessGone("process 7 has ended")
    clock.pass_by(10.0)
    assert reader.read([KEY], MEMORY) == {}
    assert len(reader) == 0


def test_permissions_that_are_lost_take_the_answers_with_them(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    reader.read([KEY], MEMORY)
    machine.fails = PermissionError(13, "hidepid")
    clock.pass_by(10.0)
    assert math.isnan(reader.read([KEY], MEMORY)[KEY].pss)
    assert len(reader.missing) == 1


def test_a_refusal_is_said_for_as_long_as_it_is_kept(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    machine.refused = True
    for _ in range(2):
        reader.read([KEY], MEMORY)
        assert [each.subject for each in reader.missing] == ["PSS and swap of other users' processes"]
    reader.read([KEY], WAIT)
    assert reader.missing == ()


def test_a_column_that_is_not_told_any_more_does_not_stand_still(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    reader.read([KEY], WAIT)
    machine.reasons = {Column.IO_WAIT: "it was turned off"}
    assert math.isnan(reader.read([KEY], WAIT)[KEY].io_wait)
    assert [(each.subject, each.reason) for each in reader.missing] == [("I/O wait", "it was turned off")]
    assert len(machine.asked) == 1


def test_rows_and_answers_are_bounded(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, clock)
    for turn in range(2 * MOST_KEPT // MOST_ROWS):
        keys = [ProcessKey(turn * MOST_ROWS + n, 1.0) for n in range(MOST_ROWS + 5)]
        assert len(reader.read(keys, WAIT)) == MOST_ROWS
    assert len(reader) == MOST_KEPT


def test_others_are_read_in_turns_while_there_is_time(machine: Machine, clock: HandClock) -> None:
    machine.cost = OTHERS_TIME * 0.6
    others = [ProcessKey(pid, 1.0) for pid in range(10, 15)]
    reader = ProcessColumns(machine, clock)
    seen = [set(reader.read([KEY], GROUP, others)) - {KEY} for _ in range(4)]
    assert [len(found) for found in seen] == [2, 2, 1, 0]
    assert set().union(*seen) == set(others)
    assert len(reader.read(others, GROUP)) == 5, "what was read is kept"
    assert len(machine.asked) == 6


def test_more_rows_than_usual_are_kept_where_more_are_asked_for(machine: Machine, clock: HandClock) -> None:
    others = [ProcessKey(100 + pid, 1.0) for pid in range(2 * MOST_KEPT)]
    reader = ProcessColumns(machine, clock)
    reader.read([KEY], GROUP, others)
    assert len(reader) == 2 * MOST_KEPT + 1
    reader.read([KEY], GROUP)
    assert len(reader) == MOST_KEPT


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_a_system_without_such_files_says_so_of_every_column(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    reader = open_process_columns(0.0)
    found = reader.read([KEY], list(Column))[KEY]
    assert found.cgroup is None
    assert math.isnan(found.pss)
    assert {each.subject for each in reader.missing} == {"memory", "control group", "I/O wait"}
