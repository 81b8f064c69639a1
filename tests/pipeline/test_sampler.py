"""The sampler ticks on a fixed grid, skips what comes too late, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.events import Mark, MarkKind
from sysmon.model.metric import series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Reading, SampleBatch
from sysmon.pipeline.clock import SteadyClock, SystemClock
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES, Demand
from sysmon.pipeline.sampler import Sampler
from tests.pipeline.made import MadeCollector, counters, gauges

TICK = 0.25


class Bench:
    """A sampler with made collectors, what it published, and a way to wait for more of it."""

    def __init__(self, *collectors: MadeCollector, processes: MadeProcesses | None = None) -> None:
        self.demand = Demand()
        for collector in collectors:
            self.demand.want("h", collector.family, 1.0)
        self.published: list[object] = []
        self.changed = asyncio.Event()
        clock = SteadyClock(SystemClock())
        self.sampler = Sampler("h", collectors, processes, self.demand, clock, self.publish, TICK)
        self.task = asyncio.get_running_loop().create_task(self.sampler.run())

    def publish(self, event: object) -> None:
        self.published.append(event)
        self.changed.set()

    def batches(self) -> list[SampleBatch]:
        return [event for event in self.published if isinstance(event, SampleBatch)]

    def marks(self) -> list[Mark]:
        return [event for event in self.published if isinstance(event, Mark)]

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(15.0):
            while not done():
                self.changed.clear()
                await self.changed.wait()

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


class MadeProcesses:
    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[bool] = []
        self.closed = 0
        self.error = error

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        self.asked.append(with_io)
        if self.error is not None:
            raise self.error
        return ProcessTable(host, time, {})

    def close(self) -> None:
        self.closed += 1


def constant(family: str, value: float = 1.0) -> MadeCollector:
    members = gauges(1)
    return MadeCollector(family, lambda: Reading(members, [value]))


def test_batches_are_numbered_evenly_spaced_and_share_one_catalog() -> None:
    async def scene() -> list[SampleBatch]:
        bench = Bench(constant("cpu"))
        await bench.until(lambda: len(bench.batches()) >= 5)
        await bench.stop()
        return bench.batches()

    batches = asyncio.run(scene())
    sequences = [batch.sequence for batch in batches]
    assert sequences == sorted(set(sequences))
    assert len({id(b.catalog) for b in batches}) == 1
    assert len({b.epoch for b in batches}) == 1
    for batch in batches[1:]:
        # After the first, which comes at once, on the grid: whole quarters of a second, plus however late this machine woke us.
        assert (batch.time % TICK) < TICK * 0.8


def test_its_own_cost_is_part_of_every_batch() -> None:
    async def scene() -> SampleBatch:
        bench = Bench(constant("cpu"))
        await bench.until(lambda: len(bench.batches()) >= 1)
        await bench.stop()
        return bench.batches()[0]

    batch = asyncio.run(scene())
    at = batch.catalog.index
    assert batch.values[at[series(names.COLLECT_SUCCESS, "cpu")]] == 1.0
    assert 0.0 <= batch.values[at[series(names.COLLECT_DURATION, "cpu")]] < 0.25
    assert series(names.TICK_LATENESS) in at


def test_a_tick_that_takes_too_long_costs_ticks_that_are_counted_not_made_up_for() -> None:
    release = threading.Event()
    members = gauges(1)
    calls: list[int] = []

    def slow_once() -> Reading:
        calls.append(1)
        if len(calls) == 2:
            release.wait(0.8)
        return Reading(members, [1.0])

    async def scene() -> Bench:
        bench = Bench(MadeCollector("cpu", slow_once))
        await bench.until(lambda: len(bench.batches()) >= 4)
        await bench.stop()
        return bench

    bench = asyncio.run(scene())
    skipped = bench.sampler.skipped
    assert skipped >= 2
    sequences = [batch.sequence for batch in bench.batches()]
    assert sequences[-1] - sequences[0] + 1 == len(sequences) + skipped
    assert [mark.kind for mark in bench.marks()].count(MarkKind.SKIPPED) >= 1


def test_a_family_that_fails_leaves_the_catalog_with_a_reason_and_a_mark_and_the_others_go_on() -> None:
    members = counters(1)
    calls: list[int] = []

    def fail_later() -> Reading:
        calls.append(1)
        if len(calls) > 2:
            raise CollectorFailed("cable pulled")
        return Reading(members, [5.0])

    async def scene() -> Bench:
        bench = Bench(MadeCollector("disk_io", fail_later), constant("cpu"))
        await bench.until(lambda: any(mark.kind is MarkKind.FAMILY_OFF for mark in bench.marks()))
        await bench.until(lambda: members[0] not in bench.batches()[-1].catalog.index)
        await bench.stop()
        return bench

    bench = asyncio.run(scene())
    last = bench.batches()[-1]
    assert last.catalog.reason("disk_io") == "reading failed: cable pulled"
    assert gauges(1)[0] in last.catalog.index
    assert len(last.values) == len(last.catalog.series)


def test_processes_are_read_only_while_somebody_wants_them() -> None:
    processes = MadeProcesses()

    async def scene() -> Bench:
        bench = Bench(constant("cpu"), processes=processes)
        await bench.until(lambda: len(bench.batches()) >= 2)
        assert processes.asked == []
        claim = bench.demand.want("h", PROCESSES, TICK)
        await bench.until(lambda: len(processes.asked) >= 2)
        bench.demand.want("h", PROCESS_IO, TICK)
        await bench.until(lambda: processes.asked[-1])
        claim.release()
        count = len(bench.batches())
        await bench.until(lambda: len(bench.batches()) >= count + 2)
        asked = len(processes.asked)
        await bench.until(lambda: len(bench.batches()) >= count + 4)
        assert len(processes.asked) == asked
        await bench.stop()
        return bench

    bench = asyncio.run(scene())
    assert processes.asked[0] is False
    assert processes.closed == 1
    tables = [event for event in bench.published if isinstance(event, ProcessTable)]
    assert len(tables) == len(processes.asked)
    assert all(0.0 <= table.cost < TICK for table in tables), "what reading took is told"


def test_who_wants_processes_sooner_does_not_wait_for_what_those_before_wanted() -> None:
    processes = MadeProcesses()

    async def scene() -> None:
        bench = Bench(constant("cpu"), processes=processes)
        bench.demand.want("h", PROCESSES, 3600.0)
        await bench.until(lambda: len(bench.batches()) >= 4)
        assert len(processes.asked) == 1
        bench.demand.want("h", PROCESSES, TICK)
        await bench.until(lambda: len(processes.asked) >= 3)
        await bench.stop()

    asyncio.run(scene())


def test_a_process_reader_that_fails_is_an_empty_table_with_a_reason() -> None:
    async def scene() -> ProcessTable:
        bench = Bench(constant("cpu"), processes=MadeProcesses(OSError("no /proc")))
        bench.demand.want("h", PROCESSES, TICK)
        await bench.until(lambda: any(isinstance(event, ProcessTable) for event in bench.published))
        await bench.stop()
        return next(event for event in bench.published if isinstance(event, ProcessTable))

    table = asyncio.run(scene())
    assert table.rows == {}
    assert table.missing[0].reason == "no /proc"


def test_a_pause_is_a_marked_hole_and_a_new_interval_takes_over_at_once() -> None:
    async def scene() -> Bench:
        bench = Bench(constant("cpu"))
        await bench.until(lambda: len(bench.batches()) >= 1)
        bench.sampler.set_paused(True)
        count = len(bench.batches())
        await asyncio.sleep(3 * TICK)
        assert len(bench.batches()) <= count + 1
        bench.sampler.set_interval(0.5)
        bench.sampler.set_paused(False)
        await bench.until(lambda: any(mark.kind is MarkKind.PAUSED for mark in bench.marks()))
        resumed = len(bench.batches())
        await bench.until(lambda: len(bench.batches()) >= resumed + 3)
        await bench.stop()
        return bench

    bench = asyncio.run(scene())
    last = bench.batches()[-2:]
    assert last[1].time - last[0].time == pytest.approx(0.5, abs=0.2)
    with pytest.raises(ValueError, match=r"0.25 to 10"):
        bench.sampler.set_interval(0.1)


def test_stopping_closes_every_source_and_ends_every_thread() -> None:
    quick, slow = constant("cpu"), MadeCollector("gpu", lambda: Reading(counters(1), [2.0]), 1.0)
    processes = MadeProcesses()
    before = {thread.name for thread in threading.enumerate()}

    async def scene() -> None:
        bench = Bench(quick, slow, processes=processes)
        await bench.until(lambda: len(bench.batches()) >= 2)
        await bench.stop()

    asyncio.run(scene())
    assert (quick.closed, slow.closed, processes.closed) == (1, 1, 1)
    assert {thread.name for thread in threading.enumerate()} == before
