"""Find processes on all machines with the filter language. Knows no pixels and no wishes: who shows it wants the tables.

Machines are looked through one after the other, some thousand processes a frame, so that hundreds of machines do not
hold up the window; what was found of a machine stays until it is looked through again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessTable
from sysmon.pipeline.process_rates import ProcessRates, RateTable
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_filter import Problem, ProcessFilter
from sysmon.viewmodels.processes import ProcessEntry
from sysmon.viewmodels.readings import joined

AT_ONCE: Final = 4000
"""Processes that are looked at in one frame; a machine is never left half-way."""
MOST: Final = 8
"""Processes of one machine that are listed."""
ONE_MACHINE_ONLY: Final = (
    "Ports, files, containers and control groups can be asked about on the page of one machine only"
)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A line of what was found: a machine (``key`` None), or a process of it."""

    host: str
    key: ProcessKey | None
    name: str
    note: str = ""
    """Of a machine: how many were found."""
    pid: str = ""
    user: str = ""
    cpu: str = ""
    memory: str = ""
    heat: float = 0.0
    """Strength of the cell of the CPU, 0 to 1."""


@dataclass(frozen=True, slots=True)
class FoundView:
    """Everything that was found, machine by machine, and a sentence about it."""

    rows: tuple[FoundRow, ...]
    summary: str


@dataclass(slots=True)
class _Looked:
    """What is known of the processes of one machine."""

    rates: ProcessRates = field(default_factory=ProcessRates)
    table: ProcessTable | None = None
    made: RateTable | None = None
    text: str = ""
    """The filter that ``rows`` are of."""
    found: int = 0
    rows: tuple[FoundRow, ...] = ()


class FleetSearch:
    """One search over all machines."""

    def __init__(self, query: Query, units: Units, now: Callable[[], float]) -> None:
        """``now``: seconds since 1970, for ages."""
        self._query, self._units = query, units
        self.filter = ProcessFilter(now)
        self._machines: dict[str, _Looked] = {}
        self._turn = 0

    @property
    def problem(self) -> Problem | None:
        """What is wrong with what was typed."""
        if self.filter.problem is None and self.filter.wanted is not None:
            return Problem(ONE_MACHINE_ONLY, 0)
        return self.filter.problem

    @property
    def active(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.filter.text) and self.filter.wanted is None

    def set_text(self, text: str) -> bool:
        """Take what was typed; True where another filter is in force now."""
        return self.filter.set_text(text)

    def step(self, members: Sequence[Member], most: int = AT_ONCE) -> bool:
        """Look through machines that have something new; False where some are left for another call."""
        live = [member for member in members if member.live]
        for gone in self._machines.keys() - {member.host for member in live}:
            del self._machines[gone]
        left = most
        start = self._turn % len(live) if live else 0
        for at, member in enumerate((*live[start:], *live[:start])):
            looked = self._machines.setdefault(member.host, _Looked())
            table = self._query.processes(member.host)
            if table is None or (table is looked.table and looked.text == self.filter.text):
                continue
            if left <= 0:
                self._turn = start + at
                return False
            left -= len(table.rows)
            self._look(member, looked, table)
        self._turn = 0
        return True

    def _look(self, member: Member, looked: _Looked, table: ProcessTable) -> None:
        if table is not looked.table or looked.made is None:
            looked.made = looked.rates.step(table)
            looked.table = table
        looked.text = self.filter.text
        if not self.active:
            looked.found, looked.rows = 0, ()
            return
        rates, kernel = looked.made, self.filter.kernel
        listed = (ProcessEntry(row, rates.of(row)) for row in table.rows.values() if kernel or not row.kernel)
        found = self.filter.select(listed)
        found.sort(key=lambda entry: (-entry.rate.cpu if entry.rate.cpu == entry.rate.cpu else 0.0, -entry.row.memory))
        looked.found = len(found)
        looked.rows = self._rows(member, found) if found else ()

    def _rows(self, member: Member, found: Sequence[ProcessEntry]) -> tuple[FoundRow, ...]:
        host, count = member.host, fmt.counted(len(found), "process", "processes")
        rows = [FoundRow(host, None, member.machine.name, joined(member.role, count))]
        for entry in found[:MOST]:
            row, rate = entry.row, entry.rate
            heat = min(1.0, rate.cpu) if rate.cpu > 0 else 0.0
            rows.append(
                FoundRow(
                    host, row.key, printable(row.name), "", str(row.key.pid), printable(row.user),
                    fmt.percent_exact(rate.cpu), self._units.size(row.memory), heat,
                )
            )  # fmt: skip
        if len(found) > MOST:
            rows.append(FoundRow(host, found[MOST].key, f"and {len(found) - MOST:,} more"))
        return tuple(rows)

    def view(self, members: Sequence[Member]) -> FoundView:
        """What was found so far on ``members``, by name of the machine."""
        live = sorted((m for m in members if m.live), key=lambda m: m.machine.name.casefold())
        known = [(member, looked) for member in live if (looked := self._machines.get(member.host)) is not None]
        told = [looked for _, looked in known if looked.table is not None]
        rows = tuple(row for _, looked in known for row in looked.rows)
        hits = [looked.found for looked in told if looked.found]
        silent, waiting = len(members) - len(live), len(live) - len(told)
        summary = joined(
            f"{fmt.counted(sum(hits), 'process', 'processes')} on {len(hits):,} of {fmt.counted(len(told), 'machine', 'machines')}",
            f"{waiting:,} told nothing yet" if waiting else "",
            f"{silent:,} silent" if silent else "",
        )
        return FoundView(rows, summary)
