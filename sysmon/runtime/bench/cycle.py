"""Benchmark ``cycle``: 10,000 times a link comes and goes, well and badly; nothing may be left of it.

A hub and some machines that dial it, in this process, over real sockets; four of five times without TLS. A
connection ends in order, is cut, is left half-open by a machine that comes back, breaks off within the greeting, or
while history is filled in. Tasks, threads and descriptors are counted before the first and after the last one, memory after a
warm-up and at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.own_process import OwnProcess, open_own_process
from sysmon.model.link import LinkState
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.events import Event
from sysmon.protocol.holdings import Holdings
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import EVERYTHING, Figures, Station, introduce, trust_of
from sysmon.transport.admission import Pace
from sysmon.transport.dialer import Dialer
from sysmon.transport.pool import Links
from sysmon.transport.port import Trust
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import Wire

CYCLES: Final = 10_000
GROWTH_BOUND_MB: Final = 1.0
_MACHINES: Final = 10
_WARM_UP: Final = ((1000, False), (400, True), (400, True))
"""Cycles of a round, and whether over TLS."""
_ROWS: Final = 300
_STEP_LIMIT: Final = 120.0
_HUB: Final = "hub"


def run() -> list[Result]:
    """Measure; some minutes."""
    return measure(CYCLES)


def run_quick() -> list[Result]:
    """A twentieth of the cycles."""
    return measure(CYCLES // 20)


def measure(cycles: int) -> list[Result]:
    """Go through ``cycles``, a fifth of them over TLS."""
    return asyncio.run(_cycles(cycles))


@dataclass(frozen=True, slots=True)
class _Count:
    """What may not grow."""

    tasks: int
    threads: float
    descriptors: float
    memory: float


def _count(own: OwnProcess) -> _Count:
    gc.collect()
    # What OpenSSL gave back lies in pieces that the C library keeps for later (malloc_trim(3)): no growth of ours.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
    usage = own.read()
    return _Count(len(asyncio.all_tasks()), usage.threads, usage.descriptors, usage.memory)


class _Warnings(logging.Handler):
    """Counts what is logged at warning and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def _cycles(cycles: int) -> list[Result]:
    own, heard = open_own_process(), _Warnings()
    logging.getLogger("sysmon").addHandler(heard)
    begun = time.perf_counter()
    try:
        # What a first round leaves in caches of Python, OpenSSL and the allocator is no growth.
        for count, secured in _WARM_UP:
            await _round(count, secured)
        before = _count(own)
        for share, secured in ((0.8, False), (0.2, True)):
            await _round(max(int(cycles * share), _MACHINES), secured)
        after = _count(own)
    finally:
        logging.getLogger("sysmon").removeHandler(heard)
        own.close()
    note = f"{cycles} cycles in {time.perf_counter() - begun:.0f} s, warm-up included"
    return [
        Result("rss_growth_mb", (after.memory - before.memory) / 1e6, "MB", GROWTH_BOUND_MB, note),
        Result("tasks_left", float(after.tasks - before.tasks), "", 0.0),
        Result("threads_left", after.threads - before.threads, "", 0.0),
        Result("descriptors_left", after.descriptors - before.descriptors, "", 0.0),
        Result("warnings", float(len(heard.lines)), "", 0.0, heard.lines[0] if heard.lines else ""),
    ]


