"""Columns that were decoded, kept at hand for all rings: a page reads the same old columns again and again.

Bounded in all, not for each host, so that having looked at every machine costs no more than looking at one. Knows no ring.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Final

from sysmon.pipeline.block import Block

MOST: Final = 2048
"""Columns: two megabytes."""
_OPENED: Final = 2
"""Blocks whose rows are kept: what is asked for piece by piece lies in one of them or on both sides of where they meet."""


class Decoded:
    """The columns of coded blocks that were asked for last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        # By the block itself: one that is gone costs its few bytes until others were asked for.
        self._columns: OrderedDict[tuple[Block, int], array[float]] = OrderedDict()
        self._opened: deque[tuple[Block, array[float], array[float]]] = deque(maxlen=_OPENED)

    def columns(self, block: Block, places: Sequence[int]) -> dict[int, array[float]]:
        """The columns of ``block`` at ``places``, whole. They must not be changed."""
        if not block.is_coded:
            return dict(zip(places, block.columns(places), strict=True))
        kept = self._columns
        found: dict[int, array[float]] = {}
        lacking: list[int] = []
        for place in places:
            key = block, place
            column = kept.get(key)
            if column is None:
                lacking.append(place)
            else:
                kept.move_to_end(key)
                found[place] = column
        if lacking:
            lacking.sort()
            for place, column in zip(lacking, block.columns(lacking), strict=True):
                kept[block, place] = found[place] = column
        while len(kept) > self._most:
            kept.popitem(last=False)
        return found

    def rows(self, block: Block, first: int, last: int) -> tuple[array[float], array[float]]:
        """See `Block.opened`: who asks for a part of a block asks for another part of it next."""
        if not block.is_coded:
            return block.opened(first, last)
        for found in self._opened:
            if found[0] is block:
                break
        else:
            found = block, *block.opened(0, len(block))
            self._opened.append(found)
        _, times, rows = found
        width = len(block.catalog.series)
        return times[first:last], rows[first * width : last * width]

    def size(self) -> int:
        """Bytes held."""
        opened = sum(8 * (len(times) + len(rows)) for _, times, rows in self._opened)
        return opened + sum(8 * len(column) for column in self._columns.values())
