"""Columns that were decoded, kept at hand for all rings: a page reads the same old columns again and again.

Bounded in all, not for each host, so that having looked at every machine costs no more than looking at one. Knows no ring.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from sysmon.pipeline.block import Block

MOST: Final = 2048
"""Columns: two megabytes."""


class Decoded:
    """The columns of coded blocks that were asked for last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        # By the block itself: one that is gone costs its few bytes until others were asked for.
        self._columns: OrderedDict[tuple[Block, int], array[float]] = OrderedDict()

    def columns(self, block: Block, places: Sequence[int]) -> dict[int, array[float]]:
        """The columns of ``block`` at ``places``. They must not be changed."""
        if not block.is_coded:
            return dict(zip(places, block.columns(places), strict=True))
        kept = self._columns
        lacking = sorted(place for place in places if (block, place) not in kept)
        for place, column in zip(lacking, block.columns(lacking), strict=True):
            kept[block, place] = column
        found: dict[int, array[float]] = {}
        for place in places:
            kept.move_to_end((block, place))
            found[place] = kept[block, place]
        while len(kept) > self._most:
            kept.popitem(last=False)
        return found

    def size(self) -> int:
        """Bytes held."""
        return sum(8 * len(column) for column in self._columns.values())
