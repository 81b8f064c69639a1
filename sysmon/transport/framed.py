"""Messages over a stream of bytes, such as the pipes of ssh: each with its length before it. A `wire.Wire`.

    4 bytes   length, most significant first, then the message
    0000 0000 nn nn   goodbye: the number of a reason, in two bytes

Knows no process and no socket: whoever owns the stream feeds it.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.side import from_peer
from sysmon.transport.wire import CLOSE_LIMIT, FIRST_MESSAGES, End, Receiver

_LENGTH: Final = 4
_GOODBYE: Final = 2
MOST_EARLY: Final = 1 << 17
"""Bytes that are kept for a receiver that is not there yet."""


class Sink(Protocol):
    """The way out. An `asyncio.Transport` is one."""

    def write(self, data: bytes) -> None:
        """Never waits."""
        ...

    def get_write_buffer_size(self) -> int: ...

    def close(self) -> None:
        """Let what was written leave, then hang up; `FramedWire.gone` follows."""
        ...

    def abort(self) -> None:
        """Hang up at once; `FramedWire.gone` follows."""
        ...


class FramedWire:
    """One end. On one loop."""

    def __init__(self, sink: Sink, spelling: str, address: str) -> None:
        self._sink = sink
        self._size = FIRST_MESSAGES
        self._buffer = bytearray()
        self._receiver: Receiver | None = None
        self._early: list[bytes] = []
        self._early_bytes = 0
        self._open = True
        self._full = False
        self._own_end: End | None = None
        self._told_end: End | None = None
        self._end: End | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.spelling = spelling
        self.address = address
        self.peer_certificate = b""
        self.own_certificate = b""
        self.bytes_in = 0
        self.bytes_out = 0

    # What the owner of the stream calls.

    def fed(self, data: bytes) -> None:
        """Bytes came."""
        self.bytes_in += len(data)
        buffer = self._buffer
        buffer += data
        start = 0
        while self._open and len(buffer) - start >= _LENGTH:
            length = int.from_bytes(buffer[start : start + _LENGTH])
            if length > self._size:
                self.close(Reason.TOO_LARGE, f"a message of {length} bytes")
            elif length == 0:
                if len(buffer) - start < _LENGTH + _GOODBYE:
                    break
                number = int.from_bytes(buffer[start + _LENGTH : start + _LENGTH + _GOODBYE])
                self._told_end = End(from_peer(number), "the other end said goodbye")
                self._hang_up(CLOSE_LIMIT)
            elif len(buffer) - start < _LENGTH + length:
                break
            else:
                message = bytes(buffer[start + _LENGTH : start + _LENGTH + length])
                start += _LENGTH + length
                self._message(message)
        if self._open:
            del buffer[:start]
        else:
            buffer.clear()

    def _message(self, message: bytes) -> None:
        if self._receiver is not None:
            self._receiver.message(message)
            return
        self._early.append(message)
        self._early_bytes += len(message) + _LENGTH
        if self._early_bytes > MOST_EARLY:
            self.close(Reason.TOO_FAST, "nobody has listened yet")

    def filled(self) -> None:
        """The stream takes no more for now."""
        self._full = True

    def drained(self) -> None:
        """The stream takes more."""
        self._full = False
        if self._receiver is not None and self._open:
            self._receiver.room()

    def gone(self, end: End) -> None:
        """The stream ended; ``end`` is why, where neither side said so. Idempotent."""
        if self._end is not None:
            return
        self._open = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._end = self._own_end or self._told_end or end
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.lost(self._end)

    # See `wire.Wire`.

    @property
    def room(self) -> bool:
        return self._open and not self._full

    @property
    def in_flight(self) -> int:
        return self._sink.get_write_buffer_size() if self._end is None else 0

    def attach(self, receiver: Receiver) -> None:
        if self._early or self._end is not None:
            asyncio.get_running_loop().call_soon(self._catch_up, receiver)
        else:
            self._receiver = receiver

    def _catch_up(self, receiver: Receiver) -> None:
        early, self._early = self._early, []
        self._early_bytes = 0
        self._receiver = receiver
        for message in early:
            if self._own_end is None:
                receiver.message(message)
        if self._end is not None:
            self._receiver = None
            receiver.lost(self._end)

    def widen(self, size: int) -> None:
        self._size = size

    def send(self, data: bytes) -> None:
        if self._open and data:
            self._write(len(data).to_bytes(_LENGTH) + data)

    def _write(self, data: bytes) -> None:
        self.bytes_out += len(data)
        self._sink.write(data)

    def close(self, reason: Reason, text: str = "", limit: float = CLOSE_LIMIT) -> None:
        if self._own_end is not None or self._end is not None:
            return
        self._own_end = End(reason, printable(text))
        if self._open:
            self._write(bytes(_LENGTH) + reason.number.to_bytes(_GOODBYE))
        self._hang_up(limit)

    def _hang_up(self, limit: float) -> None:
        self._open = False
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(limit, self._sink.abort)
            self._sink.close()

    def abort(self) -> None:
        self._open = False
        if self._end is None:
            self._sink.abort()
