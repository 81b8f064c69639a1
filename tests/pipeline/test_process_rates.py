from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import GpuUse, GpuUses, ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_rates import UNKNOWN, ProcessRate, ProcessRates, RateTable

anything = st.floats(allow_nan=True, allow_infinity=True)
START = 1000.0


def row(pid: int = 7, start: float = 0.0, cpu: float = 0.0, read: float = 0.0, write: float = 0.0) -> ProcessRow:
    return ProcessRow(
        ProcessKey(pid, start), 1, "demo", "ada", "sleeping", 0, 1, cpu, 4096.0, read, write, "demo", False
    )


def table(time: float, *rows: ProcessRow, host: str = "here") -> ProcessTable:
    return ProcessTable(host, time, {row.key.pid: row for row in rows})


def step(*tables: ProcessTable) -> RateTable:
    rates = ProcessRates()
    answers = [rates.step(table) for table in tables]
    return answers[-1]


def test_the_first_table_says_nothing() -> None:
    only = row(cpu=5.0)
    rates = step(table(START, only))
    assert math.isnan(rates.seconds)
    assert rates.of(only) is UNKNOWN


def test_shares_and_bytes_per_second() -> None:
    after = row(cpu=2.0, read=3000.0, write=500.0)
    rates = step(table(START, row(cpu=1.0, read=1000.0, write=500.0)), table(START + 2.0, after))
    assert rates.seconds == 2.0
    assert rates.of(after) == ProcessRate(0.5, 1000.0, 0.0)


def test_who_does_nothing_is_zero_and_not_listed() -> None:
    idle = row(cpu=3.0)
    rates = step(table(START, idle), table(START + 1.0, idle))
    assert rates.moving == {}
    assert rates.of(idle)[:3] == (0.0, 0.0, 0.0)


def test_what_is_another_row_than_before_is_told() -> None:
    same, moved = row(1), row(2)
    first = table(START, same, moved, row(3))
    rates = step(first, table(START + 1.0, same, moved._replace(memory=1.0), row(4)))
    assert list(rates.changed) == [2, 4]
    assert rates.before is first.rows
    alone = step(first)
    assert (list(alone.changed), alone.before) == ([], None)


def test_who_only_grew_is_zero_and_not_listed() -> None:
    grown = row()._replace(memory=9e9)
    rates = step(table(START, row()), table(START + 1.0, grown))
    assert rates.moving == {}
    assert rates.of(grown)[:3] == (0.0, 0.0, 0.0)


def test_unknown_io_is_never_zero() -> None:
    idle = row(read=math.nan, write=math.nan)
    rates = step(table(START, idle), table(START + 1.0, idle))
    assert rates.of(idle).cpu == 0.0
    assert math.isnan(rates.of(idle).read)
    known = row(read=10.0, write=10.0)
    rates = step(table(START, idle), table(START + 1.0, known))
    assert math.isnan(rates.of(known).write)
    assert rates.of(known).cpu == 0.0


def test_a_new_process_counts_over_the_whole_interval() -> None:
    new = row(8, start=START + 3.9, cpu=0.1, read=400.0, write=0.0)
    rates = step(table(START), table(START + 4.0, new))
    assert rates.of(new) == ProcessRate(0.025, 100.0, 0.0)


def test_an_old_process_not_seen_before_is_unknown() -> None:
    appeared = row(8, start=START - 100.0, cpu=50.0)
    rates = step(table(START), table(START + 1.0, appeared))
    assert all(map(math.isnan, rates.of(appeared)))


def test_a_pid_that_is_used_again_is_a_new_process() -> None:
    second = row(7, start=START + 0.5, cpu=0.5)
    rates = step(table(START, row(7, start=5.0, cpu=100.0)), table(START + 1.0, second))
    assert rates.of(second).cpu == 0.5


def test_a_counter_that_goes_back_is_unknown_alone() -> None:
    after = row(cpu=1.0, read=20.0)
    rates = step(table(START, row(cpu=2.0, read=10.0)), table(START + 1.0, after))
    assert math.isnan(rates.of(after).cpu)
    assert rates.of(after).read == 10.0


@pytest.mark.parametrize("time", [START, START - 5.0, math.nan])
def test_time_that_does_not_go_on_makes_no_rates(time: float) -> None:
    after = row(cpu=2.0)
    assert step(table(START, row(cpu=1.0)), table(time, after)).of(after) is UNKNOWN


def test_another_host_begins_anew() -> None:
    after = row(cpu=2.0)
    assert step(table(START, row(cpu=1.0)), table(START + 1.0, after, host="vega")).of(after) is UNKNOWN


def test_the_next_table_after_a_step_of_time_counts_again() -> None:
    after = row(cpu=3.0)
    rates = step(table(START, row(cpu=1.0)), table(5.0, row(cpu=2.0)), table(7.0, after))
    assert rates.of(after).cpu == 0.5


def _tables() -> st.SearchStrategy[ProcessTable]:
    rows: st.SearchStrategy[ProcessRow] = st.builds(
        row, pid=st.integers(0, 4), start=anything, cpu=anything, read=anything, write=anything
    )
    found: st.SearchStrategy[Mapping[int, ProcessRow]] = st.lists(rows, max_size=6).map(
        lambda rows: {row.key.pid: row for row in rows}
    )
    return st.builds(ProcessTable, st.sampled_from(["here", "vega"]), anything, found)


@given(st.lists(_tables(), max_size=5))
def test_no_rate_is_ever_negative_or_infinite(tables: list[ProcessTable]) -> None:
    rates = ProcessRates()
    for table in tables:
        answer = rates.step(table)
        for row in table.rows.values():
            assert all(math.isnan(rate) or 0.0 <= rate < math.inf for rate in answer.of(row))


@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=20), st.floats(0.25, 10.0))
def test_what_was_used_is_the_sum_of_what_was_told(used: list[float], interval: float) -> None:
    rates = ProcessRates()
    total, told = 0.0, 0.0
    rates.step(table(0.0, row(cpu=0.0)))
    for number, seconds in enumerate(used, start=1):
        total += seconds
        now = row(cpu=total)
        answer = rates.step(table(number * interval, now))
        told += answer.of(now).cpu * answer.seconds
    assert told == pytest.approx(total, abs=1e-3)


def test_the_use_of_gpus_is_told_as_the_drivers_tell_it() -> None:
    idle, busy, theirs = row(1), row(2), row(3)._replace(user="bob")
    uses = GpuUses({2: GpuUse(0.4, 5.0), 9: GpuUse(1.0, 5.0)}, only_of="ada")
    later = busy._replace(cpu_time=1.0)
    for second in (busy, later):
        tables = (table(START, idle, busy, theirs), replace(table(START + 1.0, idle, second, theirs), gpu=uses))
        rates = step(*tables)
        assert rates.moving.keys() == {busy.key}
        assert rates.of(second).gpu == 0.4
        assert rates.of(idle).gpu == 0.0
        assert math.isnan(rates.of(theirs).gpu), "what others use is not seen"
    assert math.isnan(step(table(START, idle), table(START + 1.0, idle)).of(idle).gpu), "no driver tells"
