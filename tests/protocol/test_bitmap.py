from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.protocol import bitmap


@given(st.integers(0, 700), st.data())
def test_a_bitmap_comes_back(bits: int, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, (1 << bits) - 1))
    out = bytearray(b"before")
    bitmap.put(out, value, bits)
    out += b"after"
    assert bitmap.take(bytes(out), 6, bits) == (value, len(out) - 5)


@given(st.integers(0, 700), st.data())
def test_a_bitmap_that_is_cut_off_is_refused(bits: int, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, (1 << bits) - 1))
    out = bytearray()
    bitmap.put(out, value, bits)
    if out:
        with pytest.raises(RemoteProtocolError):
            bitmap.take(bytes(out[:-1]), 0, bits)


@given(st.binary(max_size=40), st.integers(0, 100), st.integers(0, 50))
def test_any_bytes_are_a_bitmap_or_refused(data: bytes, bits: int, at: int) -> None:
    try:
        value, end = bitmap.take(data, at, bits)
    except RemoteProtocolError:
        return
    assert value.bit_length() <= bits
    assert end <= max(at, len(data))


@given(st.binary())
def test_flags_become_bits_and_members(flags: bytes) -> None:
    value = bitmap.from_flags(flags)
    assert list(bitmap.members(value)) == [place for place, flag in enumerate(flags) if flag]


def test_an_empty_bitmap_of_150_series_takes_three_bytes() -> None:
    out = bytearray()
    bitmap.put(out, 0, 150)
    assert len(out) == 3


def test_a_bit_beyond_the_series_is_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="do not exist"):
        bitmap.take(b"\x01\xff", 0, 7)
    with pytest.raises(RemoteProtocolError, match="too long"):
        bitmap.take(b"\x03\x01\x01", 0, 7)
