"""All machines as a table: one row each, every key figure a column. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.format import Units

_FULL_DISK: Final = 500e6
_FULL_NETWORK: Final = 125e6
"""Bytes a second at which a heat cell is as strong as it gets."""
_COOL, _HOT = 35.0, 95.0
"""Celsius between which a heat cell of a temperature grows."""


@dataclass(frozen=True, slots=True)
class FleetColumn:
    """One column. ``value`` sorts it: a number, NaN where unknown, or a text."""

    key: str
    title: str
    write: Callable[[Member, Units], str]
    value: Callable[[Member], float | str]
    number: bool = True
    hue: str = ""
    """Token of the heat cell, empty where the column has none."""
    heat: Callable[[float], float] = lambda value: value
    """Strength of the heat cell for a value, before it is cut to 0 to 1."""
    width: int = 88
    quiet: bool = False


def _trip(member: Member) -> float:
    return member.link.round_trip if member.link is not None and member.live else math.nan


def _up(member: Member, _: Units) -> str:
    return fmt.duration(member.figures.uptime)


def _warmth(celsius: float) -> float:
    return (celsius - _COOL) / (_HOT - _COOL)


COLUMNS: Final = (
    FleetColumn("name", "Name", lambda m, _: m.machine.name, lambda m: m.machine.name.casefold(), number=False, width=112),
    FleetColumn("role", "Role", lambda m, _: m.label, lambda m: m.label.casefold(), number=False, width=122, quiet=True),
    FleetColumn("state", "State", lambda m, _: m.machine.state.value, lambda m: m.machine.state.value, number=False, width=104),
    FleetColumn("cpu", "CPU", lambda m, _: fmt.percent(m.figures.cpu), lambda m: m.figures.cpu, hue="cpu", width=58),
    FleetColumn("memory", "Memory", lambda m, _: fmt.percent(m.figures.memory), lambda m: m.figures.memory, hue="memory", width=72),
    FleetColumn("disk_busy", "Disk busy", lambda m, _: fmt.percent(m.figures.disk_busy), lambda m: m.figures.disk_busy, hue="disk", width=84),
    FleetColumn("disk", "Disk", lambda m, u: u.rate(m.figures.disk), lambda m: m.figures.disk, hue="disk", heat=lambda v: v / _FULL_DISK, width=86),
    FleetColumn("network", "Network", lambda m, u: u.network(m.figures.network), lambda m: m.figures.network, hue="network", heat=lambda v: v / _FULL_NETWORK, width=86),
    FleetColumn("gpu", "GPU", lambda m, _: fmt.percent(m.figures.gpu), lambda m: m.figures.gpu, hue="gpu", width=54),
    FleetColumn("temperature", "Temp.", lambda m, u: u.temperature(m.figures.temperature), lambda m: m.figures.temperature, hue="temperature", heat=_warmth, width=64),
    FleetColumn("fullest", "Fullest", lambda m, _: fmt.percent(m.figures.fullest), lambda m: m.figures.fullest, hue="disk", heat=lambda v: (v - 0.5) * 2.0, width=68),
    FleetColumn("load", "Load", lambda m, _: fmt.number(m.figures.load), lambda m: m.figures.load, width=58),
    FleetColumn("trip", "Round trip", lambda m, _: fmt.latency(_trip(m)), _trip, width=90, quiet=True),
    FleetColumn("uptime", "Up", _up, lambda m: m.figures.uptime, width=74, quiet=True),
)  # fmt: skip
"""Every column, in the order of the screen."""
COLUMN_OF: Final = {column.key: column for column in COLUMNS}
TIPS: Final = {
    "disk_busy": "Share of time in which the busiest disk had work",
    "disk": "Read and written, all disks",
    "network": "In and out, all interfaces that count",
    "temperature": "Of the CPU, else of the hottest sensor",
    "fullest": "Used share of the fullest file system",
    "load": "Average over a minute",
}


def heat(member: Member, column: FleetColumn) -> float:
    """Strength of the heat cell, 0 to 1; 0 where there is none or nothing is known."""
    value = column.value(member)
    if not column.hue or not isinstance(value, float) or value != value:
        return 0.0
    return min(1.0, max(0.0, column.heat(value)))


def sort(members: Sequence[Member], key: str, *, ascending: bool) -> list[Member]:
    """By column ``key``; what is unknown comes last in both directions, ties go by name."""
    column = COLUMN_OF.get(key, COLUMNS[0])
    rows = sorted(members, key=lambda member: member.machine.name.casefold())
    if not column.number:
        return sorted(rows, key=lambda member: str(column.value(member)), reverse=not ascending)
    sign = 1.0 if ascending else -1.0

    def number(member: Member) -> float:
        value = column.value(member)
        return value * sign if isinstance(value, float) and value == value else math.inf

    return sorted(rows, key=number)
