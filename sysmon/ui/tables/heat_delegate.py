"""Draws the cells of a process table: texts in the tokens of the theme, heat behind the figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sysmon.ui import fonts
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

ROW = 28
_PAD = 10
_WEAKEST, _STRONGEST = 0.04, 0.55


class HeatDelegate(QStyledItemDelegate):
    """Reads the model directly: asking it cell by cell for five roles each would cost more than the drawing."""

    def __init__(self, theme: Theme, model: ProcessTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row, at = self._theme, index.row(), index.column()
        column = self._model.columns[at]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = "selection" if selected else "card"
        painter.fillRect(rect, theme.colour(ground))
        if column.hue:
            strength = self._model.heat(row, at)
            if strength > 0.0:
                share = _WEAKEST + (_STRONGEST - _WEAKEST) * strength
                painter.fillRect(rect, theme.blend(column.hue, ground, share))
        colour = theme.readable("secondary", ground) if column.quiet else theme.colour("text")
        align = ink.RIGHT if column.number else ink.LEFT
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        ink.draw(painter, theme, room, self._model.text(row, at), colour, pixels=fonts.BODY, align=align)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.pen("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, ROW)
