"""The machines in the side bar: a dot, a name, one line, a trace. Knows no pixels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sysmon.model.machine import Machine, MachineState
from sysmon.pipeline.query import Query
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.device import trace as trace_of
from sysmon.viewmodels.fleet_head import LIVE_STATES
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import Readings

SPAN = 300.0
"""Seconds that the trace of a row shows."""
_WIDTH = 32
"""Pixels of a trace; two points each are enough for a row."""
_STEP = SPAN / (2 * _WIDTH)
"""Seconds of one point: until they have passed a trace is the same picture."""

HUES: Mapping[MachineState, str] = {
    MachineState.LIVE: "ok",
    MachineState.ALERT: "warning",
    MachineState.RECONNECTING: "warning",
    MachineState.OFFLINE: "offline",
}
"""The token of the dot of each state."""


@dataclass(frozen=True, slots=True)
class MachineRow:
    """One machine. ``hue`` is the token of its dot, ``state`` the word for people who do not see colours."""

    host: str
    name: str
    note: str
    hue: str
    state: str
    trace: tuple[float, ...]
    """Busy share of its CPU over the last minutes, for a sparkline; empty where nothing came yet."""


class MachinesModel:
    """Makes the rows of the side bar."""

    def __init__(self, query: Query, units: Units) -> None:
        self._query = query
        self._units = units
        self._cpus: dict[str, tuple[Readings, Cpu]] = {}
        self._traces: dict[str, tuple[float, tuple[float, ...]]] = {}
        """Time of the newest sample that a trace was made of, and the trace."""
        self._rows: dict[str, tuple[Machine, MachineRow]] = {}

    def rows(self, machines: Sequence[Machine], seen: Collection[str] | None = None) -> tuple[MachineRow, ...]:
        """One row for each of ``machines``, in their order; the same object as before where nothing changed.

        Only those in ``seen`` get a new trace, the others keep what they had; None means that all are seen.
        """
        hosts = {machine.host for machine in machines}
        for gone in self._rows.keys() - hosts:
            del self._rows[gone]
            self._cpus.pop(gone, None)
            self._traces.pop(gone, None)
        return tuple(self._row(machine, seen is None or machine.host in seen) for machine in machines)

    def _row(self, machine: Machine, seen: bool) -> MachineRow:
        host = machine.host
        if machine.state not in LIVE_STATES:
            trace: tuple[float, ...] = ()  # what it did before it fell silent is no trend
        else:
            trace = self._trace(host) if seen else self._traces.get(host, (0.0, ()))[1]
        kept = self._rows.get(host)
        if kept is not None and kept[0] is machine and kept[1].trace is trace:
            return kept[1]
        row = MachineRow(host, machine.name, machine.note, HUES[machine.state], machine.state.value, trace)
        self._rows[host] = (machine, row)
        return row

    def _trace(self, host: str) -> tuple[float, ...]:
        end = self._query.newest(host)
        if end != end:
            return ()
        made, kept = self._traces.get(host, (0.0, ()))
        if kept and 0.0 <= end - made < _STEP:
            return kept
        found = self._cpus.get(host)
        if found is None:
            readings = Readings(self._query, host, self._units)
            found = self._cpus[host] = (readings, Cpu(readings))
        readings, cpu = found
        scope = TimeScope(end - SPAN, end, live=True)
        readings.look(scope, _WIDTH)
        shares = trace_of(cpu.share(), scope, 1.0)
        self._traces[host] = (end, shares)
        return shares
