"""Every page, in the order of the tabs. A page's module is imported when the page is first shown."""

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


def _about() -> type[Page]:
    from sysmon.ui.pages.about import AboutPage

    return AboutPage


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


def entry(name: str) -> Entry | None:
    """The page called ``name``, None where there is none: names come from settings and command lines."""
    return next((entry for entry in (*TABS, *PLACES) if entry.name == name), None)
