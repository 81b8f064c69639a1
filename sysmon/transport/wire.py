"""One secured connection that carries whole messages, whatever is below it: a WebSocket, or the pipes of ssh.

Everything is called on one loop, and nothing here waits. Knows nothing of what the messages say.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

from sysmon.model.link import Reason

FIRST_MESSAGES: Final = 8192
"""Bytes of a message that a wire takes until it is told to take larger ones: nobody has said yet who he is."""
CLOSE_LIMIT: Final = 2.0
"""Seconds that the last words may take to leave, and the other side to hang up."""


@dataclass(frozen=True, slots=True)
class End:
    """Why a wire is gone. ``text`` is for the log: what the system or the peer said, printable."""

    reason: Reason
    text: str = ""


class Receiver(Protocol):
    """Whoever listens to a wire. The methods are called by it, must be quick, and must not raise."""

    def message(self, data: bytes) -> None:
        """One whole message came."""
        ...

    def room(self) -> None:
        """The wire takes more, after it was full."""
        ...

    def lost(self, end: End) -> None:
        """The wire is gone. Called once, as the last of all."""
        ...


class Wire(Protocol):
    """An open connection. `send` and `close` on one that is gone do nothing."""

    @property
    def spelling(self) -> str:
        """The sub-protocol that was agreed on: `codec.BINARY`, `codec.JSON`, or that of pairing."""
        ...

    @property
    def address(self) -> str:
        """Where the other end is: "host:port", or an ssh target."""
        ...

    @property
    def peer_certificate(self) -> bytes:
        """What the other end proved to own, in DER; empty where it showed none."""
        ...

    @property
    def own_certificate(self) -> bytes:
        """What this end showed, in DER; empty where that was none, or is not known."""
        ...

    @property
    def room(self) -> bool:
        """Whether it takes a message now. One that is given all the same is kept until it has gone."""
        ...

    @property
    def in_flight(self) -> int:
        """Bytes that were given and have not gone yet."""
        ...

    @property
    def bytes_in(self) -> int: ...

    @property
    def bytes_out(self) -> int: ...

    def attach(self, receiver: Receiver) -> None:
        """Hand everything to ``receiver`` from now on; what came before comes first, at the next turn of the loop."""
        ...

    def widen(self, size: int) -> None:
        """Take messages of up to ``size`` bytes."""
        ...

    def send(self, data: bytes) -> None:
        """Send one message. Never waits."""
        ...

    def close(self, reason: Reason, text: str = "", limit: float = CLOSE_LIMIT) -> None:
        """Let what was sent leave, say why, hang up; `Receiver.lost` follows within ``limit`` seconds. Idempotent."""
        ...

    def abort(self) -> None:
        """Hang up at once. `Receiver.lost` follows. Idempotent."""
        ...


class WireLost(Exception):
    """The wire that somebody waited on is gone."""

    def __init__(self, end: End) -> None:
        super().__init__(end.text or end.reason.name)
        self.end = end


class Mailbox:
    """A receiver for those who talk in turns, such as pairing: messages are waited for, one at a time, and few are kept."""

    def __init__(self, wire: Wire, most: int = 16) -> None:
        """More than ``most`` messages that nobody takes end the wire."""
        self._wire = wire
        self._most = most
        self._messages: deque[bytes] = deque()
        self._end: End | None = None
        self._waiter: asyncio.Future[None] | None = None
        wire.attach(self)

    def message(self, data: bytes) -> None:
        if len(self._messages) >= self._most:
            self._wire.close(Reason.TOO_FAST)
            return
        self._messages.append(data)
        self._wake()

    def room(self) -> None:
        pass

    def lost(self, end: End) -> None:
        self._end = end
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def take(self) -> bytes:
        """The next message. Raises WireLost where none will come. Cancelling is safe. Only one may wait."""
        while not self._messages:
            if self._end is not None:
                raise WireLost(self._end)
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._messages.popleft()

    async def gone(self) -> End:
        """Wait until the wire is gone; messages that come meanwhile are dropped."""
        while self._end is None:
            self._messages.clear()
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._end
