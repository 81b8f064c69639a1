"""The ring of one host: the last hour of its batches, in bounded memory.

Batches are kept row after row in blocks; keeping one is a single slice copy, however many series
it has. A full block is coded column by column, a few columns with each further batch, so that no
tick pays for the whole. Knows nothing of rates, other hosts or threads: the store locks.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from sysmon.model.metric import Series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline import columns

ROWS = 300
"""Rows of a block: five minutes at one second."""
_DECODED = 512
"""Decoded columns that are kept at hand: an hour's plots read the same old columns again and again."""


@dataclass(slots=True)
class Block:
    """Consecutive rows of one catalog and one epoch."""

    catalog: Catalog
    epoch: int
    times: array[float] = field(default_factory=lambda: array("d"))
    sequences: array[int] = field(default_factory=lambda: array("q"))
    breaks: list[int] = field(default_factory=list[int])
    """Rows before which a batch is missing."""
    rows: array[float] | None = field(default_factory=lambda: array("d"))
    """Row after row; None once every column is coded."""
    coded: list[bytes] = field(default_factory=list[bytes])

    def size(self) -> int:
        """Bytes held, without the few hundred of the object itself."""
        held = self.times.itemsize * len(self.times) + self.sequences.itemsize * len(self.sequences)
        held += sum(len(column) + 33 for column in self.coded)
        return held + (len(self.rows) * self.rows.itemsize if self.rows is not None else 0)


@dataclass(slots=True)
class Column:
    """One series over time. ``breaks`` are indexes before which something is missing."""

    times: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))
    breaks: list[int] = field(default_factory=list[int])
    interval: float = 0.0
    """Seconds between fresh values, 0.0 for every row."""


