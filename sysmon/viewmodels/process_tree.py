"""Processes as a tree, flattened to the rows that are seen: who started whom, and what a branch takes.

Siblings are sorted among themselves, by their own value or by the sum over their branch. A filter
keeps the processes that match and the way to them. Knows no pixels and no query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, overload

import numpy as np

from sysmon.model.process import ProcessKey
from sysmon.pipeline.column_rates import UNKNOWN as NOT_READ
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.processes import COLUMN_OF, Phase, ProcessColumn, ProcessEntry, ProcessOrder
from sysmon.viewmodels.tree_shape import ROOT, Flags, Numbers, Places, TreeShape

SUMMED: Final = frozenset({"cpu", "gpu", "memory", "read", "write", "threads", "pss", "swap"})
"""Columns whose sum over a branch means something."""
_DEEPEST: Final = 64
"""Levels that are indented; deeper ones stand at the last. Processes can nest without end."""


class TreeRow(NamedTuple):
    """One row of the screen."""

    entry: ProcessEntry
    """The process; of a closed branch with the sums over it as its figures."""
    depth: int
    """0 for a root."""
    below: int
    """Processes below it that may be shown, at any depth."""
    expanded: bool
    shown_for_child: bool
    """True where it does not match the filter itself, and stands here as the way to one that does."""


@dataclass(frozen=True, slots=True)
class TreeChoice:
    """What the user chose."""

    order: ProcessOrder = field(default_factory=ProcessOrder)
    by_branch: bool = True
    """Sort by the sum over the branch where the column has one, else by the process's own value."""
    collapsed: Collection[ProcessKey] = frozenset()
    """Branches that are closed. While a filter is on every branch stands open."""


class TreeRows(Sequence[TreeRow]):
    """Rows from top to bottom. Each is made when it is asked for: of thousands only those in view are."""

    def __init__(self, members: Sequence[ProcessEntry], places: Sequence[int], tree: _Branches | None = None) -> None:
        """``places`` are numbers of ``members``, in the order of the rows; without ``tree`` all are roots."""
        self._members, self._places, self._tree = members, places, tree
        self._made: dict[int, TreeRow] = {}

    def keys(self) -> list[ProcessKey]:
        """The processes of all rows."""
        members = self._members
        return [members[place].row[0] for place in self._places]

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> TreeRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[TreeRow]: ...

    def __getitem__(self, index: int | slice) -> TreeRow | list[TreeRow]:
        if isinstance(index, slice):
            return [self._row(place) for place in self._places[index]]
        return self._row(self._places[index])

    def _row(self, place: int) -> TreeRow:
        row = self._made.get(place)
        if row is None:
            row = self._made[place] = self._make(place)
        return row

    def _make(self, place: int) -> TreeRow:
        entry, tree = self._members[place], self._tree
        if tree is None:
            return TreeRow(entry, 0, 0, expanded=False, shown_for_child=False)
        below, depth = int(tree.shape.below[place]), int(tree.shape.depth[place])
        lonely = tree.matching is not None and entry.key.pid not in tree.matching
        expanded = below > 0 and bool(tree.opened[place])
        if below and not expanded:
            entry = summed(entry, [self._members[under] for under in tree.shape.under(place)])
        return TreeRow(entry, min(depth, _DEEPEST), below, expanded, lonely)


class _Branches(NamedTuple):
    """What rows need to know of the tree they stand in."""

    shape: TreeShape
    opened: Flags
    matching: Collection[int] | None


