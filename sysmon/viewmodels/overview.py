"""The first page: one card for each kind of device, cores, applications, events. Knows no pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sysmon.pipeline.query import Query
from sysmon.viewmodels.applications import AppRow, TopApplications
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.disks import Disks
from sysmon.viewmodels.events import EventRow, Events
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.gpu import Gpus
from sysmon.viewmodels.memory import Memory
from sysmon.viewmodels.network import Network
from sysmon.viewmodels.plot import CardView, CellView, TimeScope
from sysmon.viewmodels.readings import Readings

APPLICATIONS = 6
EVENTS = 6


class CardWidths(NamedTuple):
    """Columns of the plot of each card: no card is made finer than it is wide."""

    cpu: int
    memory: int
    disks: int
    network: int
    gpu: int


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Everything that the overview shows at one moment."""

    cpu: CardView
    memory: CardView
    disks: CardView
    network: CardView
    gpu: CardView
    cores: tuple[CellView, ...]
    applications: tuple[AppRow, ...]
    applications_missing: str | None
    """Why there are no applications, or None."""
    events: tuple[EventRow, ...]


class OverviewModel:
    """Makes the overview of one host."""

    def __init__(self, query: Query, host: str, units: Units, host_name: str = "") -> None:
        """``host_name`` is how the host is called on the screen."""
        self.readings = Readings(query, host, units)
        self._host_name = host_name
        self._cpu = Cpu(self.readings)
        self._memory = Memory(self.readings)
        self._disks = Disks(self.readings)
        self._network = Network(self.readings)
        self._gpus = Gpus(self.readings)
        self._applications = TopApplications(self.readings)
        self._events = Events(self.readings)

    def view(self, scope: TimeScope, widths: CardWidths) -> OverviewView:
        """The page over ``scope``, with so many columns in its plots."""
        self.readings.look(scope, widths.cpu)
        applications = self._applications.rows(APPLICATIONS)
        return OverviewView(
            self._card(self._cpu.card, widths.cpu),
            self._card(self._memory.card, widths.memory),
            self._card(self._disks.card, widths.disks),
            self._card(self._network.card, widths.network),
            self._card(self._gpus.card, widths.gpu),
            self._cpu.cells(),
            applications,
            None if applications else self._applications.missing(),
            self._events.rows(EVENTS, self._host_name),
        )

    def _card(self, make: Callable[[], CardView], width: int) -> CardView:
        self.readings.width = max(1, width)
        return make()
