"""Which sequences of which epochs of which hosts are here: what back-fill is measured against. And which marks.

Outlives links: a machine that comes back is asked only for what is missing. Bounded, whatever peers send:
only the newest epochs of a host count, and of each only the newest sequences.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sysmon.model.events import Mark
from sysmon.protocol.ranges import Range, Ranges

EPOCHS: Final = 16
"""Epochs that are kept for each host."""
FASTEST: Final = 0.25
"""Seconds between sequences, at least, for which all that matters is kept."""
RANGES: Final = 1800
"""Ranges of an epoch; the oldest are forgotten, and would be asked for again."""
_NOTHING: Final[Mapping[int, Ranges]] = MappingProxyType({})
MARKS: Final = 500
"""Marks of a host that are known to be here."""


class Holdings:
    """Ranges by host and epoch."""

    def __init__(self, seconds: float = 3600.0, keep: int | None = None) -> None:
        """``seconds`` back from the newest of an epoch matter, ``keep`` sequences at most: as many as come at 4 Hz, where that is not said."""
        self.seconds = seconds
        self.keep = keep if keep is not None else max(1, round(seconds / FASTEST))
        self._hosts: dict[str, dict[int, Ranges]] = {}
        self._marks: dict[str, OrderedDict[Mark, None]] = {}

    def follow(self, host: str, epoch: int, sequence: int) -> bool:
        """Put ``sequence`` in where it is the one after the newest of its epoch; whether it is."""
        ranges = self._hosts.get(host, _NOTHING).get(epoch)
        if ranges is None or ranges.last != sequence - 1:
            return False
        ranges.add(sequence, sequence)
        self._trim(ranges)
        return True

    def add(self, host: str, epoch: int, first: int, last: int) -> None:
        """``first`` to ``last`` are here, or are known never to have been recorded."""
        epochs = self._hosts.setdefault(host, {})
        ranges = epochs.get(epoch)
        if ranges is None:
            if len(epochs) >= EPOCHS:
                oldest = min(epochs)
                if epoch < oldest:
                    return
                del epochs[oldest]
            ranges = epochs[epoch] = Ranges()
        ranges.add(first, last)
        self._trim(ranges)

    def _trim(self, ranges: Ranges) -> None:
        newest, oldest = ranges.last, ranges.first
        # In steps, so that not every tick cuts one off.
        if newest is not None and oldest is not None and newest - oldest >= self.keep + self.keep // 4:
            ranges.remove(oldest, newest - self.keep)
        while len(ranges) > RANGES:
            ranges.remove(*next(iter(ranges)))

    def missing(
        self, host: str, epoch: int, first: int, last: int, limit: int, interval: float = FASTEST
    ) -> list[Range]:
        """What of ``first`` to ``last`` is not here and still matters, at ``interval`` seconds a sequence: the newest first, at most
        ``limit`` ranges."""
        most = min(self.keep, round(self.seconds / max(interval, FASTEST)))
        first = max(first, last - most + 1)
        ranges = self._hosts.get(host, {}).get(epoch)
        if last < first:
            return []
        return [(first, last)] if ranges is None else ranges.missing(first, last, limit)

    def has(self, host: str, epoch: int, sequence: int) -> bool:
        ranges = self._hosts.get(host, {}).get(epoch)
        return ranges is not None and sequence in ranges

    def newest(self, host: str, epoch: int) -> int | None:
        """The newest sequence of ``epoch`` that is here."""
        ranges = self._hosts.get(host, {}).get(epoch)
        return ranges.last if ranges is not None else None

    def is_new(self, mark: Mark) -> bool:
        """Whether ``mark`` was not here before; from now on it is."""
        marks = self._marks.setdefault(mark.host, OrderedDict())
        if mark in marks:
            return False
        marks[mark] = None
        if len(marks) > MARKS:
            marks.popitem(last=False)
        return True

    def forget(self, host: str) -> None:
        """Drop what is known of ``host``. Idempotent."""
        self._hosts.pop(host, None)
        self._marks.pop(host, None)

    def size(self) -> int:
        """How many ranges are kept of all hosts."""
        return sum(len(ranges) for epochs in self._hosts.values() for ranges in epochs.values())
