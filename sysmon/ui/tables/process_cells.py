"""Draws the cells of a process table: texts in the tokens of the theme, heat behind the figures, the tree in the names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPolygonF

from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import Phase, ProcessColumn, heat

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
        theme, units = self._theme, self._model.units
        found = self._model.row(row)
        entry = found.entry
        phase = entry.phase
        ground = "selection" if selected else "card"
        whole = QRect(strips[0].left, top, strips[-1].left + strips[-1].width - strips[0].left, ROW)
        if selected:
            painter.fillRect(whole, theme.colour(ground))
        elif phase is Phase.FRESH:
            painter.fillRect(whole, theme.blend("ok", ground, _GLOW))
        strong, quiet = theme.colour("text"), theme.readable("secondary", ground)
        if phase is Phase.ENDED or found.shown_for_child:
            strong = quiet = theme.readable("tertiary", ground)
        pen: QColor | None = None
        font: QFont | None = None
        for at, left, width, column in strips:
            if column.hue and phase is not Phase.ENDED and (strength := heat(entry, column)) > 0.0:
                share = _WEAKEST + (_STRONGEST - _WEAKEST) * strength
                painter.fillRect(QRect(left, top, width, ROW), theme.blend(column.hue, ground, share))
            text = entry.text(column, units)
            if at == _NAME and self.tree:
                begin, room = self._paint_branch(painter, QRect(left, top, width, ROW), found, ground)
                pen = None
            else:
                begin, room = left + _PAD, width - 2 * _PAD
            if text and room > 0:
                laid = ink.laid(theme.family, text)
                if laid.width > room:
                    laid = ink.laid(theme.family, ink.elided(theme.family, text, room))
                # As `ink.draw` does, but for a row at once: nine of ten texts have the font and the pen of the one before.
                if laid.font is not font:
                    font = laid.font
                    painter.setFont(font)
                colour = quiet if column.quiet else strong
                if colour is not pen:
                    pen = colour
                    painter.setPen(pen)
                across = begin + room - laid.width if column.number else begin
                painter.drawStaticText(QPointF(across, top + (ROW - laid.height) // 2), laid.text)
            if focused == at:
                painter.setPen(theme.pen("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRect(left, top, width - 1, ROW - 1))
                pen = None

    def _paint_branch(self, painter: QPainter, rect: QRect, found: TreeRow, ground: str) -> tuple[int, int]:
        """Draw the chevron, where there is one; the left edge and the width of the room for the name."""
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
        return left + 13, rect.right() - left - 12 - _PAD


def chevron_left(rect: QRect, depth: int) -> int:
    """Where the chevron of a row at ``depth`` begins; deep rows keep half of the column for their name."""
    indent = INDENT[rect.width() >= _NARROW]
    return rect.left() + _PAD + min(depth * indent, max(0, rect.width() // 2 - _PAD))
