"""Processes in groups: what they have in common is one row with their sums, and they stand below it.

A group is an entry with a PID below zero, which no process has. Knows no pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from typing import Final

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.process_tree import TreeRow, summed
from sysmon.viewmodels.processes import Phase, ProcessEntry, ProcessOrder, sort

_NOTHING: Final = ProcessRate(math.nan, math.nan, math.nan)


class ProcessGroups:
    """Groups one table after another. A group keeps its key for as long as this lives."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._members: dict[ProcessKey, list[ProcessEntry]] = {}

    def rows(
        self,
        entries: Iterable[ProcessEntry],
        name_of: Callable[[ProcessEntry], str],
        order: ProcessOrder,
        opened: Collection[ProcessKey],
    ) -> list[TreeRow]:
        """Groups in ``order``, below each that is ``opened`` its members in the same order."""
        named: dict[str, list[ProcessEntry]] = {}
        for entry in entries:
            named.setdefault(name_of(entry), []).append(entry)
        heads: list[ProcessEntry] = []
        self._members = {}
        for name, members in named.items():
            head = self._head(name, members)
            self._members[head.key] = members
            heads.append(head)
        sort(heads, order)
        rows: list[TreeRow] = []
        for head in heads:
            members = self._members[head.key]
            expanded = head.key in opened
            rows.append(TreeRow(head, 0, len(members), expanded, shown_for_child=False))
            if expanded:
                sort(members, order)
                rows += [TreeRow(member, 1, 0, expanded=False, shown_for_child=False) for member in members]
        return rows

    def members(self, key: ProcessKey) -> list[ProcessEntry]:
        """The processes of the group ``key`` in the last rows; empty where there is no such group."""
        return self._members.get(key, [])

    def _head(self, name: str, members: list[ProcessEntry]) -> ProcessEntry:
        number = self._numbers.setdefault(name, -1 - len(self._numbers))
        users = {member.row.user for member in members}
        states = {member.row.state for member in members}
        living = any(member.phase is not Phase.ENDED for member in members)
        empty = ProcessRow(
            ProcessKey(number, 0.0), 0, name,
            next(iter(users)) if len(users) == 1 else "", "running" if "running" in states else "sleeping",
            0, 0, math.fsum(m.row.cpu_time for m in members if m.row.cpu_time == m.row.cpu_time), math.nan,
            math.nan, math.nan, fmt.counted(len(members), "process", "processes"), kernel=False,
        )  # fmt: skip
        return summed(ProcessEntry(empty, _NOTHING, Phase.LIVING if living else Phase.ENDED), members)
