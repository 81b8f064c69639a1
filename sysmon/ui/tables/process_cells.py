"""Draws the cells of a process table: texts in the tokens of the theme, heat behind the figures, the tree in the names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPolygonF

from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import Phase, ProcessColumn

ROW = 28
INDENT: Final = (12, 18)
"""Logical pixels of one level of the tree, in a narrow column of names and in others."""
_NARROW: Final = 180
_PAD = 8
_WEAKEST, _STRONGEST = 0.04, 0.55
_GLOW: Final = 0.16
_NAME: Final = 0
_OPEN: Final = QPolygonF([QPointF(0, 0), QPointF(7, 0), QPointF(3.5, 5)])
_SHUT: Final = QPolygonF([QPointF(0, 0), QPointF(5, 3.5), QPointF(0, 7)])


class Strip(NamedTuple):
    """A column as it stands on the screen."""

    at: int
    """Its number in the model."""
    left: int
    width: int
    column: ProcessColumn


class ProcessCells:
    """Paints row by row, reading the model directly: a delegate that is asked cell by cell costs twice as much."""

    def __init__(self, theme: Theme, model: ProcessTableModel) -> None:
        self._theme = theme
        self._model = model
        self.tree = False
        """Whether names are indented and have room for chevrons."""

    def paint_row(
        self, painter: QPainter, row: int, top: int, strips: Sequence[Strip], *, selected: bool, focused: int | None
    ) -> None:
        """Paint ``row`` at ``top`` over a ground that is painted. ``focused``: the column that the keyboard is on."""
        theme, model = self._theme, self._model
        found = model.row(row)
        phase = found.entry.phase
        ground = "selection" if selected else "card"
        whole = QRect(strips[0].left, top, strips[-1].left + strips[-1].width - strips[0].left, ROW)
        if selected:
            painter.fillRect(whole, theme.colour(ground))
        elif phase is Phase.FRESH:
            painter.fillRect(whole, theme.blend("ok", ground, _GLOW))
        strong, quiet = theme.colour("text"), theme.readable("secondary", ground)
        if phase is Phase.ENDED or found.shown_for_child:
            strong = quiet = theme.readable("tertiary", ground)
        for at, left, width, column in strips:
            if column.hue and (strength := model.heat(row, at)) > 0.0:
                share = _WEAKEST + (_STRONGEST - _WEAKEST) * strength
                painter.fillRect(QRect(left, top, width, ROW), theme.blend(column.hue, ground, share))
            text = model.text(row, at)
            if at == _NAME and self.tree:
                room = self._paint_branch(painter, QRect(left, top, width, ROW), found, ground)
            elif not text:
                continue
            else:
                room = QRect(left + _PAD, top, width - 2 * _PAD, ROW)
            colour = quiet if column.quiet else strong
            ink.draw(painter, theme, room, text, colour, align=ink.RIGHT if column.number else ink.LEFT)
            if focused == at:
                painter.setPen(theme.pen("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRect(left, top, width - 1, ROW - 1))

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


def chevron_left(rect: QRect, depth: int) -> int:
    """Where the chevron of a row at ``depth`` begins; deep rows keep half of the column for their name."""
    indent = INDENT[rect.width() >= _NARROW]
    return rect.left() + _PAD + min(depth * indent, max(0, rect.width() // 2 - _PAD))
