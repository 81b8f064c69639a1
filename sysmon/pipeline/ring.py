"""The ring of one host: the last hour of its batches, in bounded memory.

Rows lie in blocks by their sequence, whichever way they came: live, one after the other, or late, to fill a hole. Keeping a
batch copies nothing, however many series it has. A full block is coded a few columns with each further batch, so
that no tick pays for the whole. Knows nothing of rates, other hosts or threads: the store locks.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sysmon.model.metric import Series
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.pipeline.block import GROUP, ROWS, TIMES, Block
from sysmon.pipeline.decoded import Decoded
from sysmon.pipeline.late import merged, parts

MOST_BLOCKS: Final = 4096
"""Blocks of a host, whatever its times and catalogs are."""
MOST_SERIES: Final = 200_000
"""Series of all catalogs of a host together: where they change with every tick, catalogs take more than rows."""
_PLAIN: Final = 2
"""Blocks besides the newest that may wait to be coded."""
_MOST_PLAIN: Final = 8
"""Blocks that may be plain while rows come late: those are coded bit by bit, too, so that no piece pays for a whole block."""


@dataclass(slots=True)
class Column:
    """One series over time. ``breaks`` are indexes before which something is missing."""

    times: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))
    breaks: list[int] = field(default_factory=list[int])
    interval: float = 0.0
    """Seconds between fresh values, 0.0 for every row."""


class LastRows(NamedTuple):
    """The newest row of every series of ``catalog`` and the one before it."""

    catalog: Catalog
    seconds: float
    """Between the two; NaN where there is none before, or something is missing between."""
    before: array[float]
    values: array[float]


class Put(NamedTuple):
    """Rows that came late and were kept: how many, and the times of the oldest and the newest."""

    rows: int
    start: float
    end: float


class _Part(NamedTuple):
    """The rows ``first`` to before ``last`` of a block, of which some are asked for."""

    block: Block
    first: int
    last: int
    follows: bool
    """Whether nothing is missing between the block before and this one."""


class Ring:
    """The kept batches of one host, newest last."""

    def __init__(self, keep: float = 3600.0, decoded: Decoded | None = None) -> None:
        """``keep``: seconds of history; rows older than that are dropped block by block.

        ``decoded`` is shared with other rings.
        """
        self.keep = keep
        self._decoded = decoded or Decoded()
        self._blocks: list[Block] = []
        self._lived: set[int] = set()
        """The epochs of which a batch was live."""
        self._waiting: list[Block] = []
        """Blocks that are to be coded, the next one last."""

    @property
    def catalog(self) -> Catalog | None:
        return self._blocks[-1].catalog if self._blocks else None

    # What comes.

    def append(self, batch: SampleBatch) -> None:
        """Keep ``batch``, which is live, and its values, which must not be changed any more. Raises ValueError where its values do not fit its catalog."""
        catalog, sequence = batch.catalog, batch.sequence
        width = len(catalog.series)
        if len(batch.values) != width:
            raise ValueError(f"{len(batch.values)} values for {width} series")
        self._lived.add(batch.epoch)
        block = self._blocks[-1] if self._blocks else None
        if block is not None and block.catalog is not catalog:
            self._adopt(catalog)
        if (
            block is not None
            and block.epoch == batch.epoch
            and block.catalog is catalog
            and block.last < sequence < block.end
            and not block.is_coded
        ):
            block.append(sequence, batch.time, batch.values)
        elif block is not None and self._is_late(batch, block):
            self.fill(Stretch.of([batch]))
            return
        else:
            # A new epoch comes last whatever its number is: the clock may have been set back.
            self._blocks.append(Block(catalog, batch.epoch, (sequence,), array("d", (batch.time,)), [batch.values]))
            if block is not None:
                self._waiting.append(block)
            self._drop()
        if self._blocks[0].newest < batch.time - self.keep:
            self._drop()
        if self._waiting:
            groups = width // GROUP + 1
            if self._waiting[-1].code(1 + 2 * groups // ROWS):
                self._waiting.pop()

    def _is_late(self, batch: SampleBatch, last: Block) -> bool:
        """Whether there is a place for ``batch``, though it is live, among the rows that are here."""
        if last.epoch == batch.epoch:
            return batch.sequence <= last.last or (last.is_coded and batch.sequence < last.end)
        own = [block for block in self._blocks if block.epoch == batch.epoch]
        if own and last.epoch not in self._lived:
            # An epoch that was only told of, from before the clock was set back, does not hide what is live.
            self._blocks = [block for block in self._blocks if block.epoch != batch.epoch] + own
        return bool(own)

    def _adopt(self, catalog: Catalog) -> None:
        """Where ``catalog`` is a known one again, after the link was made anew, only the new object is kept."""
        for block in self._blocks:
            if block.catalog.digest == catalog.digest:
                block.catalog = catalog

    def _drop(self) -> None:
        """Forget blocks that lie more than `keep` before the newest row, or after it: then the clock was set back.

        And the oldest, where there are too many of them or of their catalogs.
        """
        newest, room = self._blocks[-1].newest, MOST_SERIES
        catalogs: set[Catalog] = set()
        kept: list[Block] = []
        for block in reversed(self._blocks[-MOST_BLOCKS:]):
            if kept and (block.newest < newest - self.keep or block.oldest > newest + self.keep):
                continue
            if block.catalog not in catalogs:
                catalogs.add(block.catalog)
                room -= len(block.catalog.series)
                if kept and room < 0:
                    break
            kept.append(block)
        kept.reverse()
        if len(kept) != len(self._blocks):
            self._blocks = kept
            self._waiting = [block for block in self._waiting if block in kept]
            self._lived &= {block.epoch for block in kept}

    def fill(self, stretch: Stretch) -> Put | None:
        """Keep rows that came late, where they belong: what was kept already stays, what is too old is left out.

        None where nothing was new. Raises ValueError where the rows do not fit the catalog.
        """
        width = len(stretch.catalog.series)
        count = len(stretch.sequences)
        if len(stretch.times) != count or len(stretch.rows) != count * width:
            raise ValueError(f"{len(stretch.times)} times and {len(stretch.rows)} values for {count} rows of {width}")
        catalog = next((b.catalog for b in self._blocks if b.catalog.digest == stretch.catalog.digest), stretch.catalog)
        floor = self._blocks[-1].newest - self.keep if self._blocks else -math.inf
        new: list[float] = []
        touched: list[Block] = []
        for first, last in parts(stretch, floor):
            low, high = self._place(stretch.epoch, stretch.sequences[first], stretch.times[first])
            made, times = merged(self._blocks[low:high], stretch, first, last, catalog)
            if times:
                self._blocks[low:high] = made
                touched += made
                new += times
        if not new:
            return None
        self._drop()
        self._settle(touched, len(new))
        return Put(len(new), min(new), max(new))

    def _place(self, epoch: int, sequence: int, time: float) -> tuple[int, int]:
        """The blocks for rows of ``epoch`` about ``sequence`` and ``time``, as a slice; an empty one where they belong where there is none."""
        blocks = self._blocks
        start = sequence // ROWS * ROWS
        at = len(blocks)
        while at and blocks[at - 1].epoch != epoch:
            at -= 1
        if not at:
            at = len(blocks)
            # What begins before the end of what was live, and has a greater number, is from before the clock was set back.
            while at and (
                blocks[at - 1].epoch > epoch or (blocks[at - 1].epoch in self._lived and time <= blocks[at - 1].newest)
            ):
                at -= 1
            return at, at
        while at and blocks[at - 1].epoch == epoch and blocks[at - 1].first >= start + ROWS:
            at -= 1
        end = at
        while at and blocks[at - 1].epoch == epoch and blocks[at - 1].first >= start:
            at -= 1
        return at, end

    def _settle(self, touched: Sequence[Block], rows: int) -> None:
        """Code of what has come to be plain, but for the newest and a few into which more may come, twice as much as ``rows`` are."""
        plain = [block for block in self._blocks[:-1] if not block.is_coded]
        plain.sort(key=lambda block: block in touched)
        for block in plain[:-_MOST_PLAIN]:
            block.code(len(block.catalog.series) // GROUP + 1)
        for block in plain[-_MOST_PLAIN:-_PLAIN]:
            groups = len(block.catalog.series) // GROUP + 1
            if not block.code(1 + 2 * groups * rows // ROWS):
                break
        self._waiting = [block for block in reversed(plain) if not block.is_coded]

    # What is asked.

    def column(self, series: Series, start: float, end: float) -> Column:
        """``series`` from the last row at or before ``start`` to the first at or after ``end``.

        Rows of blocks that do not have the series are left out and marked as a break.
        """
        return self.columns((series,), start, end)[0]

    def columns(self, wanted: Sequence[Series], start: float, end: float) -> list[Column]:
        """`column` for each of ``wanted``; the blocks are looked through once for all of them."""
        found = [Column() for _ in wanted]
        lacking = [False] * len(wanted)
        for part in self._parts(start, end):
            block, first, last, follows = part
            index = block.catalog.index
            places = [index.get(series) for series in wanted]
            times, values = self._cut(part, {at for at in places if at is not None})
            breaks = [row - first for row in block.breaks() if first < row < last]
            if first == 0 and not follows:
                breaks.insert(0, 0)
            for number, at in enumerate(places):
                if at is None:
                    lacking[number] = True
                    continue
                column = found[number]
                offset = len(column.times)
                if lacking[number] and (not breaks or breaks[0]):
                    column.breaks.append(offset)
                lacking[number] = False
                column.breaks += [row + offset for row in breaks]
                column.times += times
                column.values += values[at]
                column.interval = block.catalog.intervals[at]
        return found

    def _cut(self, part: _Part, places: set[int]) -> tuple[array[float], dict[int, array[float]]]:
        """The times of ``part``, and its values at ``places``. They must not be changed."""
        block, first, last, _ = part
        rows, times = block.rows, block.times
        if rows is not None and times is not None:
            rows = rows[first:last]
            return times[first:last], {at: array("d", [row[at] for row in rows]) for at in places}
        whole = self._decoded.columns(block, [TIMES, *places])
        if last - first < len(block):
            whole = {at: column[first:last] for at, column in whole.items()}
        return whole[TIMES], whole

    def _parts(self, start: float, end: float) -> list[_Part]:
        """The rows of all blocks from the last at or before ``start`` to the first at or after ``end``."""
        found: list[_Part] = []
        blocks = self._blocks
        begun = math.inf
        for at in range(len(blocks) - 1, -1, -1):
            block = blocks[at]
            # Where the clock was set back, rows of the epoch before lie in time behind those after it: these count.
            if block.oldest <= end and block.oldest < begun:
                times = block.times or self._decoded.columns(block, (TIMES,))[TIMES]
                first = max(0, bisect_right(times, start) - 1)
                last = min(len(times), bisect_left(times, end) + 1)
                if block.newest >= begun:
                    last = min(last, bisect_left(times, begun))
                if first < last:
                    before = blocks[at - 1] if at else None
                    found.append(_Part(block, first, last, before is not None and _follow(before, block)))
            begun = min(begun, block.oldest)
            if block.oldest <= start:
                break
        found.reverse()
        return found

    def newest_column(self, series: Series) -> Column | None:
        """The last two rows of ``series``; of one with its own interval, the rows of its last six.

        None where the newest block does not have the series.
        """
        block = self._blocks[-1] if self._blocks else None
        at = block.catalog.index.get(series) if block else None
        if block is None or at is None:
            return None
        interval = block.catalog.intervals[at]
        end = block.newest
        rows, times = block.rows, block.times
        if interval:
            return self.column(series, end - 6.0 * interval, end)
        if rows is None or times is None or len(times) == 1:
            before = self._blocks[-2].newest if len(self._blocks) > 1 else end
            return self.column(series, before, end)
        known = block.sequences
        breaks = [] if known[-1] == known[-2] + 1 else [1]
        return Column(times[-2:], array("d", (rows[-2][at], rows[-1][at])), breaks)

    def last_rows(self) -> LastRows | None:
        """The last two rows of all series at once; None while empty."""
        if not self._blocks:
            return None
        block = self._blocks[-1]
        count = len(block)
        times, rows = self._decoded.rows(block, max(0, count - 2), count)
        width = len(block.catalog.series)
        now = rows[len(rows) - width :]
        if count > 1:
            follows = block.sequences[-1] == block.sequences[-2] + 1
            return LastRows(block.catalog, times[-1] - times[-2] if follows else math.nan, rows[:width], now)
        before = self._blocks[-2] if len(self._blocks) > 1 else None
        if before is None or before.catalog is not block.catalog or not _follow(before, block):
            return LastRows(block.catalog, math.nan, now, now)
        earlier, old = self._decoded.rows(before, len(before) - 1, len(before))
        return LastRows(block.catalog, times[-1] - earlier[-1], old, now)

    def newest_batch(self, host: str) -> SampleBatch | None:
        """The newest row as a batch of ``host``; None while empty."""
        if not self._blocks:
            return None
        block = self._blocks[-1]
        found = next(self.stretches(host, block.epoch, block.last, block.last))
        return next(found.batches())

    def span(self) -> tuple[float, float]:
        """Times of the oldest and the newest row, in seconds since 1970; NaN while empty."""
        if not self._blocks:
            return math.nan, math.nan
        return self._blocks[0].oldest, self._blocks[-1].newest

    def holes(self, start: float, end: float) -> list[tuple[float, float, bool]]:
        """(from, to, new epoch) of each time within the span in which rows are missing."""
        found: list[tuple[float, float, bool]] = []
        before: Block | None = None
        for block in self._blocks:
            if before is not None and not _follow(before, block) and before.newest < end and block.oldest > start:
                found.append((before.newest, block.oldest, before.epoch != block.epoch))
            if block.oldest < end and block.newest > start and (breaks := block.breaks()):
                times = self._decoded.columns(block, (TIMES,))[TIMES]
                found += [
                    (times[row - 1], times[row], False) for row in breaks if times[row - 1] < end and times[row] > start
                ]
            before = block
        return found

    def spans(self) -> list[tuple[int, int, int]]:
        """(epoch, first and last sequence) of what is kept, oldest epoch first."""
        found: dict[int, tuple[int, int]] = {}
        for block in self._blocks:
            first, _ = found.get(block.epoch, (block.first, 0))
            found[block.epoch] = first, block.last
        return [(epoch, first, last) for epoch, (first, last) in found.items()]

    def stretches(self, host: str, epoch: int, first: int, last: int) -> Iterator[Stretch]:
        """The kept rows of the sequences ``first`` to ``last`` of ``epoch``, oldest first, said to be of ``host``."""
        for block in self._blocks:
            if block.epoch == epoch and block.first <= last and block.last >= first:
                begin, end = block.between(first, last)
                if begin < end:
                    times, rows = self._decoded.rows(block, begin, end)
                    yield Stretch(host, epoch, block.catalog, array("q", block.sequences[begin:end]), times, rows)

    def size(self) -> int:
        """Bytes that the kept rows take."""
        return sum(map(Block.size, self._blocks))


def _follow(before: Block, block: Block) -> bool:
    return before.epoch == block.epoch and before.last + 1 == block.first
