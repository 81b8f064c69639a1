"""Machines for tests of the fleet: an engine's bus and store with a real fleet on loopback, ticking when told to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from array import array
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path

from sysmon.model import names
from sysmon.model.host import LOCAL, HostFacts
from sysmon.model.link import Rights
from sysmon.model.machine import Machine
from sysmon.model.metric import series
from sysmon.model.peer import Peer
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.runtime.engine import Engine, EngineOptions
from sysmon.runtime.fleet import Fleet
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace
from sysmon.transport.identity import load_or_create
from sysmon.transport.trust import TrustBook

CATALOG = Catalog((series(names.UPTIME), series(names.MEMORY_LIMIT)))
LIMIT = 10.0
"""Seconds after which a test that waits has failed."""


class TestMachine:
    """One machine. Its figures are what the test publishes."""

    __test__ = False

    def __init__(self, folder: Path, name: str, options: FleetOptions) -> None:
        self.name = name
        self.folder = folder / name
        self.options = replace(options, name=name)
        self.identity = load_or_create(self.folder)
        self.engine = Engine(EngineOptions(), [])
        self.engine.keep()
        place = FleetPlace(self.folder, self.folder, self.engine.bus, self.engine.store, self.engine.demand)
        self.fleet = Fleet(place, self.options)
        self.sequence = 0
        self.began = time.time()
        self.engine.bus.publish(Machine(LOCAL, name, HostFacts(hostname=name)))

    @property
    def id(self) -> str:
        return self.identity.id

    def know(self, other: TestMachine, *, address: str = "", watched: bool = True, **more: object) -> None:
        """Have ``other`` in the list of peers, before the fleet starts."""
        addresses = (address,) if address else ()
        peer = Peer(other.id, other.name, other.identity.certificate, addresses, watched=watched, **more)  # type: ignore[arg-type]
        TrustBook(self.folder, self.identity).put(peer)

    def tick(self, value: float = 1.0) -> SampleBatch:
        """Publish the next batch of this machine."""
        self.sequence += 1
        batch = SampleBatch(
            LOCAL, 1, self.sequence, self.began + self.sequence, CATALOG, array("d", (float(self.sequence), value))
        )
        self.engine.bus.publish(batch)
        return batch

    def newest(self, other: TestMachine) -> int:
        """The newest sequence of ``other`` that is kept here, 0 for none."""
        batch = self.engine.store.newest_batch(other.id)
        return batch.sequence if batch is not None else 0

    def machine(self, other: TestMachine) -> Machine:
        """What is known here of ``other``; nothing at all where it was never published."""
        known = {machine.host: machine for machine in self.engine.store.machines()}
        return known.get(other.id) or Machine("", "")

    def address(self) -> str:
        return self.fleet.sharing().addresses[0]


def rights(**changed: bool) -> Rights:
    return replace(Rights(), **changed)


async def until(true: Callable[[], bool], what: str) -> None:
    """Wait until ``true`` holds; the loop turns meanwhile."""
    try:
        async with asyncio.timeout(LIMIT):
            while not true():  # noqa: ASYNC110  # what is waited for is spread over sockets and rooms
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"did not come about: {what}") from None


@contextlib.asynccontextmanager
async def running(*machines: TestMachine) -> AsyncGenerator[None]:
    """Their fleets run for the length of the context, started in this order."""
    started: list[TestMachine] = []
    try:
        for machine in machines:
            started.append(machine)
            await machine.fleet.start()
        yield
    finally:
        for machine in reversed(started):
            await machine.fleet.stop()
