"""Wires over TLS on loopback, and machines that let others pair with them, for the tests of pairing."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from sysmon.model.errors import Unreachable
from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.pairing_messages import SPELLING, Card
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.framed import FramedWire
from sysmon.transport.pairing import pair_with
from sysmon.transport.pairing_room import PairingNote, PairingRoom
from sysmon.transport.wire import End, Mailbox, WireLost
from tests.transport.machines import book


class TlsEnd(asyncio.Protocol):
    """Feeds a `FramedWire` from a TLS connection."""

    def __init__(self, arrived: Callable[[FramedWire], None]) -> None:
        self._arrived = arrived
        self._wire: FramedWire | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        host, port = transport.get_extra_info("peername")[:2]
        self._wire = FramedWire(transport, SPELLING, f"{host}:{port}")
        secured = transport.get_extra_info("ssl_object")
        self._wire.peer_certificate = secured.getpeercert(True) or b"" if secured is not None else b""
        self._arrived(self._wire)

    def data_received(self, data: bytes) -> None:
        assert self._wire is not None
        self._wire.fed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._wire is not None:
            self._wire.gone(End(Reason.CUT, str(exc or "")))

    def pause_writing(self) -> None:
        assert self._wire is not None
        self._wire.filled()

    def resume_writing(self) -> None:
        assert self._wire is not None
        self._wire.drained()


async def open_wire(port: int, context: ssl.SSLContext | None) -> FramedWire:
    """A wire to ``port`` on loopback."""
    opened: list[FramedWire] = []
    name = "" if context is not None else None
    await asyncio.get_running_loop().create_connection(
        lambda: TlsEnd(opened.append), "127.0.0.1", port, ssl=context, server_hostname=name
    )
    return opened[0]


@contextlib.asynccontextmanager
async def listening(context: ssl.SSLContext | None, arrived: Callable[[FramedWire], None]) -> AsyncIterator[int]:
    """Hand every connection to ``arrived``; the port."""
    server = await asyncio.get_running_loop().create_server(lambda: TlsEnd(arrived), "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


class Machine:
    """A machine that can pair: it listens while it is entered."""

    def __init__(self, folder: Path, name: str, *, watch: bool = True, shown: bool = True) -> None:
        self.name = name
        self.book = book(folder, name)
        self.time = 1e9
        self.addresses: list[str] = []
        self.watch, self.shown = watch, shown
        self.notes: list[PairingNote] = []
        self.changes = 0
        self.enrolments = Enrolments(folder / name, self.now)
        self.room = PairingRoom(
            self.book,
            self.card,
            enrolments=self.enrolments,
            on_change=self._changed,
            on_note=self.notes.append,
            now=self.now,
        )
        self.tasks = TaskOwner(name)
        self.guests: list[FramedWire] = []

    def now(self) -> float:
        return self.time

    def card(self) -> Card:
        return Card(self.name, addresses=self.addresses, watch=self.watch, shown=self.shown)

    def _changed(self) -> None:
        self.changes += 1

    def _arrived(self, wire: FramedWire) -> None:
        self.guests.append(wire)
        self.tasks.start("guest", self.room.welcome(wire))

    async def __aenter__(self) -> Machine:
        self._listening = listening(self.book.server_context(), self._arrived)
        self.port = await self._listening.__aenter__()
        self.addresses = [f"127.0.0.1:{self.port}"]
        return self

    async def __aexit__(self, *error: object) -> None:
        self.room.close()
        await self._listening.__aexit__(None, None, None)
        assert await self.tasks.close() == []

    async def settled(self) -> None:
        """Wait until no guest is served any more."""
        if self.tasks._tasks:
            _, stuck = await asyncio.wait(self.tasks._tasks, timeout=10)
            assert not stuck

    @property
    def address(self) -> str:
        return self.addresses[0]

    async def dial(self, addresses: Sequence[str]) -> FramedWire:
        """As links dial for pairing: the first address that answers."""
        for address in addresses:
            try:
                return await open_wire(int(address.rpartition(":")[2]), self.book.pairing_client_context())
            except OSError:
                continue
        raise Unreachable(Reason.NOBODY_LISTENS, addresses[0])

    async def pair(self, where: str, code: str = "") -> Peer:
        return await pair_with(where, code, dial=self.dial, trust=self.book, card=self.card(), now=self.now)

    async def knock(self, machine: Machine) -> tuple[FramedWire, Mailbox]:
        """A bare wire to ``machine``'s pairing, to say whatever a test wants."""
        wire = await open_wire(machine.port, self.book.pairing_client_context())
        return wire, Mailbox(wire)


async def pass_on(one: FramedWire, two: FramedWire, change: Callable[[bytes], bytes] = bytes) -> None:
    """Carry messages from ``one`` to ``two`` until it hangs up."""
    box = Mailbox(one)
    with contextlib.suppress(WireLost):
        while True:
            two.send(change(await box.take()))
    two.close(Reason.NOT_WANTED)
