"""One question, one answer, for this user only: by both ways, with callers that say nothing, lie, or go away."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from sysmon.transport import local_socket
from sysmon.transport.local_socket import LocalServer, Nobody, ask


async def echo(question: bytes) -> bytes:
    return question[::-1]


@pytest.fixture(params=["unix", "loopback"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "loopback":
        monkeypatch.setattr(local_socket, "_LONGEST_PATH", 0)
    return tmp_path


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[LocalServer]:
    opened = LocalServer(folder, echo)
    assert await opened.open()
    yield opened
    await opened.close()


async def asked(folder: Path, question: bytes) -> bytes:
    return await asyncio.to_thread(ask, folder, question, 5.0)


def connection_to(folder: Path) -> socket.socket:
    return local_socket._connect(folder / "control.sock", folder / "control.port", 5.0)


def hung_up(caller: socket.socket) -> bool:
    """Waits until the other end is gone: closed, or reset where it had not read everything."""
    try:
        return caller.recv(1) == b""
    except ConnectionError:
        return True


async def test_a_question_is_answered(server: LocalServer, folder: Path) -> None:
    assert await asked(folder, b"abc") == b"cba"
    assert await asked(folder, b"") == b""
    large = bytes(range(256)) * 8192
    assert await asked(folder, large) == large[::-1]


def test_nobody_there_is_said(folder: Path) -> None:
    with pytest.raises(Nobody):
        ask(folder, b"abc", 1.0)


async def test_what_lies_there_is_of_the_user_only(server: LocalServer, folder: Path) -> None:
    (entry,) = folder.iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


async def test_a_second_program_is_told_that_there_is_one(server: LocalServer, folder: Path) -> None:
    second = LocalServer(folder, echo)
    assert not await second.open()
    await second.close()
    assert await asked(folder, b"12") == b"21"


async def test_what_a_killed_program_left_is_replaced(folder: Path) -> None:
    first = LocalServer(folder, echo)
    await first.open()
    assert first._server is not None
    first._server.close()  # as if killed: its file stays
    second = LocalServer(folder, echo)
    assert await second.open()
    assert await asked(folder, b"12") == b"21"
    await first.close()
    assert await asked(folder, b"34") == b"43", "the first took the second's file away"
    await second.close()


async def test_a_caller_that_lies_about_its_size_is_hung_up_on(server: LocalServer, folder: Path) -> None:
    def lie() -> bytes:
        with connection_to(folder) as caller:
            caller.sendall(b"\xff\xff\xff\xff")
            return caller.recv(1)

    assert await asyncio.to_thread(lie) == b""
    assert await asked(folder, b"12") == b"21"


async def test_without_the_secret_nothing_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_socket, "_LONGEST_PATH", 0)
    server = LocalServer(tmp_path, echo)
    await server.open()
    port = int((tmp_path / "control.port").read_text().split()[0])

    def intrude() -> bytes:
        with socket.create_connection(("127.0.0.1", port), 5.0) as caller:
            caller.sendall(bytes(32) + b"\0\0\0\1a")
            return caller.recv(1)

    assert await asyncio.to_thread(intrude) == b""
    await server.close()


async def test_callers_that_say_nothing_hold_up_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_socket, "PATIENCE", 0.05)
    server = LocalServer(folder, echo)
    await server.open()
    silent = [await asyncio.to_thread(connection_to, folder) for _ in range(local_socket.CALLERS + 3)]
    for caller in silent:
        assert await asyncio.to_thread(hung_up, caller)
        caller.close()
    assert await asked(folder, b"12") == b"21"
    await server.close()


async def test_closing_hangs_up_and_leaves_nothing(folder: Path) -> None:
    process = psutil.Process()
    descriptors, threads, tasks = process.num_fds(), threading.active_count(), len(asyncio.all_tasks())
    started = asyncio.Event()

    async def never(_: bytes) -> bytes:
        started.set()
        await asyncio.Event().wait()
        return b""

    server = LocalServer(folder, never)
    await server.open()
    caller = connection_to(folder)
    caller.sendall(b"\0\0\0\1a")
    await started.wait()
    await server.close()
    await server.close()
    assert caller.recv(1) == b""
    caller.close()
    assert list(folder.iterdir()) == []
    assert process.num_fds() == descriptors
    assert len(asyncio.all_tasks()) == tasks
    assert threading.active_count() <= threads + (os.cpu_count() or 1) + 4  # asyncio's own pool of the open's look


async def test_an_answer_that_breaks_off_is_said(folder: Path) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(7)
        writer.write(b"\0\0\0\x10abc")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_unix_server(half, folder / "control.sock")
    if local_socket._LONGEST_PATH:
        with pytest.raises(ConnectionError, match="went away"):
            await asked(folder, b"abc")
    else:
        with pytest.raises(Nobody):
            await asked(folder, b"abc")
    server.close()
    await server.wait_closed()
