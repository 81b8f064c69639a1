"""The table of links on the screen: scrolls, sorts, keeps its selection over every refresh. Knows no store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import QByteArray, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from sysmon.ui.tables.link_cells import ROW, LinkCells
from sysmon.ui.tables.link_model import AT, COLUMNS, LinkColumn, LinkModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.row_table import RowTable
from sysmon.viewmodels.connections import LinkRow

HEAD = 34
_TITLE_LESS = 28


def _least(shown: Sequence[LinkColumn]) -> dict[str, int]:
    """The least width of each column of ``shown``."""
    least = {column.key: column.least for column in shown}
    if "trips" in least:
        least["trip"] -= _TITLE_LESS  # its title stands over the traces then
    return least


class LinkTable(RowTable):
    """Shows `LinkRow`. Enter or a press on the last column does what the row offers; a row is selected for its details."""

    chosen = Signal(str)
    """The link that is selected; empty for none."""
    acted = Signal(str)
    """The user wants done what the row of this link offers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Links", ROW, parent, least=20)
        self.rows = LinkModel(self)
        self.setModel(self.rows)
        self.cells = LinkCells(theme, self.rows, self)
        self.setItemDelegate(self.cells)
        self._chosen = ""
        self._keeping = False
        self._wanted: dict[str, bool] = {}
        """Whether the user wants a column, by key; of the others there is room or not."""
        self.setMouseTracking(True)
        self._prepare_heads()
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.selectionModel().currentChanged.connect(self._ring)

    def _prepare_heads(self) -> None:
        head = self.horizontalHeader()
        head.setFixedHeight(HEAD)
        head.setSectionsClickable(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.sectionClicked.connect(self._head_clicked)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._offer_columns)

    def set_rows(self, rows: tuple[LinkRow, ...]) -> None:
        """Show ``rows``; the selected link stays selected, wherever it is."""
        self._keeping = True
        at = self.verticalScrollBar().value()
        if self.rows.set_rows(rows):
            self._select(self._chosen)
            self.doItemsLayout()  # else the bar does not know yet how far it may go
            self.verticalScrollBar().setValue(at)
        self._keeping = False
        if self._chosen and self.rows.row_of(self._chosen) < 0:
            self.choose("")

    def in_sight(self) -> frozenset[str] | None:
        """The links of the rows that can be seen; None while there are no rows yet."""
        count = self.rows.rowCount()
        if not count:
            return None
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = last if last >= 0 else count - 1
        return frozenset(row.link for row in self.rows.rows[max(0, first) : last + 1])

    def height_of(self, count: int) -> int:
        """Logical pixels that ``count`` rows and the head need."""
        return HEAD + count * ROW + 2

    def choose(self, link: str) -> None:
        """Select ``link``, or nothing where it is not there."""
        self._select(link)
        self._tell(link if self.rows.row_of(link) >= 0 else "")

    def _select(self, link: str) -> None:
        row = self.rows.row_of(link)
        if row < 0:
            self.clearSelection()
            return
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.rows.index(row, 0), flags.ClearAndSelect | flags.Rows)

    def _selection_changed(self) -> None:
        if self._keeping:
            return
        picked = self.selectionModel().selectedRows()
        self._tell(self.rows.rows[picked[0].row()].link if picked else "")

    def _tell(self, link: str) -> None:
        if link != self._chosen:
            self._chosen = link
            self.chosen.emit(link)

    def _head_clicked(self, column: int) -> None:
        if COLUMNS[column].order is None:
            return
        before = self.rows.order
        ascending = not before[1] if before is not None and before[0] == column else True
        self._keeping = True
        self.rows.order_by(column, ascending=ascending)
        self._select(self._chosen)
        self._keeping = False
        head = self.horizontalHeader()
        head.setSortIndicator(column, Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder)
        self.viewport().update()

    # --- widths ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out(self.viewport().width())

    def _share_out(self, width: int) -> None:
        """Hide what has no room and give what is left to the columns that grow."""
        head = self.horizontalHeader()
        shown = self._shown(width)
        self.rows.set_traces(COLUMNS[AT["trips"]] in shown)
        least = _least(shown)
        spare = max(0, width - sum(least.values()))
        total = sum(column.grows for column in shown)
        left = width
        for at, column in enumerate(COLUMNS):
            head.setSectionHidden(at, column not in shown)
            if column in shown:
                size = least[column.key] + int(spare * column.grows / total)
                left -= size
                head.resizeSection(at, size)
        head.resizeSection(len(COLUMNS) - 1, max(COLUMNS[-1].least, COLUMNS[-1].least + left))

    def _shown(self, width: int) -> list[LinkColumn]:
        """What is always there and what the user wants; then as much of the rest as there is room for."""
        shown = {column.key for column in COLUMNS if self._wanted.get(column.key, column.rank == 0)}
        for column in sorted(COLUMNS, key=lambda column: column.rank):
            if column.rank and column.key not in self._wanted:
                more = shown | {column.key}
                if sum(_least([one for one in COLUMNS if one.key in more]).values()) > width:
                    break
                shown = more
        return [column for column in COLUMNS if column.key in shown]

    # --- columns --------------------------------------------------------------------------------------

    def columns_menu(self) -> QMenu:
        """A menu that hides columns and shows them again."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at, column in enumerate(COLUMNS):
            if column.rank:
                action = menu.addAction(f"{column.title}, drawn" if column.key == "trips" else column.title)
                action.setCheckable(True)
                action.setChecked(not self.isColumnHidden(at))
                action.toggled.connect(partial(self._want, column.key))
        menu.addSeparator()
        menu.addAction("As many as fit").triggered.connect(lambda: self._want("", wanted=True))
        return menu

    def _offer_columns(self, at: QPoint) -> None:
        self.columns_menu().popup(self.horizontalHeader().mapToGlobal(at))

    def _want(self, key: str, wanted: bool) -> None:
        """Show the column ``key`` or not, whatever room there is; no key: choose by the room again."""
        self._wanted = {**self._wanted, key: wanted} if key else {}
        self._share_out(self.viewport().width())

    def columns_state(self) -> QByteArray:
        """What the user chose, to be remembered."""
        return QByteArray(json.dumps(self._wanted).encode())

    def restore_columns(self, state: QByteArray) -> None:
        """Take back what `columns_state` gave; something else changes nothing."""
        try:
            found = cast("object", json.loads(bytes(state.data())))
        except ValueError:  # what is kept in a file may be anything
            return
        if isinstance(found, dict):
            kept = cast("dict[str, object]", found)
            self._wanted = {c.key: kept[c.key] is True for c in COLUMNS if c.rank and c.key in kept}
            self._share_out(self.viewport().width())

    # --- keys and pointer -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act(self.currentIndex())
        elif key == Qt.Key.Key_Escape and self._chosen:
            self.choose("")
        elif key == Qt.Key.Key_Space:
            self._choose_current()
        else:
            super().keyPressEvent(event)

    def _choose_current(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self.choose(self.rows.rows[current.row()].link)

    def _act(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row = self.rows.rows[index.row()]
        if row.action:
            self.acted.emit(row.link)
        else:
            self.choose(row.link)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and self.cells.helpful(index):
            self._act(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        hand = index.isValid() and self.cells.helpful(index)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.rowCount():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self.rows.index(0, 0), flags.NoUpdate)
        self._ring()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring()

    def _ring(self) -> None:
        self.cells.ringed = self.currentIndex().row() if self.hasFocus() else -1
        self.viewport().update()
