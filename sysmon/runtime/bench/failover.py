"""Benchmark ``failover``: agents that know two hubs lose the one that they are connected to, once by a kill and once by its orderly end.

All are real programs, and the hubs watch each other. Who watches is this process, with links to both hubs. An agent has found the other hub
when a sample is here that it took after the loss: such a one cannot have come through the hub that is gone.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sysmon.model import names
from sysmon.model.link import LinkState
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.programs import Program, ProgramFailed, Programs, introduce
from sysmon.runtime.engine import Engine, EngineOptions
from sysmon.runtime.fleet import Fleet
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace

BOUND_S: Final = 3.0
AGENTS: Final = 4
HUBS: Final = ("harbour", "haven")
_INTERVAL: Final = 0.25
_LIMIT: Final = 60.0
_SETTLED: Final = 8
"""Samples of each agent that are here before something happens."""


def run() -> list[Result]:
    """Measure; half a minute."""
    return measure(AGENTS)


def run_quick() -> list[Result]:
    """With two agents."""
    return measure(2)


def measure(agents: int) -> list[Result]:
    """Take the hubs from ``agents`` agents, one after the other."""
    with tempfile.TemporaryDirectory(prefix="sysmon-bench-") as scratch, Programs(Path(scratch)) as programs:
        found = asyncio.run(measured(Path(scratch), programs, agents))
    return [
        Result(
            "killed_s", found["killed"], "s", BOUND_S, "from the kill of a hub to a later sample of each of its agents"
        ),
        Result("ended_s", found["ended"], "s", BOUND_S, "the same, of a hub that was asked to end"),
        Result(
            "missing", found["missing"], "{sample}", 0.0, f"of {found['samples']:.0f}, of {agents} agents, afterwards"
        ),
        Result("echoes", found["echoes"], "{tick}", 0.0, "that come back to a hub with each tick"),
        Result("filled_s", found["filled"], "s", None, "until none was missing"),
    ]


class Watcher:
    """This process as a machine that watches through hubs."""

    def __init__(self, program: Program) -> None:
        """With the identity and the peers of ``program``, which does not run."""
        self.engine = Engine(EngineOptions(), [])
        self.engine.keep()
        folder = program.home / "data"
        place = FleetPlace(folder, folder, self.engine.bus, self.engine.store, self.engine.demand)
        self.fleet = Fleet(place, FleetOptions(name=program.name, interval=_INTERVAL))
        self.newest: dict[str, float] = {}
        """By machine, when its newest sample was taken, by its clock."""
        self.count: dict[str, int] = {}
        self._news = asyncio.Event()
        self.engine.bus.subscribe(SampleBatch, self._heard)

    def _heard(self, batch: SampleBatch) -> None:
        self.newest[batch.host] = batch.time
        self.count[batch.host] = self.count.get(batch.host, 0) + 1
        self._news.set()

    async def until(self, holds: Callable[[], bool], what: str) -> float:
        """Seconds until ``holds`` does, which is looked at with each sample. Raises ProgramFailed where it never does."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(_LIMIT):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise ProgramFailed(f"did not come about: {what}") from None
        return time.monotonic() - begun

    def is_live(self, peer: str) -> bool:
        """Whether the link to ``peer`` brings figures."""
        return any(one.peer == peer and one.state is LinkState.LIVE for one in self.fleet.links())

    def missing(self, host: str) -> int:
        """Samples that are not here between the first and the last of each epoch."""
        store = self.engine.store
        lacking = 0
        for epoch, first, last in store.spans(host):
            rows = sum(len(one.sequences) for one in store.stretches(host, epoch, first, last))
            lacking += last - first + 1 - rows
        return lacking


@asynccontextmanager
async def watching(program: Program) -> AsyncGenerator[Watcher]:
    """Watch with what ``program`` knows, for the length of the context."""
    watcher = Watcher(program)
    await watcher.fleet.start()
    try:
        yield watcher
    finally:
        await watcher.fleet.stop()


