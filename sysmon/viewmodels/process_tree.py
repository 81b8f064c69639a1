"""Processes as a tree, flattened to the rows that are seen: who started whom, and what a branch takes.

Siblings are sorted among themselves, by their own value or by the sum over their branch. A filter
keeps the processes that match and the way to them. Knows no pixels and no query.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from sysmon.model.process import ProcessKey
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.processes import COLUMN_OF, Phase, ProcessColumn, ProcessEntry, ProcessOrder

SUMMED: Final = frozenset({"cpu", "memory", "read", "write", "threads"})
"""Columns whose sum over a branch means something."""
_DEEPEST: Final = 64
"""Levels that are indented; deeper ones stand at the last. Processes can nest without end."""
_ROOT: Final = -1
_parent_pid = attrgetter("row.parent")


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


class ProcessTree:
    """Flattens one table after another; who is whose child is kept while it does not change."""

    def __init__(self) -> None:
        self._pids: list[int] = []
        self._parent_pids: list[int] = []
        self._parents: list[int] = []
        """For each process the place of its parent in the same order, `_ROOT` where it has none."""
        self._downwards: list[int] = []
        """Places, each after its parent."""
        self._below: list[int] = []

    def rows(
        self,
        entries: Mapping[int, ProcessEntry],
        choice: TreeChoice,
        matches: Callable[[ProcessEntry], bool] | None = None,
    ) -> list[TreeRow]:
        """The rows to show, top to bottom.

        ``entries`` are all processes by PID that may be shown; ``matches`` is the filter, None for none.
        """
        matching: set[int] | None = None
        if matches is not None:
            matching = {pid for pid, entry in entries.items() if matches(entry)}
            entries = {pid: entries[pid] for pid in _with_ancestors(entries, matching)}
        members = list(entries.values())
        self._learn(list(entries), members)
        order = self._sorted(members, choice)
        children: dict[int, list[int]] = {_ROOT: []}
        parents = self._parents
        for place in order:
            children.setdefault(parents[place], []).append(place)
        return self._walk(members, children, choice.collapsed if matching is None else (), matching)

    def _learn(self, pids: list[int], members: Sequence[ProcessEntry]) -> None:
        """Find out who is whose child, where that is not known from the table before."""
        parent_pids = list(map(_parent_pid, members))
        if pids == self._pids and parent_pids == self._parent_pids:
            return
        self._pids, self._parent_pids = pids, parent_pids
        place_of = {pid: place for place, pid in enumerate(pids)}
        parents = [place_of.get(pid, _ROOT) for pid in parent_pids]
        for place, parent in enumerate(parents):
            # A parent that began after its child is a new owner of the PID, and one's own parent is none.
            if parent == place or (parent != _ROOT and members[parent].key.start > members[place].key.start + 1.0):
                parents[place] = _ROOT
        self._parents = parents
        self._downwards = _downwards(parents)
        self._below = below = [0] * len(pids)
        for place in reversed(self._downwards):
            if parents[place] != _ROOT:
                below[parents[place]] += 1 + below[place]

    def _sorted(self, members: Sequence[ProcessEntry], choice: TreeChoice) -> list[int]:
        """All places in the order of the sort: children put down in it are in order among themselves."""
        order = choice.order
        column = COLUMN_OF.get(order.column, COLUMN_OF["cpu"])
        values = list(map(column.value, members))
        if not column.number:
            texts = list(map(str, values))
            return sorted(range(len(members)), key=texts.__getitem__, reverse=not order.ascending)
        unknown = math.inf if order.ascending else -math.inf
        numbers = [value if isinstance(value, float) else math.nan for value in values]
        if choice.by_branch and column.key in SUMMED:
            numbers = self._summed(numbers)
        numbers = [number if number == number else unknown for number in numbers]
        return sorted(range(len(members)), key=numbers.__getitem__, reverse=not order.ascending)

    def _summed(self, numbers: list[float]) -> list[float]:
        """The sum of each branch; NaN where nothing of it is known."""
        sums, parents = list(numbers), self._parents
        for place in reversed(self._downwards):
            parent, value = parents[place], sums[place]
            if parent != _ROOT and value == value:
                above = sums[parent]
                sums[parent] = above + value if above == above else value
        return sums

    def _walk(
        self,
        members: Sequence[ProcessEntry],
        children: Mapping[int, list[int]],
        collapsed: Collection[ProcessKey],
        matching: Collection[int] | None,
    ) -> list[TreeRow]:
        rows: list[TreeRow] = []
        below = self._below
        stack = [(place, 0) for place in reversed(children[_ROOT])]
        while stack:
            place, depth = stack.pop()
            entry = members[place]
            offspring = children.get(place)
            expanded = offspring is not None and entry.key not in collapsed
            lonely = matching is not None and entry.key.pid not in matching
            if offspring is not None and not expanded:
                entry = summed(entry, [members[below] for below in _under(place, children)])
            rows.append(TreeRow(entry, depth if depth < _DEEPEST else _DEEPEST, below[place], expanded, lonely))
            if offspring is not None and expanded:
                stack.extend((child, depth + 1) for child in reversed(offspring))
        return rows


def _under(place: int, children: Mapping[int, list[int]]) -> list[int]:
    """Everything below ``place``."""
    found = list(children.get(place, ()))
    for below in found:  # grows while it is walked
        found.extend(children.get(below, ()))
    return found


def summed(entry: ProcessEntry, others: Iterable[ProcessEntry]) -> ProcessEntry:
    """``entry`` with the figures of ``others`` added to its own; those of processes that ended do not count."""
    row, (cpu, read, write) = entry.row, entry.rate
    memory, threads = row.memory, row.threads
    for other in others:
        if other.phase is not Phase.ENDED:
            more, theirs = other.rate, other.row
            cpu, read, write = _plus(cpu, more.cpu), _plus(read, more.read), _plus(write, more.write)
            memory = _plus(memory, theirs.memory)
            threads += theirs.threads
    return ProcessEntry(row._replace(memory=memory, threads=threads), ProcessRate(cpu, read, write), entry.phase)


def _plus(one: float, other: float) -> float:
    """The sum of what is known."""
    if other != other:
        return one
    return one + other if one == one else other


def _downwards(parents: list[int]) -> list[int]:
    """All places, each after its parent. Circles, which a table of a peer could hold, are opened in ``parents``."""
    children: dict[int, list[int]] = {}
    for place, parent in enumerate(parents):
        children.setdefault(parent, []).append(place)
    found = list(children.get(_ROOT, ()))
    for place in found:  # grows while it is walked
        found.extend(children.get(place, ()))
    if len(found) < len(parents):
        reached = set(found)
        for place, parent in enumerate(parents):
            if place not in reached:
                children[parent].remove(place)
                parents[place] = _ROOT
                opened = [place]
                for member in opened:
                    opened.extend(children.get(member, ()))
                found.extend(opened)
                reached.update(opened)
    return found


def branch(entries: Mapping[int, ProcessEntry], key: ProcessKey) -> list[ProcessEntry]:
    """``key`` and everything below it, parents first; empty where it is not there."""
    first = entries.get(key.pid)
    if first is None or first.key != key:
        return []
    rows = ProcessTree().rows(entries, TreeChoice())
    place = next(at for at, row in enumerate(rows) if row.entry is first)
    return [row.entry for row in rows[place : place + rows[place].below + 1]]


def _with_ancestors(entries: Mapping[int, ProcessEntry], matching: Iterable[int]) -> list[int]:
    shown: set[int] = set()
    for pid in matching:
        at = pid
        while at in entries and at not in shown:
            shown.add(at)
            at = entries[at].row.parent
    return [pid for pid in entries if pid in shown]


def branch_sum(entries: Iterable[ProcessEntry], column: ProcessColumn) -> float:
    """The sum of ``column`` over ``entries``; NaN where none is known."""
    known = [value for entry in entries if isinstance(value := column.value(entry), float) and value == value]
    return math.fsum(known) if known else math.nan
