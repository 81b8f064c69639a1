"""What every page is: a widget that is told what to show, when to draw, and when nobody looks.

A page makes its view-model in `show_machine` and its pictures in `refresh`. It holds no timer, reads
no store and knows neither the window nor the other pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the window lends to its pages."""

    theme: Theme
    cursor: TimeCursor
    """Shared by all plots of all pages."""
    go: Callable[[str], None]
    """Show the page with that name."""


class Page(QWidget):
    """A page of one machine. Made when it is first shown."""

    name: ClassVar[str]
    """In settings and on the command line: "overview"."""
    title: ClassVar[str]
    """On its tab."""
    topics: ClassVar[tuple[str, ...]] = ()
    """What has to be read only while the page is seen: names of families, or "processes"."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self.setAccessibleName(self.title)

    def show_machine(self, source: Source) -> None:
        """Show another machine, or the same in other units, from the next `refresh` on."""
        raise NotImplementedError

    def refresh(self, scope: TimeScope) -> None:
        """Show ``scope``. Called once for each new batch while the page is seen, and after `show_machine`."""
        raise NotImplementedError

    def shown(self) -> None:
        """The page is seen from now on; a `refresh` follows."""

    def hidden(self) -> None:
        """Nobody sees the page from now on."""

    def focus_filter(self) -> bool:
        """Put the keyboard into the page's filter; False where it has none."""
        return False