async def measured(folder: Path, programs: Programs, agents: int) -> dict[str, float]:
    """What was found, by word: seconds, and numbers of samples. Cancelling leaves the programs to ``programs``."""
    hubs = [programs.make(name, listens=True) for name in HUBS]
    crowd = [programs.make(f"agent{number}") for number in range(agents)]
    viewer = Program(folder, "viewer")
    introduce(*crowd, hubs=hubs, watcher=viewer)
    for hub in hubs:
        hub.start("hub")
    for hub in hubs:
        await asyncio.to_thread(hub.logged, "is shared on")
    for agent in crowd:
        agent.start("agent", *(word for hub in hubs for word in ("--dial", hub.name)))
    found: dict[str, float] = {}
    async with watching(viewer) as watcher:
        await _settled(watcher, crowd)
        await watcher.until(lambda: all(watcher.is_live(hub.id) for hub in hubs), "links to both hubs")
        found["echoes"] = await _echoes(watcher, hubs, crowd)
        first = max(hubs, key=lambda hub: sum(hub.name in agent.connected() for agent in crowd))
        other = next(hub for hub in hubs if hub is not first)
        found["killed"] = await _lose(watcher, first, crowd, first.kill)
        first.start("hub")
        await asyncio.to_thread(first.logged, "is shared on")
        await _settled(watcher, crowd)
        await watcher.until(lambda: watcher.is_live(first.id), f"the link to {first.name}")
        found["ended"] = await _lose(watcher, other, crowd, other.end)
        await _settled(watcher, crowd)
        found["filled"] = await watcher.until(lambda: not any(watcher.missing(one.id) for one in crowd), "all samples")
        found["missing"] = sum(watcher.missing(one.id) for one in crowd)
        found["samples"] = sum(watcher.count[one.id] for one in crowd)
    return found


async def _settled(watcher: Watcher, crowd: list[Program]) -> None:
    before = dict(watcher.count)
    await watcher.until(
        lambda: all(watcher.count.get(one.id, 0) - before.get(one.id, 0) >= _SETTLED for one in crowd), "samples"
    )


async def _echoes(watcher: Watcher, hubs: list[Program], crowd: list[Program]) -> float:
    """How many ticks more than its own and those of its agents a hub sends to the other one with each tick: none, unless some go round."""
    begun = {hub.id: watcher.engine.store.newest_batch(hub.id) for hub in hubs}
    await _settled(watcher, [*crowd, *hubs])
    most = 0.0
    for hub, other in zip(hubs, reversed(hubs), strict=True):
        before, after = begun[hub.id], watcher.engine.store.newest_batch(hub.id)
        assert before is not None
        assert after is not None
        sent = (_sent(after, other) - _sent(before, other)) / (after.sequence - before.sequence)
        most = max(most, sent - 1.0 - sum(hub.name in agent.connected() for agent in crowd))
    return float(max(0, round(most)))


def _sent(batch: SampleBatch, to: Program) -> float:
    """Ticks that the hub of ``batch`` has sent to ``to``, whoever dialled."""
    found = 0.0
    for at, one in enumerate(batch.catalog.series):
        if one.metric.name == names.LINK_TICKS.name:
            link, way = (value for _, value in one.attributes)
            if way == "transmit" and to.id.startswith(link.partition(":")[2]):
                found += batch.values[at]
    return found


async def _lose(watcher: Watcher, hub: Program, crowd: list[Program], end: Callable[[], object]) -> float:
    """Seconds from the ``end`` of ``hub`` until a later sample of each agent that was connected to it is here."""
    lost = [agent.id for agent in crowd if hub.name in agent.connected()]
    if not lost:
        raise ProgramFailed(f"no agent was connected to {hub.name}")
    begun, wall = time.monotonic(), time.time()
    tasks = TaskOwner("failover")
    ending = tasks.start(f"end {hub.name}", asyncio.to_thread(end))
    await watcher.until(lambda: all(watcher.newest[one] > wall for one in lost), f"agents without {hub.name}")
    took = time.monotonic() - begun
    await ending
    return took
