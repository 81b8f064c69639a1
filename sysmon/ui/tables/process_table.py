"""The table of processes on the screen: head, order, selection, and a refresh that does not jump.

While the pointer is pressed or a menu is open rows stay where they are. Knows no store: the page
hands it what the view-model made.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from sysmon.model.process import ProcessKey
from sysmon.ui.tables.heat_delegate import ROW, HeatDelegate
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import COLUMNS, ProcessEntry

_WIDTHS = {
    "name": 190,
    "pid": 74,
    "user": 92,
    "cpu": 82,
    "memory": 96,
    "read": 96,
    "write": 96,
    "state": 86,
    "threads": 78,
    "command": 220,
}


class ProcessTable(QTableView):
    """Shows `ProcessEntry` rows. A click on the head sorts, a right click there hides and shows columns."""

    order_asked = Signal(str, bool)
    """Key of the column to sort by, and whether the smallest comes first."""

    def __init__(self, theme: Theme, units: Units, parent: QWidget) -> None:
        super().__init__(parent)
        self._order = ("cpu", False)
        self._pressed = False
        self._menu_open = False
        self.rows = ProcessTableModel(self, units)
        self.setModel(self.rows)
        self.setItemDelegate(HeatDelegate(theme, self.rows, self))
        self.setAccessibleName("Processes")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._prepare_heads()
        theme.changed.connect(self.viewport().update)

    def _prepare_heads(self) -> None:
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(ROW)
        side.setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSectionsMovable(True)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(48)
        for at, column in enumerate(COLUMNS):
            head.resizeSection(at, _WIDTHS[column.key])
        head.sectionClicked.connect(self._head_clicked)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._offer_columns)

    @property
    def frozen(self) -> bool:
        """Whether rows must stay where they are now."""
        return self._pressed or self._menu_open

    def set_units(self, units: Units) -> None:
        """Write quantities in ``units`` from now on."""
        self.rows.units = units
        self.rows.restyle()

    def set_order(self, column: str, ascending: bool) -> None:
        """Mark what rows are sorted by."""
        self._order = (column, ascending)
        self.rows.show_order(column, ascending)

    def set_entries(self, entries: Sequence[ProcessEntry]) -> None:
        """Show ``entries`` in their order, or in the present one while frozen."""
        self.rows.set_entries(entries, self.seen(), frozen=self.frozen)

    def seen(self) -> tuple[int, int]:
        """First and last row that the screen has room for."""
        first = max(0, self.rowAt(0))
        return first, first + self.viewport().height() // ROW + 1

    def selected(self) -> list[ProcessKey]:
        """The processes that are selected, from the top down."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.entry(row).key for row in rows]

    def _head_clicked(self, section: int) -> None:
        column = COLUMNS[section]
        key, ascending = self._order
        first = not column.number  # figures begin with the largest, words with A
        self.order_asked.emit(column.key, not ascending if key == column.key else first)

    def _offer_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        for section, column in enumerate(COLUMNS[1:], start=1):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(section))
            action.triggered.connect(partial(self.toggle_column, section))
            menu.addAction(action)
        self.open_menu(menu, self.horizontalHeader().mapToGlobal(at))

    def toggle_column(self, section: int) -> None:
        """Hide a column, or show it again."""
        self.setColumnHidden(section, not self.isColumnHidden(section))

    def open_menu(self, menu: QMenu, at: QPoint) -> None:
        """Open ``menu`` at a point of the screen; rows stay where they are until it is closed."""
        self._menu_open = True
        menu.aboutToHide.connect(self._menu_closed)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _menu_closed(self) -> None:
        self._menu_open = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False
        super().mouseReleaseEvent(event)
