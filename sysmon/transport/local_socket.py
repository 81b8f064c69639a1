"""How a command reaches the program that runs already: one question, one answer, on this machine and for this user only.

A Unix socket in a folder that only the user may enter; where there are none (Windows, or a path that is too
long for one), a loopback port whose number and secret stand in a file there. Knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from sysmon.pipeline.tasks import TaskOwner

log = logging.getLogger(__name__)

LONGEST: Final = 32 << 20
"""Bytes of a question or an answer."""
PATIENCE: Final = 5.0
"""Seconds in which a caller must have asked."""
CALLERS: Final = 16
"""Callers at once; more are hung up on."""
_LONGEST_PATH: Final = 100
"""Bytes; sun_path has 104 on the BSDs and 108 on Linux (unix(7))."""
_SIZE: Final = 4
_SECRET: Final = 32

Answerer = Callable[[bytes], Awaitable[bytes]]


class Nobody(ConnectionError):
    """No program of this user answers: none runs, or it is ending."""


class LocalServer:
    """Answers questions of this user's other programs. Lives on one loop; `close` leaves nothing."""

    def __init__(self, folder: Path, answer: Answerer, name: str = "control") -> None:
        """``folder`` must be private to the user. ``answer`` may take its time, and must not raise."""
        self._path = folder / f"{name}.sock"
        self._note = folder / f"{name}.port"
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._callers: TaskOwner | None = None
        self._secret = b""
        self._owned: tuple[Path, tuple[int, int]] | None = None

    async def open(self) -> bool:
        """Listen; False where another program of this user does so already. Raises OSError where it cannot."""
        if await asyncio.to_thread(_answers, self._path, self._note):
            return False
        self._callers = TaskOwner("local callers")
        if _has_unix(self._path):
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
            self._server = await asyncio.start_unix_server(self._called, self._path)
            self._path.chmod(0o600)
            self._owned = (self._path, _identity(self._path))
        else:
            self._secret = secrets.token_bytes(_SECRET)
            self._server = await asyncio.start_server(self._called, "127.0.0.1", 0)
            port: int = self._server.sockets[0].getsockname()[1]
            _write_private(self._note, f"{port} {self._secret.hex()}\n")
            self._owned = (self._note, _identity(self._note))
        return True

    async def close(self) -> None:
        """Hang up on everybody, listen no more. Idempotent."""
        server, callers, owned = self._server, self._callers, self._owned
        self._server = self._callers = self._owned = None
        if server is None or callers is None:
            return
        server.close()
        await callers.close(limit=1.0)
        await server.wait_closed()
        # Not the socket of a program that took over meanwhile.
        if owned is not None and _identity(owned[0]) == owned[1]:
            with contextlib.suppress(OSError):
                owned[0].unlink()

    def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers = self._callers
        if callers is None or len(callers) >= CALLERS:
            writer.close()
            return
        callers.start("caller", self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                if self._secret and not hmac.compare_digest(await reader.readexactly(_SECRET), self._secret):
                    return
                question = await _read(reader)
            answer = await self._answer(question)
            writer.write(len(answer).to_bytes(_SIZE, "big") + answer)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            log.debug("a local caller was left: %s", error)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(_SIZE), "big")
    if size > LONGEST:
        raise ValueError(f"a question of {size} bytes")
    return await reader.readexactly(size)


def ask(folder: Path, question: bytes, limit: float, name: str = "control") -> bytes:
    """The running program's answer, waited for at most ``limit`` seconds.

    Blocks. Raises `Nobody` where none runs, TimeoutError where it does not answer in time, ConnectionError where it goes away half-way.
    """
    path, note = folder / f"{name}.sock", folder / f"{name}.port"
    with _connect(path, note, limit) as connection:
        connection.sendall(len(question).to_bytes(_SIZE, "big") + question)
        size = int.from_bytes(_exactly(connection, _SIZE), "big")
        if size > LONGEST:
            raise ConnectionError("the running program answers nonsense")
        return _exactly(connection, size)


def _connect(path: Path, note: Path, limit: float) -> socket.socket:
    try:
        if _has_unix(path):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(limit)
                connection.connect(str(path))
            except BaseException:
                connection.close()
                raise
            return connection
        port, secret = note.read_text(encoding="ascii").split()
        connection = socket.create_connection(("127.0.0.1", int(port)), limit)
        connection.sendall(bytes.fromhex(secret))
        return connection
    except (FileNotFoundError, ConnectionRefusedError, ValueError) as error:
        raise Nobody(f"no sysmon of this user answers at {path.parent}") from error


def _exactly(connection: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = connection.recv(min(1 << 20, size - len(found)))
        if not piece:
            raise ConnectionError("the running program went away before it answered")
        found += piece
    return bytes(found)


def _answers(path: Path, note: Path) -> bool:
    """Whether a program listens there: connecting is enough to know."""
    try:
        _connect(path, note, 1.0).close()
    except (Nobody, OSError):
        return False
    return True


def _has_unix(path: Path) -> bool:
    return hasattr(socket, "AF_UNIX") and os.name != "nt" and len(os.fsencode(path)) <= _LONGEST_PATH


def _identity(path: Path) -> tuple[int, int]:
    """What tells this file from one that took its place; an inode's number alone is given again."""
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return (found.st_ino, found.st_ctime_ns)


def _write_private(path: Path, text: str) -> None:
    """Replace ``path`` by ``text``, readable by the user only from the first moment."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)
    fresh.replace(path)
