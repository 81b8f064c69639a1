"""A hub with real links for benchmarks: everybody in its folder may dial it, and what they say is kept. Knows no benchmark."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.own_process import open_own_process
from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.store import Store
from sysmon.protocol.events import Event
from sysmon.runtime import collector, wakeups
from sysmon.runtime.bench.machines import CENTER, name_of
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import EVERYTHING, Station, introduce, trust_of
from sysmon.transport.pool import Links

_STARTING_LIMIT: Final = 300.0
_SETTLE: Final = 10.0
"""Seconds after which links have measured their clocks and nobody dials any more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What it cost to take in what machines sent."""

    cpu: float
    """Percent of one core, system time included."""
    delays: list[float]
    """Seconds from each value being published to its being kept."""
    memory: float
    """Resident bytes of a machine that is connected, without its rows."""
    connecting: float
    """Seconds until all were connected."""


class Center:
    """A store, a bus and links."""

    def __init__(self, folder: Path | None, count: int) -> None:
        self.store = Store()
        self.delays: list[float] = []
        self.bus = Bus()
        self.bus.subscribe(SampleBatch, self.store.append)
        self.bus.subscribe(SampleBatch, self._note)
        names = [name_of(number) for number in range(count)]
        if folder is None:
            self.station = Station(CENTER)
            self.links = Links(self.station, CENTER, PlainTrust(Peer(name, name) for name in names))
            ids = dict(zip(names, names, strict=True))
        else:
            identity, book, _ = trust_of(folder, CENTER)
            self.station = Station(identity.id)
            self.links = Links(self.station, identity.id, book)
            ids = {peer.name: peer.id for peer in book.peers()}
        self.station.heard = self._heard
        self._parts = {ids[name]: number / count for number, name in enumerate(names)}
        for peer in self._parts:
            self.links.expect(peer, EVERYTHING)

    def _heard(self, link: str, event: Event) -> None:
        del link
        if isinstance(event, SampleBatch):
            self.bus.publish(event)

    def _note(self, batch: SampleBatch) -> None:
        """The last of those who hear of ``batch``: it is kept."""
        self.delays.append(time.time() - batch.time - self._parts[batch.host])

    async def listen(self) -> str:
        """Listen on the loopback; the address."""
        await self.links.listen([("127.0.0.1", 0)])
        host, port = self.links.server.addresses[0]
        return f"{host}:{port}"


def take_in(count: int, seconds: int, *, secured: bool) -> Taken:
    """Let ``count`` machines of another process publish for ``seconds``, with TLS where ``secured``.

    Call it in a process of its own: it settles the collector as a hub does, on a loop as that of a hub, and memory is that of the
    whole process.

    Raises RuntimeError where one of them did not come, or was not heard each second.
    """
    return wakeups.run(_take_in(count, seconds, secured))


async def _take_in(count: int, seconds: int, secured: bool) -> Taken:
    with tempfile.TemporaryDirectory() as scratch, contextlib.closing(open_own_process()) as own:
        folder = Path(scratch) if secured else None
        if folder is not None:
            await asyncio.to_thread(introduce, folder, [name_of(number) for number in range(count)], CENTER)
        center = Center(folder, count)
        collector.settle()
        before, begun = own.read().memory, time.perf_counter()
        try:
            async with _machines(await center.listen(), count, folder):
                connecting = time.perf_counter() - begun
                await asyncio.sleep(_SETTLE)
                gc.collect()
                memory = own.read().memory - before - center.store.size()
                center.delays.clear()
                begun, spent = time.perf_counter(), time.process_time()
                await asyncio.sleep(seconds)
                cpu = (time.process_time() - spent) / (time.perf_counter() - begun) * 100.0
                delays = list(center.delays)
        finally:
            await center.links.close()
    if len(delays) < 0.99 * count * seconds:
        raise RuntimeError(
            f"{len(delays)} ticks of {count} machines in {seconds} s: this machine is too busy to measure"
        )
    return Taken(cpu, delays, memory / count, connecting)


@asynccontextmanager
async def _machines(address: str, count: int, folder: Path | None) -> AsyncGenerator[None]:
    """Machines that are connected."""
    words = (sys.executable, "-m", "sysmon.runtime.bench.machines", address, str(count), str(folder or "-"))
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
    try:
        assert child.stdout is not None
        async with asyncio.timeout(_STARTING_LIMIT):
            line = await child.stdout.readline()
        if not line:
            raise RuntimeError("the machines could not connect")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
