"""A network that fails as a test wants it: a TCP proxy on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field


@dataclass
class Faults:
    """What the proxy does to connections made from now on, and, where it says so, to those that stand."""

    cut_down: int | None = None
    """Bytes from the listener after which a connection is cut; None for never."""
    cut_up: int | None = None
    """Bytes from the dialler after which a connection is cut."""
    stop_down: int | None = None
    """Bytes from the listener after which nothing more passes to the dialler."""
    reset: bool = True
    """Whether cutting is a reset, and not an orderly end."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set nothing passes, in connections that stand, too."""
    open_down: asyncio.Event = field(default_factory=asyncio.Event)
    """The same, for what goes to the dialler only."""
    refuse: bool = False
    """Hang up on everybody at once."""
    bytewise: bool = False
    """Pass one byte at a time."""
    trickle: tuple[asyncio.Semaphore, asyncio.Semaphore] | None = None
    """Pass one byte from the dialler whenever the first is released, to it with the second; None: as much as there is."""


class Proxy:
    """Between one dialler and one listener."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self.faults = Faults()
        self.faults.open.set()
        self.faults.open_down.set()
        self.down = 0
        """Bytes that passed to the dialler, ever."""
        self.up = 0
        self.connections = 0
        self.trickled = 0
        """Bytes that passed one by one."""
        self._news = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.faults.open.set()
        self.faults.open_down.set()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)

    @property
    def address(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def passed(self, up: int, down: int) -> None:
        """Wait until so many bytes have passed, ever."""
        while self.up < up or self.down < down:
            self._news.clear()
            await self._news.wait()

    def cut(self) -> None:
        """Cut all connections."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        faults, number = self.faults, self.connections
        try:
            if faults.refuse:
                return
            there_reader, there_writer = await asyncio.open_connection(sock=await self._connect())
            self._writers |= {writer, there_writer}
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass(reader, there_writer, True, faults.cut_up), name=f"up {number}")
                    limit = faults.cut_down if faults.stop_down is None else faults.stop_down
                    group.create_task(self._pass(there_reader, writer, False, limit), name=f"down {number}")
            except* (_CutError, OSError):
                for one in (writer, there_writer):
                    _end(one, faults.reset)
            finally:
                self._writers -= {writer, there_writer}
                there_writer.close()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _connect(self) -> socket.socket:
        sock = socket.socket()
        sock.setblocking(False)
        # So that a listener whose bytes are not taken notices it after few of them.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        try:
            await asyncio.get_running_loop().sock_connect(sock, self._target)
        except BaseException:
            sock.close()
            raise
        return sock

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: bool, limit: int | None
    ) -> None:
        left = limit
        while True:
            if left == 0 and not up and self.faults.stop_down is not None:
                await asyncio.Event().wait()
            if left == 0:
                raise _CutError
            data = await reader.read(65536 if left is None else left)
            await self.faults.open.wait()
            if not up:
                await self.faults.open_down.wait()
            if not data:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return
            if left is not None:
                left -= len(data)
            if up:
                self.up += len(data)
            else:
                self.down += len(data)
            self._news.set()
            bytewise = self.faults.bytewise or self.faults.trickle is not None
            for piece in (data[at : at + 1] for at in range(len(data))) if bytewise else (data,):
                if self.faults.trickle is not None:
                    await self.faults.trickle[not up].acquire()
                    self.trickled += 1
                writer.write(piece)
                await writer.drain()


class _CutError(Exception):
    """So many bytes passed."""


def _end(writer: asyncio.StreamWriter, reset: bool) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    if reset:
        writer.transport.abort()
    elif sock is not None:
        writer.close()
