"""A block of the ring: some minutes of one epoch and one catalog, first as plain rows, later coded.

Only a block of plain rows takes more rows. What is coded is opened, changed and coded again, as a block of its own: so what was
decoded of a block stays true for as long as the block is there. Knows no other block.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from sysmon.model.sample import Catalog
from sysmon.pipeline import columns

ROWS: Final = 120
"""Most rows of a block: two minutes at one second. Block n of an epoch has the sequences from n * ROWS on."""
GROUP: Final = 32
"""Series that are coded together: more take fewer bytes, and longer to read one of."""
TIMES: Final = -1
"""Stands for the times where a column is asked for."""
_MICRO: Final = 1e-6
"""The step to which times are exact that came over the wire."""


class Block:
    """Rows of one epoch and one catalog, by sequence. There may be sequences missing."""

    __slots__ = ("catalog", "coded", "coded_times", "end", "epoch", "newest", "oldest", "rows", "sequences", "times")

    def __init__(
        self, catalog: Catalog, epoch: int, sequences: Sequence[int], times: array[float], rows: list[array[float]]
    ) -> None:
        """Takes over ``times`` and ``rows``, of which there must be at least one; each must not be changed any more."""
        self.catalog = catalog
        self.epoch = epoch
        self.sequences: range | array[int] = _compact(sequences)
        self.times: array[float] | None = times
        """None once all is coded."""
        self.rows: list[array[float]] | None = rows
        """As they came: arrays of one size, which the next rows take when these are coded. None once all is."""
        self.coded: list[bytes] = []
        self.coded_times = b""
        self.end = (sequences[0] // ROWS + 1) * ROWS
        """The sequence with which the next block begins."""
        self.oldest: float = times[0]
        self.newest: float = times[-1]

    def append(self, sequence: int, time: float, values: array[float]) -> None:
        """Add a row behind all others. Takes over ``values``. The block must be plain."""
        assert self.rows is not None
        assert self.times is not None
        if self.coded:
            self.coded.clear()
        known = self.sequences
        if isinstance(known, array):
            known.append(sequence)
        elif sequence == known.stop:
            self.sequences = range(known.start, sequence + 1)
        else:
            self.sequences = array("q", known)
            self.sequences.append(sequence)
        self.times.append(time)
        self.rows.append(values)
        self.newest = time

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def first(self) -> int:
        return self.sequences[0]

    @property
    def last(self) -> int:
        return self.sequences[-1]

    @property
    def is_coded(self) -> bool:
        return self.rows is None

    def breaks(self) -> list[int]:
        """Rows before which a sequence is missing within the block."""
        known = self.sequences
        if isinstance(known, range):
            return []
        return [row for row in range(1, len(known)) if known[row] != known[row - 1] + 1]

    def between(self, first: int, last: int) -> tuple[int, int]:
        """The rows from sequence ``first`` to ``last``, as a slice."""
        return bisect_left(self.sequences, first), bisect_left(self.sequences, last + 1)

    def code(self, most: int) -> bool:
        """Code up to ``most`` more groups of series; whether all is coded now."""
        rows, times = self.rows, self.times
        if rows is None or times is None:
            return True
        series = self.catalog.series
        width = len(series)
        begin = len(self.coded) * GROUP
        for start in range(begin, min(width, begin + most * GROUP), GROUP):
            members = series[start : start + GROUP]
            joined = _joined([row[start : start + GROUP] for row in rows])
            group = [joined[at :: len(members)] for at in range(len(members))]
            self.coded.append(columns.encode(group, [one.metric.scale for one in members]))
        if len(self.coded) * GROUP < width:
            return False
        self.coded_times = columns.encode([times], [_MICRO])
        self.rows = self.times = None
        return True

    def columns(self, places: Sequence[int]) -> list[array[float]]:
        """The whole columns at ``places``, ascending; `TIMES` for the times."""
        count = len(self.sequences)
        rows, times = self.rows, self.times
        if rows is not None and times is not None:
            if len(places) <= _FEW:
                return [times[:] if at == TIMES else array("d", [row[at] for row in rows]) for at in places]
            width, joined = len(self.catalog.series), _joined(rows)
            return [times[:] if at == TIMES else joined[at::width] for at in places]
        found: list[array[float]] = []
        at = 0
        while at < len(places):
            if places[at] == TIMES:
                found += columns.decode(self.coded_times, count, [0])
                at += 1
                continue
            group = places[at] // GROUP
            end = at
            while end < len(places) and places[end] // GROUP == group:
                end += 1
            found += columns.decode(self.coded[group], count, [place - group * GROUP for place in places[at:end]])
            at = end
        return found

    def opened(self, first: int, last: int) -> tuple[array[float], array[float]]:
        """(times, plain rows) of the rows ``first`` to before ``last``; arrays of their own."""
        width = len(self.catalog.series)
        rows, times = self.rows, self.times
        if rows is not None and times is not None:
            return times[first:last], _joined(rows[first:last])
        found = self.columns(range(-1, width))
        joined = array("d", bytes(8 * width * (last - first)))
        for at, column in enumerate(found[1:]):
            joined[at::width] = column[first:last]
        return found[0][first:last], joined

    def size(self) -> int:
        """Bytes held, with those of the objects that hold them."""
        held = 200 + len(self.coded_times) + sum(map(len, self.coded)) + _OBJECT * (len(self.coded) + 1)
        if isinstance(self.sequences, array):
            held += 8 * len(self.sequences)
        if self.rows is not None and self.times is not None:
            held += 8 * len(self.times) + len(self.rows) * (_ROW + 8 * len(self.catalog.series))
        return held


_OBJECT: Final = 41
"""Bytes that an object of bytes takes besides them, and the reference to it."""
_ROW: Final = 104
"""The same of an array."""
_FEW: Final = 6
"""Columns up to which it is quicker to look into each row."""


def _compact(sequences: Sequence[int]) -> range | array[int]:
    first, last = sequences[0], sequences[-1]
    return range(first, last + 1) if last - first == len(sequences) - 1 else array("q", sequences)


def _joined(rows: list[array[float]]) -> array[float]:
    """Row after row."""
    return array("d", b"".join(rows))
