"""The engine starts, keeps what is published, and stops with nothing left over."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest

from sysmon.model.host import LOCAL
from sysmon.model.sample import Reading, SampleBatch
from sysmon.runtime.engine import Engine, EngineOptions
from tests.pipeline.made import MadeCollector, gauges
from tests.pipeline.test_sampler import MadeProcesses

FAST = EngineOptions(interval=0.25)


def made_engine(options: EngineOptions = FAST) -> tuple[Engine, MadeCollector]:
    members = gauges(1)
    collector = MadeCollector("cpu", lambda: Reading(members, [1.0]))
    return Engine(options, [collector], MadeProcesses()), collector


async def sampled(engine: Engine, batches: int) -> None:
    """Wait until the engine has kept ``batches`` of this machine."""
    kept = asyncio.Event()
    leave = engine.bus.subscribe(SampleBatch, lambda _batch: kept.set())
    try:
        async with asyncio.timeout(10.0):
            while engine.query.version(LOCAL) < batches:
                kept.clear()
                await kept.wait()
    finally:
        leave()


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_samples_are_kept_and_stop_is_idempotent() -> None:
    async def scene() -> None:
        engine, collector = made_engine()
        await engine.start()
        assert engine.running
        await sampled(engine, 2)
        await asyncio.gather(engine.stop(), engine.stop())
        await engine.stop()
        assert not engine.running
        assert collector.closed == 1
        assert len(engine.demand) == 0
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


def test_starting_twice_is_an_error() -> None:
    async def scene() -> None:
        engine, _ = made_engine()
        await engine.start()
        with pytest.raises(RuntimeError, match="already"):
            await engine.start()
        await engine.stop()

    asyncio.run(scene())


def test_a_disabled_family_is_not_read_until_it_is_enabled() -> None:
    async def scene() -> None:
        engine, collector = made_engine(EngineOptions(interval=0.25, disabled=frozenset({"cpu"})))
        await engine.start()
        await sampled(engine, 2)
        assert collector.reads == 0
        engine.set_disabled(frozenset())
        await sampled(engine, 4)
        assert collector.reads >= 1
        await engine.stop()

    asyncio.run(scene())


def test_twenty_starts_of_the_real_engine_leave_no_thread_and_no_descriptor() -> None:
    async def cycle() -> None:
        engine = Engine(FAST)
        await engine.start()
        engine.demand.want(LOCAL, "processes", 0.25)
        await sampled(engine, 1)
        await engine.stop()

    asyncio.run(cycle())  # imports and caches of the first run do not count
    gc.collect()
    threads, descriptors = threading.active_count(), open_descriptors()
    for _ in range(20):
        asyncio.run(cycle())
    gc.collect()
    assert threading.active_count() == threads
    assert open_descriptors() == descriptors
