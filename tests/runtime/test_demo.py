from __future__ import annotations

import asyncio
import math

import pytest

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.machine import DEMO_LABEL, Machine, MachineState
from sysmon.model.metric import series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, Reading, SampleBatch
from sysmon.runtime.demo import HISTORY, DemoEngine, DemoSampler
from sysmon.runtime.demo_roles import ROLES, Role, machine_of, roles
from sysmon.runtime.engine import EngineOptions
from tests.pipeline.made import MadeCollector

NOW = 1_800_000_000.0


async def started(now: float = NOW) -> DemoEngine:
    """A demo that has published its past."""
    engine = DemoEngine(EngineOptions(interval=0.25), lambda: now)
    await engine.start()
    for _ in range(2 * len(ROLES)):
        await asyncio.sleep(0)
    return engine


async def test_every_machine_is_there_and_says_that_it_is_not_real() -> None:
    engine = await started()
    try:
        machines = engine.query.machines()
        assert [machine.host for machine in machines] == [role.host for role in ROLES]
        assert len(machines) == 7
        assert all(machine.facts.product == DEMO_LABEL for machine in machines)
        states = [machine.state for machine in machines]
        assert states.count(MachineState.OFFLINE) == 1
        assert states.count(MachineState.RECONNECTING) == 1
    finally:
        await engine.stop()


async def test_the_past_is_there_at_once_and_its_gap_is_a_gap() -> None:
    engine = await started()
    try:
        query = engine.query
        oldest, newest = query.span(LOCAL)
        assert newest == NOW
        assert newest - oldest == HISTORY
        assert query.holes(LOCAL, oldest, newest) == []
        (hole,) = query.holes("atlas", *query.span("atlas"))
        assert 34.0 <= hole.end - hole.start <= 38.0
        assert hole.reason == "link lost"
        assert query.newest("deneb") < NOW - 3 * 3600
    finally:
        await engine.stop()


async def test_figures_are_plausible_and_counters_are_counters() -> None:
    engine = await started()
    try:
        query = engine.query
        for role in ROLES:
            catalog = query.catalog(role.host)
            assert catalog is not None
            rates = [query.latest(role.host, s) for s in catalog.select(names.CPU_TIME)]
            assert math.fsum(rates) == pytest.approx(role.hardware.cores, rel=1e-6)
            states = [query.latest(role.host, s) for s in catalog.select(names.MEMORY_USAGE)]
            assert math.fsum(states) == pytest.approx(role.hardware.memory, rel=0.03)
            assert all(query.latest(role.host, s) >= 0.0 for s in catalog.series)
    finally:
        await engine.stop()


async def test_processes_have_rates_at_once_and_idle_ones_keep_their_row() -> None:
    engine = await started()
    try:
        table = engine.query.processes(LOCAL)
        assert table is not None
        assert len(table.rows) > 100
        assert {row.name for row in table.rows.values()} >= {"cargo", "firefox", "postgres"}
    finally:
        await engine.stop()


async def test_ticks_go_on_for_live_machines_only() -> None:
    now = [NOW]
    got: list[object] = []
    ticked = asyncio.Event()

    def publish(event: object) -> None:
        got.append(event)
        if isinstance(event, ProcessTable) and event.time > NOW and event.host == "rigel":
            ticked.set()

    task = asyncio.get_running_loop().create_task(DemoSampler(publish, 0.01, lambda: now[0]).run())
    for _ in range(2 * len(ROLES)):
        await asyncio.sleep(0)
    got.clear()
    now[0] += 1.0
    async with asyncio.timeout(10):
        await ticked.wait()
    task.cancel()
    live = [role.host for role in ROLES if not role.silent]
    assert [event.host for event in got if isinstance(event, SampleBatch)] == live


async def test_processes_of_others_come_only_while_somebody_wants_them() -> None:
    now, wanted = [NOW], {"vega"}
    got: list[ProcessTable] = []
    both = asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, ProcessTable) and event.time > NOW:
            got.append(event)
            if event.host == "vega":
                both.set()

    sampler = DemoSampler(publish, 0.01, lambda: now[0], wanted=wanted.__contains__)
    task = asyncio.get_running_loop().create_task(sampler.run())
    for _ in range(2 * len(ROLES)):
        await asyncio.sleep(0)
    now[0] += 1.0
    async with asyncio.timeout(10):
        await both.wait()
    task.cancel()
    assert [table.host for table in got] == [LOCAL, "vega"]