class ProcessTree:
    """Flattens one table after another; who is whose child is kept while it does not change."""

    def __init__(self) -> None:
        self._pids: list[int] = []
        self._parent_pids: list[int] = []
        self._shape = TreeShape(())

    def rows(
        self,
        entries: Mapping[int, ProcessEntry],
        choice: TreeChoice,
        matching: Collection[int] | None = None,
    ) -> TreeRows:
        """The rows to show, top to bottom.

        ``entries`` are all processes by PID that may be shown; ``matching`` the PIDs that a filter found, None for no filter.
        """
        if matching is not None:
            entries = {pid: entries[pid] for pid in _with_ancestors(entries, matching)}
        pids, members = list(entries), list(entries.values())
        self._learn(pids, members)
        opened = np.ones(len(members), dtype=bool)
        if matching is None and choice.collapsed:
            closed = [place for place, member in enumerate(members) if member.row[0] in choice.collapsed]
            opened[closed] = False
        places: list[int] = self._shape.order(self._rank(members, choice), opened).tolist()
        return TreeRows(members, places, _Branches(self._shape, opened, matching))

    def _learn(self, pids: list[int], members: Sequence[ProcessEntry]) -> None:
        """Find out who is whose child, where that is not known from the table before."""
        parent_pids = [member.row[1] for member in members]
        if pids == self._pids and parent_pids == self._parent_pids:
            return
        self._pids, self._parent_pids = pids, parent_pids
        place_of = dict(zip(pids, range(len(pids)), strict=True))
        starts = [member.row[0][1] for member in members]
        parents = [place_of.get(pid, ROOT) for pid in parent_pids]
        for place, parent in enumerate(parents):
            # A parent that began after its child is a new owner of the PID, and one's own parent is none.
            if parent == place or (parent != ROOT and starts[parent] > starts[place] + 1.0):
                parents[place] = ROOT
        self._shape = TreeShape(parents)

    def _rank(self, members: Sequence[ProcessEntry], choice: TreeChoice) -> Places:
        """The place of each in the order of the sort."""
        order = choice.order
        column = COLUMN_OF.get(order.column, COLUMN_OF["cpu"])
        if column.number:
            numbers = self._numbers(members, column, by_branch=choice.by_branch)
            sorted_places = np.argsort(numbers if order.ascending else -numbers, kind="stable")
        else:
            texts = [str(column.value(member)) for member in members]
            in_order = sorted(range(len(members)), key=texts.__getitem__, reverse=not order.ascending)
            sorted_places = np.array(in_order, dtype=np.int64)
        rank = np.empty(len(members), dtype=np.int64)
        rank[sorted_places] = np.arange(len(members))
        return rank

    def _numbers(self, members: Sequence[ProcessEntry], column: ProcessColumn, *, by_branch: bool) -> Numbers:
        """What is sorted by; NaN, which numpy sorts last in both directions, where it is unknown."""
        numbers = np.array(list(map(column.value, members)), dtype=np.float64).reshape(len(members))
        return self._shape.sums(numbers) if by_branch and column.key in SUMMED else numbers


def summed(entry: ProcessEntry, others: Iterable[ProcessEntry]) -> ProcessEntry:
    """``entry`` with the figures of ``others`` added to its own; those of processes that ended do not count."""
    row, (cpu, read, write, gpu), extra = entry.row, entry.rate, entry.extra
    memory, threads = row.memory, row.threads
    pss, swap = extra.pss, extra.swap
    for other in others:
        if other.phase is not Phase.ENDED:
            more, theirs = other.rate, other.row
            cpu, read, write = _plus(cpu, more.cpu), _plus(read, more.read), _plus(write, more.write)
            gpu, memory = _plus(gpu, more.gpu), _plus(memory, theirs.memory)
            pss, swap = _plus(pss, other.extra.pss), _plus(swap, other.extra.swap)
            threads += theirs.threads
    if extra is not NOT_READ or pss == pss:
        extra = extra._replace(pss=pss, swap=swap)
    rate = ProcessRate(cpu, read, write, gpu)
    return ProcessEntry(row._replace(memory=memory, threads=threads), rate, entry.phase, extra)


def _plus(one: float, other: float) -> float:
    """The sum of what is known."""
    if other != other:
        return one
    return one + other if one == one else other


def branch(entries: Mapping[int, ProcessEntry], key: ProcessKey) -> list[ProcessEntry]:
    """``key`` and everything below it, parents first; empty where it is not there."""
    first = entries.get(key.pid)
    if first is None or first.key != key:
        return []
    rows = ProcessTree().rows(entries, TreeChoice())
    place = rows.keys().index(key)
    return [row.entry for row in rows[place : place + rows[place].below + 1]]


def _with_ancestors(entries: Mapping[int, ProcessEntry], matching: Collection[int]) -> list[int]:
    """The PIDs of ``matching`` and of everything above them, in the order of ``entries``."""
    shown = set(matching)
    above = {entries[pid].row[1] for pid in matching if pid in entries} - shown
    while above := above & entries.keys():
        shown |= above
        above = {entries[pid].row[1] for pid in above} - shown
    return [pid for pid in entries if pid in shown]
