"""What went wrong on the way to a peer, as a numbered reason. Pure: from exceptions and answers to values."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Final

from websockets.exceptions import (
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    NegotiationError,
    PayloadTooBig,
    ProtocolError,
)
from websockets.frames import Close
from websockets.http11 import Response

from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.side import from_peer

REASON_HEADER: Final = "Sysmon-Reason"
"""In an answer that opens nothing: the number of the reason."""
CLOSE_CODE: Final = 4000
"""Plus the number of a reason: the code with which a WebSocket is closed."""
_MOST_TEXT: Final = 300

_BY_ERRNO: Final = {
    errno.ECONNREFUSED: Reason.NOBODY_LISTENS,
    errno.ENETUNREACH: Reason.NO_NETWORK,
    errno.ENETDOWN: Reason.NO_NETWORK,
    errno.EADDRNOTAVAIL: Reason.NO_NETWORK,
    errno.EHOSTUNREACH: Reason.UNREACHABLE,
    errno.EHOSTDOWN: Reason.UNREACHABLE,
    errno.EACCES: Reason.UNREACHABLE,
    errno.EPERM: Reason.UNREACHABLE,
    errno.ETIMEDOUT: Reason.CONNECT_TIMEOUT,
    errno.ECONNRESET: Reason.CUT,
    errno.ECONNABORTED: Reason.CUT,
    errno.EPIPE: Reason.CUT,
    errno.EMFILE: Reason.NO_DESCRIPTORS,
    errno.ENFILE: Reason.NO_DESCRIPTORS,
}
_TELLING: Final = (
    Reason.WRONG_PIN,
    Reason.NO_DESCRIPTORS,
    Reason.NOBODY_LISTENS,
    Reason.CUT,
    Reason.CONNECT_TIMEOUT,
    Reason.UNREACHABLE,
    Reason.NAME_UNKNOWN,
    Reason.NO_NETWORK,
)
"""Of the failures of several addresses, the one that says most about the peer comes first; others before all of them."""
_FOREIGN: Final = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
)
"""What OpenSSL calls an answer that is not TLS at all."""


class Failure(Exception):
    """One try to reach a peer failed. ``text`` is for the log, and printable."""

    def __init__(self, reason: Reason, text: str = "", after: float | None = None, hung_up: bool = False) -> None:
        """``after``: seconds that the peer asks to stay away; ``hung_up``: it took our certificate and ended without a word."""
        super().__init__(text or reason.name)
        self.reason = reason
        self.text = printable(text[:_MOST_TEXT])
        self.after = after
        self.hung_up = hung_up


def of_name(error: OSError) -> Failure:
    """A name led to no address."""
    if isinstance(error, socket.gaierror):
        return Failure(Reason.NAME_UNKNOWN, error.strerror or "")
    return of_connecting(error)


def of_connecting(error: OSError) -> Failure:
    """No connection could be made."""
    if isinstance(error, TimeoutError):
        return Failure(Reason.CONNECT_TIMEOUT)
    return Failure(_BY_ERRNO.get(error.errno or 0, Reason.UNREACHABLE), error.strerror or str(error))


def worst_of(failures: list[Failure]) -> Failure:
    """The failure of a peer with several addresses."""
    return min(failures, key=lambda failure: _TELLING.index(failure.reason) if failure.reason in _TELLING else 0)


def of_securing(error: OSError) -> Failure:
    """The connection stood, and could not be made secure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Reason.WRONG_PIN, error.verify_message)
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "").upper()
        if "ALERT" in reason and ("CA" in reason or "CERTIFICATE" in reason or "ACCESS_DENIED" in reason):
            return Failure(Reason.NOT_PAIRED, reason)
        if reason in _FOREIGN:
            return Failure(Reason.NOT_SYSMON, reason)
        return Failure(Reason.TLS_FAILED, reason or str(error))
    if isinstance(error, TimeoutError) or "SSL handshake is taking longer" in str(error):
        return Failure(Reason.GREETING_TIMEOUT, "no secure connection in time")
    return Failure(Reason.CUT, error.strerror or str(error))


def of_upgrading(error: Exception) -> Failure:
    """The connection was secure, and did not become a WebSocket."""
    if isinstance(error, TimeoutError):
        return Failure(Reason.GREETING_TIMEOUT, "no answer to the request")
    if isinstance(error, InvalidStatus):
        return _of_answer(error.response)
    if isinstance(error, ssl.SSLError):
        return of_securing(error)
    if isinstance(error, (EOFError, OSError)) or (isinstance(error, InvalidMessage) and _ended(error)):
        return Failure(Reason.CUT, "hung up before it answered", hung_up=True)
    if isinstance(error, (NegotiationError, InvalidHandshake)):
        return Failure(Reason.NOT_SYSMON, str(error))
    return Failure(Reason.FAULT_HERE, repr(error))


def _ended(error: BaseException) -> bool:
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, (EOFError, ConnectionError))


def _of_answer(response: Response) -> Failure:
    """The peer answered with a status instead of a WebSocket."""
    text = f"HTTP {response.status_code}"
    after = _seconds(response.headers.get("Retry-After"))
    number = response.headers.get(REASON_HEADER, "")
    if number.isascii() and number.isdigit() and len(number) < 4:
        return Failure(from_peer(int(number)), text, after)
    if response.status_code == 503:
        return Failure(Reason.BUSY, text, after)
    if response.status_code == 429:
        return Failure(Reason.RATE_LIMITED, text, after)
    return Failure(Reason.NOT_SYSMON, text)


def _seconds(value: str | None) -> float | None:
    """``Retry-After`` in seconds; the other form, a date, is not used between us."""
    return float(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 6 else None


def of_end(fault: Exception | None, close: Close | None, error: Exception | None) -> tuple[Reason, str]:
    """Why a WebSocket is gone that this end did not close, and what to log: ``fault`` is what was wrong with what came, ``close``
    what the other end said at last, ``error`` what became of the connection."""
    if isinstance(fault, PayloadTooBig):
        return Reason.TOO_LARGE, printable(str(fault))
    if isinstance(fault, ProtocolError):
        return Reason.BAD_FRAME, printable(str(fault))
    if close is None:
        return Reason.CUT, printable(str(error)) if error is not None else "the other end hung up"
    if close.code >= CLOSE_CODE:
        return from_peer(close.code - CLOSE_CODE), printable(close.reason)
    return _OF_CLOSING.get(close.code, Reason.CUT), printable(close.reason)


_OF_CLOSING: Final = {1002: Reason.FAULT_HERE, 1007: Reason.FAULT_HERE, 1009: Reason.FAULT_HERE}
"""What a WebSocket that was closed by something else than sysmon, or by its library, says of us (RFC 6455, section 7.4.1)."""
