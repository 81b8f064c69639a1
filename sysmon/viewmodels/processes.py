"""What stands in the table of processes: one entry for each, its columns, their order. Knows no pixels.

An entry is kept while its process does nothing, with the texts that were made for it: a refresh
costs what changed and what is seen.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass

from sysmon.model.printable import printable
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import UNKNOWN as NOT_READ
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units

_FULL_IO = 30e6
"""Bytes a second at which an I/O cell is as strong as it gets."""


class Phase(enum.Enum):
    """Where a process is in its life, as far as a row shows it."""

    FRESH = "fresh"
    """It began since the table before."""
    LIVING = "living"
    ENDED = "ended"
    """It is no more; its row stays for a moment."""


class ProcessEntry:
    """One process on the screen: its row, its rates, and the texts made so far."""

    __slots__ = ("_texts", "extra", "phase", "rate", "row")

    def __init__(
        self, row: ProcessRow, rate: ProcessRate, phase: Phase = Phase.LIVING, extra: ColumnFigures = NOT_READ
    ) -> None:
        self.row = row
        self.rate = rate
        self.phase = phase
        self.extra = extra
        """What is read only for columns that are shown."""
        self._texts: dict[str, str] = {}

    @property
    def key(self) -> ProcessKey:
        return self.row.key

    def text(self, column: ProcessColumn, units: Units) -> str:
        """What stands in ``column``."""
        found = self._texts.get(column.key)
        if found is None:
            found = self._texts[column.key] = self._write(column, units)
        return found

    def _write(self, column: ProcessColumn, units: Units) -> str:
        if self.phase is not Phase.ENDED or column.lasting:
            return column.write(self, units)
        return Phase.ENDED.value if column.key == "state" else ""


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
    lasting: bool = False
    """Still true of a process that has ended."""
    shown: bool = True
    """Whether it is there before the user chose columns."""
    demand: Column | None = None
    """What has to be read for it while it is shown; None where the table tells it anyway."""
    help: str = ""
    """What it means, where the title does not say it."""


def _rate(value: float, units: Units) -> str:
    # Most processes move nothing: an empty cell lets those that do be seen.
    return "" if value == 0 else units.rate(value)


def _pid(entry: ProcessEntry, units: Units) -> str:
    del units
    return str(entry.key.pid) if entry.key.pid >= 0 else ""  # a group of processes has none


def _nice(entry: ProcessEntry, units: Units) -> str:
    del units
    return str(entry.row.nice) if entry.key.pid >= 0 else ""


def _started(entry: ProcessEntry, units: Units) -> str:
    del units
    return fmt.exact(entry.key.start) if entry.key.pid >= 0 else ""


def _cpu(entry: ProcessEntry, units: Units) -> str:
    return "" if entry.rate.cpu == 0 else units.cpu(entry.rate.cpu)


def _share(value: float) -> str:
    return "" if value == 0 else fmt.percent_exact(value)


def _size(value: float, units: Units) -> str:
    return "" if value == 0 else units.size(value)


def _group(entry: ProcessEntry, units: Units) -> str:
    """The end of the path: that is where groups differ."""
    del units
    path = entry.extra.cgroup
    if path is None:
        return fmt.UNKNOWN
    parts = [part for part in path.split("/") if part]
    return printable(path if len(parts) <= 1 else f"…/{parts[-1]}")


def _container(entry: ProcessEntry, units: Units) -> str:
    del units
    return fmt.UNKNOWN if entry.extra.container is None else printable(entry.extra.container)


COLUMNS: tuple[ProcessColumn, ...] = (
    ProcessColumn("name", "Name", lambda e, _: printable(e.row.name), lambda e: e.row.name.casefold(), lasting=True),
    ProcessColumn("pid", "PID", _pid, lambda e: float(e.key.pid), number=True, quiet=True, lasting=True),
    ProcessColumn("user", "User", lambda e, _: printable(e.row.user), lambda e: e.row.user, quiet=True, lasting=True),
    ProcessColumn("cpu", "CPU", _cpu, lambda e: e.rate.cpu, number=True, hue="cpu"),
    ProcessColumn(
        "gpu",
        "GPU",
        lambda e, _: _share(e.rate.gpu),
        lambda e: e.rate.gpu,
        number=True,
        hue="gpu",
        full=0.3,
        shown=False,
        help="Share of one GPU, where its driver tells who uses it",
    ),
    ProcessColumn(
        "memory",
        "Memory",
        lambda e, u: u.size(e.row.memory),
        lambda e: e.row.memory,
        number=True,
        help="Resident memory (RSS)",
    ),
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
        shown=False,
    ),
    ProcessColumn(
        "nice", "Nice", _nice, lambda e: float(e.row.nice), number=True, quiet=True, lasting=True, shown=False
    ),
    ProcessColumn(
        "started", "Started", _started, lambda e: e.key.start, number=True, quiet=True, lasting=True, shown=False
    ),
    ProcessColumn(
        "time",
        "CPU time",
        lambda e, _: fmt.duration(e.row.cpu_time),
        lambda e: e.row.cpu_time,
        number=True,
        quiet=True,
        shown=False,
    ),
    ProcessColumn(
        "pss",
        "PSS",
        lambda e, u: _size(e.extra.pss, u),
        lambda e: e.extra.pss,
        number=True,
        shown=False,
        demand=Column.MEMORY,
        help="Resident memory, shared pages counted by the share of each process",
    ),
    ProcessColumn(
        "swap",
        "Swap",
        lambda e, u: _size(e.extra.swap, u),
        lambda e: e.extra.swap,
        number=True,
        shown=False,
        demand=Column.MEMORY,
        help="Memory that was swapped out",
    ),
    ProcessColumn(
        "iowait",
        "I/O wait",
        lambda e, _: _share(e.extra.io_wait),
        lambda e: e.extra.io_wait,
        number=True,
        hue="disk",
        shown=False,
        demand=Column.IO_WAIT,
        help="Share of the time that its first thread waited for disks",
    ),
    ProcessColumn(
        "container",
        "Container",
        _container,
        lambda e: e.extra.container or "",
        quiet=True,
        lasting=True,
        shown=False,
        demand=Column.GROUP,
    ),
    ProcessColumn(
        "cgroup",
        "Control group",
        _group,
        lambda e: e.extra.cgroup or "",
        quiet=True,
        lasting=True,
        shown=False,
        demand=Column.GROUP,
    ),
    ProcessColumn(
        "command",
        "Command",
        lambda e, _: printable(e.row.command),
        lambda e: e.row.command,
        quiet=True,
        lasting=True,
        shown=False,
    ),
)
"""Every column, in the order of the screen."""
COLUMN_OF = {column.key: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """By which column, and which end first."""

    column: str = "cpu"
    ascending: bool = False


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


def heat(entry: ProcessEntry, column: ProcessColumn) -> float:
    """Strength of the heat cell, 0 to 1; 0 where nothing is known."""
    value = column.value(entry)
    if not isinstance(value, float) or not value > 0:
        return 0.0
    return min(1.0, value / column.full)
