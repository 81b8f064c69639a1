"""Pieces of history for back-fill: rows of one host, column by column, deflated.

    body    = zlib( rows, sequences, times, columns )
    rows    = varint: how many
    sequences = varint: the first; then a varint for each step, at least 1
    times   = varint: the first in µs; then a zig-zag varint for each difference in µs
    column  = "c", a double: the same in all rows;  "d": a double for each row;
              "b" "h" "i" "q": zig-zag varint: the first value in steps of the series' scale, then
              a difference for each further row in 1, 2, 4 or 8 bytes, lowest first

A block says for itself which sequences it has, so that getting one twice does no harm. The decoder
inflates no more than a block of that catalog can be, and any bytes either decode or raise
RemoteProtocolError.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from operator import sub
from typing import Final

from sysmon.model.errors import LocalProtocolError, RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.sample import Catalog, Stretch
from sysmon.protocol import varint
from sysmon.protocol.scales import EXACT, Scales

MAX_ROWS: Final = 600
MAX_VALUES: Final = 1 << 20
"""Rows times series of one block."""
_MICRO: Final = 1e6
_LEVEL: Final = 6
_HEADROOM: Final = 64
"""Most bytes that a row and a column take besides their values."""
_CONSTANT, _DOUBLES = ord("c"), ord("d")
_WIDTHS: Final = (("b", 1 << 7), ("h", 1 << 15), ("i", 1 << 31), ("q", 1 << 63))
_SIZES: Final = {ord("b"): 1, ord("h"): 2, ord("i"): 4, ord("q"): 8}
_SWAP: Final = sys.byteorder == "big"


def most_rows(series: int) -> int:
    """How many rows a block may have."""
    return max(1, min(MAX_ROWS, MAX_VALUES // max(1, series)))


def fitting(stretch: Stretch, limit: int, wrap: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """``stretch`` as messages that ``wrap`` makes of bodies of blocks: as few as have at most ``limit`` bytes each.

    A row that does not fit by itself is one message all the same.
    """
    most = most_rows(len(stretch.catalog.series))
    waiting = [stretch.part(first, first + most) for first in range(0, len(stretch.sequences), most)]
    waiting.reverse()
    while waiting:
        piece = waiting.pop()
        message = wrap(encode(piece))
        rows = len(piece.sequences)
        if len(message) <= limit or rows == 1:
            yield message
        else:
            waiting += (piece.part(rows // 2, rows), piece.part(0, rows // 2))


def encode(stretch: Stretch) -> bytes:
    """The body of a block. Raises LocalProtocolError where it has no rows or too many."""
    count, width = len(stretch.sequences), len(stretch.catalog.series)
    if not 0 < count <= most_rows(width) or len(stretch.times) != count or len(stretch.rows) != count * width:
        raise LocalProtocolError(f"a block of {count} rows, {len(stretch.times)} times and {len(stretch.rows)} values")
    out = bytearray()
    varint.put(out, count)
    varint.put(out, stretch.sequences[0])
    for before, after in pairwise(stretch.sequences):
        if after <= before:
            raise LocalProtocolError(f"sequence {after} after {before}")
        varint.put(out, after - before)
    micros = [round(time * _MICRO) for time in stretch.times]
    if min(micros) < 0 or max(micros) >= EXACT:
        raise LocalProtocolError("a time that is before 1970 or far ahead")
    varint.put(out, micros[0])
    for before, after in pairwise(micros):
        varint.put(out, varint.zigzag(after - before))
    scales = Scales(stretch.catalog)
    for at in range(width):
        _put_column(out, scales, at, stretch.rows[at::width])
    return zlib.compress(out, _LEVEL)


def _put_column(out: bytearray, scales: Scales, at: int, values: array[float]) -> None:
    raw = _little(values)
    if raw == raw[:8] * len(values):
        out.append(_CONSTANT)
        out += raw[:8]
        return
    numbers = scales.numbers(at, values.tolist())
    if numbers is None:
        out.append(_DOUBLES)
        out += raw
        return
    steps = [*map(sub, numbers[1:], numbers)]
    most = max(max(steps), -min(steps))
    code = next(code for code, limit in _WIDTHS if most < limit)
    out.append(ord(code))
    varint.put(out, varint.zigzag(numbers[0]))
    out += _little(array(code, steps))


def decode(body: bytes, host: str, epoch: int, catalog: Catalog) -> Stretch:
    """The stretch that `encode` was given. Raises RemoteProtocolError for anything it does not make."""
    try:
        return _decode(_inflate(body, len(catalog.series)), host, epoch, catalog)
    except (IndexError, ValueError, struct.error, zlib.error) as error:
        raise RemoteProtocolError(f"a damaged block: {error}", Reason.BAD_BLOCK) from None


def _inflate(body: bytes, width: int) -> bytes:
    rows = most_rows(width)
    limit = rows * (8 * width + _HEADROOM) + width * _HEADROOM
    inflater = zlib.decompressobj()
    plain = inflater.decompress(body, limit)
    if not inflater.eof or inflater.unused_data:
        raise RemoteProtocolError("a block that is cut off or too large", Reason.BAD_BLOCK)
    return plain


def _decode(data: bytes, host: str, epoch: int, catalog: Catalog) -> Stretch:
    width = len(catalog.series)
    count, at = varint.take(data, 0)
    if not 0 < count <= most_rows(width):
        raise RemoteProtocolError(f"a block of {count} rows", Reason.BAD_BLOCK)
    steps, at = _take_numbers(data, at, count)
    if not all(steps[1:]):
        raise RemoteProtocolError("a sequence twice in a block", Reason.BAD_BLOCK)
    sequences = list(accumulate(steps))
    micros, at = _take_numbers(data, at, count)
    times = list(accumulate([micros[0], *map(varint.unzigzag, micros[1:])]))
    if sequences[-1] >= EXACT or min(times) < 0 or max(times) >= EXACT:
        raise RemoteProtocolError("a block from beyond time", Reason.BAD_BLOCK)
    scales = Scales(catalog)
    rows = array("d", bytes(8 * count * width))
    for column in range(width):
        values, at = _take_column(data, at, count, scales, column)
        rows[column::width] = values
    if at != len(data):
        raise RemoteProtocolError(f"{len(data) - at} bytes after a block", Reason.BAD_BLOCK)
    return Stretch(host, epoch, catalog, array("q", sequences), array("d", [time / _MICRO for time in times]), rows)


def _take_numbers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    numbers: list[int] = []
    for _ in range(count):
        number, at = varint.take(data, at)
        numbers.append(number)
    return numbers, at


def _take_column(data: bytes, at: int, count: int, scales: Scales, column: int) -> tuple[array[float], int]:
    kind = data[at]
    at += 1
    if kind == _CONSTANT:
        return array("d", struct.unpack_from("<d", data, at)) * count, at + 8
    if kind == _DOUBLES:
        return array("d", struct.unpack_from(f"<{count}d", data, at)), at + 8 * count
    size = _SIZES.get(kind)
    if size is None:
        raise RemoteProtocolError(f"a column of kind {kind}", Reason.BAD_BLOCK)
    folded, at = varint.take(data, at)
    end = at + size * (count - 1)
    steps = struct.unpack(f"<{count - 1}{chr(kind)}", data[at:end])
    numbers = list(accumulate(steps, initial=varint.unzigzag(folded)))
    if max(numbers) >= EXACT or min(numbers) <= -EXACT:
        raise RemoteProtocolError("a number is too large", Reason.BAD_BLOCK)
    multiply, divide = scales.multiply[column], scales.divide[column]
    return array("d", [number * multiply / divide for number in numbers]), end


def _little(values: array[float] | array[int]) -> bytes:
    if _SWAP:
        values = values[:]
        values.byteswap()
    return values.tobytes()
