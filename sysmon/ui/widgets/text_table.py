"""A table of texts that may be long: tabs of a process, the audit log, lives. Scrolls, selects, copies; never sorts.

Rows come in the order to show. Knows no process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.row_table import RowTable

_ROW: Final = 26
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class TextColumn(Protocol):
    """A column: title, share of the width, whether it holds figures."""

    @property
    def title(self) -> str: ...
    @property
    def share(self) -> float: ...
    @property
    def number(self) -> bool: ...


class TextRows(QAbstractTableModel):
    """Rows of texts for Qt."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[TextColumn, ...] = ()
        self._rows: Sequence[tuple[str, ...]] = ()

    def set_rows(self, columns: tuple[TextColumn, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Show ``rows`` under ``columns``. Rows that stay keep their selection."""
        if columns != self.columns:
            self.beginResetModel()
            self.columns, self._rows = columns, rows
            self.endResetModel()
            return
        before, after = len(self._rows), len(rows)
        if after < before:
            self.beginRemoveRows(_NOWHERE, after, before - 1)
            self._rows = self._rows[:after]
            self.endRemoveRows()
        elif after > before:
            self.beginInsertRows(_NOWHERE, before, after - 1)
            self._rows = [*self._rows, *rows[before:]]
            self.endInsertRows()
        old, self._rows = self._rows, rows
        if rows and list(old) != list(rows):
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, len(columns) - 1))

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self._rows[row][column]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class TextTable(RowTable):
    """Shows `TextRows`. Ctrl+C copies the selected rows, cells apart by tabs."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(theme, name, _ROW, parent)
        self.rows = TextRows(self)
        self.setModel(self.rows)
        self.setItemDelegate(_TextDelegate(theme, self.rows, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setStretchLastSection(True)

    def set_rows(self, columns: tuple[TextColumn, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Show ``rows`` under ``columns``."""
        anew = columns != self.rows.columns
        self.rows.set_rows(columns, rows)
        if anew:
            self._share_out()

    def _share_out(self) -> None:
        for at, column in enumerate(self.rows.columns[:-1]):
            self.horizontalHeader().resizeSection(at, round(self.viewport().width() * column.share))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._share_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        else:
            super().keyPressEvent(event)

    def selected_text(self) -> str:
        """The selected rows as lines, cells apart by tabs."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        width = range(len(self.rows.columns))
        return "\n".join("\t".join(self.rows.text(row, column) for column in width) for row in rows)


class _TextDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, rows: TextRows, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ground = "selection" if state & QStyle.StateFlag.State_Selected else "card"
        painter.fillRect(rect, theme.colour(ground))
        first = index.column() == 0
        colour = theme.readable("secondary", ground) if first else theme.colour("text")
        align = ink.RIGHT if self._rows.columns[index.column()].number else ink.LEFT
        text = self._rows.text(index.row(), index.column())
        ink.draw(painter, theme, rect.adjusted(10, 0, -10, 0), text, colour, align=align)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, _ROW)
