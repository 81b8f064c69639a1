"""Messages over a WebSocket (RFC 6455): both ends, below TLS or without.

The protocol itself is the sans-I/O layer of `websockets`; here it is joined to a transport of asyncio. What its own
asyncio layer has besides (a task, a queue and a keep-alive for each connection) is left out: messages go straight to
their receiver and straight to the socket. Knows no session and no peer.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from asyncio import sslproto
from collections.abc import Callable
from typing import Final, Protocol, cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN, Event
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI

from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.transport.failures import CLOSE_CODE, of_end
from sysmon.transport.resolver import join
from sysmon.transport.rounds import Rounds, Timer
from sysmon.transport.wire import CLOSE_LIMIT, FIRST_MESSAGES, End, Receiver

HIGH_WATER: Final = 1 << 15
"""Bytes that wait for the socket from which on a wire is full: with one message and what the kernel keeps, below 64 KiB."""
_LOW_WATER: Final = 1 << 13
_IDLE_FRAMES: Final = 1000
"""Frames without a message (pings, pieces) in `_IDLE_SECONDS` that are too many."""
_IDLE_SECONDS: Final = 10.0
_TOO_MUCH: Final = 1 << 20
"""Bytes that wait for the socket because of the peer's pings: it sends and does not read."""

# asyncio keeps a buffer of that size for each TLS connection, by itself 256 KiB: too much for a hub of thousands. A record
# of TLS has at most 16 KiB.
sslproto.SSLProtocol.max_size = 1 << 15

# It would say at level "info" that a connection was opened and closed; links say more.
frames_log = logging.getLogger(f"{__name__}.frames")
frames_log.setLevel(logging.WARNING)


