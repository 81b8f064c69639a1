"""What the tray shows: figures and traces of the last minute, in an icon, a tool tip and a pop-up. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.disks import Disks
from sysmon.viewmodels.fleet_figures import FigureReader
from sysmon.viewmodels.fleet_head import LIVE_STATES
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.machines import HUES
from sysmon.viewmodels.memory import Memory
from sysmon.viewmodels.network import Network
from sysmon.viewmodels.plot import CardView, TimeScope
from sysmon.viewmodels.readings import Readings

SPAN = 60.0
"""Seconds that a trace shows."""
_WIDTH = 120
_OTHERS = 6

_WORST = (MachineState.ALERT, MachineState.OFFLINE, MachineState.RECONNECTING, MachineState.LIVE)


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A name, the trace of the last minute and the figure now. ``values`` are on an axis from 0 to ``top``."""

    name: str
    hue: str
    values: Sequence[float]
    top: float
    text: str


@dataclass(frozen=True, slots=True)
class MachineRow:
    """Another machine in the pop-up. ``dot`` is a token, ``state`` the word that says the same."""

    host: str
    trace: TraceRow
    dot: str
    state: str


@dataclass(frozen=True, slots=True)
class MachineEntry:
    """A machine in the menu."""

    host: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class TrayView:
    """The pop-up."""

    title: str
    note: str
    """How long the machine has been up."""
    rows: tuple[TraceRow, ...]
    others: tuple[MachineRow, ...]
    """The other machines, the worst first."""


class Tray:
    """Makes what the tray shows of this machine, and in short of the others."""

    def __init__(self, query: Query, units: Units) -> None:
        self._query = query
        self._units = units
        self._readings: dict[str, Readings] = {}
        self._figures: dict[str, FigureReader] = {}

    def set_units(self, units: Units) -> None:
        """Write figures in ``units`` from now on."""
        self._units = units
        self._readings.clear()

    def cpu_trace(self) -> Sequence[float]:
        """Busy share of this machine over the last minute, oldest first: what the icon draws."""
        return Cpu(self._look(LOCAL)).share().values

    def tip(self) -> str:
        """The figures of this machine, for the tool tip."""
        rows = self._rows(self._look(LOCAL))
        return "\n".join((self._own_name(), *(f"{row.name} {row.text}" for row in rows)))

    def _own_name(self) -> str:
        names = (machine.name for machine in self._query.machines() if machine.host == LOCAL)
        return next(names, "This machine")

    def machines(self) -> tuple[MachineEntry, ...]:
        """The machines for the menu: this one, then the others, the worst first."""
        known = self._query.machines()
        others = sorted(
            (machine for machine in known if machine.host != LOCAL),
            key=lambda machine: (_WORST.index(machine.state), machine.name.casefold()),
        )
        here = [machine for machine in known if machine.host == LOCAL]
        return tuple(MachineEntry(machine.host, machine.name, machine.state.value) for machine in (*here, *others))

    def view(self) -> TrayView:
        """The pop-up now."""
        machines = self._query.machines()
        readings = self._look(LOCAL)
        up = readings.value(names.UPTIME)
        return TrayView(
            self._own_name(),
            f"up {fmt.duration(up)}" if up == up else "",
            self._rows(readings),
            self._others([machine for machine in machines if machine.host != LOCAL]),
        )

    def _look(self, host: str) -> Readings:
        found = self._readings.get(host)
        if found is None:
            found = self._readings[host] = Readings(self._query, host, self._units)
        end = self._query.newest(host)
        end = end if end == end else 0.0
        found.look(TimeScope(end - SPAN, end, live=True), _WIDTH)
        return found

    def _rows(self, readings: Readings) -> tuple[TraceRow, ...]:
        memory = Memory(readings)
        used, limit = memory.usage()[0].values, memory.limit()
        share = used[-1] / limit if used and limit > 0 else math.nan
        return (
            _first_line(Cpu(readings).card()),
            TraceRow("Memory", "memory", used, limit if limit > 0 else 1.0, fmt.percent(share)),
            _first_line(Disks(readings).card(), "Disk"),
            _first_line(Network(readings).card()),
        )

    def _others(self, machines: Sequence[Machine]) -> tuple[MachineRow, ...]:
        """The worst of ``machines``, as the page of all machines orders them. Only they get a trace: there may be hundreds."""
        for gone in self._figures.keys() - {machine.host for machine in machines}:
            del self._figures[gone]
            self._readings.pop(gone, None)
        worst = sorted(machines, key=lambda machine: (_WORST.index(machine.state), -self._pressure(machine)))
        return tuple(self._other(machine) for machine in worst[:_OTHERS])

    def _pressure(self, machine: Machine) -> float:
        if machine.state not in LIVE_STATES:
            return 0.0
        reader = self._figures.get(machine.host)
        if reader is None:
            reader = self._figures[machine.host] = FigureReader(self._query, machine.host)
        return reader.read().pressure

    def _other(self, machine: Machine) -> MachineRow:
        silent = machine.state not in LIVE_STATES
        values = () if silent else Cpu(self._look(machine.host)).share().values
        text = machine.state.value if silent else fmt.percent(values[-1] if values else math.nan)
        trace = TraceRow(machine.name, HUES[machine.state] if silent else "cpu", values, 1.0, text)
        return MachineRow(machine.host, trace, HUES[machine.state], machine.state.value)


def _first_line(card: CardView, name: str = "") -> TraceRow:
    """The first line of a card's plot stands for the card: bytes read, bytes received."""
    lines = card.plot.lines if card.plot is not None else ()
    values = lines[0].values if lines else ()
    return TraceRow(name or card.title, card.hue, values, card.plot.top if card.plot is not None else 1.0, card.figure)
