"""All machines as coloured cells: one figure at a glance over hundreds of them. Knows no pixels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_groups import Heading, grouped
from sysmon.viewmodels.fleet_table import COLUMN_OF, FleetColumn, heat
from sysmon.viewmodels.format import Units

FROM: Final = 50
"""Machines from which a heat map is worth more than tiles."""
CHOICES: Final = ("cpu", "memory", "disk_busy", "network", "temperature", "fullest")
"""Columns of the table that cells can be coloured by."""
LEVELS: Final = 32
"""Steps of colour: a change below a step is not seen and not drawn."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One machine. ``level`` is 0 to `LEVELS`; -1 where nothing is known, and then ``state`` says why."""

    host: str
    name: str
    level: int
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class HeatView:
    """All cells with the headings between them, and what they show, as a sentence."""

    cells: tuple[HeatCell | Heading, ...]
    hue: str
    spoken: str


class FleetHeat:
    """Makes the cells."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._cells: dict[str, HeatCell] = {}
        self._hue = ""

    def view(self, members: Sequence[Member], key: str, folded: Collection[str] | None = None) -> HeatView:
        """``members`` coloured by the column ``key``; in groups without those of ``folded`` tags, None for no groups."""
        column = COLUMN_OF[key if key in CHOICES else CHOICES[0]]
        if column.hue != self._hue:
            self._hue = column.hue
            self._cells.clear()
        rows = grouped(members, folded)
        cells = tuple(row if isinstance(row, Heading) else self._cell(row, column) for row in rows)
        self._cells = {cell.host: cell for cell in cells if isinstance(cell, HeatCell)}
        return HeatView(cells, column.hue, _spoken(members, column, self._units))

    def _cell(self, member: Member, column: FleetColumn) -> HeatCell:
        """A cell; the same object as before where it looks the same."""
        value = column.value(member)
        known = member.live and isinstance(value, float) and value == value
        level = round(heat(member, column) * LEVELS) if known else -1
        text = column.write(member, self._units) if known else fmt.UNKNOWN
        made = HeatCell(member.host, member.machine.name, level, text, member.machine.state.value)
        kept = self._cells.get(member.host)
        return kept if kept is not None and kept == made else made


def _spoken(members: Sequence[Member], column: FleetColumn, units: Units) -> str:
    """Who stands out: nobody listens to hundreds of figures."""
    known = [(value, m) for m in members if m.live and isinstance(value := column.value(m), float) and value == value]
    if not known:
        return f"{column.title}: no figures of any machine."
    known.sort(key=lambda each: -each[0])
    highest = ", ".join(f"{m.machine.name} {column.write(m, units)}" for _, m in known[:3])
    lowest = known[-1][1]
    silent = len(members) - len(known)
    rest = f"; no figures of {silent:,}" if silent else ""
    return (
        f"{column.title} of {len(known):,} machines: highest {highest}; "
        f"lowest {lowest.machine.name} {column.write(lowest, units)}{rest}."
    )
