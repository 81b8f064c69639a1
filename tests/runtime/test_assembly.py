from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from sysmon.collectors.gpu import GpuCollector
from sysmon.collectors.process_details import open_detail_reader
from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Reading, SampleBatch
from sysmon.pipeline.demand import PROCESSES
from sysmon.runtime.assembly import assemble, engine_options, follow
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.engine import Engine
from sysmon.runtime.options import Values
from sysmon.runtime.process_desk import ProcessDesk
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


def test_the_past_of_processes_is_kept_though_no_screen_wants_the_table(tmp_path: Path) -> None:
    async def scene() -> None:
        engine, _ = assemble(Values({"sampling.interval": 0.25}), gpu_users=True)
        desk = engine.desk = ProcessDesk(AuditLog(tmp_path), open_detail_reader)
        tables = asyncio.Semaphore(0)
        engine.bus.subscribe(ProcessTable, lambda _: tables.release())
        await engine.start()
        async with asyncio.timeout(20.0):
            await tables.acquire()
            rows = engine.query.processes(LOCAL)
            assert rows is not None
            largest = max(rows.rows.values(), key=lambda row: row.memory)
            assert len(desk.trace(largest.key, largest.name).times) == 1
            claim = engine.demand.want(LOCAL, PROCESSES, 0.25)
            await tables.acquire()
            claim.release()
        assert len(desk.trace(largest.key, largest.name).times) >= 2
        assert engine.query.earlier_processes(LOCAL) is not None
        await engine.stop()
        assert len(engine.demand) == 0

    asyncio.run(scene())


def test_who_uses_gpus_is_asked_only_where_somebody_shows_it() -> None:
    for wanted in (True, False):
        engine, _ = assemble(Values(), gpu_users=wanted)
        told = [one.users is not None for one in engine.collectors if isinstance(one, GpuCollector)]
        assert told == [wanted]
