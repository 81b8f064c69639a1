"""Processes as a tree, flattened to the rows that are seen: who started whom, and what a branch takes.

Siblings are sorted among themselves, by their own value or by the sum over their branch. A filter
keeps the processes that match and the way to them. Knows no pixels and no query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple, overload

import numpy as np

from sysmon.model.process import ProcessKey
from sysmon.pipeline.column_rates import UNKNOWN as NOT_READ
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.processes import COLUMN_OF, Phase, ProcessEntry, ProcessOrder
from sysmon.viewmodels.tree_shape import ROOT, Flags, Numbers, Places, TreeShape

SUMMED: Final = frozenset({"cpu", "gpu", "memory", "read", "write", "threads", "pss", "swap"})
"""Columns whose sum over a branch means something."""
_DEEPEST: Final = 64
"""Levels that are indented; deeper ones stand at the last. Processes can nest without end."""
_ROW: Final = attrgetter("row")
_KEY, _PARENT, _START = itemgetter(0), itemgetter(1), itemgetter(1)
"""Of a row its key and its parent, of a key its start: thousands are asked at each table."""


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
        if self._tree is not None:
            return list(map(self._tree.keys.__getitem__, self._places))
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
        lonely = tree.matching is not None and not tree.matching[place]
        expanded = below > 0 and bool(tree.opened[place])
        if below and not expanded:
            entry = summed(entry, [self._members[under] for under in tree.shape.under(place)])
        return TreeRow(entry, min(depth, _DEEPEST), below, expanded, lonely)


class _Branches(NamedTuple):
    """What rows need to know of the tree they stand in."""

    shape: TreeShape
    keys: Sequence[ProcessKey]
    opened: Flags
    matching: Flags | None
    """Where the filter found something itself, None for no filter."""


class ProcessTree:
    """Flattens one table after another; who is whose child is kept while it does not change."""

    def __init__(self) -> None:
        self._entries: Mapping[int, ProcessEntry] = {}
        self._members: list[ProcessEntry] = []
        self._keys: list[ProcessKey] = []
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

        ``entries`` are all processes by PID that may be shown, in a mapping that does not change any more; ``matching`` the
        PIDs that a filter found, None for no filter.
        """
        if entries is not self._entries:
            self._learn(entries)
        members, shape, found = self._members, self._shape, None
        opened = np.ones(len(members), dtype=bool)
        if matching is not None:
            found = np.fromiter(map(matching.__contains__, self._pids), dtype=bool, count=len(members))
            kept = shape.with_ancestors(found)
            shape = shape.only(kept)
        elif choice.collapsed:
            opened[[place for place, key in enumerate(self._keys) if key in choice.collapsed]] = False
        ordered: list[int] = shape.order(self._rank(shape, choice), opened).tolist()
        return TreeRows(members, ordered, _Branches(shape, self._keys, opened, found))

    def _learn(self, entries: Mapping[int, ProcessEntry]) -> None:
        """Take another table, and find out who is whose child where that is not as it was."""
        self._entries, self._members = entries, list(entries.values())
        rows = list(map(_ROW, self._members))
        self._keys = list(map(_KEY, rows))
        pids, parent_pids = list(entries), list(map(_PARENT, rows))
        if pids == self._pids and parent_pids == self._parent_pids:
            return
        self._pids, self._parent_pids = pids, parent_pids
        # As floats: a PID that another machine tells may be larger than any whole number of numpy.
        numbers, wanted = np.array(pids, dtype=np.float64), np.array(parent_pids, dtype=np.float64)
        starts = np.array(list(map(_START, self._keys)), dtype=np.float64)
        self._shape = TreeShape(_parents(numbers, wanted, starts))

    def _rank(self, shape: TreeShape, choice: TreeChoice) -> Places:
        """The rank of each place of ``shape`` in the order of the sort."""
        order, members = choice.order, self._members
        column = COLUMN_OF.get(order.column, COLUMN_OF["cpu"])
        places = np.flatnonzero(shape.kept)
        if len(places) < len(members):
            members = [members[place] for place in places.tolist()]
        values = list(map(column.value, members))
        if column.number:
            numbers = np.full(len(self._members), np.nan)
            numbers[places] = values
            if choice.by_branch and column.key in SUMMED:
                numbers = shape.sums(numbers)
            # NaN, where it is unknown, comes last in both directions.
            sorted_places = np.argsort(numbers if order.ascending else -numbers, kind="stable")
        else:
            texts = list(map(str, values))
            in_order = sorted(range(len(texts)), key=texts.__getitem__, reverse=not order.ascending)
            sorted_places = places[in_order]
        rank = np.zeros(len(self._members), dtype=np.int64)
        rank[sorted_places] = np.arange(len(sorted_places))
        return rank


def _parents(pids: Numbers, parent_pids: Numbers, starts: Numbers) -> Places:
    """For each process the place of its parent, `ROOT` where it is not there."""
    if not len(pids):
        return np.zeros(0, dtype=np.int64)
    by_pid = np.argsort(pids, kind="stable")
    at = np.minimum(np.searchsorted(pids[by_pid], parent_pids), len(pids) - 1)
    parents = by_pid[at]
    # A parent that began after its child is a new owner of the PID, and one's own parent is none.
    wrong = (pids[parents] != parent_pids) | (parents == np.arange(len(pids))) | (starts[parents] > starts + 1.0)
    parents[wrong] = ROOT
    return parents


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
