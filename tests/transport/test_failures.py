"""Each failure on the way to a peer has its reason."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus, PayloadTooBig, ProtocolError
from websockets.frames import Close
from websockets.http11 import Response

from sysmon.model.link import Reason
from sysmon.transport import failures
from sysmon.transport.failures import Failure


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Reason.NOBODY_LISTENS),
        (OSError(errno.ENETUNREACH, "no route"), Reason.NO_NETWORK),
        (OSError(errno.EHOSTUNREACH, "no host"), Reason.UNREACHABLE),
        (OSError(errno.EMFILE, "too many"), Reason.NO_DESCRIPTORS),
        (OSError("strange"), Reason.UNREACHABLE),
        (TimeoutError(), Reason.CONNECT_TIMEOUT),
    ],
)
def test_connecting(error: OSError, reason: Reason) -> None:
    assert failures.of_connecting(error).reason is reason


def test_names() -> None:
    assert failures.of_name(socket.gaierror(socket.EAI_NONAME, "unknown")).reason is Reason.NAME_UNKNOWN
    assert failures.of_name(OSError(errno.ENETUNREACH, "")).reason is Reason.NO_NETWORK


def ssl_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed"), Reason.WRONG_PIN),
        (ssl_error("TLSV1_ALERT_UNKNOWN_CA"), Reason.NOT_PAIRED),
        (ssl_error("SSLV3_ALERT_BAD_CERTIFICATE"), Reason.NOT_PAIRED),
        (ssl_error("WRONG_VERSION_NUMBER"), Reason.NOT_SYSMON),
        (ssl_error("NO_SHARED_CIPHER"), Reason.TLS_FAILED),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Reason.CUT),
        (ConnectionAbortedError("SSL handshake is taking longer than 10 seconds"), Reason.GREETING_TIMEOUT),
        (TimeoutError(), Reason.GREETING_TIMEOUT),
    ],
)
def test_securing(error: OSError, reason: Reason) -> None:
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_message = "self-signed"
    assert failures.of_securing(error).reason is reason


def answer(status: int, **headers: str) -> InvalidStatus:
    return InvalidStatus(
        Response(status, "", Headers({name.replace("_", "-"): value for name, value in headers.items()}))
    )


@pytest.mark.parametrize(
    ("error", "reason", "after"),
    [
        (answer(503, Retry_After="7"), Reason.BUSY, 7.0),
        (answer(503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), Reason.BUSY, None),
        (answer(503, Retry_After="99999999"), Reason.BUSY, None),
        (answer(429), Reason.RATE_LIMITED, None),
        (answer(200), Reason.NOT_SYSMON, None),
        (answer(401, Sysmon_Reason="22"), Reason.NOT_PAIRED, None),
        (answer(503, Sysmon_Reason="52", Retry_After="3"), Reason.DRAINING, 3.0),
        (answer(403, Sysmon_Reason="9" * 50), Reason.NOT_SYSMON, None),
        (answer(403, Sysmon_Reason="²"), Reason.NOT_SYSMON, None),
        (InvalidHandshake("no sub-protocol"), Reason.NOT_SYSMON, None),
        (TimeoutError(), Reason.GREETING_TIMEOUT, None),
        (ssl_error("TLSV1_ALERT_UNKNOWN_CA"), Reason.NOT_PAIRED, None),
        (ValueError("our own"), Reason.FAULT_HERE, None),
    ],
)
def test_upgrading(error: Exception, reason: Reason, after: float | None) -> None:
    failure = failures.of_upgrading(error)
    assert (failure.reason, failure.after, failure.hung_up) == (reason, after, False)


def test_one_that_hangs_up_without_an_answer_is_noted() -> None:
    ended = InvalidMessage("did not receive a valid HTTP response")
    ended.__cause__ = EOFError("stream ends")
    garbage = InvalidMessage("did not receive a valid HTTP response")
    garbage.__cause__ = ValueError("unsupported protocol")
    for error in (ended, EOFError(), ConnectionResetError()):
        failure = failures.of_upgrading(error)
        assert (failure.reason, failure.hung_up) == (Reason.CUT, True)
    assert failures.of_upgrading(garbage).reason is Reason.NOT_SYSMON


def test_of_several_addresses_the_most_telling_failure_counts() -> None:
    found = failures.worst_of([Failure(Reason.NO_NETWORK), Failure(Reason.NOBODY_LISTENS), Failure(Reason.UNREACHABLE)])
    assert found.reason is Reason.NOBODY_LISTENS


def test_what_a_peer_or_system_says_is_made_harmless() -> None:
    assert Failure(Reason.CUT, "a\nb\x1b[31m" + "x" * 1000).text.startswith("a\\x0ab\\x1b[31m")
    assert len(Failure(Reason.CUT, "x" * 1000).text) == 300


@pytest.mark.parametrize(
    ("fault", "close", "error", "end"),
    [
        (PayloadTooBig(9, 8), None, None, Reason.TOO_LARGE),
        (ProtocolError("bad opcode"), Close(1000, ""), None, Reason.BAD_FRAME),
        (None, Close(failures.CLOSE_CODE + Reason.REVOKED.number, "gone"), None, Reason.REVOKED),
        (None, Close(failures.CLOSE_CODE + 999, ""), None, Reason.UNKNOWN),
        (None, Close(1009, "too big"), None, Reason.FAULT_HERE),
        (None, Close(1001, "away"), None, Reason.CUT),
        (None, None, ConnectionResetError("reset"), Reason.CUT),
        (None, None, None, Reason.CUT),
    ],
)
def test_the_end_of_a_websocket(
    fault: Exception | None, close: Close | None, error: Exception | None, end: Reason
) -> None:
    assert failures.of_end(fault, close, error)[0] is end


def test_what_is_said_at_the_end_is_harmless_in_a_log() -> None:
    _, text = failures.of_end(None, Close(1001, "a\x1b[2Jb"), None)
    assert "\x1b" not in text