class WebSocketWire(asyncio.BufferedProtocol):
    """One end of a WebSocket. See `wire.Wire`."""

    __slots__ = (
        "_deadline", "_early", "_end", "_full", "_idle_frames", "_idle_since", "_open", "_own_end", "_pieces",
        "_protocol", "_receiver", "_rounds", "_text", "_transport", "address", "bytes_in", "bytes_out",
        "own_certificate", "own_host", "peer_certificate", "room", "spelling",
    )  # fmt: skip

    def __init__(self, protocol: ClientProtocol | ServerProtocol, rounds: Rounds) -> None:
        self._protocol = protocol
        self._rounds = rounds
        self._transport: asyncio.Transport | None = None
        self._receiver: Receiver | None = None
        self._early: list[bytes] = []
        self._text = False
        self._open = False
        self._full = False
        self.room = False
        self._own_end: End | None = None
        self._end: End | None = None
        self._deadline: Timer | None = None
        self._pieces: bytearray | None = None
        self._idle_frames = 0
        self._idle_since = 0.0
        self.own_host = ""
        self.spelling = ""
        self.address = ""
        self.peer_certificate = b""
        self.own_certificate = b""
        self.bytes_in = 0
        self.bytes_out = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = made = cast("asyncio.Transport", transport)
        self.address = join(made.get_extra_info("peername"))
        self.own_host = join(made.get_extra_info("sockname")).rpartition(":")[0].strip("[]")
        secured = cast("ssl.SSLObject | None", made.get_extra_info("ssl_object"))
        if secured is not None:
            self.peer_certificate = secured.getpeercert(True) or b""
            # Below, asyncio keeps another 64 KiB before it lets this one fill.
            made.set_write_buffer_limits(high=1024, low=0)
        else:
            made.set_write_buffer_limits(high=HIGH_WATER, low=_LOW_WATER)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return self._rounds.buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._end is not None:
            return
        self.bytes_in += nbytes
        protocol = self._protocol
        protocol.receive_data(bytes(self._rounds.buffer[:nbytes]))
        events = protocol.events_received()
        if protocol.writes:
            self._flush()
        if self._open and protocol.state is not OPEN:
            self._hang_up()
        for event in events:
            if self._own_end is None:
                self._event(event)

    def eof_received(self) -> None:
        self._hang_up()
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._set_open(False)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._protocol.receive_eof()
        self._end = self._own_end or End(*of_end(self._protocol.parser_exc, self._protocol.close_rcvd, exc))
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.lost(self._end)

    def pause_writing(self) -> None:
        self._full, self.room = True, False

    def resume_writing(self) -> None:
        self._full, self.room = False, self._open
        if self._receiver is not None and self._open:
            self._receiver.room()

    def _set_open(self, is_open: bool) -> None:
        self._open, self.room = is_open, is_open and not self._full

    # What comes.

    def _event(self, event: Event) -> None:
        if isinstance(event, Frame):
            self._frame(event)

    def _frame(self, frame: Frame) -> None:
        opcode = frame.opcode
        if opcode is Opcode.BINARY or opcode is Opcode.TEXT:
            if frame.fin:
                self._message(bytes(frame.data))
            else:
                self._pieces = bytearray(frame.data)
                self._count_idle()
        elif opcode is Opcode.CONT and self._pieces is not None:
            # The protocol has checked that all pieces together are no longer than a message may be.
            self._pieces += frame.data
            if frame.fin:
                whole, self._pieces = bytes(self._pieces), None
                self._message(whole)
            else:
                self._count_idle()
        else:
            self._count_idle()

    def _message(self, data: bytes) -> None:
        if self._receiver is None:
            self._early.append(data)
        else:
            self._receiver.message(data)

    def _count_idle(self) -> None:
        now = self._rounds.now()
        if now - self._idle_since > _IDLE_SECONDS:
            self._idle_since, self._idle_frames = now, 0
        self._idle_frames += 1
        if self._idle_frames > _IDLE_FRAMES:
            self.close(Reason.TOO_FAST, "frames that say nothing")
        elif self.in_flight > _TOO_MUCH:
            self._own_end = self._own_end or End(Reason.TOO_SLOW, "pings whose answers are not read")
            self.abort()

    # What goes.

    @property
    def in_flight(self) -> int:
        # A TLS transport that was closed twice has forgotten its buffers, and raises when asked.
        transport = self._transport
        return 0 if transport is None or transport.is_closing() else transport.get_write_buffer_size()

    def attach(self, receiver: Receiver) -> None:
        self._receiver = receiver
        if self._early or self._end is not None:
            asyncio.get_running_loop().call_soon(self._catch_up, receiver)
        elif self._transport is not None:
            self._transport.resume_reading()

    def _catch_up(self, receiver: Receiver) -> None:
        early, self._early = self._early, []
        for data in early:
            if self._open or self._end is not None:
                receiver.message(data)
        if self._end is not None:
            receiver.lost(self._end)
        elif self._transport is not None:
            self._transport.resume_reading()

    def widen(self, size: int) -> None:
        self._protocol.max_message_size = size

    def send(self, data: bytes) -> None:
        if not self._open or self._transport is None:
            return
        framed = self._framed(data)
        self.bytes_out += len(framed)
        self._transport.write(framed)

    def _framed(self, data: bytes) -> bytes:
        if self._text:
            self._protocol.send_text(data)
        else:
            self._protocol.send_binary(data)
        return b"".join(self._protocol.data_to_send())

    def _flush(self) -> None:
        """Write what the protocol wants to say of itself."""
        transport = self._transport
        for data in self._protocol.data_to_send():
            if transport is None or transport.is_closing():
                return
            if data:
                self.bytes_out += len(data)
                transport.write(data)
            elif transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()

    # The end.

    def close(self, reason: Reason, text: str = "", limit: float = CLOSE_LIMIT) -> None:
        if self._own_end is not None or self._end is not None:
            return
        self._own_end = End(reason, printable(text))
        if self._open:
            # A reason has room for 123 bytes (RFC 6455, section 5.5).
            self._protocol.send_close(CLOSE_CODE + reason.number, text.encode()[:120].decode(errors="ignore"))
            self._flush()
        elif self._transport is not None:
            self._transport.close()
        self._hang_up(limit)

    def _hang_up(self, limit: float = CLOSE_LIMIT) -> None:
        """No message goes or comes any more; the connection ends within ``limit`` seconds."""
        self._set_open(False)
        if self._deadline is None and self._end is None:
            self._deadline = self._rounds.at(self._rounds.now() + limit, self.abort)

    def abort(self) -> None:
        self._set_open(False)
        if self._transport is not None and self._end is None:
            self._transport.abort()


