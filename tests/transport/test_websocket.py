"""Messages over a real socket, and what strangers may try there."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
from asyncio import sslproto
from collections.abc import AsyncIterator

import pytest
from websockets.http11 import Request, Response

from sysmon.model.link import Reason
from sysmon.transport.rounds import Rounds
from sysmon.transport.websocket import ClientWire, ServerWire, WebSocketWire
from sysmon.transport.wire import FIRST_MESSAGES, End, Mailbox, WireLost
from tests.transport.test_rounds import turn

LIMIT = 20.0


class OpenGate:
    """Lets everybody in."""

    def __init__(self) -> None:
        self.wires: asyncio.Queue[ServerWire] = asyncio.Queue()
        self.left: asyncio.Queue[ServerWire] = asyncio.Queue()

    def knock(self, wire: ServerWire, request: Request) -> Response | None:
        return wire.reject(404, "no\n") if request.path != "/" else None

    def opened(self, wire: ServerWire) -> None:
        self.wires.put_nowait(wire)

    def gone(self, wire: ServerWire) -> None:
        self.left.put_nowait(wire)


class Ends:
    """Both ends of a connection, and the raw sockets below where a test wants them."""

    def __init__(self) -> None:
        self.rounds = Rounds()
        self.gate = OpenGate()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wires: list[WebSocketWire] = []
        self._sockets: list[socket.socket] = []

    async def close(self) -> None:
        """Leave nothing behind."""
        for wire in self._wires:
            wire.abort()
        for sock in self._sockets:
            sock.close()
        for wire in self._wires:
            await end_of(Mailbox(wire))

    def _told(self, trouble: Exception | None) -> None:
        if trouble is None:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(trouble)

    async def connect(self, path: str = "/", spelling: str = "sysmon.v1") -> tuple[ClientWire, ServerWire]:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        server = ServerWire(self.gate, self.rounds, ("sysmon.v1", "sysmon.v1+json"))
        client = ClientWire("127.0.0.1", 80, path, (spelling,), self.rounds, self._told)
        self._wires += [client, server]
        await loop.connect_accepted_socket(lambda: server, theirs)
        await loop.create_connection(lambda: client, sock=ours)
        async with asyncio.timeout(LIMIT):
            await self.opened
        return client, server

    async def raw(self) -> tuple[socket.socket, ServerWire]:
        """A client that may write anything."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._sockets.append(ours)
        server = ServerWire(self.gate, self.rounds, ("sysmon.v1",))
        self._wires.append(server)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: server, theirs)
        return ours, server

    async def upgraded(self) -> tuple[socket.socket, ServerWire]:
        """A raw client that has a WebSocket."""
        ours, server = await self.raw()
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(
            ours,
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: sysmon.v1\r\n\r\n",
        )
        answer = await loop.sock_recv(ours, 4096)
        assert answer.startswith(b"HTTP/1.1 101")
        return ours, server


def frame(opcode: int, data: bytes = b"", fin: bool = True, size: int | None = None) -> bytes:
    """A masked frame (the mask is 0) of a client; ``size`` is what it announces."""
    size = len(data) if size is None else size
    head = bytes([opcode | (0x80 if fin else 0)])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += b"\xfe" + size.to_bytes(2, "big")
    else:
        head += b"\xff" + size.to_bytes(8, "big")
    return head + bytes(4) + data


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    made = Ends()
    yield made
    await made.close()


async def end_of(box: Mailbox) -> End:
    async with asyncio.timeout(LIMIT):
        return await box.gone()


async def test_messages_go_both_ways_whole_and_in_order(ends: Ends) -> None:
    client, server = await ends.connect()
    at_server, at_client = Mailbox(server), Mailbox(client)
    client.widen(1 << 20)
    for data in (b"", b"x", b"y" * 126, b"z" * 5000):
        client.send(data)
        server.send(data)
        assert await at_server.take() == data
        assert await at_client.take() == data
    assert (client.spelling, server.spelling) == ("sysmon.v1", "sysmon.v1")
    assert client.bytes_out == server.bytes_in
    client.close(Reason.NOT_WANTED, "enough")
    assert await end_of(at_server) == End(Reason.NOT_WANTED, "enough")
    assert await end_of(at_client) == End(Reason.NOT_WANTED, "enough")
    client.send(b"too late")
    server.send(b"too late")


async def test_json_travels_as_text(ends: Ends) -> None:
    client, server = await ends.connect(spelling="sysmon.v1+json")
    at_server = Mailbox(server)
    Mailbox(client)
    client.send(b'{"type":"hello"}')
    assert await at_server.take() == b'{"type":"hello"}'
    client.abort()
    assert (await end_of(at_server)).reason is Reason.CUT


async def test_what_came_before_somebody_listened_is_not_lost(ends: Ends) -> None:
    client, server = await ends.connect()
    server.send(b"early")
    server.close(Reason.DRAINING)
    at_client = Mailbox(client)
    assert await at_client.take() == b"early"
    assert (await end_of(at_client)).reason is Reason.DRAINING
    late = Mailbox(client)
    with pytest.raises(WireLost):
        await late.take()


