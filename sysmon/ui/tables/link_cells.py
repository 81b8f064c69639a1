"""Paints the cells of the table of links: dot and name, sentence, strip, trace, figures, what can be done."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sysmon.ui.tables.link_model import COLUMNS, LinkModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.sparkline import TraceBrush
from sysmon.ui.widgets.strip import HEIGHT, paint_strip
from sysmon.viewmodels.connections import LinkRow

ROW = 30
PAD = 8
_TRACE = 22
_Index = QModelIndex | QPersistentModelIndex


class LinkCells(QStyledItemDelegate):
    """Paints rows of a `LinkModel`. ``ringed`` is the row that has the keyboard, -1 for none."""

    def __init__(self, theme: Theme, rows: LinkModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self._brush: TraceBrush | None = None
        self.ringed = -1
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self._brush = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ground = "selection" if state & QStyle.StateFlag.State_Selected else "card"
        painter.fillRect(rect, self._theme.colour(ground))
        row = self._rows.rows[index.row()]
        key = COLUMNS[index.column()].key
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if key == "name":
            self._paint_name(painter, inner, row)
        elif key == "strip":
            band = QRectF(inner.left(), inner.center().y() - HEIGHT / 2 + 1, inner.width(), HEIGHT)
            paint_strip(painter, self._theme, band, row.strip.segments, ground)
        elif key == "trips":
            self._paint_trace(painter, inner, row, ground)
        else:
            self._paint_text(painter, inner, key, row, ground)
        if index.row() == self.ringed:
            self._paint_ring(painter, rect, index.column())

    def _paint_name(self, painter: QPainter, rect: QRect, row: LinkRow) -> None:
        theme = self._theme
        marks.paint_dot(painter, theme, QPointF(rect.left() + 4, rect.center().y() + 0.5), row.words.token)
        ink.draw(painter, theme, rect.adjusted(18, 0, 0, 0), row.name, theme.colour("text"), weight=ink.MEDIUM)

    def _paint_text(self, painter: QPainter, rect: QRect, key: str, row: LinkRow, ground: str) -> None:
        theme = self._theme
        colour = theme.colour("text")
        if key == "state":
            colour = theme.readable(row.words.tone, ground)
        elif key == "action":
            colour = theme.readable("accent" if row.action else "secondary", ground)
        elif key == "clock" and row.clock_wrong and row.clock:
            colour = theme.readable("warning", ground)
        column = next(column for column in COLUMNS if column.key == key)
        align = ink.RIGHT if column.number else ink.LEFT
        ink.draw(painter, theme, rect, column.text(row), colour, align=align)

    def _paint_trace(self, painter: QPainter, rect: QRect, row: LinkRow, ground: str) -> None:
        if not row.trips or rect.width() < 8:
            return
        size = QSize(rect.width(), _TRACE)
        ratio = painter.device().devicePixelRatioF()
        brush = self._brush
        if brush is None or brush.size != size or brush.ratio != ratio or brush.ground != ground:
            brush = self._brush = TraceBrush(self._theme, size, ratio, ground)
        painter.drawPixmap(rect.left(), rect.top() + (rect.height() - _TRACE) // 2, brush.picture(row.trips, "cpu"))

    def _paint_ring(self, painter: QPainter, rect: QRect, column: int) -> None:
        """A frame around the whole row, in pieces: each cell draws its own."""
        colour: QColor = self._theme.colour("accent")
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), colour)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour)
        if column == 0:
            painter.fillRect(QRect(rect.left(), rect.top(), 1, rect.height()), colour)
        if column == len(COLUMNS) - 1:
            painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), colour)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(COLUMNS[index.column()].least, ROW)

    def helpful(self, index: _Index) -> bool:
        """Whether a press on the cell does something."""
        return COLUMNS[index.column()].key == "action" and bool(self._rows.rows[index.row()].action)
