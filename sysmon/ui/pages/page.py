"""What every page is: a widget that is told what to show, when to draw, and when nobody looks.

A page makes its view-model in `show_machine` and its pictures in `refresh`. It holds no timer, reads
no store and knows neither the window nor the other pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget

from sysmon.runtime.settings import Settings
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

Want = Callable[[str, str], Callable[[], None]]
"""Wants a topic of a host; the answer ends that."""


class Looks(Protocol):
    """What pages remember of their looks, by name."""

    def recall(self, name: str) -> QByteArray | None: ...

    def remember(self, name: str, state: QByteArray) -> None: ...


class Remembered:
    """Looks that are remembered while the program runs."""

    def __init__(self) -> None:
        self._states: dict[str, QByteArray] = {}

    def recall(self, name: str) -> QByteArray | None:
        """What was remembered under ``name``, None where nothing was."""
        return self._states.get(name)

    def remember(self, name: str, state: QByteArray) -> None:
        """Keep ``state`` under ``name``."""
        self._states[name] = state


def _no_door() -> ProcessDoor:
    return ProcessDoor(None)


def _no_fleet() -> FleetDoor:
    return FleetDoor(None)


def _nothing(_: str) -> None: ...


def _wanted_by_nobody(_host: str, _topic: str) -> Callable[[], None]:
    return lambda: None


def _nowhere(_host: str, _page: str, _words: str) -> None: ...


def _never() -> None: ...


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the window lends to its pages."""

    theme: Theme
    cursor: TimeCursor
    """Shared by all plots of all pages."""
    go: Callable[[str], None]
    """Show the page with that name."""
    door: ProcessDoor = field(default_factory=_no_door)
    """To the processes of this machine."""
    looks: Looks = field(default_factory=Remembered)
    fleet: FleetDoor = field(default_factory=_no_fleet)
    """To the links with other machines."""
    ask: Callable[[str], None] = _nothing
    """Open what stands over the window, as `MainWindow.asked` names it: "add-machine", "share"."""
    want: Want = _wanted_by_nobody
    """For pages above machines, which want of others than the one that the window shows."""
    visit: Callable[[str, str, str], None] = _nowhere
    """Show the machine with that id, on the page with that name, and look there for those words. An empty name keeps the
    page that machines were shown on last; empty words change nothing."""
    again: Callable[[], None] = _never
    """There is more to draw, in the next frame."""
    settings: Settings = field(default_factory=Settings)
    """For what a page itself lets the user switch."""


class Page(QWidget):
    """A page of one machine, or above all of them. Made when it is first shown."""

    name: ClassVar[str]
    """In settings and on the command line: "overview"."""
    title: ClassVar[str]
    """On its tab."""
    timed: ClassVar[bool] = True
    """Whether it shows the time range that is chosen in the head."""
    topics: ClassVar[tuple[str, ...]] = ()
    """What has to be read only while the page is seen: names of families, or "processes"."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self.setAccessibleName(self.title)

    def show_machine(self, source: Source) -> None:
        """Show another machine, or the same in other units, from the next `refresh` on.

        A page above machines is told, too, and takes only query and units from ``source``.
        """
        raise NotImplementedError

    def refresh(self, scope: TimeScope) -> None:
        """Show ``scope``. Called once for each new batch while the page is seen, and after `show_machine`."""
        raise NotImplementedError

    def shown(self) -> None:
        """The page is seen from now on; a `refresh` follows."""

    def hidden(self) -> None:
        """Nobody sees the page from now on."""

    def choose_view(self, name: str) -> None:
        """Show the view called ``name``, of a page that has several. Called before it is shown."""

    def headline(self) -> str:
        """One line for the head of the window, as of the last `refresh`; empty where the page leaves that to others."""
        return ""

    def empty_views(self) -> frozenset[str]:
        """Names of its views that have nothing to show, as of the last `refresh`: their tabs are left out."""
        return frozenset()

    def tools(self) -> QWidget | None:
        """What stands at the right end of the row of tabs while the page is shown."""
        return None

    def look_for(self, words: str) -> None:
        """Put ``words`` into the page's filter, where it has one."""

    def choose(self, name: str) -> bool:
        """Choose what is called ``name``; False where there is no such thing."""
        del name
        return False

    def focus_filter(self) -> bool:
        """Put the keyboard into the page's filter; False where it has none."""
        return False
