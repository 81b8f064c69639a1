"""Cards around what the page of all machines shows in the place of tiles: the table, the heat map, what was found."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sysmon.ui.fleet.found_table import FoundTable
from sysmon.ui.fleet.heat_cells import HeatCells
from sysmon.ui.fleet.machine_table import MachineTable
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels.fleet_heat import CHOICES, HeatView
from sysmon.viewmodels.fleet_search import FoundView
from sysmon.viewmodels.fleet_table import COLUMN_OF
from sysmon.viewmodels.format import Units

MARGIN: Final = 20


def framed(card: QWidget, parent: QWidget) -> QWidget:
    """``card`` with the margins of a page around it."""
    frame = QWidget(parent)
    column = QVBoxLayout(frame)
    column.setContentsMargins(MARGIN, 16, MARGIN, GAP)
    column.addWidget(card)
    return frame


class TableCard(Card):
    """The table of all machines."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "", parent, figure=False, context=False)
        self.body.setContentsMargins(1, 6, 1, 8)
        self.rows = MachineTable(theme, Units(), self)
        self.body.addWidget(self.rows)
        self.frame = framed(self, parent)


class HeatScroll(Scroll):
    """Scrolls cells that are many and in groups; others fill what can be seen."""

    def __init__(self, cells: HeatCells, parent: QWidget) -> None:
        super().__init__(cells, parent, ground=QPalette.ColorRole.Base)
        self._cells = cells
        cells.moved.connect(self._show)

    def _show(self, place: QRect) -> None:
        self.ensureVisible(place.center().x(), place.center().y(), 0, place.height() // 2 + GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cells.fit(self.viewport().height())


class HeatCard(Card):
    """The heat map and what it is coloured by."""

    chosen = Signal(str)
    """The key of the figure that the user took."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Coloured by", parent, figure=False, context=False)
        self.choices = Segmented(theme, "Coloured by", tuple((key, COLUMN_OF[key].title) for key in CHOICES), self)
        self.choices.chosen.connect(self.chosen)
        self.cells = HeatCells(theme, self)
        self.body.addSpacing(8)
        self.body.addWidget(HeatScroll(self.cells, self), 1)
        self.set_tool(self.choices)
        self.frame = framed(self, parent)

    def set_view(self, view: HeatView, key: str) -> None:
        """Show ``view`` of the figure ``key``."""
        self.choices.choose(key)
        self.cells.set_view(view)


class FoundCard(Card):
    """What was found on all machines, and in one line how much."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Found", parent, figure=False, context=False)
        margins = self.body.contentsMargins()
        self.body.setContentsMargins(1, margins.top() + 4, 1, 8)
        self.table = FoundTable(theme, self)
        self.note = EmptyNote(theme, self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.note)
        self.stack.addWidget(self.table)
        self.body.addWidget(self.stack, 1)
        self.frame = framed(self, parent)

    def set_view(self, view: FoundView) -> None:
        """Show ``view``."""
        self.set_head("Found", context=view.summary)
        self.note.set_note("Nothing found yet", view.summary)
        self.stack.setCurrentWidget(self.table if view.rows else self.note)
        self.table.set_rows(view.rows)
