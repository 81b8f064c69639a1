"""The table of processes at one moment: arranged, filtered, sorted, with totals. Knows no pixels.

New processes are marked for one table, ended ones stay for three seconds, greyed. While the shown time
stands still, so does the table.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from sysmon.model.process import GpuUses, ProcessKey, ProcessRow, ProcessTable
from sysmon.model.process_columns import Column
from sysmon.pipeline.applications import Applications
from sysmon.pipeline.column_rates import UNKNOWN as NOT_READ
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate, ProcessRates, RateTable
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_filter import ProcessFilter
from sysmon.viewmodels.process_groups import ProcessGroups
from sysmon.viewmodels.process_tree import ProcessTree, TreeChoice, TreeRow, TreeRows, branch
from sysmon.viewmodels.processes import COLUMNS, Phase, ProcessEntry, ProcessOrder, sort

ENDED_STAYS: Final = 3.0
"""Seconds that an ended process stays in the table."""
_NEW: Final = 2.0
"""Seconds before the table before in which a process may have begun to count as new: see `process_rates`."""
NO_SERVICE: Final = "not in a service"
_ROW: Final = attrgetter("row")
_MEMORY, _THREADS, _STATE = attrgetter("memory"), attrgetter("threads"), attrgetter("state")
"""Of thousands of rows at each table: without a step of the interpreter for each."""


class Arrangement(enum.Enum):
    """How processes stand in the table."""

    TREE = "tree"
    FLAT = "flat"
    APPLICATIONS = "applications"
    SERVICES = "services"


@dataclass(frozen=True, slots=True)
class ListChoice:
    """What the user wants to see."""

    arrangement: Arrangement = Arrangement.TREE
    order: ProcessOrder = field(default_factory=ProcessOrder)
    by_branch: bool = True
    """Sort branches of the tree by their sum where the column has one, else by the process's own value."""
    collapsed: frozenset[ProcessKey] = frozenset()
    """Closed branches of the tree."""
    opened: frozenset[ProcessKey] = frozenset()
    """Groups whose members are shown."""
    kernel: bool = False
    """Whether threads of the kernel are listed; where the filter asks about them they are in any case."""


@dataclass(frozen=True, slots=True)
class ListView:
    """The table at one moment."""

    rows: Sequence[TreeRow]
    totals: str
    """"412 processes · 1,930 threads · 5 running"."""
    sums: Mapping[str, str]
    """What a column adds up to, by its key, for its head."""
    missing: str | None
    """Why there are no rows, or None."""
    note: str
    """What could not be read of some rows, and why; empty where all is known."""
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])
    """Why figures of a column are not known, by its key."""


