"""All machines as coloured cells that fill the room there is. Hovering tells, a click or Enter opens.

Only cells that changed their colour are drawn again. Knows no store.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme, contrast
from sysmon.ui.widgets import ink
from sysmon.viewmodels.fleet_heat import LEVELS, HeatCell, HeatView

GAP: Final = 3
WIDEST: Final = 150
_SHAPE: Final = 1.5
"""Width of a cell to its height."""
_NAMED: Final = 56
"""Logical pixels of width from which a cell has room for the name."""
_TWO_LINES: Final = 38
_STEPS: Final = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class HeatCells(QWidget):
    """Shows a `HeatView`."""

    opened = Signal(str)
    """The id of the machine that is to be shown."""
    menu_asked = Signal(str, QPoint)
    """The id of a machine whose menu is wanted, and the point of the screen where."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = HeatView((), "cpu", "")
        self._current = 0
        self._ring = False
        self._grid = ((-1, -1, -1), (1, 1))
        """Cells, width and height, and the columns and rows for them."""
        self.drawn = 0
        """How many cells were drawn so far."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Heat map of machines")
        theme.changed.connect(self.update)

    def set_view(self, view: HeatView) -> None:
        """Show ``view``; only cells that look different are drawn again."""
        before, self._view = self._view, view
        self._say()
        if before.hue != view.hue or len(before.cells) != len(view.cells):
            self._current = min(self._current, max(0, len(view.cells) - 1))
            self.update()
            return
        named = self.cell_rect(0).width() >= _NAMED
        for at, (old, new) in enumerate(zip(before.cells, view.cells, strict=True)):
            if old is new:
                continue
            if (old.host, old.level) != (new.host, new.level) or (
                named and (old.text, old.name) != (new.text, new.name)
            ):
                self.update(self.cell_rect(at))

    def _say(self) -> None:
        cell = self.current
        own = f"{cell.name}: {cell.text}, {cell.state}. " if cell is not None and self.hasFocus() else ""
        self.setAccessibleDescription(own + self._view.spoken)

    @property
    def current(self) -> HeatCell | None:
        """The cell that the keyboard is on."""
        return self._view.cells[self._current] if self._current < len(self._view.cells) else None

    def grid(self) -> tuple[int, int]:
        """Columns and rows of cells: as large as all of them fit."""
        asked = (len(self._view.cells), self.width(), self.height())
        if asked != self._grid[0]:
            self._grid = (asked, self._fitted())
        return self._grid[1]

    def _fitted(self) -> tuple[int, int]:
        count = max(1, len(self._view.cells))
        width, height = max(1, self.width()), max(1, self.height())
        best = next((n for n in range(1, count + 1) if _fits(n, count, width, height)), 0)
        if best:
            # Cells of the widest size: as many side by side as there is room for.
            best = max(best, min(count, width // min(WIDEST, width // best)))
        else:
            best = max(1, math.ceil(math.sqrt(count * width / height)))
        return best, -(-count // best)

    def cell_rect(self, at: int) -> QRect:
        """Where cell ``at`` is."""
        columns, rows = self.grid()
        width = min(WIDEST, (self.width() + GAP) / columns)
        height = max(4.0, min(width / _SHAPE, (self.height() + GAP) / rows))
        row, column = divmod(at, columns)
        left, top = round(column * width), round(row * height)
        return QRect(left, top, round((column + 1) * width) - left - GAP, round((row + 1) * height) - top - GAP)

    def cell_at(self, x: int, y: int) -> int:
        """The number of the cell under a point, -1 where there is none."""
        columns, _ = self.grid()
        last = self.cell_rect(columns - 1)
        column = x * columns // max(1, last.right() + GAP + 1)
        # Cells lie on rounded places: the one beside may be the one.
        for at in range(max(0, column - 1), len(self._view.cells), columns):
            for near in (at, at + 1, at + 2):
                if near < len(self._view.cells) and self.cell_rect(near).contains(x, y):
                    return near
        return -1

    def sizeHint(self) -> QSize:
        return QSize(600, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        region = event.region()
        for at, cell in enumerate(self._view.cells):
            rect = self.cell_rect(at)
            if region.intersects(rect):
                self._paint_cell(painter, rect, cell, focused=self._ring and at == self._current)
        painter.end()

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: HeatCell, *, focused: bool) -> None:
        theme = self._theme
        self.drawn += 1
        if cell.level < 0:
            fill = theme.blend("offline", "card", 0.16)
        else:
            fill = theme.blend(self._view.hue, "card", 0.08 + 0.92 * cell.level / LEVELS)
        painter.fillRect(rect, fill)
        if cell.level < 0 and rect.width() < _NAMED:  # not by colour alone
            painter.setPen(theme.pen("offline"))
            painter.drawLine(rect.bottomLeft(), rect.topRight())
        if rect.width() >= _NAMED:
            text, card = theme.colour("text"), theme.colour("card")
            colour = text if contrast(text, fill) >= contrast(card, fill) else card
            room = rect.adjusted(6, 0, -6, 0)
            if rect.height() >= _TWO_LINES:
                top, foot = room.adjusted(0, 4, 0, -room.height() // 2), room.adjusted(0, room.height() // 2, 0, -4)
                ink.draw(painter, theme, top, cell.name, colour, pixels=fonts.CAPTION, weight=ink.MEDIUM)
                ink.draw(
                    painter, theme, foot, cell.text if cell.level >= 0 else cell.state, colour, pixels=fonts.CAPTION
                )
            else:
                ink.draw(painter, theme, room, cell.name, colour, pixels=fonts.SMALL)
        if focused:
            painter.setPen(theme.pen("text"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    # --- what the user does -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        cell = self.current
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            columns, _ = self.grid()
            self._move(self._current + step[0] + step[1] * columns)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and cell is not None:
            self.opened.emit(cell.host)
        else:
            super().keyPressEvent(event)

    def _move(self, at: int) -> None:
        if 0 <= at < len(self._view.cells):
            before, self._current = self._current, at
            self.update(self.cell_rect(before))
            self.update(self.cell_rect(at))
            self._say()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.cell_at(int(event.position().x()), int(event.position().y()))
        if event.button() is Qt.MouseButton.LeftButton and at >= 0:
            self.opened.emit(self._view.cells[at].host)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self._current if keyboard else self.cell_at(event.pos().x(), event.pos().y())
        if 0 <= at < len(self._view.cells):
            middle = self.mapToGlobal(self.cell_rect(at).center())
            self.menu_asked.emit(self._view.cells[at].host, middle if keyboard else event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.cell_at(int(event.position().x()), int(event.position().y()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in ink.KEYBOARD
        self._say()
        self.update(self.cell_rect(self._current))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update(self.cell_rect(self._current))
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cell_at(event.pos().x(), event.pos().y())
            if at < 0:
                QToolTip.hideText()
            else:
                cell = self._view.cells[at]
                QToolTip.showText(event.globalPos(), f"{cell.name}: {cell.text}\n{cell.state}", self)
            return True
        return super().event(event)


def _fits(columns: int, count: int, width: int, height: int) -> bool:
    """Whether ``count`` cells in so many columns have room in that height."""
    return -(-count // columns) * min(WIDEST, width / columns) / _SHAPE <= height
