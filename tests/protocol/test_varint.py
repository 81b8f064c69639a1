from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.protocol import varint

numbers = st.integers(0, varint.LIMIT - 1)


@given(st.lists(numbers))
def test_numbers_come_back_one_after_the_other(written: list[int]) -> None:
    out = bytearray()
    for number in written:
        varint.put(out, number)
    data, at, read = bytes(out), 0, list[int]()
    while at < len(data):
        number, at = varint.take(data, at)
        read.append(number)
    assert read == written


@given(numbers)
def test_a_number_that_is_cut_off_is_refused(number: int) -> None:
    out = bytearray()
    varint.put(out, number)
    assert len(out) <= 9
    with pytest.raises(RemoteProtocolError):
        varint.take(bytes(out[:-1]), 0)


@given(st.binary(max_size=20))
def test_any_bytes_are_a_number_or_refused(data: bytes) -> None:
    try:
        number, at = varint.take(data, 0)
    except RemoteProtocolError:
        return
    assert 0 <= number < varint.LIMIT
    assert 0 < at <= len(data)


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="too large"):
        varint.take(b"\xff" * 1000, 0)


@given(st.integers(-(1 << 62), (1 << 62) - 1))
def test_zigzag_keeps_small_numbers_small(number: int) -> None:
    folded = varint.zigzag(number)
    assert varint.unzigzag(folded) == number
    assert 0 <= folded <= 2 * abs(number)
