"""Bitmaps in which most bytes are zero: a summary says which bytes follow.

Bit i of a bitmap is ``bitmap >> i & 1``; on the wire its bytes go lowest first, and zero bytes are
left out. One summary bit for each byte tells which are there. Built on operations of whole
integers and byte strings, which run at the speed of C.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from typing import Final

from sysmon.model.errors import RemoteProtocolError

_DIGIT: Final = bytes([48]) + bytes([49]) * 255
"""Any byte to the digit "1", zero to the digit "0"."""
_TRUTH: Final = bytes(48) + bytes([0, 1]) + bytes(206)
"""The digits "0" and "1" to the bytes 0 and 1."""

_BITS: Final = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
"""The numbers of the set bits of a byte."""


def from_flags(flags: bytes) -> int:
    """The bitmap with bit i set where ``flags[i]`` is not zero."""
    return int(flags.translate(_DIGIT)[::-1], 2) if flags else 0


def members(bitmap: int) -> Iterator[int]:
    """The numbers of the set bits, ascending."""
    digits = bin(bitmap)[:1:-1].encode().translate(_TRUTH)
    return compress(range(len(digits)), digits)


def put(out: bytearray, bitmap: int, bits: int) -> None:
    """Append ``bitmap``, which has no bit at or above ``bits``."""
    size = bits + 7 >> 3
    plain = bitmap.to_bytes(size, "little")
    out += from_flags(plain).to_bytes(size + 7 >> 3, "little")
    out += plain.translate(None, b"\0")


def take(data: bytes, at: int, bits: int) -> tuple[int, int]:
    """(the bitmap of ``bits`` bits at ``at``, where the next thing begins).

    Raises RemoteProtocolError where ``data`` ends within it, or it has bits that do not exist.
    """
    size = bits + 7 >> 3
    rest = at + (size + 7 >> 3)
    summary = data[at:rest]
    if len(summary) != rest - at:
        raise RemoteProtocolError("a bitmap is cut off")
    plain = bytearray(size)
    end = rest
    try:
        for byte, eight in zip(summary, range(0, size, 8), strict=True):
            for place in _BITS[byte]:
                plain[eight + place] = data[end]
                end += 1
    except IndexError:
        beyond = end < len(data)
        raise RemoteProtocolError("a bitmap is too long" if beyond else "a bitmap is cut off") from None
    bitmap = int.from_bytes(plain, "little")
    if bitmap >> bits:
        raise RemoteProtocolError("a bitmap names series that do not exist")
    return bitmap, end
