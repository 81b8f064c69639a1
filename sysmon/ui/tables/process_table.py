"""The table of processes on the screen: head, order, selection, and a refresh that does not jump.

While the pointer is pressed or a menu is open rows stay where they are. Knows no store: the page
hands it what the view-model made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from sysmon.model.process import ProcessKey
from sysmon.ui.tables.kept_columns import Kept, KeptColumns, read_columns, write_columns
from sysmon.ui.tables.process_cells import ROW, ProcessCells, Strip, chevron_left
from sysmon.ui.tables.process_head import ProcessHead
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.tables.row_pictures import RowPictures, fits
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.scroll import ground_bars
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import COLUMNS, ProcessColumn, ProcessEntry

_WIDTHS = {
    "name": 190,
    "pid": 60,
    "user": 68,
    "cpu": 74,
    "gpu": 62,
    "memory": 76,
    "read": 80,
    "write": 80,
    "state": 72,
    "threads": 76,
    "nice": 56,
    "started": 160,
    "time": 96,
    "pss": 90,
    "swap": 90,
    "iowait": 82,
    "container": 130,
    "cgroup": 190,
    "command": 320,
}


_LEAST_NAME = 120
_SECTION_OF = {column.key: at for at, column in enumerate(COLUMNS)}


class ProcessTable(QTableView):
    """Shows `ProcessEntry` rows. A click on the head sorts, a right click there hides and shows columns."""

    order_asked = Signal(str, bool)
    """Key of the column to sort by, and whether the smallest comes first."""
    fold_asked = Signal(object, bool)
    """The `ProcessKey` of a branch or group, and whether it shall be open."""
    menu_asked = Signal(QPoint)
    """A menu for what is selected, at a point of the screen."""
    current_changed = Signal()
    """Another process is the current one, or another selection."""
    columns_changed = Signal()
    """Columns were hidden, shown, moved or resized by the user."""
    head_menu_asked = Signal(QMenu)
    """The menu of the head is about to open: whoever has more to offer there adds it."""

    def __init__(self, theme: Theme, units: Units, parent: QWidget) -> None:
        super().__init__(parent)
        self._order = ("cpu", False)
        self.by_branch = True
        """Whether branches are sorted by their sum: remembered with the columns."""
        self._pressed = False
        self._menu_open = False
        self._untouched = {"gpu"}
        """Columns that come by themselves while the user has not said whether they are wanted."""
        self.rows = ProcessTableModel(self, units)
        self.head = ProcessHead(theme, self.rows, self)
        self.setHorizontalHeader(self.head)
        self.setModel(self.rows)
        self._theme = theme
        self.cells = ProcessCells(theme, self.rows)
        self.pictures = RowPictures(theme)
        self.setAccessibleName("Processes")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what is below need not be painted
        ground_bars(self, QPalette.ColorRole.Base)
        self._prepare_heads()
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        theme.changed.connect(self.viewport().update)

    def _prepare_heads(self) -> None:
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(ROW)
        side.setDefaultSectionSize(ROW)
        head = self.head
        for at, column in enumerate(COLUMNS):
            head.resizeSection(at, _WIDTHS[column.key])
            head.setSectionHidden(at, not column.shown)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)  # it takes what the others leave
        head.sectionMoved.connect(self._columns_touched)
        head.sectionResized.connect(self._column_resized)
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

    def set_rows(
        self, rows: Sequence[TreeRow], sums: Mapping[str, str], reasons: Mapping[str, str] | None = None
    ) -> None:
        """Show ``rows`` in their order, or the present ones where they are while frozen."""
        self.head.show_sums(self.rows.show_sums(sums))
        self.rows.show_reasons(reasons or {})
        self.rows.set_rows(rows, self.seen(), frozen=self.frozen)
        # Now and not a moment later: else the table would be painted apart from the rest of the page, at a frame of its own.
        self.executeDelayedItemsLayout()

    def set_tree(self, tree: bool) -> None:
        """Leave room for chevrons before the names."""
        if tree is not self.cells.tree:
            self.cells.tree = tree
            self.viewport().update()

    def seen(self) -> tuple[int, int]:
        """First and last row that the screen has room for."""
        first = max(0, self.rowAt(0))
        return first, first + self.viewport().height() // ROW + 1

    def selected(self) -> list[ProcessEntry]:
        """What is selected, from the top down."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.entry(row) for row in rows]

    def current(self) -> ProcessEntry | None:
        """The row that the keyboard is on."""
        row = self.currentIndex().row()
        return self.rows.entry(row) if 0 <= row < self.rows.rowCount() else None

    def go_to(self, key: ProcessKey) -> bool:
        """Select the process ``key`` and show its row; False where it is not listed."""
        row = self.rows.row_of(key)
        if row < 0:
            return False
        self.selectRow(row)
        self.scrollTo(self.rows.index(row, 0))
        return True

    def enter(self) -> None:
        """Take the keyboard; where no row is chosen, the first one that was looked for is from now on."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.selectionModel().hasSelection():
            found = (at for at in range(self.rows.rowCount()) if not self.rows.row(at).shown_for_child)
            first = next(found, -1)
            if first >= 0:
                self.selectRow(first)

    def _selection_changed(self) -> None:
        self.current_changed.emit()

    def _head_clicked(self, section: int) -> None:
        column = COLUMNS[section]
        key, ascending = self._order
        first = not column.number  # figures begin with the largest, words with A
        self.order_asked.emit(column.key, not ascending if key == column.key else first)

    def _offer_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        self.fill_columns(menu)
        self.open_menu(menu, self.head.mapToGlobal(at))

    def fill_columns(self, menu: QMenu) -> None:
        """Put every column into ``menu``, to be hidden or shown, and what else the table can show otherwise."""
        for section, column in enumerate(COLUMNS[1:], start=1):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(section))
            action.triggered.connect(partial(self.toggle_column, section))
            menu.addAction(action)
        self.head_menu_asked.emit(menu)

    def toggle_column(self, section: int) -> None:
        """Hide a column, or show it again."""
        self._untouched.discard(COLUMNS[section].key)
        self.setColumnHidden(section, not self.isColumnHidden(section))
        self._columns_touched()

    def offer_column(self, key: str) -> None:
        """Show the column ``key`` now that it has something to tell, unless the user has decided on it."""
        if key in self._untouched:
            self._untouched.discard(key)
            self.setColumnHidden(_SECTION_OF[key], False)
            self._fit_name()

    def shown_columns(self) -> list[ProcessColumn]:
        """The columns that are shown, in no order."""
        return [column for at, column in enumerate(COLUMNS) if not self.isColumnHidden(at)]

    def _columns_touched(self) -> None:
        self._fit_name()
        self.columns_changed.emit()

    def _column_resized(self, section: int) -> None:
        if section != 0:
            self._fit_name()

    def _fit_name(self) -> None:
        """Give names the room that is left, but never so little that none can be read."""
        others = sum(self.columnWidth(at) for at in range(1, len(COLUMNS)) if not self.isColumnHidden(at))
        self.head.resizeSection(0, max(_LEAST_NAME, self.viewport().width() - others))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()

    def columns_state(self) -> QByteArray:
        """Order, width and presence of the columns and what rows are sorted by, to be remembered."""
        head = self.head
        order = [COLUMNS[head.logicalIndex(place)].key for place in range(head.count())]
        columns = [
            Kept(key, self.columnWidth(_SECTION_OF[key]), self.isColumnHidden(_SECTION_OF[key])) for key in order
        ]
        return QByteArray(
            write_columns(KeptColumns(tuple(columns), frozenset(self._untouched), *self._order, self.by_branch))
        )

    def restore_columns(self, state: QByteArray) -> tuple[str, bool] | None:
        """Put the columns as they were, as far as ``state`` tells; what rows were sorted by, None where it is not told."""
        kept = read_columns(bytes(state.data()))
        if kept is None:
            return None
        for place, column in enumerate(kept.columns):
            section = _SECTION_OF[column.key]
            self.head.moveSection(self.head.visualIndex(section), place)
            self.head.resizeSection(section, column.width)
            self.setColumnHidden(section, column.hidden)
        self._untouched, self.by_branch = set(kept.untouched), kept.by_branch
        self._fit_name()
        return kept.sorted_by, kept.ascending

    def open_menu(self, menu: QMenu, at: QPoint) -> None:
        """Open ``menu`` at a point of the screen; rows stay where they are until it is closed."""
        self._menu_open = True
        menu.aboutToHide.connect(self._menu_closed)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _menu_closed(self) -> None:
        self._menu_open = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        dirty = event.rect()
        painter.fillRect(dirty, self._theme.colour("card"))
        strips = self._strips()
        at, seen = self.currentIndex(), self.seen()
        chosen = self._chosen(*seen)
        focus = at.row() if self.hasFocus() else -1
        ratio = self.devicePixelRatioF()
        self.pictures.begin(strips, ratio, seen[1] - seen[0] + 1, self.rows.units, self.cells.tree)
        for row in range(max(0, self.rowAt(dirty.top())), self.rows.rowCount()):
            top = self.rowViewportPosition(row)
            if top > dirty.bottom():
                break
            selected = row in chosen
            if row == focus or not fits(ratio):
                focused = at.column() if row == focus else None
                self.cells.paint_row(painter, row, top, strips, selected=selected, focused=focused)
            else:
                self.pictures.draw(painter, row, top, self.rows.row(row), self._paint_row, selected)
        painter.end()

    def _chosen(self, first: int, last: int) -> set[int]:
        """The chosen rows from ``first`` to ``last``. The selection asked row by row asks the model for every column."""
        selection = self.selectionModel().selection()
        runs = (selection.at(number) for number in range(selection.count()))
        return {row for run in runs for row in range(max(first, run.top()), min(last, run.bottom()) + 1)}

    def _paint_row(self, painter: QPainter, row: int, top: int, strips: Sequence[Strip], selected: bool) -> None:
        self.cells.paint_row(painter, row, top, strips, selected=selected, focused=None)

    def _strips(self) -> list[Strip]:
        """The columns that are shown, from left to right."""
        head = self.head
        order = [head.logicalIndex(place) for place in range(head.count())]
        return [
            Strip(at, self.columnViewportPosition(at), self.columnWidth(at), self.rows.columns[at])
            for at in order
            if not head.isSectionHidden(at)
        ]

    # --- what the user does -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._fold_at(event.position().toPoint()):
            return
        self._pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._pressed = False  # the menu takes the release
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_asked.emit(place)

    def _fold_at(self, place: QPoint) -> bool:
        """Open or close the branch whose chevron is at ``place``; False where there is none."""
        index = self.indexAt(place)
        if not self.cells.tree or not index.isValid() or index.column() != 0:
            return False
        row = self.rows.row(index.row())
        left = chevron_left(self.visualRect(index), row.depth)
        if not row.below or not left - 6 <= place.x() <= left + 13:
            return False
        self.fold_asked.emit(row.entry.key, not row.expanded)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and self.cells.tree and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(open_=event.key() == Qt.Key.Key_Right)
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # pausing is the window's
        else:
            super().keyPressEvent(event)

    def _step(self, *, open_: bool) -> None:
        """Right opens, then goes to the first child; Left closes, then goes to the parent."""
        at = self.currentIndex().row()
        if not 0 <= at < self.rows.rowCount():
            return
        row = self.rows.row(at)
        if row.below and row.expanded is not open_:
            self.fold_asked.emit(row.entry.key, open_)
        elif open_ and row.below:
            self.selectRow(at + 1)
        elif not open_:
            above = (place for place in range(at - 1, -1, -1) if self.rows.row(place).depth < row.depth)
            parent = next(above, None)
            if parent is not None:
                self.selectRow(parent)
