"""Births and deaths of processes as the kernel tells them: the process connector of Linux.

A table that is read every second never sees what lives for a tenth of one. The connector
(``include/uapi/linux/cn_proc.h``) sends a message for each fork, exec and exit; it needs
CAP_NET_ADMIN in the first network namespace. Knows no table and no screen.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.model.errors import CollectorFailed, CollectorUnavailable

_NETLINK_CONNECTOR: Final = 11
_CN_IDX_PROC: Final = 1
_CN_VAL_PROC: Final = 1
_LISTEN, _IGNORE = 1, 2
_NLMSG_DONE: Final = 3

_NETLINK_HEADER: Final = struct.Struct("=IHHII")
_CONNECTOR_HEADER: Final = struct.Struct("=IIIIHH")
_EVENT_HEADER: Final = struct.Struct("=IIQ")
_FOUR: Final = struct.Struct("=IIII")
_EVENT_AT: Final = _NETLINK_HEADER.size + _CONNECTOR_HEADER.size
_DETAILS_AT: Final = _EVENT_AT + _EVENT_HEADER.size

_FORK, _EXEC, _EXIT = 0x1, 0x2, 0x80000000

_BUFFER: Final = 4 << 20
"""Bytes that the kernel may queue for us: about 40,000 events, minutes of hard forking."""
_BATCH: Final = 2000
"""Messages taken at once, so that a fork storm cannot hold whoever reads for ever."""


@dataclass(frozen=True, slots=True)
class Forked:
    """A process began."""

    pid: int
    parent: int


@dataclass(frozen=True, slots=True)
class Executed:
    """A process runs another program; ``name`` is "" where it ended before it could be asked."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Exited:
    """A process ended. Exactly one of ``exit_code`` and ``signal`` is known."""

    pid: int
    exit_code: int | None
    signal: int | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The kernel dropped events: more came than were read."""


LifeEvent = Forked | Executed | Exited | Lost


def parse_event(message: bytes) -> LifeEvent | None:
    """The event of one netlink message; None for those of threads and for kinds that we do not use.

    ``Executed`` comes without a name: the message has none. Raises CollectorFailed where the
    message is cut short.
    """
    try:
        what, _cpu, _time = _EVENT_HEADER.unpack_from(message, _EVENT_AT)
        if what not in (_FORK, _EXEC, _EXIT):
            return None
        a, b, c, d = _FOUR.unpack_from(message.ljust(_DETAILS_AT + _FOUR.size, b"\0"), _DETAILS_AT)
    except struct.error as error:
        raise CollectorFailed(f"an event of the process connector has only {len(message)} bytes") from error
    if what == _FORK:
        # parent thread, parent process, child thread, child process: a new thread is no new process.
        return Forked(d, b) if c == d else None
    if a != b:
        return None
    if what == _EXEC:
        return Executed(b, "")
    # Third word: status as of wait(2).
    return Exited(b, None, c & 0x7F) if c & 0x7F else Exited(b, (c >> 8) & 0xFF, None)


class ProcessEvents:
    """The subscription. Has a descriptor to wait on; `read` never blocks. One thread at a time."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        """Raises CollectorUnavailable where this system or these rights do not allow it."""
        if not hasattr(socket, "AF_NETLINK"):
            raise CollectorUnavailable("only Linux tells births and deaths of processes this way")
        self._proc = str(proc)
        try:
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _NETLINK_CONNECTOR)
        except OSError as error:
            raise CollectorUnavailable("this kernel has no process connector (CONFIG_PROC_EVENTS)") from error
        try:
            self._socket.setblocking(False)
            self._enlarge()
            self._socket.bind((0, _CN_IDX_PROC))
            self._socket.send(_request(_LISTEN))
        except OSError as error:
            self._socket.close()
            raise CollectorUnavailable(
                "the kernel tells births and deaths of processes to root only (CAP_NET_ADMIN)"
                if error.errno in (errno.EPERM, errno.EACCES)
                else f"the kernel refuses its process connector: {error.strerror}"
            ) from error

    def _enlarge(self) -> None:
        # SO_RCVBUFFORCE (socket(7)) goes beyond the usual limit, and needs the same right as the connector.
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, 33, _BUFFER)

    def fileno(self) -> int:
        """The descriptor that becomes readable when events came."""
        return self._socket.fileno()

    def read(self) -> list[LifeEvent]:
        """The events that wait, oldest first, at most a few thousand. Raises CollectorFailed, OSError."""
        return list(self._events())

    def _events(self) -> Iterator[LifeEvent]:
        for _ in range(_BATCH):
            try:
                message, sender = self._socket.recvfrom(4096)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                yield Lost()
                continue
            if sender[0] != 0:  # only the kernel may tell; any process can send to a netlink socket
                continue
            event = parse_event(message)
            if isinstance(event, Executed):
                yield Executed(event.pid, self._name(event.pid))
            elif event is not None:
                yield event

    def _name(self, pid: int) -> str:
        try:
            descriptor = os.open(f"{self._proc}/{pid}/comm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return ""
        try:
            return os.read(descriptor, 64).decode("utf-8", "replace").removesuffix("\n")
        except OSError:
            return ""
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End the subscription. Idempotent."""
        if self._socket.fileno() < 0:
            return
        with contextlib.suppress(OSError):
            self._socket.send(_request(_IGNORE))
        self._socket.close()


def _request(operation: int) -> bytes:
    data = struct.pack("=I", operation)
    body = _CONNECTOR_HEADER.pack(_CN_IDX_PROC, _CN_VAL_PROC, 0, 0, len(data), 0) + data
    return _NETLINK_HEADER.pack(_NETLINK_HEADER.size + len(body), _NLMSG_DONE, 0, 0, os.getpid()) + body
