"""The applications that use most of a machine, as rows. Knows no pixels."""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.process import ProcessTable
from sysmon.pipeline.applications import Application, Applications
from sysmon.pipeline.demand import PROCESSES
from sysmon.pipeline.process_rates import ProcessRates
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.readings import Readings

WAITING = "reading the processes"
SECOND = "rates need a second reading"


@dataclass(frozen=True, slots=True)
class AppRow:
    """One application: name, how many processes, and what they use together."""

    name: str
    count: str
    """"18 processes"."""
    cpu: str
    cpu_share: float
    """Of one core, NaN where unknown: the strength of the heat cell."""
    memory: str
    disk: str
    """Read and written bytes a second; "0" where nothing moved."""
    reason: str | None = None
    """Why a figure is unknown."""


class TopApplications:
    """The busiest applications of a host. Makes rates of one process table after another."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._rates = ProcessRates()
        self._applications = Applications()
        self._table: ProcessTable | None = None
        self._found: list[Application] = []

    def rows(self, count: int) -> tuple[AppRow, ...]:
        """At most ``count`` rows, busiest first; empty before the first table."""
        table = self._readings.query.processes(self._readings.host)
        if table is not None and table is not self._table:
            self._table = table
            self._found = self._applications.group(table, self._rates.step(table))
        return tuple(self._row(application) for application in self._found[:count])

    def missing(self) -> str:
        """Why there are no rows."""
        if self._table is not None and self._table.missing:
            return self._table.missing[0].reason
        if self._readings.catalog.reason(PROCESSES):
            return self._readings.why(PROCESSES)
        return WAITING

    def _row(self, application: Application) -> AppRow:
        units = self._readings.units
        moved = application.read + application.write
        unknown = application.cpu != application.cpu or moved != moved
        return AppRow(
            application.name,
            fmt.counted(application.count, "process", "processes"),
            fmt.percent_exact(application.cpu),
            application.cpu,
            units.size(application.memory),
            "0" if moved == 0 else units.rate(moved),
            self._why_unknown(moved) if unknown else None,
        )

    def _why_unknown(self, moved: float) -> str:
        if moved != moved and self._table is not None and self._table.missing:
            return self._table.missing[0].reason
        return SECOND