class ProcessList:
    """Makes the table of one host."""

    def __init__(self, query: Query, host: str, units: Units, rows: ProcessFilter) -> None:
        """``rows`` is the filter in force; call `changed` after it was changed."""
        self.units = units
        self._query = query
        self._host = host
        self._filter = rows
        self._rates = ProcessRates()
        self._rate_table = RateTable(math.nan, math.nan)
        self._table: ProcessTable | None = None
        self._ended: dict[int, float] = {}
        """Until when an ended process stays, by its PID."""
        self._entries: dict[int, ProcessEntry] = {}
        self._fresh: set[int] = set()
        """PIDs of those that are marked as new."""
        self._listed_now: dict[int, ProcessEntry] | None = None
        self._extra_missing: Mapping[Column, str] = {}
        self._tree = ProcessTree()
        self._groups = ProcessGroups()
        self._applications = Applications()
        self._grouped: ProcessTable | None = None
        self._services: dict[ProcessKey, str] = {}
        self._view: tuple[ListChoice, ListView] | None = None

    @property
    def entries(self) -> Mapping[int, ProcessEntry]:
        """All processes by PID, also those that are not listed; ended ones for as long as they stay."""
        return self._entries

    @property
    def time(self) -> float:
        """Steady time of the table; NaN before the first."""
        return self._table.time if self._table is not None else math.nan

    def changed(self) -> None:
        """Make the next view anew: the filter, or what services are called, is another."""
        self._view = None

    def view(self, scope: TimeScope, choice: ListChoice) -> ListView:
        """The table as ``choice`` wants it. The same object where nothing changed."""
        table = self._query.processes(self._host)
        if table is not None and table is not self._table and (scope.live or self._table is None):
            self._take(table)
        elif self._view is not None and self._view[0] == choice:
            return self._view[1]
        view = self._made(choice)
        self._view = (choice, view)
        return view

    # --- processes ----------------------------------------------------------------------------------

    def _take(self, table: ProcessTable) -> None:
        last = self._table
        if last is None and (earlier := self._query.earlier_processes(self._host)) is not None:
            self._rates.step(earlier)  # so that the very first view has rates
        rates = self._rates.step(table)
        entries, fresh_now = dict(self._entries), set[int]()
        since = math.inf if last is None else last.time - _NEW
        for pid in self._touched(table, rates):
            row, old = table.rows.get(pid), entries.get(pid)
            if row is None:
                continue
            fresh = (old is None or old.row.key != row.key) and row.key.start >= since
            extra = old.extra if old is not None and old.row.key == row.key else NOT_READ
            entries[pid] = ProcessEntry(row, rates.of(row), Phase.FRESH if fresh else Phase.LIVING, extra)
            if fresh:
                fresh_now.add(pid)
        self._fresh = fresh_now
        self._keep_ended(entries, table)
        self._listed_now = None
        self._entries, self._table, self._rate_table = entries, table, rates

    def _touched(self, table: ProcessTable, rates: RateTable) -> Collection[int]:
        """PIDs whose entries may not be what they were: everything else did nothing, now and before."""
        last = self._rate_table
        if self._table is None or last.seconds != last.seconds or rates.seconds != rates.seconds:
            return table.rows.keys()
        if _who_is_seen(last.gpu) != _who_is_seen(rates.gpu):
            return table.rows.keys()
        moving = {key[0] for key in (*rates.moving, *last.moving)}
        return moving.union(rates.changed, self._fresh, self._ended)

    def _keep_ended(self, entries: dict[int, ProcessEntry], table: ProcessTable) -> None:
        """Mark what ended just now, and let go what ended some seconds ago."""
        lately = self._table is not None and 0.0 <= table.time - self._table.time <= 3 * ENDED_STAYS
        for pid in entries.keys() - table.rows.keys():
            gone = entries[pid]
            if gone.phase is not Phase.ENDED and lately:
                entries[pid] = ProcessEntry(gone.row, gone.rate, Phase.ENDED, gone.extra)
                self._ended[pid] = table.time + ENDED_STAYS
            elif not lately or self._ended[pid] <= table.time:
                del entries[pid]
        self._ended = {pid: until for pid, until in self._ended.items() if pid in entries and pid not in table.rows}

    def pairs(self) -> list[tuple[ProcessRow, ProcessRate]]:
        """Every living process with its rates, for a filter that is answered elsewhere."""
        return [(entry.row, entry.rate) for entry in self._entries.values() if entry.phase is not Phase.ENDED]

    # --- what is shown ------------------------------------------------------------------------------

    def _made(self, choice: ListChoice) -> ListView:
        table = self._table
        if table is None:
            return ListView((), "", {}, "Reading the processes", "")
        entries = self._listed(kernel=choice.kernel or self._filter.kernel)
        shown = self._filter.select(entries.values(), table.time)
        found = None if len(shown) == len(entries) else {entry.row[0][0] for entry in shown}
        rows = self._arranged(choice, entries, shown, found)
        living = _living(shown) if self._ended else shown
        of = len(entries) - sum(1 for pid in self._ended if pid in entries)
        note = "; ".join(dict.fromkeys(m.reason for m in table.missing)) if table.rows else ""
        living_rows = list(map(_ROW, living))
        return ListView(
            rows,
            _totals(living_rows, of),
            self._sums(living_rows, entries if found is None else found),
            self._missing(table, bool(rows)),
            note,
            self._reasons(table),
        )

    def _listed(self, *, kernel: bool) -> Mapping[int, ProcessEntry]:
        """With threads of the ``kernel``, or without."""
        if kernel:
            return self._entries
        if self._listed_now is None:
            self._listed_now = {pid: entry for pid, entry in self._entries.items() if not entry.row.kernel}
        return self._listed_now

    def _missing(self, table: ProcessTable, any_rows: bool) -> str | None:
        if not table.rows:
            return table.missing[0].reason if table.missing else "This system lists no process"
        if any_rows:
            return None
        if self._filter.waiting:
            return "Looking into the processes"
        return f"No process matches “{self._filter.text}”" if self._filter.text else "Only kernel threads are here"

    def _arranged(
        self,
        choice: ListChoice,
        entries: Mapping[int, ProcessEntry],
        shown: list[ProcessEntry],
        found: Collection[int] | None,
    ) -> Sequence[TreeRow]:
        """``found``: PIDs of what is shown, None where that is everything."""
        if choice.arrangement is Arrangement.TREE:
            return self._tree.rows(
                entries, TreeChoice(choice.order, by_branch=choice.by_branch, collapsed=choice.collapsed), found
            )
        if choice.arrangement is Arrangement.FLAT:
            sort(shown, choice.order)
            return TreeRows(shown, range(len(shown)))
        name_of = self._application if choice.arrangement is Arrangement.APPLICATIONS else self._service
        return self._groups.rows(shown, name_of, choice.order, choice.opened)

    def _application(self, entry: ProcessEntry) -> str:
        if self._grouped is not self._table and self._table is not None:
            self._applications.group(self._table, self._rate_table)
            self._grouped = self._table
        return self._applications.name_of(entry.key.pid) or entry.row.name

    def _service(self, entry: ProcessEntry) -> str:
        return self._services.get(entry.key, "") or NO_SERVICE

    def _sums(self, living: Collection[ProcessRow], pids: Collection[int]) -> dict[str, str]:
        """Of what is shown, by row and by PID. Rates are summed over what moves only."""
        units, table = self.units, self._rate_table
        sums = {"memory": units.size(_sum(list(map(_MEMORY, living))))}
        if table.seconds == table.seconds:
            rates = [rate for key, rate in table.moving.items() if key[0] in pids]
            sums |= {
                "cpu": units.cpu(_sum([rate.cpu for rate in rates])),
                "read": units.rate(_sum([rate.read for rate in rates])),
                "write": units.rate(_sum([rate.write for rate in rates])),
            }
            if table.gpu is not None:
                sums["gpu"] = fmt.percent_exact(_sum([rate.gpu for rate in rates if rate.gpu == rate.gpu]))
        return sums

    # --- columns on demand --------------------------------------------------------------------------

    @property
    def tells_gpu(self) -> bool:
        """Whether a driver tells who uses GPUs."""
        return self._table is not None and self._table.gpu is not None

    def take_columns(self, figures: Mapping[ProcessKey, ColumnFigures], missing: Mapping[Column, str]) -> bool:
        """Take what was read for columns that are shown, and why some could not be; True where a row is another now."""
        changed: dict[int, ProcessEntry] = {}
        for key, extra in figures.items():
            entry = self._entries.get(key.pid)
            if entry is not None and entry.row.key == key and not _same(entry.extra, extra):
                changed[key.pid] = ProcessEntry(entry.row, entry.rate, entry.phase, extra)
        if not changed and missing == self._extra_missing:
            return False
        self._extra_missing = missing
        self._entries = {**self._entries, **changed}
        self._listed_now = None
        self.changed()
        return True

    def forget_columns(self) -> None:
        """What was read for columns that nobody sees any more must not stand still."""
        read = [entry.row.key for entry in self._entries.values() if entry.extra is not NOT_READ]
        self.take_columns(dict.fromkeys(read, NOT_READ), {})

    def alive(self) -> list[ProcessKey]:
        """Every living process."""
        return [entry.key for entry in self._entries.values() if entry.phase is not Phase.ENDED]

    def _reasons(self, table: ProcessTable) -> dict[str, str]:
        found = {
            column.key: reason
            for column in COLUMNS
            if column.demand is not None and (reason := self._extra_missing.get(column.demand))
        }
        refused = next((each.reason for each in table.missing if each.subject.startswith("I/O of")), "")
        if refused:
            found["read"] = found["write"] = refused
        if table.gpu is None:
            found["gpu"] = "no GPU was found whose driver tells who uses it"
        elif table.gpu.only_of:
            found["gpu"] = "what other users' processes do on GPUs needs administrator rights"
        return found

    # --- what belongs together ----------------------------------------------------------------------

    def unplaced(self) -> list[ProcessKey]:
        """Processes of which it is not known yet in which service or container they run."""
        return [e.key for e in self._entries.values() if e.phase is not Phase.ENDED and e.key not in self._services]

    def place(self, services: Mapping[ProcessKey, str]) -> None:
        """Take what services and containers processes run in, "" for none. Of those that ended it is forgotten."""
        alive = {entry.key for entry in self._entries.values()}
        self._services = {key: name for key, name in {**self._services, **services}.items() if key in alive}
        self.changed()

    def targets(self, entry: ProcessEntry) -> list[ProcessEntry]:
        """The living processes that a row stands for: itself, or the members of its group."""
        if entry.key.pid < 0:
            return _living(self._groups.members(entry.key))
        found = self._entries.get(entry.key.pid)
        return _living([found]) if found is not None and found.key == entry.key else []

    def below(self, key: ProcessKey) -> list[ProcessEntry]:
        """The process ``key`` and all below it that live."""
        return _living(branch(self._entries, key))

    def application(self, entry: ProcessEntry) -> tuple[str, list[ProcessEntry]]:
        """The application of ``entry``, by name, and all of its living processes."""
        name = self._application(entry)
        return name, _living(e for e in self._entries.values() if self._application(e) == name)


def _who_is_seen(gpu: GpuUses | None) -> str | None:
    return None if gpu is None else gpu.only_of


def _same(one: ColumnFigures, other: ColumnFigures) -> bool:
    """Whether both say the same; unknown is as good as unknown."""
    return one == other or all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))


def _living(entries: Iterable[ProcessEntry]) -> list[ProcessEntry]:
    return [entry for entry in entries if entry.phase is not Phase.ENDED]


def _sum(values: list[float]) -> float:
    """The sum of what is known."""
    total = math.fsum(values)
    return total if total == total else math.fsum(value for value in values if value == value)


def _totals(living: Collection[ProcessRow], of: int) -> str:
    count = len(living)
    threads = sum(map(_THREADS, living))
    running = list(map(_STATE, living)).count("running")
    processes = fmt.counted(count, "process", "processes")
    if count != of:
        processes = f"{fmt.count(count)} of {fmt.count(of)} processes"
    return f"{processes} · {fmt.counted(threads, 'thread', 'threads')} · {running} running"
