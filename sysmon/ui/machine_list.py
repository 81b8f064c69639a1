"""The machines in the side bar: a dot, a name, one line, a trace. A list that makes only the rows that can be seen.

A click, Enter or Space chooses a machine; typing finds one. Knows no machine but its `MachineRow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sysmon.model.machine import MachineState
from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.sparkline import TraceBrush
from sysmon.viewmodels.machines import MachineRow

ROW: Final = 50
_TRACE: Final = QSize(64, 22)
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class MachineRows(QAbstractListModel):
    """Rows for Qt; ``shown`` is the id of the machine that the window shows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[MachineRow] = ()
        self.shown = ""

    def set_rows(self, rows: Sequence[MachineRow], shown: str) -> list[int]:
        """Show ``rows``; the numbers of those that changed, where they are the same machines as before.

        They are not told of by `dataChanged`: a `QListView` lays itself out anew and draws everything after that.
        """
        before, was, self.shown = self.rows, self.shown, shown
        if len(before) != len(rows) or any(a.host != b.host for a, b in zip(before, rows, strict=True)):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return []
        self.rows = rows
        return [
            at
            for at, (old, new) in enumerate(zip(before, rows, strict=True))
            if (old is not new and old != new) or (was != shown and new.host in (was, shown))
        ]

    def row(self, index: _Index) -> MachineRow:
        return self.rows[index.row()]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {row.state}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.note
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.name}: {row.state}\n{row.note}".rstrip()
        return None


class MachineList(QListView):
    """Shows `MachineRow`s."""

    chosen = Signal(str)
    """The id of the machine that the user took."""
    seen_changed = Signal()
    """Other rows than before can be seen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = MachineRows(self)
        self.setModel(self.rows)
        self.cells = MachineCells(theme, self.rows, self)
        self.setItemDelegate(self.cells)
        self.setAccessibleName("Machines")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._restyle(theme)
        self.clicked.connect(self._take)
        self.verticalScrollBar().valueChanged.connect(self.seen_changed)
        theme.changed.connect(lambda: self._restyle(theme))

    def _restyle(self, theme: Theme) -> None:
        self.setStyleSheet(f"QListView {{ background: {theme.name_of('side')}; }}")
        self.cells.restyle()
        self.viewport().update()

    def set_rows(self, rows: Sequence[MachineRow], shown: str) -> None:
        """List ``rows`` in their order, the one with the id ``shown`` selected."""
        current = self.currentIndex()
        host = self.rows.row(current).host if current.isValid() else shown
        top = self.verticalScrollBar().value()
        elsewhere = shown != self.rows.shown
        for at in self.rows.set_rows(rows, shown):
            self.viewport().update(self.visualRect(self.rows.index(at)))
        if not self.currentIndex().isValid():
            at = next((at for at, row in enumerate(rows) if row.host == host), -1)
            if at >= 0:
                self.setCurrentIndex(self.rows.index(at))
                self.verticalScrollBar().setValue(top)
        if elsewhere:
            self._follow(rows, shown)

    def _follow(self, rows: Sequence[MachineRow], shown: str) -> None:
        """Let the machine that is shown be seen, wherever it was chosen."""
        at = next((at for at, row in enumerate(rows) if row.host == shown), -1)
        if at >= 0:
            self.setCurrentIndex(self.rows.index(at))
            self.scrollTo(self.rows.index(at))

    def seen(self) -> frozenset[str]:
        """The ids of the machines whose rows can be seen now."""
        if not self.rows.rows or not self.isVisible():
            return frozenset()
        first = max(0, self.verticalScrollBar().value() // ROW)
        last = first + self.viewport().height() // ROW + 2
        return frozenset(row.host for row in self.rows.rows[first:last])

    def set_narrow(self, narrow: bool) -> None:
        """Draw for a bar that has room for an icon only."""
        self.cells.narrow = narrow
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if narrow else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        self.viewport().update()

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.rows.row(index).host)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Alt+Up and Alt+Down are the window's.
        if event.key() in _ENTER and not event.modifiers():
            self._take(self.currentIndex())
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.seen_changed.emit()


class MachineCells(QStyledItemDelegate):
    """Draws a row, in the wide and in the narrow bar."""

    def __init__(self, theme: Theme, rows: MachineRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self._brushes: dict[str, TraceBrush] = {}
        self.narrow = False

    def restyle(self) -> None:
        """Other colours are in force."""
        self._brushes.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(NARROWEST, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, theme = self._rows.row(index), self._theme
        rect, state = QRect(option.rect), option.state
        ground = "side"
        if row.host == self._rows.shown:
            ground = "selection"
        elif state & QStyle.StateFlag.State_MouseOver:
            ground = "hover"
        if ground != "side":
            ink.box(painter, theme, rect, theme.colour(ground), None, 8)
        self._paint_row(painter, rect, row, ground)
        if state & QStyle.StateFlag.State_HasFocus:
            ink.box(painter, theme, rect, QColor(Qt.GlobalColor.transparent), "accent", 8)

    def _paint_row(self, painter: QPainter, rect: QRect, row: MachineRow, ground: str) -> None:
        theme = self._theme
        if self.narrow:
            ink.draw(painter, theme, rect, row.name[:2], theme.colour("text"), weight=ink.MEDIUM, align=ink.CENTRE)
            marks.paint_dot(painter, theme, QPointF(rect.center().x() + 13, rect.top() + 13), row.hue)
            return
        marks.paint_dot(painter, theme, QPointF(rect.left() + 12, rect.top() + ROW / 2), row.hue)
        right = rect.right() - 7
        if row.trace:
            right -= _TRACE.width()
            place = QRect(right, rect.top() + (ROW - _TRACE.height()) // 2 + 3, _TRACE.width(), _TRACE.height())
            painter.drawPixmap(place.topLeft(), self._brush(painter, ground).picture(row.trace, _trace_hue(row)))
        left = rect.left() + 26
        room = QRect(left, rect.top() + 8, right - left - 8, 17)
        ink.draw(painter, theme, room, row.name, theme.colour("text"))
        quiet = theme.readable("secondary", ground)
        ink.draw(painter, theme, room.translated(0, 17), row.note, quiet, pixels=fonts.SMALL)

    def _brush(self, painter: QPainter, ground: str) -> TraceBrush:
        ratio = painter.device().devicePixelRatioF()
        found = self._brushes.get(ground)
        if found is None or found.ratio != ratio:
            found = self._brushes[ground] = TraceBrush(self._theme, _TRACE, ratio, ground)
        return found


NARROWEST: Final = 34
"""Width that a row asks for: a list without a scroll bar to the side makes rows as wide as itself."""


def _trace_hue(row: MachineRow) -> str:
    return "critical" if row.state == MachineState.ALERT.value else "cpu"
