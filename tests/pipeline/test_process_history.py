"""The past of the processes that matter is kept, and bounded."""

from __future__ import annotations

import math

from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_history import ROWS, ProcessHistory
from sysmon.pipeline.process_rates import ProcessRates


def row(pid: int, cpu: float, memory: float = 1.0, written: float = 0.0, start: float = 0.0) -> ProcessRow:
    return ProcessRow(ProcessKey(pid, start), 1, f"p{pid}", "me", "running", 0, 1, cpu, memory, 0.0, written, "", False)


def fed(history: ProcessHistory, tables: int, *, count: int = 100) -> None:
    """Process 1 uses a quarter of a core, 2 writes, 3 is large, the others idle."""
    rates = ProcessRates()
    for n in range(tables):
        rows = {pid: row(pid, 0.0) for pid in range(4, count)}
        rows |= {1: row(1, 0.25 * n), 2: row(2, 0.0, written=1000.0 * n), 3: row(3, 0.0, memory=1e9)}
        table = ProcessTable("h", float(n), rows)
        history.take(table, rates.step(table))


def test_the_busy_the_writing_and_the_large_are_kept_with_their_rates() -> None:
    history = ProcessHistory(top=1)
    fed(history, 5)
    busy, writing, large = (history.trace(ProcessKey(pid, 0.0)) for pid in (1, 2, 3))
    assert busy is not None
    assert list(busy.cpu) == [0.25] * 4
    assert writing is not None
    assert list(writing.write) == [1000.0] * 4
    assert large is not None
    assert list(large.memory) == [1e9] * 5
    assert math.isnan(large.cpu[0])
    assert history.trace(ProcessKey(50, 0.0)) is None


def test_one_that_ended_keeps_its_past_and_a_new_owner_of_the_pid_gets_a_trace_of_its_own() -> None:
    history = ProcessHistory(top=3)
    rates = ProcessRates()
    for n, rows in enumerate(([row(1, 0.0)], [row(1, 1.0)], [row(1, 0.5, start=1.5)], [row(1, 1.0, start=1.5)])):
        table = ProcessTable("h", float(n), {one.key.pid: one for one in rows})
        history.take(table, rates.step(table))
    old, new = history.trace(ProcessKey(1, 0.0)), history.trace(ProcessKey(1, 1.5))
    assert old is not None
    assert new is not None
    assert list(old.times) == [0.0, 1.0]
    assert list(new.times) == [2.0, 3.0]


def test_memory_is_bounded_by_rows_and_by_processes() -> None:
    history = ProcessHistory(most=10, top=50)
    fed(history, 2 * ROWS, count=60)
    assert len(history) == 10
    assert history.size() <= 10 * ROWS * 5 // 4 * 36


def test_whoever_is_looked_at_is_kept_from_then_on() -> None:
    history = ProcessHistory(top=1)
    trace = history.want(ProcessKey(50, 0.0), "p50")
    fed(history, 3)
    assert len(trace.times) == 3


def test_an_empty_table_changes_nothing() -> None:
    history = ProcessHistory()
    table = ProcessTable("h", 1.0, {})
    history.take(table, ProcessRates().step(table))
    assert len(history) == 0


def test_where_the_clock_is_set_back_the_later_rows_count() -> None:
    history, rates = ProcessHistory(), ProcessRates()
    for time in (10.0, 11.0, 12.0, 13.0, 11.5, 12.5):
        table = ProcessTable("h", time, {1: row(1, time)})
        history.want(ProcessKey(1, 0.0), "p1")
        history.take(table, rates.step(table))
    trace = history.trace(ProcessKey(1, 0.0))
    assert trace is not None
    assert list(trace.times) == [10.0, 11.0, 11.5, 12.5]
    assert {len(trace.cpu), len(trace.memory), len(trace.read), len(trace.threads), len(trace.gpu)} == {4}
