"""Processes as the applications that people know: a browser is one line, not forty.

The rule, in this order:

1. Threads of the kernel are one application, ``kernel``.
2. From a process go up to its parent as long as that parent is not a *launcher*: the service
   manager, a session, a desktop shell, an interactive shell, a login, a container shim. The last
   process reached is the *root*.
3. The application is named by the program of its root, an interpreter by its script
   (``python3 report.py`` is ``report.py``).
4. Roots of the same name are one application.

Control groups would tell the same for desktops that use them, but cost a read per process, and
are not there over a link or on other systems. Knows no clock and no source.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_rates import ProcessRate, RateTable
from sysmon.pipeline.program_names import is_launcher, program_name

KERNEL: Final = "kernel"


@dataclass(frozen=True, slots=True)
class Application:
    """What the processes of one application do together."""

    name: str
    count: int
    """Processes."""
    cpu: float
    """Share of one core. Rates and memory are sums over the processes that tell them, NaN where none does."""
    memory: float
    """Resident bytes. Pages that several processes share count in each, so this is an upper bound."""
    read: float
    """Bytes per second."""
    write: float
    """Bytes per second."""


class Applications:
    """Groups one table after another of one host.

    What processes belong to, and what they add up to, is kept from table to table: the cost is
    that of the rows that changed.
    """

    def __init__(self) -> None:
        self._rows: Mapping[int, ProcessRow] = {}
        self._own: dict[int, _Own] = {}
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[int, _Group] = {}

    def group(self, table: ProcessTable, rates: RateTable) -> list[Application]:
        """The applications of ``table``, the busiest first, then the largest, then by name.

        ``rates`` must be of the same table.
        """
        self._update(table.rows, rates)
        moving: dict[str, list[tuple[ProcessRow, ProcessRate]]] = {}
        for key, rate in rates.moving.items():
            moving.setdefault(self._group_of[key.pid].name, []).append((table.rows[key.pid], rate))
        known = rates.seconds == rates.seconds
        applications = [group.application(moving.get(group.name, []), known) for group in self._groups.values()]
        applications.sort(key=_busiest_first)
        return applications

    def name_of(self, pid: int) -> str | None:
        """The application of a process of the last table, None where there is no such process."""
        group = self._group_of.get(pid)
        return None if group is None else group.name

    def _update(self, rows: Mapping[int, ProcessRow], rates: RateTable) -> None:
        before, self._rows = self._rows, rows
        if rates.before is before:
            changed = [rows[pid] for pid in rates.changed]
        else:
            changed = [row for pid, row in rows.items() if before.get(pid) is not row]
        others = [row for row in changed if self._is_other_program(row)]
        gone = before.keys() - rows.keys()
        touched = gone | {row.key.pid for row in others}
        if touched and any(row.parent in touched and row.key.pid not in touched for row in rows.values()):
            self._groups, self._group_of = {}, {}  # whatever descends from it may belong elsewhere now
            changed = others = list(rows.values())
        for pid in gone:
            self._own.pop(pid, None)
            self._leave(pid, before[pid])
        for row in others:
            if row.key.pid in before:
                self._leave(row.key.pid, before[row.key.pid])
        for row in others:
            self._join(row)
        arrived = {row.key.pid for row in others}
        for row in changed:
            if row.key.pid not in arrived:
                group = self._group_of[row.key.pid]
                group.subtract(before[row.key.pid])
                group.add(row)

    def _is_other_program(self, row: ProcessRow) -> bool:
        """Whether this process is new, runs another program, or has another parent."""
        facts = (row.key, row.parent, row.name, row.command, row.kernel)
        own = self._own.get(row.key.pid)
        if own is not None and own.facts == facts:
            return False
        self._own[row.key.pid] = _Own(facts, is_launcher(row), KERNEL if row.kernel else program_name(row))
        return True

    def _join(self, row: ProcessRow) -> None:
        group = self._group_of.get(row.key.pid) or self._find_group(row)
        group.add(row)

    def _leave(self, pid: int, row: ProcessRow) -> None:
        group = self._group_of.pop(pid, None)
        if group is None:
            return
        group.subtract(row)
        if not group.count:
            del self._groups[group.name]

    def _find_group(self, row: ProcessRow) -> _Group:
        """Go up from ``row`` to its root, and keep the answer for every process on the way."""
        way: list[int] = []
        while row.key.pid not in self._group_of:
            way.append(row.key.pid)
            parent = self._rows.get(row.parent)
            if parent is None or row.kernel or parent.kernel or parent.key.pid in way:
                break
            if self._own[parent.key.pid].launcher:
                break
            if parent.key.start > row.key.start:
                break  # a later process under the PID of a parent that ended (Windows keeps no parents)
            row = parent
        group = self._group_of.get(row.key.pid)
        if group is None:
            name = self._own[row.key.pid].name
            group = self._groups.setdefault(name, _Group(name))
        for pid in way:
            self._group_of[pid] = group
        return group


class _Own(NamedTuple):
    """What a process is by itself, and the facts that this was read off."""

    facts: tuple[ProcessKey, int, str, str, bool]
    launcher: bool
    name: str


@dataclass(slots=True)
class _Group:
    """The processes of one application, as sums. Bytes are whole numbers: adding and subtracting stays exact."""

    name: str
    count: int = 0
    memory: float = 0.0
    memory_known: int = 0
    io_known: int = 0
    """Processes whose I/O counters are known."""

    def add(self, row: ProcessRow) -> None:
        self.count += 1
        if row.memory == row.memory:
            self.memory_known += 1
            self.memory += row.memory
        self.io_known += row.read_bytes == row.read_bytes

    def subtract(self, row: ProcessRow) -> None:
        self.count -= 1
        if row.memory == row.memory:
            self.memory_known -= 1
            self.memory -= row.memory
        self.io_known -= row.read_bytes == row.read_bytes

    def application(self, moving: list[tuple[ProcessRow, ProcessRate]], known: bool) -> Application:
        """``moving`` are the members that are not idle; where rates are not ``known`` at all they are NaN."""
        idle = known and self.count > len(moving)
        idle_io = known and self.io_known > sum(row.read_bytes == row.read_bytes for row, _ in moving)
        return Application(
            self.name,
            self.count,
            _sum_known([rate.cpu for _, rate in moving], idle),
            self.memory if self.memory_known else math.nan,
            _sum_known([rate.read for _, rate in moving], idle_io),
            _sum_known([rate.write for _, rate in moving], idle_io),
        )


def _sum_known(values: list[float], zeros: bool) -> float:
    """The sum of the values that are no NaN; NaN where there are none, and no zeros beside them."""
    known = [value for value in values if value == value]
    return math.fsum(known) if known or zeros else math.nan


def _busiest_first(application: Application) -> tuple[float, float, str]:
    cpu, memory = application.cpu, application.memory
    return (-cpu if cpu == cpu else 0.0, -memory if memory == memory else 0.0, application.name)
