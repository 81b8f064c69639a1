"""Benchmark ``soak``: 20,000 ticks at full speed through the real sampler and store; nothing may grow.

Memory, threads, descriptors and tasks are counted after a warm-up, when rings and caches are full, and
again at the end; and once more after the engine has stopped, against the time before it started.
"""

from __future__ import annotations

import asyncio
import gc
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sysmon.collectors.own_process import OwnProcess, open_own_process
from sysmon.collectors.registry import local_collectors
from sysmon.model.host import LOCAL
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.demand import PROCESSES
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.engine import Engine, EngineOptions
from sysmon.runtime.self_monitor import SelfMonitor

TICKS: Final = 20_000
_INTERVAL: Final = 0.0005
"""Shorter than any tick: the sampler goes on as soon as it is done, and counts what it skips."""
_KEEP: Final = 2.0
"""Seconds that the rings keep, so that they are full long before the warm-up ends."""
_PROCESS_INTERVAL: Final = 0.05
_DESCRIPTORS_A_PROCESS: Final = 3
GROWTH_BOUND_MB: Final = 1.0


def run() -> list[Result]:
    """Measure; about a minute."""
    return measure(TICKS)


def run_quick() -> list[Result]:
    """A tenth of the ticks."""
    return measure(TICKS // 10)


def measure(ticks: int) -> list[Result]:
    """Soak for ``ticks`` after a warm-up of a quarter as many."""
    return asyncio.run(_soak(ticks))


@dataclass(frozen=True, slots=True)
class _Count:
    """What may not grow, at one time. ``processes`` are those of the machine: each may hold descriptors of ours."""

    memory: float
    threads: float
    descriptors: float
    tasks: float
    processes: int


def _count(own: OwnProcess, engine: Engine) -> _Count:
    gc.collect()
    usage = own.read()
    table = engine.query.processes(LOCAL)
    processes = 0 if table is None else len(table.rows)
    return _Count(usage.memory, usage.threads, usage.descriptors, float(len(asyncio.all_tasks())), processes)


class _Ticks:
    """Counts batches, and wakes who waits for a number of them."""

    def __init__(self, engine: Engine) -> None:
        self._count = 0
        self._goal = 0
        self._there = asyncio.Event()
        engine.bus.subscribe(SampleBatch, self._batch)

    def _batch(self, _: SampleBatch) -> None:
        self._count += 1
        if self._count >= self._goal:
            self._there.set()

    async def reached(self, goal: int) -> None:
        """Wait until ``goal`` ticks have come since the start."""
        self._goal = goal
        self._there.clear()
        if self._count < goal:
            await self._there.wait()


async def _soak(ticks: int) -> list[Result]:
    with closing(open_own_process()) as own:
        engine = Engine(EngineOptions(_INTERVAL, _KEEP), [*local_collectors(), SelfMonitor()])
        first = _count(own, engine)
        counter = _Ticks(engine)
        claim = engine.demand.want(LOCAL, PROCESSES, _PROCESS_INTERVAL)
        try:
            await engine.start()
            await counter.reached(ticks // 4)
            before = _count(own, engine)
            await counter.reached(ticks // 4 + ticks)
            after = _count(own, engine)
        finally:
            await engine.stop()
            claim.release()
        last = _count(own, engine)
    return _results(ticks, (before, after), (first, last))


def _results(ticks: int, running: tuple[_Count, _Count], around: tuple[_Count, _Count]) -> list[Result]:
    before, after = running
    first, last = around
    more = max(0, after.processes - before.processes)
    note = f"{more} more processes to watch" if more else ""
    return [
        Result("ticks", float(ticks), "{tick}"),
        Result("memory_growth_mb", (after.memory - before.memory) / 1e6, "MB", GROWTH_BOUND_MB),
        Result("tasks_growth", after.tasks - before.tasks, "{task}", 0.0),
        Result("threads_growth", after.threads - before.threads, "{thread}", 0.0),
        Result(
            "descriptors_growth",
            after.descriptors - before.descriptors,
            "{descriptor}",
            float(more * _DESCRIPTORS_A_PROCESS),
            note,
        ),
        Result("tasks_left", last.tasks - first.tasks, "{task}", 0.0),
        Result("threads_left", last.threads - first.threads, "{thread}", 0.0),
        Result("descriptors_left", last.descriptors - first.descriptors, "{descriptor}", 0.0),
    ]
