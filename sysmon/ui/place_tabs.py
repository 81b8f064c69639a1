"""The row of tabs: those of a machine or of a place above machines, and at its right end what the page puts there.

A place with a single page and no tools has no row. Knows no page.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sysmon.ui.pages import registry
from sysmon.ui.pages.registry import Place
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.tabs import HEIGHT, Tabs


class PlaceTabs(QWidget):
    """Shows the tabs of one place at a time."""

    chosen = Signal(str)
    """The name of the tab that the user took."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tools: QWidget | None = None
        machine = Tabs(theme, "Pages", tuple((entry.name, entry.title) for entry in registry.TABS), self)
        self._tabs: dict[str, Tabs] = {"": machine}
        for place in registry.FLEET:
            names = tuple((entry.name, entry.title) for entry in place.tabs)
            self._tabs[place.name] = Tabs(theme, place.title, names, self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for name, tabs in self._tabs.items():
            tabs.chosen.connect(self.chosen)
            tabs.setVisible(not name)
            self._row.addWidget(tabs, 1)
        self.setFixedHeight(HEIGHT)
        theme.changed.connect(self.update)

    def show_tabs(self, place: Place | None, name: str, tools: QWidget | None) -> None:
        """Show the tabs of ``place`` (None: of a machine) with ``name`` marked, and ``tools`` beside them."""
        shown = place.name if place is not None else ""
        for key, tabs in self._tabs.items():
            tabs.setVisible(key == shown)
        self._tabs[shown].choose(name)
        if tools is not self._tools:
            self._take(tools)
        self.setVisible(place is None or len(place.tabs) > 1 or tools is not None)

    def leave_out(self, names: frozenset[str]) -> None:
        """Hide the tabs called ``names`` of the place that is shown, and show its others."""
        for tabs in self._tabs.values():
            if not tabs.isHidden():
                tabs.leave_out(names)

    def _take(self, tools: QWidget | None) -> None:
        if self._tools is not None:
            self._row.removeWidget(self._tools)
            self._tools.hide()
        self._tools = tools
        if tools is not None:
            self._row.addWidget(tools)
            tools.show()
        self._row.setContentsMargins(0, 0, 20 if tools is not None else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.colour("line"))
        painter.end()
