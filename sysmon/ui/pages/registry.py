"""Every page, in the order of the tabs, and the places that they belong to: a machine, or all machines.

A page's module is imported when the page is first shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sysmon.ui.pages.page import Page


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its name in settings, the words on its tab, and what imports it."""

    name: str
    title: str
    load: Callable[[], type[Page]]
    page: str = ""
    """The name of the page whose view this is, where one page has several; else it is a page of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the side bar that stands above single machines, with tabs of its own."""

    name: str
    title: str
    icon: str
    tabs: tuple[Entry, ...]
    """The first one is shown at first; a single one needs no tab."""


def _overview() -> type[Page]:
    from sysmon.ui.pages.overview import OverviewPage

    return OverviewPage


def _cpu() -> type[Page]:
    from sysmon.ui.pages.cpu import CpuPage

    return CpuPage


def _memory() -> type[Page]:
    from sysmon.ui.pages.memory import MemoryPage

    return MemoryPage


def _disks() -> type[Page]:
    from sysmon.ui.pages.disks import DisksPage

    return DisksPage


def _network() -> type[Page]:
    from sysmon.ui.pages.network import NetworkPage

    return NetworkPage


def _gpu() -> type[Page]:
    from sysmon.ui.pages.gpu import GpuPage

    return GpuPage


def _sensors() -> type[Page]:
    from sysmon.ui.pages.sensors import SensorsPage

    return SensorsPage


def _processes() -> type[Page]:
    from sysmon.ui.pages.processes import ProcessesPage

    return ProcessesPage


def _events() -> type[Page]:
    from sysmon.ui.pages.events import EventsPage

    return EventsPage


def _connections() -> type[Page]:
    from sysmon.ui.pages.connections import ConnectionsPage

    return ConnectionsPage


def _about() -> type[Page]:
    from sysmon.ui.pages.about import AboutPage

    return AboutPage


def _fleet() -> type[Page]:
    from sysmon.ui.pages.fleet import FleetPage

    return FleetPage


TABS: tuple[Entry, ...] = (
    Entry("overview", "Overview", _overview),
    Entry("cpu", "CPU", _cpu),
    Entry("memory", "Memory", _memory),
    Entry("disks", "Disks", _disks),
    Entry("network", "Network", _network),
    Entry("gpu", "GPU", _gpu),
    Entry("sensors", "Sensors", _sensors),
    Entry("processes", "Processes", _processes),
    Entry("events", "Events", _events),
)
"""Pages of a machine, one tab each."""

PLACES: tuple[Entry, ...] = (Entry("about", "About this app", _about),)
"""Pages that are reached from the foot of the side bar."""


FLEET: tuple[Place, ...] = (
    Place(
        "machines",
        "All machines",
        "grid-3x3",
        (
            Entry("fleet", "Tiles", _fleet),
            Entry("fleet-table", "Table", _fleet, "fleet"),
            Entry("fleet-heat", "Heat map", _fleet, "fleet"),
        ),
    ),
    Place(
        "connections",
        "Connections",
        "link",
        (
            Entry("connections", "Links", _connections),
            Entry("hubs", "Hubs", _connections, page="connections"),
        ),
    ),
)
"""Places above single machines."""


def entries() -> tuple[Entry, ...]:
    """Everything that can be shown by its name."""
    return (*TABS, *PLACES, *(tab for place in FLEET for tab in place.tabs))


def entry(name: str) -> Entry | None:
    """The page called ``name``, None where there is none: names come from settings and command lines."""
    return next((entry for entry in entries() if entry.name == name), None)


def full_title(place: Place, tab: Entry) -> str:
    """How a tab of a place is called where the place is not seen: "All machines", "All machines: Table"."""
    return place.title if tab is place.tabs[0] else f"{place.title}: {tab.title}"


def place_of(name: str) -> Place | None:
    """The place whose tab is called ``name``; None for pages of one machine."""
    return next((place for place in FLEET if any(tab.name == name for tab in place.tabs)), None)