class Ring:
    """The kept batches of one host, newest last."""

    def __init__(self, keep: float = 3600.0) -> None:
        """``keep``: seconds of history; rows older than that are dropped block by block."""
        self.keep = keep
        self._blocks: deque[Block] = deque()
        self._decoded: OrderedDict[tuple[int, int], array[float]] = OrderedDict()

    @property
    def newest(self) -> Block | None:
        return self._blocks[-1] if self._blocks else None

    @property
    def catalog(self) -> Catalog | None:
        return self._blocks[-1].catalog if self._blocks else None

    def append(self, batch: SampleBatch) -> None:
        """Keep ``batch``. Raises ValueError where its values do not fit its catalog."""
        width = len(batch.catalog.series)
        if len(batch.values) != width:
            raise ValueError(f"{len(batch.values)} values for {width} series")
        block = self.newest
        if (
            block is None
            or len(block.times) >= ROWS
            or block.catalog is not batch.catalog
            or block.epoch != batch.epoch
        ):
            follows = block is not None and block.epoch == batch.epoch and block.sequences[-1] + 1 == batch.sequence
            block = Block(batch.catalog, batch.epoch, breaks=[] if follows else [0])
            self._blocks.append(block)
        elif batch.sequence != block.sequences[-1] + 1:
            block.breaks.append(len(block.times))
        block.times.append(batch.time)
        block.sequences.append(batch.sequence)
        assert block.rows is not None
        block.rows.extend(batch.values)
        self._drop(batch.time - self.keep)
        self._code_some()

    def _drop(self, before: float) -> None:
        while len(self._blocks) > 1 and self._blocks[0].times[-1] < before:
            old = self._blocks.popleft()
            for key in [key for key in self._decoded if key[0] == id(old)]:
                del self._decoded[key]

    def _code_some(self) -> None:
        """Code a share of the block before the newest, sized so that it is done before the next fills."""
        for block in reversed(self._blocks):
            if block is self._blocks[-1]:
                continue
            if block.rows is None:
                return
            width = len(block.catalog.series)
            for at in range(len(block.coded), min(width, len(block.coded) + 1 + 2 * width // ROWS)):
                block.coded.append(columns.encode(block.rows[at::width], block.catalog.series[at].metric.scale))
            if len(block.coded) == width:
                block.rows = None
            return

    def column(self, series: Series, start: float, end: float) -> Column:
        """``series`` from the last row at or before ``start`` to the first at or after ``end``.

        Rows of blocks that do not have the series are left out and marked as a break.
        """
        return self.columns((series,), start, end)[0]

    def columns(self, wanted: Sequence[Series], start: float, end: float) -> list[Column]:
        """`column` for each of ``wanted``; the blocks are looked through once for all of them."""
        parts: list[tuple[Block, int, int]] = []
        for block in reversed(self._blocks):
            if block.times[0] <= end:
                parts.append((block, *_span(block.times, start, end)))
            if block.times[0] <= start:
                break
        parts.reverse()
        return [self._joined(series, parts) for series in wanted]

    def _joined(self, series: Series, parts: list[tuple[Block, int, int]]) -> Column:
        found = Column()
        missing = False
        for block, first, last in parts:
            at = block.catalog.index.get(series)
            if at is None:
                missing = True
                continue
            offset = len(found.times) - first
            breaks = [row + offset for row in block.breaks if first <= row < last] if block.breaks else []
            if missing and (not breaks or breaks[0] != len(found.times)):
                found.breaks.append(len(found.times))
            missing = False
            found.breaks.extend(breaks)
            found.times.extend(block.times[first:last])
            found.values.extend(self._values(block, at, first, last))
            found.interval = block.catalog.intervals[at]
        return found

    def newest_column(self, series: Series) -> Column | None:
        """The last two rows of ``series``; of one with its own interval, the rows of its last six.

        None where the newest block does not have the series.
        """
        block = self.newest
        at = block.catalog.index.get(series) if block else None
        if block is None or at is None:
            return None
        interval = block.catalog.intervals[at]
        end = block.times[-1]
        if interval:
            return self.column(series, end - 6.0 * interval, end)
        if len(block.times) == 1:
            before = self._blocks[-2].times[-1] if len(self._blocks) > 1 else end
            return self.column(series, before, end)
        width = len(block.catalog.series)
        assert block.rows is not None
        breaks = [1] if block.breaks and block.breaks[-1] == len(block.times) - 1 else []
        values = array("d", (block.rows[at - 2 * width], block.rows[at - width]))
        return Column(block.times[-2:], values, breaks)

    def _values(self, block: Block, at: int, first: int, last: int) -> array[float]:
        if block.rows is not None:
            width = len(block.catalog.series)
            return block.rows[first * width + at : last * width : width]
        key = (id(block), at)
        values = self._decoded.get(key)
        if values is None:
            values = self._decoded[key] = columns.decode(block.coded[at], len(block.times))
            if len(self._decoded) > _DECODED:
                self._decoded.popitem(last=False)
        else:
            self._decoded.move_to_end(key)
        return values[first:last]

    def span(self) -> tuple[float, float]:
        """Times of the oldest and the newest row, in seconds since 1970; NaN while empty."""
        if not self._blocks:
            return math.nan, math.nan
        return self._blocks[0].times[0], self._blocks[-1].times[-1]

    def holes(self, start: float, end: float) -> list[tuple[float, float, bool]]:
        """(from, to, new epoch) of each time within the span in which rows are missing."""
        found: list[tuple[float, float, bool]] = []
        before: Block | None = None
        for block in self._blocks:
            for row in block.breaks:
                if row == 0 and before is None:
                    continue
                last = block.times[row - 1] if row else before.times[-1] if before else math.nan
                if last < end and block.times[row] > start:
                    found.append(
                        (last, block.times[row], row == 0 and before is not None and before.epoch != block.epoch)
                    )
            before = block
        return found

    def size(self) -> int:
        """Bytes that the kept rows and the decoded columns take."""
        return sum(block.size() for block in self._blocks) + sum(len(c) * 8 for c in self._decoded.values())


def _span(times: array[float], start: float, end: float) -> tuple[int, int]:
    """Rows from the last at or before ``start`` to one past the first at or after ``end``."""
    first = max(0, bisect_right(times, start) - 1)
    return first, min(len(times), bisect_left(times, end) + 1)
