"""What was found on all machines: a line for each machine, and its processes under it. Knows no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.row_table import RowTable
from sysmon.viewmodels.fleet_search import FoundRow

ROW: Final = 28
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
TITLES: Final = ("Name", "PID", "User", "CPU", "Memory")
_WIDTHS: Final = (0, 90, 120, 96, 110)
_NUMBERS: Final = frozenset((1, 3, 4))
_CPU: Final = 3
_INDENT: Final = 18


class FoundRows(QAbstractTableModel):
    """Rows for Qt. Rows that stay keep their place and selection."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[FoundRow] = ()

    def set_rows(self, rows: Sequence[FoundRow]) -> list[int]:
        """Show ``rows``; the numbers of those that look different, where they are the same processes as before."""
        before = self.rows
        if [(row.host, row.key) for row in before] != [(row.host, row.key) for row in rows]:
            self.layoutAboutToBeChanged.emit()
            old = [(index, before[index.row()]) for index in self.persistentIndexList()]
            self.rows = rows
            places = {(row.host, row.key): at for at, row in enumerate(rows)}
            for index, row in old:
                at = places.get((row.host, row.key), -1)
                self.changePersistentIndex(index, self.index(at, index.column()) if at >= 0 else _NOWHERE)
            self.layoutChanged.emit()
            return []
        self.rows = rows
        return [at for at, (old, new) in enumerate(zip(before, rows, strict=True)) if old is not new and old != new]

    def text(self, row: FoundRow, column: int) -> str:
        """What stands in a cell."""
        return (row.name, row.pid, row.user, row.cpu, row.memory)[column]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            row = self.rows[index.row()]
            text = self.text(row, index.column())
            return f"{text}, {row.note}" if row.key is None and index.column() == 0 else text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class FoundTable(RowTable):
    """Shows `FoundRow`s. A click, or Enter, goes to the machine."""

    went = Signal(str, object)
    """The id of the machine, and the `ProcessKey` of the process, None for the machine alone."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Found processes", ROW, parent)
        self.rows = FoundRows(self)
        self.setModel(self.rows)
        self.cells = FoundCells(theme, self.rows, self)
        self.setItemDelegate(self.cells)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionsClickable(False)
        self.clicked.connect(self._go)

    def set_rows(self, rows: Sequence[FoundRow]) -> None:
        """Show ``rows``; only those that changed are drawn again."""
        for at in self.rows.set_rows(rows):
            top = self.visualRect(self.rows.index(at, 0))
            self.viewport().update(QRect(0, top.top(), self.viewport().width(), top.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        head = self.horizontalHeader()
        for at, width in enumerate(_WIDTHS):
            head.resizeSection(at, width or max(160, self.viewport().width() - sum(_WIDTHS)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(self.currentIndex())
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            row = self.rows.rows[index.row()]
            self.went.emit(row.host, row.key)


class FoundCells(QStyledItemDelegate):
    """Draws cells: a machine in strong letters, its processes a little to the right."""

    def __init__(self, theme: Theme, rows: FoundRows, table: FoundTable) -> None:
        super().__init__(table)
        self._theme, self._rows, self._table = theme, rows, table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, rect, state, column = self._theme, QRect(option.rect), option.state, index.column()
        row = self._rows.rows[index.row()]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        ground = "selection" if chosen else "card"
        painter.fillRect(rect, theme.colour(ground))
        if column == _CPU and row.heat > 0 and not chosen:
            painter.fillRect(rect, theme.blend("cpu", "card", 0.03 + 0.45 * row.heat))
        if row.key is None:
            # Over all columns, each of which draws its own part.
            painter.save()
            painter.setClipRect(rect)
            room = QRect(12, rect.top(), self._table.viewport().width() - 24, rect.height())
            ink.draw(painter, theme, room, row.name, theme.colour("text"), weight=ink.STRONG)
            used = ink.width(theme.family, row.name, weight=ink.STRONG) + 8
            ink.draw(painter, theme, room.adjusted(used, 0, 0, 0), row.note, theme.readable("secondary", ground))
            painter.restore()
            return
        room = rect.adjusted(12, 0, -12, 0)
        text = self._rows.text(row, column)
        quiet = column in (1, 2) or not row.pid
        colour = theme.readable("secondary", ground) if quiet else theme.colour("text")
        room = room.adjusted(_INDENT, 0, 0, 0) if column == 0 else room
        ink.draw(painter, theme, room, text, colour, align=ink.RIGHT if column in _NUMBERS else ink.LEFT)
