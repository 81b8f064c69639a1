"""Rows that come late: from a stretch to the blocks in which they would lie had they come in time. Knows no ring."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

from sysmon.model.sample import Catalog, Stretch
from sysmon.pipeline.block import ROWS, Block


def parts(stretch: Stretch, floor: float) -> Iterator[tuple[int, int]]:
    """The rows of ``stretch`` block by block, as slices, without those older than ``floor``."""
    sequences, times = stretch.sequences, stretch.times
    first = 0
    while first < len(sequences):
        end = (sequences[first] // ROWS + 1) * ROWS
        last = first
        while last < len(sequences) and sequences[last] < end:
            last += 1
        while first < last and times[first] < floor:
            first += 1
        if first < last:
            yield first, last
        first = last


def merged(
    blocks: Sequence[Block], stretch: Stretch, first: int, last: int, catalog: Catalog
) -> tuple[list[Block], list[float]]:
    """What ``blocks`` are with the rows ``first`` to before ``last`` of ``stretch``; and the times of those that are new.

    ``blocks`` are of the epoch and the place of those rows, in order. ``catalog`` is that of the stretch, as the ring has it.
    """
    known = {sequence for block in blocks for sequence in block.sequences}
    new = [row for row in range(first, last) if stretch.sequences[row] not in known]
    if not new:
        return list(blocks), []
    width = len(catalog.series)
    rows = {
        stretch.sequences[row]: (catalog, stretch.times[row], stretch.rows[row * width : (row + 1) * width])
        for row in new
    }
    for block in blocks:
        rows.update(_rows_of(block))
    made: list[Block] = []
    for _, group in groupby(sorted(rows), lambda sequence: rows[sequence][0].digest):
        sequences = list(group)
        times = array("d", [rows[sequence][1] for sequence in sequences])
        values = [rows[sequence][2] for sequence in sequences]
        made.append(Block(rows[sequences[0]][0], stretch.epoch, sequences, times, values))
    return made, [stretch.times[row] for row in new]


def _rows_of(block: Block) -> Iterator[tuple[int, tuple[Catalog, float, array[float]]]]:
    rows, times = block.rows, block.times
    if rows is None or times is None:
        width = len(block.catalog.series)
        times, joined = block.opened(0, len(block))
        rows = [joined[row * width : (row + 1) * width] for row in range(len(times))]
    for sequence, time, values in zip(block.sequences, times, rows, strict=True):
        yield sequence, (block.catalog, time, values)