async def test_a_thousand_get_the_same_frame(ends: Ends) -> None:
    first_client, first = await ends.connect()
    ends.opened = asyncio.get_running_loop().create_future()
    second_client, second = await ends.connect()
    boxes = [Mailbox(first_client), Mailbox(second_client)]
    message = b"one message"
    for server in (first, second):
        Mailbox(server)
        server.send(message)
    framed = ends.rounds.framed
    assert framed[0] is message
    second.send(message)
    assert ends.rounds.framed is framed
    assert [await box.take() for box in boxes] == [message, message]
    for wire in (first, second):
        wire.abort()


async def test_a_wire_that_is_not_read_is_full_and_keeps_little(ends: Ends) -> None:
    client, server = await ends.connect()
    room: list[bool] = []

    class Watcher(Mailbox):
        def room(self) -> None:
            room.append(True)

    Watcher(server)
    sent = 0
    while server.room:
        server.send(b"x" * 1000)
        sent += 1
    assert server.in_flight <= (1 << 15) + 2000
    box = Mailbox(client, most=1 << 20)
    async with asyncio.timeout(LIMIT):
        for _ in range(sent):
            await box.take()
    assert room
    assert server.room
    client.abort()


@pytest.mark.parametrize(
    ("bytes_sent", "reason"),
    [
        (frame(2, size=1 << 30), Reason.TOO_LARGE),
        (frame(2, b"x" * (FIRST_MESSAGES + 1)), Reason.TOO_LARGE),
        (frame(2, b"x" * 5000, fin=False) + frame(0, b"x" * 5000), Reason.TOO_LARGE),
        (b"\x82\x05hello", Reason.BAD_FRAME),  # not masked
        (frame(0, b"x"), Reason.BAD_FRAME),  # goes on with nothing
        (frame(3, b"x"), Reason.BAD_FRAME),
        (frame(9, b"x" * 126), Reason.BAD_FRAME),
        (b"\xf2\x80\x00\x00\x00\x00", Reason.BAD_FRAME),  # reserved bits
        (frame(8, b"\x03"), Reason.BAD_FRAME),
        (frame(9) * 1500, Reason.TOO_FAST),
        (frame(2, fin=False) + frame(0, fin=False) * 1500, Reason.TOO_FAST),
    ],
)
async def test_a_bad_frame_costs_its_sender_the_connection(ends: Ends, bytes_sent: bytes, reason: Reason) -> None:
    raw, server = await ends.upgraded()
    box = Mailbox(server)
    await asyncio.get_running_loop().sock_sendall(raw, bytes_sent)
    raw.shutdown(socket.SHUT_WR)
    assert (await end_of(box)).reason is reason


async def test_random_bytes_end_the_connection_and_nothing_else(ends: Ends) -> None:
    for _ in range(50):
        raw, server = await ends.upgraded()
        box = Mailbox(server, most=1 << 20)
        with raw:
            await asyncio.get_running_loop().sock_sendall(raw, os.urandom(4000))
            raw.shutdown(socket.SHUT_WR)
            assert (await end_of(box)).reason in (Reason.BAD_FRAME, Reason.TOO_LARGE, Reason.CUT, Reason.FAULT_HERE)


async def test_a_request_has_eight_kib(ends: Ends) -> None:
    raw, server = await ends.raw()
    with raw:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(raw, b"GET / HTTP/1.1\r\n")
        try:
            for _ in range(64):
                await loop.sock_sendall(raw, b"X-Padding: " + b"x" * 1000 + b"\r\n")
        except ConnectionError:
            pass
        async with asyncio.timeout(LIMIT):
            assert await ends.gate.left.get() is server
        assert server.bytes_in < FIRST_MESSAGES + 40_000


async def test_pings_whose_answers_are_not_read_end_the_connection(ends: Ends) -> None:
    raw, server = await ends.upgraded()
    box = Mailbox(server)
    ping = frame(9, b"x" * 125)
    loop = asyncio.get_running_loop()
    with raw:
        try:
            async with asyncio.timeout(LIMIT):
                while True:
                    await loop.sock_sendall(raw, ping * 100)
        except ConnectionError:
            pass
        assert (await end_of(box)).reason is Reason.TOO_FAST


async def test_an_answer_that_opens_nothing(ends: Ends) -> None:
    with pytest.raises(Exception, match="404"):
        await ends.connect("/elsewhere")


async def test_one_who_hangs_up_is_sent_nothing_more(ends: Ends) -> None:
    raw, server = await ends.upgraded()
    told: list[bool] = []

    class Talker(Mailbox):
        def lost(self, end: End) -> None:
            told.append(server.room)
            server.send(b"after the end")
            super().lost(end)

    box = Talker(server)
    raw.shutdown(socket.SHUT_WR)
    await turn()
    await turn()
    server.send(b"after the other end hung up")
    assert (await end_of(box)).reason is Reason.CUT
    assert told == [False]
    answer = b""
    while data := await asyncio.get_running_loop().sock_recv(raw, 4096):
        answer += data
    assert b"after" not in answer


def test_tls_keeps_small_buffers() -> None:
    protocol = sslproto.SSLProtocol
    assert protocol.max_size == 1 << 15
    assert "max_size" in inspect.getsource(protocol.__init__), "the size of the buffer that each connection has"
