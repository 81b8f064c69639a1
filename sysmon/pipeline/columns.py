"""Coding of kept columns: many values of several series in few bytes, without loss.

Rows older than a few minutes are kept this way, so that an hour costs a fraction of a megabyte. The columns of a group
are coded one after the other, the first way that fits, and deflated together:

    constant  the one bit pattern that all values have
    whole     differences of whole numbers of steps, in the narrowest of four widths
    raw       the bit patterns, each as its difference to the one before
    sparse    which values are not NaN, a byte for each; then those values as a column of their own

Of numbers wider than a byte all lowest bytes stand first, then all second ones, and so on: those deflate. Knows nothing of
series, time or rings.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, compress, repeat
from math import inf, nan
from operator import (
    mul,
    sub,
    truediv,  # pyright: ignore[reportUnknownVariableType]  # its stub says nothing of types
)
from typing import Final, cast

_CONSTANT, _RAW, _SPARSE = 0, 1, 2
_LEVEL: Final = 1
_WIDTHS: Final = (("b", 1, 1 << 7), ("h", 2, 1 << 15), ("i", 4, 1 << 31), ("q", 8, 1 << 53))
_SIZES: Final = {ord(code): size for code, size, _ in _WIDTHS}
_EXACT: Final = float(1 << 53)
_NAN: Final = array("d", (nan,)).tobytes()
_divide: Final = cast("Callable[[float, float], float]", truediv)


def encode(group: Sequence[array[float]], scales: Sequence[float]) -> bytes:
    """Columns of equally many doubles, NaN allowed, as bytes; ``scales`` are the steps to which each is exact."""
    out = bytearray()
    for values, scale in zip(group, scales, strict=True):
        _put(out, values, values.tobytes(), scale)
    return zlib.compress(out, _LEVEL)


def _put(out: bytearray, values: array[float], raw: bytes, scale: float) -> None:
    if raw == raw[:8] * len(values):
        out.append(_CONSTANT)
        out += raw[:8]
        return
    if _put_whole(out, values, raw, scale):
        return
    known = bytes([value == value for value in values])
    if 0 < sum(known) < len(known):
        there = array("d", compress(values, known))
        if _spread(there, known).tobytes() == raw:
            out.append(_SPARSE)
            out += known
            _put(out, there, there.tobytes(), scale)
            return
    out.append(_RAW)
    bits = int.from_bytes(raw, "little")
    # Subtracts from each pattern the one before: what is borrowed from the next is paid back when they are added up.
    difference = (bits - (bits << 64) & (1 << 8 * len(raw)) - 1).to_bytes(len(raw), "little")
    out += _planes(difference, 8)


def _put_whole(out: bytearray, values: array[float], raw: bytes, scale: float) -> bool:
    """Append ``values`` as whole numbers of steps; False where that would lose anything."""
    inverse = _steps_a_unit(scale)
    try:
        numbers = [*map(int, values)] if inverse == 1.0 else [*map(round, map(mul, values, repeat(inverse)))]
        # Comparing bytes, not numbers: -0.0 equals 0.0 and would come back as another value.
        if array("d", map(_divide, numbers, repeat(inverse))).tobytes() != raw or abs(numbers[0]) >= _EXACT:
            return False
    except (ValueError, OverflowError):  # NaN, infinite, or beyond what is infinite
        return False
    steps = [*map(sub, numbers[1:], numbers)]
    largest = max(max(steps), -min(steps))
    if largest >= _EXACT:
        return False
    code, size, _ = next(width for width in _WIDTHS if largest < width[2])
    out.append(ord(code))
    out += array("d", (inverse,)).tobytes()
    out += numbers[0].to_bytes(8, "little", signed=True)
    out += _planes(array(code, steps).tobytes(), size)
    return True


def _steps_a_unit(scale: float) -> float:
    if not 0.0 < scale < inf:
        return 1.0
    inverse = 1.0 / scale
    return float(round(inverse)) if 1.0 < inverse < _EXACT else inverse if 0.0 < inverse < inf else 1.0


def decode(coded: bytes, count: int, wanted: Sequence[int]) -> list[array[float]]:
    """The columns at the places ``wanted``, ascending, of what `encode` was given, bit for bit; ``count`` values each."""
    data = zlib.decompress(coded)
    found: list[array[float]] = []
    at = place = 0
    for place_wanted in wanted:
        while place < place_wanted:
            at = _end(data, at, count)
            place += 1
        found.append(_take(data, at, count))
    return found


def _end(data: bytes, at: int, count: int) -> int:
    """Where the column that begins at ``at`` ends."""
    kind = data[at]
    if kind == _CONSTANT:
        return at + 9
    if kind == _RAW:
        return at + 1 + 8 * count
    if kind == _SPARSE:
        there = at + 1 + count
        return _end(data, there, sum(data[at + 1 : there]))
    return at + 17 + _SIZES[kind] * (count - 1)


def _take(data: bytes, at: int, count: int) -> array[float]:
    kind = data[at]
    at += 1
    if kind == _CONSTANT:
        return array("d", data[at : at + 8] * count)
    if kind == _RAW:
        return _added_up(_joined(data[at : at + 8 * count], 8))
    if kind == _SPARSE:
        known = data[at : at + count]
        return _spread(_take(data, at + count, sum(known)), known)
    size = _SIZES[kind]
    (inverse,) = array("d", data[at : at + 8])
    first = int.from_bytes(data[at + 8 : at + 16], "little", signed=True)
    steps: array[int] = array(chr(kind), _joined(data[at + 16 : at + 16 + size * (count - 1)], size))
    return array("d", map(_divide, accumulate(steps, initial=first), repeat(inverse)))


def _spread(there: array[float], known: bytes) -> array[float]:
    """``there`` at the places where ``known`` is 1, NaN elsewhere."""
    values = array("d", _NAN * len(known))
    for place, value in zip(compress(range(len(known)), known), there, strict=True):
        values[place] = value
    return values


def _added_up(difference: bytes) -> array[float]:
    """The bit patterns of which each is the sum of all differences up to it: log2 of their number additions."""
    bits, size = int.from_bytes(difference, "little"), 8 * len(difference)
    shift = 64
    while shift < size:
        bits += bits << shift
        shift <<= 1
        bits &= (1 << size) - 1
    return array("d", bits.to_bytes(len(difference), "little"))


def _planes(data: bytes, size: int) -> bytes:
    return data if size == 1 else b"".join([data[plane::size] for plane in range(size)])


def _joined(planes: bytes, size: int) -> bytes:
    if size == 1:
        return planes
    data = bytearray(len(planes))
    count = len(planes) // size
    for plane in range(size):
        data[plane::size] = planes[plane * count : (plane + 1) * count]
    return bytes(data)
