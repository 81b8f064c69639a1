from __future__ import annotations

import asyncio
from collections.abc import Callable

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.sample import Reading, SampleBatch
from sysmon.runtime.assembly import assemble, engine_options, follow
from sysmon.runtime.engine import Engine
from sysmon.runtime.options import Values
from sysmon.runtime.self_monitor import FAMILY
from sysmon.runtime.settings import Settings
from tests.pipeline.made import MadeCollector, gauges
from tests.pipeline.test_sampler import MadeProcesses


def test_settings_become_options_of_the_engine() -> None:
    options = engine_options(Values({"sampling.interval": 2.0, "sampling.keep": 5, "sampling.disabled": ("gpu",)}))
    assert (options.interval, options.keep, options.disabled) == (2.0, 300.0, frozenset({"gpu"}))


def test_the_assembled_engine_watches_itself() -> None:
    async def scene() -> tuple[Engine, dict[str, float]]:
        engine, _ = assemble(Values({"sampling.interval": 0.25}))
        came = asyncio.Semaphore(0)
        engine.bus.subscribe(SampleBatch, lambda _: came.release())
        await engine.start()
        async with asyncio.timeout(10.0):
            await came.acquire()
            await came.acquire()
        catalog = engine.query.catalog(LOCAL)
        assert catalog is not None
        wanted = (names.SELF_TASKS, names.SELF_STORE_MEMORY, names.SELF_MEMORY)
        found = {metric.name: engine.query.latest(LOCAL, catalog.select(metric)[0]) for metric in wanted}
        await engine.stop()
        return engine, found

    engine, found = asyncio.run(scene())
    assert FAMILY in engine.families
    assert found[names.SELF_TASKS.name] >= 2.0  # the scene itself and the sampler
    assert found[names.SELF_STORE_MEMORY.name] > 0.0
    assert found[names.SELF_MEMORY.name] > 1e6


def test_a_running_engine_follows_the_settings() -> None:
    settings = Settings()
    members = gauges(1)
    engine = Engine(engine_options(settings), [MadeCollector("cpu", lambda: Reading(members, [1.0]))], MadeProcesses())
    posted: list[Callable[[], object]] = []
    leave = follow(settings, engine, posted.append)
    settings.set("window.theme", "dark")
    assert not posted
    settings.set("sampling.disabled", ["cpu"])
    settings.set("sampling.interval", 0.5)
    assert len(posted) == 2
    engine.set_disabled(frozenset())
    assert engine.demand.interval(LOCAL, "cpu") is not None
    posted[0]()
    assert engine.demand.interval(LOCAL, "cpu") is None
    posted[1]()
    leave()
    settings.set("sampling.interval", 1.0)
    assert len(posted) == 2