async def test_a_machine_that_is_tried_again_counts_down() -> None:
    now = [NOW]
    got: list[str] = []
    told = asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, Machine) and event.host == "mira":
            got.append(event.note)
            if len(got) > 1:
                told.set()

    words = {"mira": "retry in 2 s"}
    sampler = DemoSampler(publish, 0.01, lambda: now[0], word=lambda host, _: words.get(host, ""))
    task = asyncio.get_running_loop().create_task(sampler.run())
    for _ in range(2 * len(ROLES)):
        await asyncio.sleep(0)
    now[0] += 1.0
    async with asyncio.timeout(10):
        await told.wait()
    task.cancel()
    assert got[:2] == ["pi-4 · retry in 4 s", "pi-4 · retry in 2 s"]


async def test_a_large_demo_has_a_coarse_past() -> None:
    got: list[SampleBatch] = []

    def publish(event: object) -> None:
        if isinstance(event, SampleBatch):
            got.append(event)

    made = roles(20)
    task = asyncio.get_running_loop().create_task(DemoSampler(publish, 1.0, lambda: NOW, roles=made).run())
    for _ in range(2 * len(made)):
        await asyncio.sleep(0)
    task.cancel()
    last = [batch for batch in got if batch.host == made[-1].host]
    assert len(last) == HISTORY / made[-1].every + 1
    assert {batch.host for batch in got} == {role.host for role in made}


async def test_one_machine_is_alone() -> None:
    engine = DemoEngine(EngineOptions(interval=0.25), lambda: NOW, roles=roles(1))
    await engine.start()
    try:
        await asyncio.sleep(0)
        assert [machine.host for machine in engine.query.machines()] == [LOCAL]
        assert engine.fleet is not None
        assert engine.fleet.links() == ()
    finally:
        await engine.stop()


async def test_a_paused_demo_publishes_nothing() -> None:
    now = [NOW]
    got: list[object] = []
    sampler = DemoSampler(got.append, 0.01, lambda: now[0])
    sampler.set_paused(True)
    task = asyncio.get_running_loop().create_task(sampler.run())
    for _ in range(2 * len(ROLES)):
        await asyncio.sleep(0)
    got.clear()
    now[0] += 5.0
    await asyncio.sleep(0.05)
    assert got == []
    task.cancel()


def test_the_same_seed_is_the_same_machine() -> None:
    def past() -> list[object]:
        got: list[object] = []
        sampler = DemoSampler(got.append, 1.0, lambda: NOW)

        async def once() -> None:
            task = asyncio.get_running_loop().create_task(sampler.run())
            for _ in range(2 * len(ROLES)):
                await asyncio.sleep(0)
            task.cancel()

        asyncio.run(once())
        return [event.values.tobytes() for event in got if isinstance(event, SampleBatch)]

    assert past() == past()


def test_a_machine_has_been_up_as_long_as_its_role_says() -> None:
    machine = machine_of(ROLES[0], NOW)
    assert isinstance(machine, Machine)
    assert machine.name == "orion"
    assert machine.facts.boot_time == NOW - ROLES[0].uptime


async def test_what_the_program_itself_costs_is_real() -> None:
    series_ = (series(names.SELF_THREADS),)
    monitor = MadeCollector("self_monitor", lambda: Reading(series_, [12.0]))
    engine = DemoEngine(EngineOptions(interval=0.25), monitor=monitor)
    ticked = asyncio.Event()
    engine.bus.subscribe(SampleBatch, lambda _: ticked.set())
    await engine.start()
    try:
        async with asyncio.timeout(10.0):
            while engine.query.latest(LOCAL, series_[0]) != 12.0:
                ticked.clear()
                await ticked.wait()
        assert series_[0] not in (engine.query.catalog("atlas") or Catalog(())).index
        assert engine.query.catalog(LOCAL) is engine.query.catalog(LOCAL)
    finally:
        await engine.stop()


async def test_a_machine_that_is_paired_is_simulated_until_it_is_revoked() -> None:
    engine = await started()
    try:
        invitation = await engine.fleet.invite()
        peer = await engine.fleet.pair("altair:4870", invitation.code)
        assert peer.id in [machine.host for machine in engine.query.machines()]
        sampler = engine.make_sampler()
        sampler.add(Role(peer.id, peer.name, "", ROLES[1].hardware))
        sampler._tick(NOW + 1.0, 1.0)
        assert engine.query.newest(peer.id) == NOW + 1.0
        await engine.fleet.revoke(peer.id)
        assert peer.id not in [machine.host for machine in engine.query.machines()]
        sampler._tick(NOW + 2.0, 1.0)
        assert peer.id not in engine.query.hosts()
    finally:
        await engine.stop()
