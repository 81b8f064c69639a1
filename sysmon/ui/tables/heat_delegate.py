"""Draws the cells of a process table: texts in the tokens of the theme, heat behind the figures, the tree in the names."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sysmon.ui import fonts
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import Phase

ROW = 28
INDENT: Final = 18
"""Logical pixels of one level of the tree."""
_PAD = 10
_WEAKEST, _STRONGEST = 0.04, 0.55
_GLOW: Final = 0.16
_NAME: Final = 0
_OPEN: Final = QPolygonF([QPointF(0, 0), QPointF(7, 0), QPointF(3.5, 5)])
_SHUT: Final = QPolygonF([QPointF(0, 0), QPointF(5, 3.5), QPointF(0, 7)])


class HeatDelegate(QStyledItemDelegate):
    """Reads the model directly: asking it cell by cell for five roles each would cost more than the drawing."""

    def __init__(self, theme: Theme, model: ProcessTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.tree = False
        """Whether names are indented and have room for chevrons."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row, at = self._theme, index.row(), index.column()
        column, found = self._model.columns[at], self._model.row(row)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ground = "selection" if state & QStyle.StateFlag.State_Selected else "card"
        phase = found.entry.phase
        fresh = phase is Phase.FRESH and ground == "card"
        painter.fillRect(rect, theme.blend("ok", ground, _GLOW) if fresh else theme.colour(ground))
        if column.hue:
            strength = self._model.heat(row, at)
            if strength > 0.0:
                share = _WEAKEST + (_STRONGEST - _WEAKEST) * strength
                painter.fillRect(rect, theme.blend(column.hue, ground, share))
        faint = phase is Phase.ENDED or found.shown_for_child
        if faint:
            colour = theme.readable("tertiary", ground)
        else:
            colour = theme.readable("secondary", ground) if column.quiet else theme.colour("text")
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        if at == _NAME and self.tree:
            room = self._paint_branch(painter, rect, found, ground)
        align = ink.RIGHT if column.number else ink.LEFT
        ink.draw(painter, theme, room, self._model.text(row, at), colour, pixels=fonts.BODY, align=align)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.pen("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_branch(self, painter: QPainter, rect: QRect, found: TreeRow, ground: str) -> QRect:
        """Draw the chevron, where there is one; the room that is left for the name."""
        left = chevron_left(rect, found.depth)
        if found.below:
            shape = _OPEN if found.expanded else _SHUT
            height = 5 if found.expanded else 7
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.readable("secondary", ground))
            painter.translate(left, rect.top() + (rect.height() - height) / 2)
            painter.drawPolygon(shape)
            painter.translate(-left, -(rect.top() + (rect.height() - height) / 2))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        return QRect(left + 13, rect.top(), rect.right() - left - 12 - _PAD, rect.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, ROW)


def chevron_left(rect: QRect, depth: int) -> int:
    """Where the chevron of a row at ``depth`` begins; deep rows keep half of the column for their name."""
    return rect.left() + _PAD + min(depth * INDENT, max(0, rect.width() // 2 - _PAD))
