"""Coding of kept columns: many values of several series in few bytes, without loss.

Rows older than a few minutes are kept this way, so that an hour costs a fraction of a megabyte. The columns of a group
are coded one after the other, the first way that fits, and deflated together:

    constant  the one bit pattern that all values have
    whole     differences of whole numbers of steps, in the narrowest of four widths; where most rows are as the one before,
              which are not, a byte for each, and the differences of those alone
    raw       the bit patterns, each as its difference to the one before
    sparse    which values are not NaN, a byte for each; then those values as a column of their own

Of numbers wider than a byte all lowest bytes stand first, then all second ones, and so on: those deflate. Knows nothing of
series, time or rings.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, compress, repeat
from math import inf, nan
from operator import (
    mul,
    ne,
    sub,
    truediv,  # pyright: ignore[reportUnknownVariableType]  # its stub says nothing of types
)
from typing import Final, cast

_CONSTANT, _RAW, _SPARSE = 0, 1, 2
_LEVEL: Final = 1
_SIZES: Final = {ord("b"): 1, ord("h"): 2, ord("i"): 4, ord("q"): 8}
_HELD: Final = 128
"""Added to the code of a width where only the rows that differ from the one before are told."""
_EXACT: Final = float(1 << 53)
_NAN: Final = array("d", (nan,)).tobytes()
_MINUS_ZERO: Final = array("d", (-0.0,)).tobytes()
_round: Final[Callable[[float], int]] = float.__round__
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
    if _MINUS_ZERO in raw:  # it equals 0.0, and would come back as that
        return False
    told = values.tolist()
    moved = bytes(map(ne, told[1:], told))
    held = 2 * moved.count(1) < len(moved)
    if held:
        told = [told[0], *compress(told[1:], moved)]
    inverse = _steps_a_unit(scale)
    try:
        numbers = [*map(_round, told if inverse == 1.0 else map(mul, told, repeat(inverse)))]
        if (numbers if inverse == 1.0 else [*map(_divide, numbers, repeat(inverse))]) != told:
            return False
        steps, size = _narrowest([*map(sub, numbers[1:], numbers)])
        first = numbers[0].to_bytes(8, "little", signed=True)
    except (ValueError, OverflowError):  # NaN, infinite, or beyond what is told in 8 bytes
        return False
    out.append(ord(steps.typecode) | (_HELD if held else 0))
    out += array("d", (inverse,)).tobytes()
    out += first
    if held:
        out += moved
    out += _planes(steps.tobytes(), size)
    return True


def _narrowest(steps: list[int]) -> tuple[array[int], int]:
    """(``steps`` in the fewest bytes each, how many these are). Raises OverflowError where 8 are too few."""
    for code, size in _SIZES.items():
        try:
            return array(chr(code), steps), size
        except OverflowError:
            if size == 8:
                raise
    raise AssertionError


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
    at += 17
    if kind & _HELD:
        return at + count - 1 + _SIZES[kind ^ _HELD] * data.count(1, at, at + count - 1)
    return at + _SIZES[kind] * (count - 1)


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
    (inverse,) = array("d", data[at : at + 8])
    first = int.from_bytes(data[at + 8 : at + 16], "little", signed=True)
    at += 16
    if not kind & _HELD:
        return array("d", map(_divide, _numbers(data, at, kind, count, first), repeat(inverse)))
    moved = data[at : at + count - 1]
    told = [*map(_divide, _numbers(data, at + count - 1, kind ^ _HELD, moved.count(1) + 1, first), repeat(inverse))]
    return array("d", map(told.__getitem__, accumulate(moved, initial=0)))


def _numbers(data: bytes, at: int, kind: int, count: int, first: int) -> Iterable[int]:
    """``count`` numbers, the ``first`` of which stands elsewhere and the others as differences from ``at`` on."""
    size = _SIZES[kind]
    steps: array[int] = array(chr(kind), _joined(data[at : at + size * (count - 1)], size))
    return accumulate(steps, initial=first)


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
