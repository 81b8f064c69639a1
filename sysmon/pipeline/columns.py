"""Coding of kept columns: many values of one series in few bytes, without loss.

Rows older than a few minutes are kept this way, so that an hour costs a fraction of a megabyte.
Three codings, the first that fits: a constant; differences of scaled whole numbers, deflated;
raw doubles, byte-shuffled and deflated. Knows nothing of series, time or rings.
"""

from __future__ import annotations

import zlib
from array import array
from itertools import accumulate, pairwise

_CONSTANT, _WHOLE, _RAW = 0, 1, 2
_LEVEL = 1
# Differences are stored in the narrowest of these signed types that holds them all.
_WIDTHS = (("b", 1 << 7), ("h", 1 << 15), ("i", 1 << 31), ("q", 1 << 63))
_EXACT = float(1 << 53)


def encode(values: array[float], scale: float) -> bytes:
    """``values`` (doubles, NaN allowed) as bytes; ``scale`` is the step to which they are exact."""
    raw = values.tobytes()
    if raw == raw[:8] * len(values):
        return bytes((_CONSTANT,)) + raw[:8]
    whole = _as_whole(values, scale)
    if whole is not None:
        code, inverse, numbers = whole
        head = bytes((_WHOLE, ord(code))) + array("d", (inverse,)).tobytes() + array("q", numbers[:1]).tobytes()
        return head + zlib.compress(array(code, [b - a for a, b in pairwise(numbers)]).tobytes(), _LEVEL)
    return bytes((_RAW,)) + zlib.compress(b"".join(raw[plane::8] for plane in range(8)), _LEVEL)


def _as_whole(values: array[float], scale: float) -> tuple[str, float, list[int]] | None:
    """(type code of the differences, steps a unit, numbers), or None where that would lose anything."""
    inverse = float(round(1.0 / scale)) if 0.0 < scale < 1.0 else 1.0 / scale
    try:
        numbers = [round(value * inverse) for value in values]
    except (ValueError, OverflowError):  # NaN or infinite
        return None
    # Comparing bytes, not numbers: -0.0 equals 0.0 and would come back as another value.
    if array("d", [number / inverse for number in numbers]).tobytes() != values.tobytes():
        return None
    largest = max(abs(b - a) for a, b in pairwise(numbers))
    if largest >= _EXACT or abs(numbers[0]) >= _EXACT:
        return None
    code = next(code for code, limit in _WIDTHS if largest < limit)
    return code, inverse, numbers


def decode(coded: bytes, count: int) -> array[float]:
    """The ``count`` doubles that `encode` was given, bit for bit."""
    kind = coded[0]
    if kind == _CONSTANT:
        return array("d", coded[1:9] * count)
    if kind == _WHOLE:
        inverse = array("d", coded[2:10])[0]
        first = array("q", coded[10:18])[0]
        steps: array[int] = array(chr(coded[1]))
        steps.frombytes(zlib.decompress(coded[18:]))
        return array("d", [number / inverse for number in accumulate(steps, initial=first)])
    planes = zlib.decompress(coded[1:])
    shuffled = bytearray(len(planes))
    for plane in range(8):
        shuffled[plane::8] = planes[plane * count : (plane + 1) * count]
    return array("d", bytes(shuffled))
