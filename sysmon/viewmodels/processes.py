"""The table of processes: columns, order, filter, totals. Knows no pixels.

A row of the screen is kept while its process does nothing, with the texts that were made for it:
a refresh costs what changed and what is seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_rates import ProcessRate, ProcessRates
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope

_FULL_IO = 50e6
"""Bytes a second at which an I/O cell is as strong as it gets."""


class ProcessEntry:
    """One process on the screen: its row, its rates, and the texts made so far."""

    __slots__ = ("_texts", "rate", "row")

    def __init__(self, row: ProcessRow, rate: ProcessRate) -> None:
        self.row = row
        self.rate = rate
        self._texts: dict[str, str] = {}

    @property
    def key(self) -> ProcessKey:
        return self.row.key

    def text(self, column: ProcessColumn, units: Units) -> str:
        """What stands in ``column``."""
        found = self._texts.get(column.key)
        if found is None:
            found = self._texts[column.key] = column.write(self, units)
        return found


@dataclass(frozen=True, slots=True)
class ProcessColumn:
    """One column of the table."""

    key: str
    title: str
    write: Callable[[ProcessEntry, Units], str]
    value: Callable[[ProcessEntry], float | str]
    """What it is sorted by: a number, NaN where unknown, or a text."""
    number: bool = False
    """Right-aligned, largest first when sorted at first."""
    quiet: bool = False
    """Written paler: not what one looks for."""
    hue: str = ""
    """Token of the heat cell, empty where the column has none."""
    full: float = 1.0
    """Value at which the heat cell is as strong as it gets."""


def _rate(value: float, units: Units) -> str:
    # Most processes move nothing: an empty cell lets those that do be seen.
    return "" if value == 0 else units.rate(value)


def _cpu(entry: ProcessEntry, units: Units) -> str:
    del units
    return "" if entry.rate.cpu == 0 else fmt.percent_exact(entry.rate.cpu)


COLUMNS: tuple[ProcessColumn, ...] = (
    ProcessColumn("name", "Name", lambda e, _: printable(e.row.name), lambda e: e.row.name.casefold()),
    ProcessColumn("pid", "PID", lambda e, _: str(e.key.pid), lambda e: float(e.key.pid), number=True, quiet=True),
    ProcessColumn("user", "User", lambda e, _: printable(e.row.user), lambda e: e.row.user, quiet=True),
    ProcessColumn("cpu", "CPU", _cpu, lambda e: e.rate.cpu, number=True, hue="cpu"),
    ProcessColumn("memory", "Memory", lambda e, u: u.size(e.row.memory), lambda e: e.row.memory, number=True),
    ProcessColumn(
        "read",
        "Read",
        lambda e, u: _rate(e.rate.read, u),
        lambda e: e.rate.read,
        number=True,
        hue="disk",
        full=_FULL_IO,
    ),
    ProcessColumn(
        "write",
        "Write",
        lambda e, u: _rate(e.rate.write, u),
        lambda e: e.rate.write,
        number=True,
        hue="disk",
        full=_FULL_IO,
    ),
    ProcessColumn("state", "State", lambda e, _: e.row.state, lambda e: e.row.state, quiet=True),
    ProcessColumn(
        "threads",
        "Threads",
        lambda e, _: fmt.count(e.row.threads),
        lambda e: float(e.row.threads),
        number=True,
        quiet=True,
    ),
    ProcessColumn("command", "Command", lambda e, _: printable(e.row.command), lambda e: e.row.command, quiet=True),
)
"""Every column, in the order of the screen."""
COLUMN_OF = {column.key: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """What the user wants to see, and in which order."""

    column: str = "cpu"
    ascending: bool = False
    words: str = ""
    """Rows must hold every one of these words in name, command, user or PID."""
    kernel: bool = False
    """List the threads of the kernel too."""


@dataclass(frozen=True, slots=True)
class ProcessesView:
    """The table at one moment."""

    entries: Sequence[ProcessEntry]
    totals: str
    """"412 processes · 1,930 threads · 5 running"."""
    missing: str | None
    """Why there are no rows, or None."""
    note: str
    """What could not be read of some rows, and why; empty where all is known."""


class ProcessesModel:
    """Makes the table of processes of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.units = units
        self._query = query
        self._host = host
        self._rates = ProcessRates()
        self._table: ProcessTable | None = None
        self._entries: dict[int, ProcessEntry] = {}
        self._view: tuple[ProcessOrder, ProcessesView] | None = None

    def view(self, scope: TimeScope, order: ProcessOrder) -> ProcessesView:
        """The table in ``order``. While ``scope`` is not live it stays as it was; the same object where nothing changed."""
        table = self._query.processes(self._host)
        if table is not None and table is not self._table and (scope.live or self._table is None):
            self._take(table)
        elif self._view is not None and self._view[0] == order:
            return self._view[1]
        view = self._made(order)
        self._view = (order, view)
        return view

    def _take(self, table: ProcessTable) -> None:
        rates = self._rates.step(table)
        before, entries = self._entries, dict[int, ProcessEntry]()
        for pid, row in table.rows.items():
            old, rate = before.get(pid), rates.of(row)
            entries[pid] = old if old is not None and old.row is row and old.rate == rate else ProcessEntry(row, rate)
        self._entries = entries
        self._table = table

    def _made(self, order: ProcessOrder) -> ProcessesView:
        table = self._table
        if table is None:
            return ProcessesView((), "", "Reading the processes", "")
        candidates = [e for e in self._entries.values() if order.kernel or not e.row.kernel]
        entries = matching(candidates, order.words)
        sort(entries, order)
        missing = None
        if not table.rows:
            missing = table.missing[0].reason if table.missing else "This system lists no process"
        elif not entries:
            missing = f"No process matches “{order.words}”" if order.words.strip() else "Only kernel threads are here"
        note = "; ".join(dict.fromkeys(m.reason for m in table.missing)) if table.rows else ""
        return ProcessesView(entries, _totals(entries, len(candidates)), missing, note)


