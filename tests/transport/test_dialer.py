"""One try to reach a peer, against listeners that behave well and badly."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sysmon.model.link import Reason
from sysmon.protocol.states import LinkEvent
from sysmon.transport.dialer import Dialer, DialLimits
from sysmon.transport.failures import Failure
from sysmon.transport.resolver import Place
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import Mailbox
from tests.transport.made import closing, plain_pair

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]
SHORT = DialLimits(connect=0.3, secure=0.3, upgrade=0.3, stagger=0.05)


@asynccontextmanager
async def listener(answer: bytes | None) -> AsyncIterator[str]:
    """Listens, reads the request, answers and hangs up; None: never answers."""
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if answer is not None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
            else:
                await reader.read()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await served.wait()


async def failure_of(address: str, limits: DialLimits | None = None) -> Failure:
    dialer = Dialer(Rounds(), limits)
    with pytest.raises(Failure) as caught:
        await dialer.dial([address], None, lambda _: None)
    await dialer.close()
    return caught.value


def unused() -> str:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{sock.getsockname()[1]}"


async def test_an_open_wire_and_how_far_it_came() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        stages: list[LinkEvent] = []
        dialer = Dialer(Rounds())
        wire = await dialer.dial([await there.listen()], None, stages.append, "/as/alpha")
        assert stages == [LinkEvent.RESOLVED, LinkEvent.CONNECTED, LinkEvent.SECURED]
        box = Mailbox(wire)
        assert await box.take(), "hello"
        wire.abort()
        await box.gone()


def delays_of(port: int) -> list[int]:
    """Whether each end of this process's connections to ``port`` sends at once: 1 where it does."""
    found: list[int] = []
    for entry in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):
            if not str(entry.readlink()).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(entry.name))) as sock:
                if sock.family == socket.AF_INET and port in (sock.getpeername()[1], sock.getsockname()[1]):
                    found.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    return found


async def test_neither_end_keeps_a_message_back_until_the_one_before_is_acknowledged() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        address = await there.listen()
        dialer = Dialer(Rounds())
        wire = await dialer.dial([address], None, lambda _: None, "/as/alpha")
        box = Mailbox(wire)
        assert delays_of(int(address.rpartition(":")[2])) == [1, 1]
        wire.abort()
        await box.gone()


async def test_nobody_listens() -> None:
    assert (await failure_of(unused())).reason is Reason.NOBODY_LISTENS


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Reason.NOT_SYSMON),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n", Reason.BUSY),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", Reason.NOT_SYSMON),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reason.NOT_SYSMON),
        (b"\x00" * 20_000, Reason.NOT_SYSMON),
        (b"", Reason.CUT),
        (b"HTTP/1.1 101 Swit", Reason.CUT),
    ],
)
async def test_answers_of_others(answer: bytes, reason: Reason) -> None:
    async with listener(answer) as address:
        assert (await failure_of(address)).reason is reason


async def test_no_answer_at_all() -> None:
    async with listener(None) as address:
        assert (await failure_of(address, SHORT)).reason is Reason.GREETING_TIMEOUT


async def test_no_address_and_no_name() -> None:
    assert (await failure_of("no-such-name.invalid:1")).reason is Reason.NAME_UNKNOWN
    with pytest.raises(Failure) as caught:
        await Dialer(Rounds()).dial([], None, lambda _: None)
    assert caught.value.reason is Reason.NAME_UNKNOWN


async def test_of_several_addresses_the_one_that_answers_is_taken() -> None:
    here, there = plain_pair()
    async with closing(here, there):
        dialer = Dialer(Rounds(), SHORT)
        addresses = ["no-such-name.invalid:1", unused(), await there.listen()]
        wire = await dialer.dial(addresses, None, lambda _: None, "/as/alpha")
        assert wire.address == addresses[-1]
        box = Mailbox(wire)
        wire.abort()
        await box.gone()
        await dialer.close()


async def test_an_address_that_hangs_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = plain_pair()
    async with closing(here, there):
        address = await there.listen()
        dialer = Dialer(Rounds(), SHORT)
        hung = asyncio.Event()
        connect = dialer._try

        async def sometimes(place: Place) -> socket.socket | Failure:
            if place.port == 9:
                try:
                    await asyncio.Event().wait()
                finally:
                    hung.set()
            return await connect(place)

        monkeypatch.setattr(dialer, "_try", sometimes)
        wire = await dialer.dial(["127.0.0.1:9", address], None, lambda _: None, "/as/alpha")
        await hung.wait()
        box = Mailbox(wire)
        wire.abort()
        await box.gone()
        with pytest.raises(Failure) as caught:
            await dialer.dial(["127.0.0.1:9"], None, lambda _: None)
        assert caught.value.reason is Reason.CONNECT_TIMEOUT
        await dialer.close()


async def test_no_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(socket, "socket", none_left)
    assert (await failure_of("127.0.0.1:9")).reason is Reason.NO_DESCRIPTORS


async def test_cancelling_hangs_up() -> None:
    async with listener(None) as address:
        stages: asyncio.Queue[LinkEvent] = asyncio.Queue()
        dialer = Dialer(Rounds())
        async with asyncio.TaskGroup() as group:
            dialling = group.create_task(dialer.dial([address], None, stages.put_nowait))
            while await stages.get() is not LinkEvent.CONNECTED:
                pass
            dialling.cancel()
        # The listener ends only because the connection did.
