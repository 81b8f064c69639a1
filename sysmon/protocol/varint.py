"""Whole numbers in few bytes: seven bits to a byte, lowest first (LEB128), and zig-zag for signs.

Zig-zag maps 0, -1, 1, -2 … to 0, 1, 2, 3 …, so that small differences of either sign are short.
Knows no message.
"""

from __future__ import annotations

from typing import Final

from sysmon.model.errors import RemoteProtocolError

LIMIT: Final = 1 << 63
"""Numbers are below this: nine bytes at most."""
_SHIFT_LIMIT: Final = 63


def put(out: bytearray, number: int) -> None:
    """Append ``number``, 0 <= number < `LIMIT`."""
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def take(data: bytes, at: int) -> tuple[int, int]:
    """(the number at ``at``, where the next thing begins).

    Raises RemoteProtocolError where ``data`` ends within it or it is too large.
    """
    try:
        byte = data[at]
        at += 1
        if byte < 128:
            return byte, at
        number = byte & 127
        shift = 7
        while shift < _SHIFT_LIMIT:
            byte = data[at]
            at += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number, at
            shift += 7
    except IndexError:
        raise RemoteProtocolError("a number is cut off") from None
    raise RemoteProtocolError("a number is too large")


def zigzag(number: int) -> int:
    """``number`` of any sign as one that is not negative."""
    return number << 1 if number >= 0 else ~(number << 1)


def unzigzag(number: int) -> int:
    """The inverse of `zigzag`."""
    return number >> 1 ^ -(number & 1)
