"""One instant of one host in few bytes: what changed since the instant before.

    tick   = head, (key | step), changed, values
    head   = varint: channel << 2 | 2 where a step is written | 1 for a key frame
    key    = varints: revision of the catalog, epoch, sequence, time in µs, interval in µs;
             then the bitmap of the tick before
    step   = varint: by how much the sequence grew, where not by 1;
             then zig-zag varint: µs by which the time differs from last time + step * interval
    changed = bitmap of the changed series, exclusive-or that of the tick before (see `bitmap`)
    values = for each changed series, in order, a varint:
             0: no value;  1: a double follows, 8 bytes, lowest first;
             2 + difference, for counters;  2 + zig-zag of the difference, for gauges

Differences are those of whole numbers of steps (see `scales`), against 0 where the value before was
none or no whole number of steps. A key frame differs from "all zero", so it stands alone; and as the
numbers depend on the values only, whoever got a key frame can follow the same ticks as everybody else. The decoder believes
nothing: counts are those of the catalog, memory is bounded by it, and any bytes either decode or
raise RemoteProtocolError.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable
from itertools import compress
from operator import ne
from typing import Final

from sysmon.model.errors import LocalProtocolError, RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol import bitmap, varint
from sysmon.protocol.scales import EXACT, Scales

KEY_EVERY: Final = 60.0
"""Seconds between key frames."""
_MICRO: Final = 1e6
_STEPPED, _KEY = 2, 1
_NO_VALUE, _DOUBLE, _NUMBER = 0, 1, 2
_NAN: Final = float("nan")
_double: Final = struct.Struct("<d")
_UNFOLDED: Final = tuple(varint.unzigzag(max(0, code - _NUMBER)) for code in range(128))
"""Difference of a gauge by the one-byte code that it travels as."""
_RISEN: Final = tuple(code - _NUMBER for code in range(128))
"""The same of a counter."""


class TickEncoder:
    """Codes the batches of one host for everybody who follows one selection of its series."""

    def __init__(
        self, channel: int, revision: int, catalog: Catalog, interval: float, hidden: Iterable[int] = ()
    ) -> None:
        """``channel`` and ``revision`` are the numbers under which host and catalog were announced.

        ``interval`` is the usual time between ticks in seconds; ``hidden`` series travel as "no value".
        """
        self.catalog = catalog
        self.interval = interval
        self._channel = channel
        self._revision = revision
        self._interval = round(interval * _MICRO)
        self._hidden = tuple(hidden)
        self._scales = Scales(catalog)
        self._numbers = [0] * len(self._scales)
        self._values = array("d", bytes(8 * len(self._scales)))
        self._changed = 0
        self._epoch = -1
        self._sequence = 0
        self._time = 0
        self._key_time = 0

    @property
    def sequence(self) -> int:
        """Of the last batch."""
        return self._sequence

    def encode(self, batch: SampleBatch) -> bytes:
        """``batch`` as a tick; a key frame at the start of an epoch and every `KEY_EVERY` seconds.

        Raises LocalProtocolError where it is not of this catalog or not after the one before.
        """
        if batch.catalog is not self.catalog or len(batch.values) != len(self._scales):
            raise LocalProtocolError("a batch of another catalog")
        time = round(batch.time * _MICRO)
        if not 0 <= time < EXACT or not 0 <= batch.sequence < EXACT or not 0 <= batch.epoch < EXACT:
            raise LocalProtocolError(
                f"time {batch.time}, sequence {batch.sequence} or epoch {batch.epoch} out of range"
            )
        step = batch.sequence - self._sequence
        if batch.epoch == self._epoch and step <= 0:
            raise LocalProtocolError(f"sequence {batch.sequence} after {self._sequence}")
        off = time - self._time - step * self._interval
        new_epoch, self._epoch = batch.epoch != self._epoch, batch.epoch
        self._sequence, self._time = batch.sequence, time
        body = self._advance(batch.values)
        if new_epoch or time - self._key_time >= KEY_EVERY * _MICRO:
            self._key_time = time
            return self.key()
        out = bytearray()
        varint.put(out, self._channel << 2 | (_STEPPED if step != 1 else 0))
        if step != 1:
            varint.put(out, step)
        varint.put(out, varint.zigzag(off))
        return bytes(out + body)

    def _advance(self, values: array[float]) -> bytearray:
        """Take ``values`` over; the coded difference from those before."""
        if self._hidden:
            values = values[:]
            for at in self._hidden:
                values[at] = _NAN
        # Compared as bit patterns: NaN equals itself then, and -0.0 is not 0.0.
        flags = bytes(map(ne, memoryview(values).cast("B").cast("q"), memoryview(self._values).cast("B").cast("q")))
        self._values = values
        changed = bitmap.from_flags(flags)
        out = bytearray()
        bitmap.put(out, changed ^ self._changed, len(flags))
        self._changed = changed
        self._put_values(out, compress(range(len(flags)), flags), self._numbers)
        return out

    def _put_values(self, out: bytearray, places: Iterable[int], numbers: list[int]) -> None:
        """Append the values at ``places`` as differences from ``numbers``, which are brought up to date."""
        values, rising, number_of = self._values, self._scales.rising, self._scales.number
        for at in places:
            value = values[at]
            number = number_of(at, value)
            difference = (number or 0) - numbers[at]
            numbers[at] = number or 0
            if number is None or (difference < 0 and rising[at]):
                if value != value:
                    out.append(_NO_VALUE)
                else:
                    out.append(_DOUBLE)
                    out += _double.pack(value)
                continue
            if not rising[at]:
                difference = difference << 1 if difference >= 0 else ~(difference << 1)
            if difference < 128 - _NUMBER:
                out.append(difference + _NUMBER)
            else:
                varint.put(out, difference + _NUMBER)

    def key(self) -> bytes:
        """A key frame of the last batch: whoever gets it can read the ticks that follow.

        Raises LocalProtocolError before the first batch.
        """
        if self._epoch < 0:
            raise LocalProtocolError("no batch was encoded yet")
        out = bytearray()
        varint.put(out, self._channel << 2 | _KEY)
        for number in (self._revision, self._epoch, self._sequence, self._time, self._interval):
            varint.put(out, number)
        bits = len(self._scales)
        bitmap.put(out, self._changed, bits)
        flags = bytes(map(bool, memoryview(self._values).cast("B").cast("q")))
        bitmap.put(out, bitmap.from_flags(flags), bits)
        self._put_values(out, compress(range(bits), flags), [0] * bits)
        return bytes(out)


class TickDecoder:
    """Reads the ticks of one channel back into batches."""

    __slots__ = (
        "_catalog", "_changed", "_epoch", "_host", "_interval", "_numbers", "_revision", "_scales", "_sequence",
        "_short", "_time", "_values",
    )  # fmt: skip

    def __init__(self, host: str, revision: int, catalog: Catalog) -> None:
        self._host = host
        self._revision = revision
        self._catalog = catalog
        self._scales = Scales(catalog)
        self._short = [_RISEN if rises else _UNFOLDED for rises in self._scales.rising]
        self._numbers = [0] * len(self._scales)
        self._values = array("d")
        self._changed = 0
        self._epoch = -1
        self._sequence = 0
        self._time = 0
        self._interval = 0

    @property
    def interval(self) -> float:
        """Usual seconds between ticks, 0.0 before the first."""
        return self._interval / _MICRO

    def lose(self) -> None:
        """Ticks are missing: nothing but a key frame makes sense now."""
        self._epoch = -1

    def decode(self, data: bytes, at: int, flags: int) -> SampleBatch:
        """The batch of the tick whose head (see `head`) ends before ``at``.

        Raises RemoteProtocolError for whatever the encoder does not make; the decoder is useless then.
        """
        at = self._key_head(data, at) if flags & _KEY else self._step_head(data, at, flags)
        changed, at = bitmap.take(data, at, len(self._scales))
        changed ^= 0 if flags & _KEY else self._changed
        values = self._values[:]
        try:
            end = self._take_values(data, at, changed, values)
        except (IndexError, struct.error):
            raise RemoteProtocolError("a tick is cut off", Reason.BAD_TICK) from None
        if end != len(data):
            raise RemoteProtocolError(f"{len(data) - end} bytes after a tick", Reason.BAD_TICK)
        if not flags & _KEY:
            self._changed = changed
        self._values = values
        return SampleBatch(self._host, self._epoch, self._sequence, self._time / _MICRO, self._catalog, values)

    def _key_head(self, data: bytes, at: int) -> int:
        revision, at = varint.take(data, at)
        self._epoch, at = varint.take(data, at)
        self._sequence, at = varint.take(data, at)
        self._time, at = varint.take(data, at)
        self._interval, at = varint.take(data, at)
        if revision != self._revision:
            raise RemoteProtocolError(f"a tick of catalog {revision}, not {self._revision}", Reason.BAD_TICK)
        if max(self._epoch, self._sequence, self._time, self._interval) >= EXACT:
            raise RemoteProtocolError("a key frame from beyond time", Reason.BAD_TICK)
        self._changed, at = bitmap.take(data, at, len(self._scales))
        self._numbers = [0] * len(self._scales)
        self._values = array("d", bytes(8 * len(self._scales)))
        return at

    def _step_head(self, data: bytes, at: int, flags: int) -> int:
        if self._epoch < 0:
            raise RemoteProtocolError("a difference without a key frame", Reason.BAD_TICK)
        step = 1
        if flags & _STEPPED:
            step, at = varint.take(data, at)
        off, at = varint.take(data, at)
        self._sequence += step
        self._time += step * self._interval + varint.unzigzag(off)
        if not step or self._sequence >= EXACT or not 0 <= self._time < EXACT:
            raise RemoteProtocolError("a tick from beyond time", Reason.BAD_TICK)
        return at

    def _take_values(self, data: bytes, at: int, changed: int, values: array[float]) -> int:
        """Bring ``values`` and the numbers up to date; where the values end. Raises IndexError where they do not."""
        numbers, scales = self._numbers, self._scales
        rising, short, multiply, divide = scales.rising, self._short, scales.multiply, scales.divide
        for place in bitmap.members(changed):
            code = data[at]
            at += 1
            if code < 128:
                if code < _NUMBER:
                    at = self._take_double(data, at, place, values) if code else self._take_nothing(at, place, values)
                    continue
                number = numbers[place] + short[place][code]
            else:
                # Numbers of two bytes are so common that a call for each would be felt.
                high = data[at]
                if high < 128:
                    at += 1
                    code = (code & 127 | high << 7) - _NUMBER
                else:
                    code, at = varint.take(data, at - 1)
                    code -= _NUMBER
                number = numbers[place] + (code if rising[place] else code >> 1 ^ -(code & 1))
                if code < 0 or not -EXACT < number < EXACT:
                    raise RemoteProtocolError("a number is too large", Reason.BAD_TICK)
            numbers[place] = number
            values[place] = number * multiply[place] / divide[place]
        return at

    def _take_double(self, data: bytes, at: int, place: int, values: array[float]) -> int:
        (value,) = _double.unpack_from(data, at)
        values[place] = value
        self._numbers[place] = self._scales.number(place, value) or 0
        return at + 8

    def _take_nothing(self, at: int, place: int, values: array[float]) -> int:
        values[place] = _NAN
        self._numbers[place] = 0
        return at


def head(data: bytes) -> tuple[int, int, int]:
    """(channel, flags, where the rest begins) of a tick. Raises RemoteProtocolError where there is none."""
    number, at = varint.take(data, 0)
    return number >> 2, number & 3, at
