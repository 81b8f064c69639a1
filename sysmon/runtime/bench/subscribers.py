"""Many subscribers in a process of their own, for benchmarks: ``python -m sysmon.runtime.bench.subscribers ADDRESS COUNT FOLDER``.

Without TLS where FOLDER is "-". Says on standard output, one JSON object a line, when all are live, and at the end (when
standard input ends) how late ticks came. One in twenty is a whole program with links; the others greet, subscribe, answer
and ask for the time as it does, and count what comes, so that their own work does not disturb what is measured with them.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from pathlib import Path

from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.events import Event
from sysmon.protocol.side import greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.runtime.bench.station import EVERYTHING, Station, trust_of
from sysmon.transport.dialer import Dialer
from sysmon.transport.pool import Links
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import End, Wire

CENTER = "center"
_WHOLE = 20
_TICKS = frozenset((0xC4, 0xC5, 0xC6))
"""How a message begins that is a tick: as bytes in MessagePack."""


def name_of(number: int) -> str:
    """The name of a subscriber."""
    return f"sub{number:05d}"


class Watch:
    """What the subscribers have seen."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seen: set[str] = set()
        self.delays: list[float] = []
        self.ticks = 0
        self.lost = 0
        """Connections that ended although nobody wanted it."""
        self.news = asyncio.Event()

    def heard(self, name: str, event: Event) -> None:
        if isinstance(event, SampleBatch):
            self.delays.append(time.time() - event.time)
            self.ticked(name)

    def ticked(self, name: str) -> None:
        """A tick came to ``name``."""
        self.ticks += 1
        if len(self.seen) < self.count:
            self.seen.add(name)
            if len(self.seen) == self.count:
                self.news.set()


class Light:
    """A subscriber that does not look at what comes. See `transport.wire.Receiver`."""

    def __init__(self, name: str, own_id: str, watch: Watch) -> None:
        self._name = name
        self._id = own_id
        self._watch = watch
        self._codec = Codec(BINARY)
        self._wire: Wire | None = None

    async def connect(self, dialer: Dialer, address: str, context: ssl.SSLContext | None) -> None:
        """Connect, greet and subscribe."""
        path = "/" if context is not None else f"/as/{self._id}"
        self._wire = wire = await dialer.dial([address], context, lambda _: None, path)
        wire.widen(m.MAX_FRAME)
        wire.send(self._codec.encode(greeting("bench", m.Host(self._id, self._name), 1)))
        wire.send(self._codec.encode(m.Subscribe([m.Wish("*")])))
        wire.attach(self)

    def ask(self) -> None:
        """Ask for the time, as one who only receives does every ten seconds."""
        if self._wire is not None:
            self._wire.send(self._codec.encode(m.Clock(time.time())))

    def message(self, data: bytes) -> None:
        if data[0] in _TICKS:
            self._watch.ticked(self._name)
            return
        message = self._codec.decode(data)
        if isinstance(message, m.Clock) and message.received is None and self._wire is not None:
            self._wire.send(self._codec.encode(m.Clock(message.origin, time.time(), time.time())))

    def room(self) -> None:
        pass

    def lost(self, end: End) -> None:
        self._watch.lost += end.reason is not Reason.DRAINING


async def serve(address: str, count: int, folder: Path | None) -> None:
    """Connect, say when all are live, and wait for the end of standard input."""
    watch, dialer, tasks = Watch(count), Dialer(Rounds()), TaskOwner("subscribers")
    pools: list[Links] = []
    lights: list[Light] = []
    for number in range(count):
        name = name_of(number)
        if number % _WHOLE == 0:
            pools.append(_subscriber(address, name, folder, watch))
            continue
        identity, book, peer = trust_of(folder, name) if folder is not None else (None, None, None)
        context = book.client_context(peer) if book is not None and peer is not None else None
        lights.append(Light(name, identity.id if identity is not None else name, watch))
        await lights[-1].connect(dialer, address, context)
    tasks.start("ask", _ask(lights))
    await watch.news.wait()
    watch.delays.clear()
    watch.ticks = 0
    _say({"live": len(watch.seen)})
    await asyncio.to_thread(sys.stdin.read)
    delays = sorted(watch.delays)
    late = delays[int(len(delays) * 0.99)] if delays else None
    _say({"ticks": watch.ticks, "measured": len(delays), "p99": late, "lost": watch.lost})
    await tasks.close()
    await dialer.close()
    await asyncio.gather(*(pool.close() for pool in pools))


async def _ask(lights: list[Light]) -> None:
    """Let them ask in turns, each every ten seconds."""
    while True:
        for at in range(10):
            for light in lights[at::10]:
                light.ask()
            await asyncio.sleep(1.0)


def _say(found: dict[str, float | None]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def _subscriber(address: str, name: str, folder: Path | None, watch: Watch) -> Links:
    if folder is None:
        station, peer = Station(name), Peer(CENTER, CENTER, addresses=(address,))
        pool = Links(station, name, PlainTrust([peer]))
    else:
        identity, book, peer = trust_of(folder, name, (address,))
        station = Station(identity.id)
        pool = Links(station, identity.id, book)
    station.heard = lambda _, event: watch.heard(name, event)
    pool.expect(peer.id, EVERYTHING)
    pool.want(peer.id)
    return pool


def main() -> None:
    address, count, folder = sys.argv[1:]
    asyncio.run(serve(address, int(count), None if folder == "-" else Path(folder)))


if __name__ == "__main__":
    main()
