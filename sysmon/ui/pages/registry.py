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


TABS: tuple[Entry, ...] = (Entry("overview", "Overview", _overview),)
"""Pages of a machine, one tab each."""

PLACES: tuple[Entry, ...] = ()
"""Pages that are reached from the foot of the side bar."""


def entry(name: str) -> Entry | None:
    """The page called ``name``, None where there is none: names come from settings and command lines."""
    return next((entry for entry in (*TABS, *PLACES) if entry.name == name), None)
