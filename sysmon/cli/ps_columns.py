"""The columns of ``sysmon ps``: how each is written for people, for scripts, and what it is sorted by.

One explicit table; what has to be read for a column stands in it. Knows no argument and no reading.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sysmon.cli.figures import plain
from sysmon.cli.filtering import Found
from sysmon.model.printable import printable
from sysmon.model.process_columns import Column
from sysmon.viewmodels.format import Units, count, duration, exact, percent_exact

Value = float | str | None


@dataclass(frozen=True, slots=True)
class PsColumn:
    """One column."""

    key: str
    title: str
    width: int
    value: Callable[[Found], Value]
    """Raw: seconds, bytes, shares of 1; NaN or None where unknown."""
    text: Callable[[Found, Units], str]
    demand: Column | None = None
    """What has to be read for it beside the table."""
    named: str = ""
    """Its name in JSON where that is not ``key``."""

    @property
    def number(self) -> bool:
        """Right-aligned, sorted from high to low."""
        return self.width < 0


COLUMNS: Final = (
    PsColumn("pid", "PID", -7, lambda f: float(f.row.key.pid), lambda f, _: str(f.row.key.pid)),
    PsColumn("parent", "parent", -7, lambda f: float(f.row.parent), lambda f, _: str(f.row.parent)),
    PsColumn("user", "user", 12, lambda f: f.row.user, lambda f, _: printable(f.row.user)),
    PsColumn("cpu", "CPU", -8, lambda f: f.rate.cpu, lambda f, u: u.cpu(f.rate.cpu)),
    PsColumn("gpu", "GPU", -8, lambda f: f.rate.gpu, lambda f, _: percent_exact(f.rate.gpu)),
    PsColumn("mem", "memory", -9, lambda f: f.row.memory, lambda f, u: u.size(f.row.memory), named="memory"),
    PsColumn("pss", "PSS", -9, lambda f: f.extra.pss, lambda f, u: u.size(f.extra.pss), Column.MEMORY),
    PsColumn("swap", "swap", -9, lambda f: f.extra.swap, lambda f, u: u.size(f.extra.swap), Column.MEMORY),
    PsColumn("read", "read", -10, lambda f: f.rate.read, lambda f, u: u.rate(f.rate.read), named="read_rate"),
    PsColumn("write", "write", -10, lambda f: f.rate.write, lambda f, u: u.rate(f.rate.write), named="write_rate"),
    PsColumn(
        "iowait",
        "I/O wait",
        -8,
        lambda f: f.extra.io_wait,
        lambda f, _: percent_exact(f.extra.io_wait),
        Column.IO_WAIT,
        "io_wait",
    ),
    PsColumn("threads", "threads", -7, lambda f: float(f.row.threads), lambda f, _: count(f.row.threads)),
    PsColumn("nice", "nice", -4, lambda f: float(f.row.nice), lambda f, _: str(f.row.nice)),
    PsColumn(
        "time", "CPU time", -15, lambda f: f.row.cpu_time, lambda f, _: duration(f.row.cpu_time), named="cpu_time"
    ),
    PsColumn("start", "started", -19, lambda f: f.row.key.start, lambda f, _: exact(f.row.key.start)),
    PsColumn("state", "state", 8, lambda f: f.row.state, lambda f, _: f.row.state),
    PsColumn(
        "container",
        "container",
        16,
        lambda f: f.extra.container,
        lambda f, _: _or_unknown(f.extra.container),
        Column.GROUP,
    ),
    PsColumn(
        "cgroup", "control group", 32, lambda f: f.extra.cgroup, lambda f, _: _or_unknown(f.extra.cgroup), Column.GROUP
    ),
)
"""Every column but name and command, which stand at the end of each line."""
COLUMN_OF: Final = {column.key: column for column in COLUMNS}
USUAL: Final = ("pid", "user", "cpu", "mem", "read", "write", "state")
_ONE_WORD: Final = "–"


def _or_unknown(text: str | None) -> str:
    return _ONE_WORD if text is None else printable(text)


def cell(column: PsColumn, found: Found, units: Units) -> str:
    """What stands in a column, in its width."""
    text, width = plain(column.text(found, units)), abs(column.width)
    return f"{text:>{width}}" if column.number else f"{text[:width]:<{width}}"


def order(column: PsColumn) -> Callable[[Found], tuple[float | str, ...]]:
    """How ``--sort`` by this column orders: figures from high to low, but PIDs; unknown ones last; then by memory."""

    def key(found: Found) -> tuple[float | str, ...]:
        value = column.value(found)
        if isinstance(value, str) or value is None:
            return (value is None, (value or "").casefold())
        return (value if column.key in _UPWARDS else down(value), down(found.row.memory))

    return key


_UPWARDS: Final = frozenset({"pid", "parent"})


def down(value: float) -> float:
    """For a sort from high to low, unknown ones last."""
    return math.inf if math.isnan(value) else -value
