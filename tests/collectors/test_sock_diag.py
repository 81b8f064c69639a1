"""The netlink answer, byte for byte, and the real kernel where it answers."""

from __future__ import annotations

import errno
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.sock_diag import STATE_NUMBERS, SockDiag, count_states
from sysmon.model.errors import CollectorFailed

ESTABLISHED, LISTEN = 1, 10


def record(state: int, sequence: int = 1, extra: bytes = b"") -> bytes:
    body = bytes((socket.AF_INET, state)) + b"\x00" * 70 + extra
    length = 16 + len(body)
    padding = b"\x00" * (-length % 4)
    return struct.pack("=IHHII", length, 20, 2, sequence, 0) + body + padding


def done(sequence: int = 1) -> bytes:
    return struct.pack("=IHHIIi", 20, 3, 2, sequence, 0, 0)


def refusal(code: int, sequence: int = 1) -> bytes:
    return struct.pack("=IHHIIi", 20, 2, 0, sequence, 0, -code)


def test_records_of_any_length_are_counted_by_state() -> None:
    counts = [0] * STATE_NUMBERS
    datagram = record(ESTABLISHED) + record(LISTEN, extra=b"attr!") + record(ESTABLISHED, extra=b"x" * 12)
    assert not count_states(datagram, 1, counts)
    assert (counts[ESTABLISHED], counts[LISTEN], sum(counts)) == (2, 1, 3)
    assert count_states(record(LISTEN) + done(), 1, counts)
    assert counts[LISTEN] == 2


def test_the_rest_of_an_older_answer_is_left_out() -> None:
    counts = [0] * STATE_NUMBERS
    assert not count_states(record(ESTABLISHED, sequence=1) + done(sequence=1), 2, counts)
    assert sum(counts) == 0


def test_a_refusal_is_an_os_error() -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        count_states(refusal(errno.ENOENT), 1, [0] * STATE_NUMBERS)
    assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("length", [0, 15, 9999, 2**32 - 1])
def test_lengths_that_do_not_fit_fail(length: int) -> None:
    with pytest.raises(CollectorFailed, match="length"):
        count_states(struct.pack("=IHHII", length, 20, 0, 1, 0) + b"\x00" * 8, 1, [0] * STATE_NUMBERS)


@given(st.binary(max_size=400), st.integers(0, 2**32 - 1))
def test_any_bytes_are_counted_refused_or_failed(data: bytes, sequence: int) -> None:
    counts = [0] * STATE_NUMBERS
    try:
        count_states(data, sequence, counts)
    except (OSError, CollectorFailed):
        return
    assert len(counts) == STATE_NUMBERS


@given(st.lists(st.integers(1, 12), max_size=50))
def test_every_socket_is_counted_once(states: list[int]) -> None:
    counts = [0] * STATE_NUMBERS
    assert count_states(b"".join(map(record, states)) + done(), 1, counts)
    assert counts == [states.count(number) for number in range(STATE_NUMBERS)]


def test_the_kernel_counts_the_sockets_of_this_test() -> None:
    diag = SockDiag()
    mask = 1 << LISTEN | 1 << ESTABLISHED
    try:
        before = diag.count(socket.AF_INET, mask)
    except OSError as error:
        pytest.skip(f"this kernel does not answer sock_diag: {error}")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        during = diag.count(socket.AF_INET, mask)
    # Other programs open and close sockets too: at least ours are there.
    assert during[LISTEN] >= 1
    assert during[ESTABLISHED] >= 2
    assert sum(during) >= sum(before) - before[ESTABLISHED]
    diag.close()
    diag.close()


def test_an_error_closes_the_socket_and_the_next_question_opens_another() -> None:
    diag = SockDiag()
    with pytest.raises(OSError, match=r".+"):
        diag.count(socket.AF_UNSPEC, 1 << LISTEN)
    assert diag._socket is None
    diag.close()
