"""Find processes on all machines with the filter language. Knows no pixels and no wishes: who shows it wants the tables.

Machines are looked through one after the other, some thousand processes a frame, so that hundreds of machines do not
hold up the window; what was found of a machine stays until it is looked through again. What costs a look into every
process is asked of each machine (`fleet_asking`). Ages are those at the time of the table, by the clock of its machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sysmon.model.host import LOCAL
from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessTable
from sysmon.pipeline.process_rates import ProcessRates, RateTable
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_asking import Answer, FleetAsking, Pairs
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_filter import Problem, ProcessFilter
from sysmon.viewmodels.processes import ProcessEntry
from sysmon.viewmodels.readings import joined

AT_ONCE: Final = 4000
"""Processes that are looked at in one frame; a machine is never left half-way."""
MOST: Final = 8
"""Processes of one machine that are listed."""
_UNSEEN, _SILENT = 1, 2
"""After machines on which something was found come those that could not see all, and those that told nothing."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A line of what was found: a machine (``key`` None), or a process of it."""

    host: str
    key: ProcessKey | None
    name: str
    note: str = ""
    """Of a machine: how many were found, what it could not look into, or why it told nothing."""
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
    answer: Answer | None = None
    """What the machine said, where the filter asks it."""
    trouble: str = ""
    """Why it tells nothing."""
    found: int = 0
    rows: tuple[FoundRow, ...] = ()

    @property
    def told(self) -> bool:
        """Whether it is known what there is."""
        return self.table is not None and not self.trouble


class FleetSearch:
    """One search over all machines."""

    def __init__(self, query: Query, units: Units, asking: FleetAsking) -> None:
        self._query, self._units, self._asking = query, units, asking
        self.filter = ProcessFilter()
        self._machines: dict[str, _Looked] = {}
        self._turn = 0

    @property
    def problem(self) -> Problem | None:
        """What is wrong with what was typed."""
        return self.filter.problem

    @property
    def active(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.filter.text)

    def set_text(self, text: str) -> bool:
        """Take what was typed; True where another filter is in force now."""
        return self.filter.set_text(text)

    def step(self, members: Sequence[Member], most: int = AT_ONCE) -> bool:
        """Look through machines that have something new; False where some are left for another call."""
        live = [member for member in members if member.live]
        for gone in self._machines.keys() - {member.host for member in live}:
            del self._machines[gone]
        self._asking.keep_only(self._machines)
        left = most
        start = self._turn % len(live) if live else 0
        for at, member in enumerate((*live[start:], *live[:start])):
            looked = self._machines.setdefault(member.host, _Looked())
            table = self._query.processes(member.host)
            answer = self._asked(member.host, looked, table)
            if table is None or (table is looked.table and looked.text == self.filter.text and looked.answer is answer):
                continue
            if left <= 0:
                self._turn = start + at
                return False
            left -= len(table.rows)
            looked.answer = answer
            self._look(member, looked, table)
        self._turn = 0
        return True

    def _asked(self, host: str, looked: _Looked, table: ProcessTable | None) -> Answer | None:
        """What ``host`` said to a filter that only it can answer, or why it says nothing."""
        wanted = self.filter.wanted
        if wanted is None:
            looked.trouble = self._asking.why_mute(host) if table is None and self.active else ""
            return None
        if table is not None or host != LOCAL:
            self._asking.ask(host, wanted, lambda: self._pairs(looked, table) if host == LOCAL and table else ())
        answer = self._asking.answer(host, wanted)
        looked.trouble = answer.trouble if answer is not None else ""
        return answer

    def _pairs(self, looked: _Looked, table: ProcessTable) -> Pairs:
        rates = self._rates(looked, table)
        return [(row, rates.of(row)) for row in table.rows.values()]

    def _rates(self, looked: _Looked, table: ProcessTable) -> RateTable:
        if table is not looked.table or looked.made is None:
            looked.made = looked.rates.step(table)
            looked.table = table
        return looked.made

    def _look(self, member: Member, looked: _Looked, table: ProcessTable) -> None:
        rates = self._rates(looked, table)
        looked.text = self.filter.text
        if not self.active or (self.filter.wanted is not None and looked.answer is None):
            looked.found, looked.rows = 0, ()
            return
        if looked.answer is not None:
            keys, rows = looked.answer.keys, table.rows
            found = [
                ProcessEntry(row, rates.of(row))
                for key in keys
                if (row := rows.get(key.pid)) is not None and row.key == key
            ]
        else:
            kernel = self.filter.kernel
            listed = (ProcessEntry(row, rates.of(row)) for row in table.rows.values() if kernel or not row.kernel)
            found = self.filter.select(listed, table.time)
        found.sort(key=lambda entry: (-entry.rate.cpu if entry.rate.cpu == entry.rate.cpu else 0.0, -entry.row.memory))
        looked.found = len(found)
        looked.rows = self._rows(member, looked.answer, found)

    def _rows(self, member: Member, answer: Answer | None, found: Sequence[ProcessEntry]) -> tuple[FoundRow, ...]:
        host, unseen = member.host, answer.unseen if answer is not None else ""
        if not found:
            return (FoundRow(host, None, member.machine.name, f"nothing found; {unseen}"),) if unseen else ()
        count = joined(fmt.counted(len(found), "process", "processes"), unseen)
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
        known.sort(key=lambda each: _SILENT if each[1].trouble else _UNSEEN if not each[1].found else 0)
        told = [
            looked for _, looked in known if looked.told and (self.filter.wanted is None or looked.answer is not None)
        ]
        rows = tuple(
            row
            for member, looked in known
            for row in ((_silent(member, looked.trouble),) if looked.trouble else looked.rows)
        )
        hits = [looked.found for looked in told if looked.found]
        troubled = sum(bool(looked.trouble) for _, looked in known)
        silent, waiting = len(members) - len(live), len(live) - len(told) - troubled
        summary = joined(
            f"{fmt.counted(sum(hits), 'process', 'processes')} on {len(hits):,} of {fmt.counted(len(told), 'machine', 'machines')}",
            f"{waiting:,} told nothing yet" if waiting else "",
            f"{troubled:,} cannot tell" if troubled else "",
            f"{silent:,} silent" if silent else "",
        )
        return FoundView(rows, summary)


def _silent(member: Member, trouble: str) -> FoundRow:
    return FoundRow(member.host, None, member.machine.name, trouble)