def matching(entries: Sequence[ProcessEntry], words: str) -> list[ProcessEntry]:
    """Those of ``entries`` that hold every word, in any case, in name, command, user or PID."""
    wanted = words.casefold().split()
    if not wanted:
        return list(entries)
    return [entry for entry in entries if _holds(entry.row, wanted)]


def _holds(row: ProcessRow, wanted: list[str]) -> bool:
    text = f"{row.key.pid}\n{row.name}\n{row.user}\n{row.command}".casefold()
    return all(word in text for word in wanted)


def sort(entries: list[ProcessEntry], order: ProcessOrder) -> None:
    """Sort in place; what is unknown comes last in both directions, ties go by memory, then by PID."""
    column = COLUMN_OF.get(order.column, COLUMN_OF["cpu"])
    value = column.value
    entries.sort(key=lambda e: (-e.row.memory if e.row.memory == e.row.memory else 0.0, e.key.pid))
    if column.number:
        sign = 1.0 if order.ascending else -1.0

        def number(entry: ProcessEntry) -> float:
            found = value(entry)
            return found * sign if isinstance(found, float) and found == found else math.inf

        entries.sort(key=number)
    else:
        entries.sort(key=lambda e: str(value(e)), reverse=not order.ascending)


def _totals(entries: Sequence[ProcessEntry], of: int) -> str:
    count = len(entries)
    threads = sum(entry.row.threads for entry in entries)
    running = sum(1 for entry in entries if entry.row.state == "running")
    processes = (
        fmt.counted(count, "process", "processes")
        if count == of
        else f"{fmt.count(count)} of {fmt.count(of)} processes"
    )
    return f"{processes} · {fmt.counted(threads, 'thread', 'threads')} · {running} running"


def heat(entry: ProcessEntry, column: ProcessColumn) -> float:
    """Strength of the heat cell, 0 to 1; 0 where nothing is known."""
    value = column.value(entry)
    if not isinstance(value, float) or not value > 0:
        return 0.0
    return min(1.0, value / column.full)