async def _round(cycles: int, secured: bool) -> None:
    """``cycles`` with a new hub and new machines, all of which end."""
    names = [f"m{number}" for number in range(_MACHINES)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if secured:
            introduce(folder, names, _HUB)
            identity, book, _ = trust_of(folder, _HUB)
            hub, trust = Station(identity.id), book
        else:
            hub, trust = Station(_HUB), PlainTrust(Peer(name, name) for name in names)
        links = Links(hub, hub.id, trust)
        links.server.pace = Pace(float(cycles * 2), float(cycles))
        figures = Figures(hub.id, series=20)
        for number in range(_ROWS):
            hub.publish(figures.next(time.time() - _ROWS + number))
        await links.listen([("127.0.0.1", 0)])
        host, port = links.server.addresses[0]
        machines = [_Machine(name, f"{host}:{port}", folder if secured else None) for name in names]
        tasks = TaskOwner("cycle")
        todo = iter(range(cycles))
        workers = [tasks.start(machine.name, machine.work(todo)) for machine in machines]
        await asyncio.gather(*workers)
        for machine in machines:
            await machine.links.close()
        await links.close()
        await tasks.close()


class _Machine:
    """Dials the hub again and again, and leaves it in each of the ways in turn."""

    def __init__(self, name: str, address: str, folder: Path | None) -> None:
        self.name = name
        self._address = address
        trust: Trust
        if folder is None:
            self._hub = Peer(_HUB, _HUB, addresses=(address,))
            self._station, trust = Station(name), PlainTrust([self._hub])
        else:
            identity, trust, self._hub = trust_of(folder, name, (address,))
            self._station = Station(identity.id)
        self._trust = trust
        self._news = asyncio.Event()
        self._filled = False
        self._station.heard = self._hear
        self._station.step = lambda _: self._news.set()
        self.links = Links(self._station, self._station.id, trust, uniform=lambda first, _: first / 1000.0)
        self._dialer = Dialer(Rounds())

    async def work(self, todo: Iterator[int]) -> None:
        """One cycle after the other, as long as there are any in ``todo``."""
        ways: tuple[Callable[[], Awaitable[None]], ...] = (
            self._in_order,
            self._cut,
            self._half_open,
            self._within_the_greeting,
            self._while_filling,
        )
        for number in todo:
            async with asyncio.timeout(_STEP_LIMIT):
                await ways[number % len(ways)]()
        await self._dialer.close()

    def _hear(self, _link: str, event: Event) -> None:
        if isinstance(event, Stretch):
            self._filled = True
            self._news.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._news.clear()
            await self._news.wait()

    def _state(self) -> LinkState:
        return next((one.state for one in self.links.reports() if one.dialled), LinkState.DISABLED)

    async def _connected(self, forget: bool = False) -> Callable[[], None]:
        """Connect; what is answered ends it in order."""
        if forget:
            self._station.holdings = Holdings()
        self._filled = False
        self.links.expect(self._hub.id, EVERYTHING)
        lease = self.links.want(self._hub.id)
        await self._until(lambda: self._state() is LinkState.LIVE)
        return lambda: lease.release(at_once=True)

    async def _in_order(self) -> None:
        end = await self._connected()
        end()
        await self._until(lambda: self._state() is LinkState.DISABLED)

    async def _cut(self) -> None:
        end = await self._connected()
        self.links.resumed(1e6)  # cuts all connections without a word, and dials anew
        await self._until(lambda: self._state() is LinkState.LIVE)
        end()
        await self._until(lambda: self._state() is LinkState.DISABLED)

    async def _half_open(self) -> None:
        """Connect, say hello, and never read again; come back on another connection."""
        wire = await self._raw()
        wire.send(Codec(BINARY).encode(self._station.side(self._hub).hello))
        end = await self._connected()
        end()
        await self._until(lambda: self._state() is LinkState.DISABLED)
        wire.abort()

    async def _within_the_greeting(self) -> None:
        wire = await self._raw()
        wire.abort()

    async def _while_filling(self) -> None:
        end = await self._connected(forget=True)
        await self._until(lambda: self._filled)
        self.links.resumed(1e6)
        await self._until(lambda: self._state() is LinkState.LIVE)
        end()
        await self._until(lambda: self._state() is LinkState.DISABLED)

    async def _raw(self) -> Wire:
        context = self._trust.client_context(self._hub)
        path = "/" if context is not None else f"/as/{self.name}"
        return await self._dialer.dial([self._address], context, lambda _: None, path)