class Gate(Protocol):
    """Whoever decides on those who dial in."""

    def knock(self, wire: ServerWire, request: Request) -> Response | None:
        """What to answer; None to open a WebSocket."""
        ...

    def opened(self, wire: ServerWire) -> None:
        """A WebSocket was opened: it is to be attached to now."""
        ...

    def gone(self, wire: ServerWire) -> None:
        """The connection ended, whether it became a WebSocket or not."""
        ...


class ServerWire(WebSocketWire):
    """The end that was dialled."""

    __slots__ = ("_gate", "_server", "_text", "spelling")

    def __init__(self, gate: Gate, rounds: Rounds, spellings: tuple[str, ...]) -> None:
        self._server = ServerProtocol(
            origins=[None],  # a browser always says where it comes from
            subprotocols=[Subprotocol(one) for one in spellings],
            max_size=FIRST_MESSAGES,
            logger=frames_log,
        )
        super().__init__(self._server, rounds)
        self._gate = gate

    def reject(self, status: int, text: str) -> Response:
        """An answer that opens nothing."""
        return self._server.reject(status, text)

    def buffer_updated(self, nbytes: int) -> None:
        super().buffer_updated(nbytes)
        if not self._open and self.bytes_in > FIRST_MESSAGES and self._own_end is None and not self.spelling:
            self.close(Reason.TOO_LARGE, "a request without an end")

    def _event(self, event: Event) -> None:
        if isinstance(event, Request):
            self._answer(event)
        else:
            super()._event(event)

    def _answer(self, request: Request) -> None:
        response = self._gate.knock(self, request) or self._server.accept(request)
        self._server.send_response(response)
        self._flush()
        if self._server.state is OPEN:
            self.spelling = self._server.subprotocol or ""
            self._text = self.spelling.endswith("+json")
            self._set_open(True)
            self._gate.opened(self)
        else:
            self._hang_up()

    def _framed(self, data: bytes) -> bytes:
        # What goes to a client is not masked, so it is the same for all.
        known, framed = self._rounds.framed
        if known is not data:
            framed = super()._framed(data)
            if not self._text:
                self._rounds.framed = (data, framed)
        return framed

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._gate.gone(self)


class ClientWire(WebSocketWire):
    """The end that dials. ``opened`` is told of the answer: None, or what is wrong with it."""

    __slots__ = ("_client", "_opened", "_text", "spelling")

    def __init__(
        self,
        host: str,
        port: int,
        path: str,
        spellings: tuple[str, ...],
        rounds: Rounds,
        opened: Callable[[Exception | None], None],
    ) -> None:
        self._client = ClientProtocol(
            WebSocketURI(False, host, port, path, ""),
            subprotocols=[Subprotocol(one) for one in spellings],
            max_size=FIRST_MESSAGES,
            logger=frames_log,
        )
        super().__init__(self._client, rounds)
        self._opened: Callable[[Exception | None], None] | None = opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._client.send_request(self._client.connect())
        self._flush()

    def buffer_updated(self, nbytes: int) -> None:
        super().buffer_updated(nbytes)
        if self._client.handshake_exc is not None:
            self._tell(self._client.handshake_exc)

    def _event(self, event: Event) -> None:
        if not isinstance(event, Response):
            super()._event(event)
        elif self._client.handshake_exc is None:
            self.spelling = self._client.subprotocol or ""
            self._text = self.spelling.endswith("+json")
            self._set_open(True)
            if self._transport is not None:
                self._transport.pause_reading()  # until somebody listens
            self._tell(None)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._tell(self._client.handshake_exc or exc or EOFError())

    def _tell(self, trouble: Exception | None) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened(trouble)
