"""Columns on demand: only for the rows in view, kept for a while, bounded."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Sequence

import pytest

from sysmon.collectors.gpu_part import GpuProcess
from sysmon.collectors.process_columns import (
    LONGEST_AGE,
    MOST_KEPT,
    MOST_ROWS,
    THRIFT,
    ProcessColumns,
    open_process_columns,
)
from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns, Told
from tests.collectors.clocks import HandClock

MEMORY, WAIT, GPU = (Column.MEMORY,), (Column.IO_WAIT,), (Column.GPU,)
KEY, OTHER = ProcessKey(7, 1.0), ProcessKey(8, 1.0)


class Machine:
    """A source that answers with how often it was asked, and takes ``cost`` seconds for it."""

    def __init__(self, clock: HandClock) -> None:
        self.asked: list[tuple[ProcessKey, tuple[Column, ...]]] = []
        self.cost = 0.0
        self.ours = True
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
        return Told(told, self.refused if Column.MEMORY in due else None, self.ours)


class Gpus:
    """GPUs that count how often they are asked."""

    def __init__(self, *used: GpuProcess) -> None:
        self.used = used
        self.asked = 0

    def __call__(self) -> Sequence[GpuProcess]:
        self.asked += 1
        return self.used


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def machine(clock: HandClock) -> Machine:
    return Machine(clock)


def test_only_rows_in_view_and_wanted_columns_are_read(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    assert set(reader.read([KEY], MEMORY)) == {KEY}
    assert set(reader.read([OTHER], WAIT)) == {OTHER}
    assert machine.asked == [(KEY, MEMORY), (OTHER, WAIT)]
    assert reader.read([], MEMORY) == {}


def test_answers_are_kept_for_the_age_of_their_column(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    both = (*MEMORY, *WAIT)
    reader.read([KEY], both)
    clock.pass_by(1.0)
    reader.read([KEY], both)
    reader.read([], both)  # scrolled away and back
    reader.read([KEY], both)
    assert machine.asked == [(KEY, both), (KEY, WAIT)]
    clock.pass_by(4.5)
    found = reader.read([KEY], both)[KEY]
    assert (found.pss, found.io_wait) == (3.0, 3.0)


@pytest.mark.parametrize(("cost", "age"), [(0.001, 5.0), (0.5, THRIFT * 0.5), (10.0, LONGEST_AGE)])
def test_dear_memory_is_read_more_rarely(machine: Machine, clock: HandClock, cost: float, age: float) -> None:
    machine.cost = cost
    reader = ProcessColumns(machine, None, clock)
    reader.read([KEY], MEMORY)
    clock.pass_by(age - 0.01)
    reader.read([KEY], MEMORY)
    assert len(machine.asked) == 1
    clock.pass_by(0.02)
    reader.read([KEY], MEMORY)
    assert len(machine.asked) == 2


def test_a_process_that_ended_is_absent_and_forgotten(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    reader.read([KEY], MEMORY)
    machine.fails = ProcessGone("process 7 has ended")
    clock.pass_by(10.0)
    assert reader.read([KEY], MEMORY) == {}
    assert len(reader) == 0


def test_permissions_that_are_lost_take_the_answers_with_them(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    reader.read([KEY], MEMORY)
    machine.fails = PermissionError(13, "hidepid")
    clock.pass_by(10.0)
    assert math.isnan(reader.read([KEY], MEMORY)[KEY].pss)
    assert len(reader.missing) == 1


def test_a_refusal_is_said_for_as_long_as_it_is_kept(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    machine.refused = True
    for _ in range(2):
        reader.read([KEY], MEMORY)
        assert [each.subject for each in reader.missing] == ["PSS and swap of other users' processes"]
    reader.read([KEY], WAIT)
    assert reader.missing == ()


def test_a_column_that_is_not_told_any_more_does_not_stand_still(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    reader.read([KEY], WAIT)
    machine.reasons = {Column.IO_WAIT: "it was turned off"}
    assert math.isnan(reader.read([KEY], WAIT)[KEY].io_wait)
    assert [(each.subject, each.reason) for each in reader.missing] == [("I/O wait", "it was turned off")]
    assert len(machine.asked) == 1


def test_gpus_are_asked_once_for_all_rows_and_only_when_due(machine: Machine, clock: HandClock) -> None:
    gpus = Gpus(GpuProcess(7, "0", 10.0, 0.5, math.nan), GpuProcess(7, "1", 5.0, math.nan, 2.0))
    reader = ProcessColumns(machine, gpus, clock)
    found = reader.read([KEY, OTHER], GPU)
    assert (found[KEY].gpu_memory, found[KEY].gpu_share, found[KEY].gpu_time) == (15.0, 0.5, 2.0)
    assert (found[OTHER].gpu_memory, found[OTHER].gpu_share) == (0.0, 0.0)
    reader.read([KEY, OTHER], GPU)
    assert gpus.asked == 1
    clock.pass_by(2.0)
    reader.read([KEY], MEMORY)
    assert gpus.asked == 1
    reader.read([KEY], GPU)
    assert gpus.asked == 2


def test_whether_another_users_process_holds_a_gpu_is_not_known(machine: Machine, clock: HandClock) -> None:
    machine.ours = False
    assert math.isnan(ProcessColumns(machine, Gpus(), clock).read([KEY], GPU)[KEY].gpu_memory)


def test_without_gpus_there_is_a_reason(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    assert math.isnan(reader.read([KEY], GPU)[KEY].gpu_memory)
    assert [each.subject for each in reader.missing] == ["GPU"]


def test_rows_and_answers_are_bounded(machine: Machine, clock: HandClock) -> None:
    reader = ProcessColumns(machine, None, clock)
    for turn in range(2 * MOST_KEPT // MOST_ROWS):
        keys = [ProcessKey(turn * MOST_ROWS + n, 1.0) for n in range(MOST_ROWS + 5)]
        assert len(reader.read(keys, WAIT)) == MOST_ROWS
    assert len(reader) == MOST_KEPT


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_a_system_without_such_files_has_the_gpu_column_alone(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    reader = open_process_columns(0.0, Gpus(GpuProcess(7, "0", 10.0, 0.5, math.nan)))
    found = reader.read([KEY], list(Column))[KEY]
    assert (found.gpu_memory, found.cgroup) == (10.0, None)
    assert math.isnan(found.pss)
    assert {each.subject for each in reader.missing} == {"memory", "control group", "I/O wait"}
