"""What the window is about: one machine, or all of them. Where its time ends, what is news, what its head says.

Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sysmon.model.machine import Machine
from sysmon.pipeline.query import Query
from sysmon.ui.fleet_door import FleetDoor
from sysmon.viewmodels.fleet_head import fleet_head, newest_of_all
from sysmon.viewmodels.head import HeadView, head


class Subject(Protocol):
    """One machine, or all."""

    def newest(self) -> float:
        """Time of the newest sample, in seconds since 1970; NaN where there is none."""
        ...

    def news(self) -> tuple[object, ...]:
        """Something else than before where anything that a page shows is new."""
        ...

    def head(self, newest: float) -> HeadView: ...


@dataclass(frozen=True, slots=True)
class OneMachine:
    """A machine and its pages."""

    query: Query
    machine: Machine
    fleet: FleetDoor

    def newest(self) -> float:
        return self.query.newest(self.machine.host)

    def news(self) -> tuple[object, ...]:
        query, host = self.query, self.machine.host
        table = id(query.processes(host))
        moved = self.fleet.version
        rows = query.version(host), query.filled(host).count
        return self.machine, *rows, table, query.newest_mark(host), query.devices(host), moved

    def head(self, newest: float) -> HeadView:
        return head(self.machine.facts, self.machine.name, newest)


@dataclass(frozen=True, slots=True)
class AllMachines:
    """A place above machines, called ``title``."""

    query: Query
    title: str
    fleet: FleetDoor

    def newest(self) -> float:
        return newest_of_all(self.query)

    def news(self) -> tuple[object, ...]:
        query = self.query
        machines = query.machines()
        return (
            tuple(machines),
            sum(query.version(machine.host) + query.filled(machine.host).count for machine in machines),
            query.tables(),
            self.fleet.version,
        )

    def head(self, newest: float) -> HeadView:
        del newest
        return fleet_head(self.title, self.query.machines())
