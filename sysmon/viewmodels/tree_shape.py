"""Who stands below whom, as arrays: sums over branches and the order of rows in a few steps for all of them.

Places are numbers from 0; a parent of `ROOT` is none. Knows no process.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
ROOT: Final = -1


class TreeShape:
    """One forest. Built in time that grows with its size and its depth; circles are opened."""

    def __init__(self, parents: Sequence[int] | Places) -> None:
        """``parents``: for each place that of its parent, `ROOT` for none."""
        self.parents: Places = np.array(parents, dtype=np.int64).reshape(len(parents))
        self.kept: Flags = np.ones(len(parents), dtype=bool)
        """Which places are there: all but where this is a part of another forest."""
        self.levels = self._find_levels()
        """Places by their depth, roots first."""
        self.depth: Places = np.zeros(len(parents), dtype=np.int64)
        for depth, level in enumerate(self.levels):
            self.depth[level] = depth
        self.below: Places = self.sizes(np.ones(len(parents), dtype=bool)) - 1
        """How many are below each, at any depth."""

    def _find_levels(self) -> list[Places]:
        """Places by their depth, roots first. Circles are opened in `parents`."""
        levels, reached = self._walk_down()
        while not reached.all():
            self.parents[int(np.argmin(reached))] = ROOT  # a circle: the first of it becomes a root
            levels, reached = self._walk_down()
        return levels

    def _walk_down(self) -> tuple[list[Places], Flags]:
        parents = self.parents
        by_parent = np.argsort(parents, kind="stable")
        sorted_parents = parents[by_parent]
        reached = np.zeros(len(parents), dtype=bool)
        level = by_parent[: int(np.searchsorted(sorted_parents, 0))]
        levels: list[Places] = []
        while len(level):
            levels.append(level)
            reached[level] = True
            first = np.searchsorted(sorted_parents, level)
            counts = np.searchsorted(sorted_parents, level, side="right") - first
            within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            level = by_parent[np.repeat(first, counts) + within]
        return levels, reached

    def with_ancestors(self, wanted: Flags) -> Flags:
        """The ``wanted`` places and everything above them."""
        found = wanted.copy()
        for level in reversed(self.levels[1:]):
            found[self.parents[level[found[level]]]] = True
        return found

    def only(self, kept: Flags) -> TreeShape:
        """The same forest with nothing but the ``kept`` places, whose parents must be kept too; all keep their numbers."""
        found = copy.copy(self)
        found.kept = kept
        found.levels = [level[kept[level]] for level in self.levels]
        found.below = found.sizes(kept) - 1
        return found

    def has_children(self) -> Flags:
        """Where there is anybody below."""
        return self.below > 0

    def sizes(self, opened: Flags) -> Places:
        """How many rows each takes with what is shown below it."""
        sizes = np.ones(len(self.parents), dtype=np.int64)
        for level in reversed(self.levels[1:]):
            above = self.parents[level]
            np.add.at(sizes, above, sizes[level] * opened[above])
        return sizes

    def sums(self, values: Numbers) -> Numbers:
        """The sum over each branch of what is known; NaN where nothing of it is, and for what is not kept."""
        known = (values == values) & self.kept
        totals, counts = np.where(known, values, 0.0), known.astype(np.int64)
        for level in reversed(self.levels[1:]):
            above = self.parents[level]
            np.add.at(totals, above, totals[level])
            np.add.at(counts, above, counts[level])
        return np.where(counts > 0, totals, np.nan)

    def order(self, rank: Places, opened: Flags) -> Places:
        """The places from top to bottom: each before what is below it, siblings by ``rank``, nothing below closed ones."""
        places = np.flatnonzero(self.kept)
        if not len(places):
            return places
        parents, sizes = self.parents, self.sizes(opened)
        by_parent = places[np.lexsort((rank[places], parents[places]))]
        ahead = np.cumsum(sizes[by_parent]) - sizes[by_parent]
        sorted_parents = parents[by_parent]
        begins = np.flatnonzero(np.r_[True, sorted_parents[1:] != sorted_parents[:-1]])
        place = np.empty(len(parents), dtype=np.int64)
        place[by_parent] = ahead - np.repeat(ahead[begins], np.diff(np.r_[begins, len(by_parent)]))
        shown = self.kept.copy()
        for level in self.levels[1:]:
            above = parents[level]
            place[level] += place[above] + 1
            shown[level] = shown[above] & opened[above]
        found = np.flatnonzero(shown)
        rows = np.empty(len(found), dtype=np.int64)
        rows[place[found]] = found
        return rows

    def under(self, place: int) -> list[int]:
        """Everything below ``place``."""
        found: list[int] = []
        level = np.array([place], dtype=np.int64)
        while len(level):
            level = np.flatnonzero(np.isin(self.parents, level) & self.kept)
            found += level.tolist()
        return found
