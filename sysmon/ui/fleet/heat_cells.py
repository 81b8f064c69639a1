"""All machines as coloured cells that fill the room there is, in groups where there are. Hovering tells, a click or Enter
opens a machine or folds a group.

Only cells that changed their colour are drawn again. Knows no store.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.fleet import heading
from sysmon.ui.theme import Theme, contrast
from sysmon.ui.widgets import ink
from sysmon.viewmodels.fleet_groups import Heading
from sysmon.viewmodels.fleet_heat import LEVELS, HeatCell, HeatView

GAP: Final = 3
WIDEST: Final = 150
_SHAPE: Final = 1.5
"""Width of a cell to its height."""
_NAMED: Final = 56
"""Logical pixels of width from which a cell has room for the name."""
_TWO_LINES: Final = 38
_LEAST: Final = 18
"""Width of a cell in a group, at least; where there is no room for that the map scrolls, with cells of the size `_CALM`."""
_CALM: Final = (68, 24)
_HEAD: Final = heading.HEIGHT + GAP
_ASIDE: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP_DOWN: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class HeatCells(QWidget):
    """Shows a `HeatView`."""

    opened = Signal(str)
    """The id of the machine that is to be shown."""
    menu_asked = Signal(str, QPoint)
    """The id of a machine whose menu is wanted, and the point of the screen where."""
    folded = Signal(str)
    """The tag of a group that is to be folded, or unfolded."""
    moved = Signal(QRect)
    """Where the keyboard is now."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = HeatView((), "cpu", "")
        self._current = 0
        self._ring = False
        self._runs: tuple[int, ...] = (0,)
        """How many cells stand one after the other: before the first heading, and after each."""
        self._room = 0
        """Logical pixels of height that can be seen, 0 where all of the widget can."""
        self._laid: tuple[tuple[object, ...], int, list[QRect]] = ((), 1, [])
        """What the places of cells were found for, the columns, and the places."""
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
        runs = _runs(view.cells)
        if before.hue != view.hue or runs != self._runs:
            self._follow(before)
            self._runs = runs
            self._measure()
            self.update()
            return
        named = self._named
        for at, (old, new) in enumerate(zip(before.cells, view.cells, strict=True)):
            if old is not new and (_look(old, named=named) != _look(new, named=named)):
                self.update(self.cell_rect(at))

    def _follow(self, before: HeatView) -> None:
        """The keyboard stays on its heading where groups are folded, and in its place where machines move."""
        own = before.cells[self._current] if self._current < len(before.cells) else None
        hosts = [cell.host for cell in self._view.cells] if isinstance(own, Heading) else []
        if own is not None and own.host in hosts:
            self._current = hosts.index(own.host)
        self._current = min(self._current, max(0, len(self._view.cells) - 1))

    def fit(self, room: int) -> None:
        """So much of the height can be seen: cells fill it, and are never smaller than can be read in groups."""
        self._room = room
        self._measure()

    def _say(self) -> None:
        cell, own = self.current if self.hasFocus() else None, ""
        if cell is not None:
            own = f"{cell.spoken}. " if isinstance(cell, Heading) else f"{cell.name}: {cell.text}, {cell.state}. "
        self.setAccessibleDescription(own + self._view.spoken)

    @property
    def _named(self) -> bool:
        """Whether cells have room for a name: all have the same width."""
        return self._width >= _NAMED

    @property
    def current(self) -> HeatCell | Heading | None:
        """The cell that the keyboard is on."""
        return self._view.cells[self._current] if self._current < len(self._view.cells) else None

    def grid(self) -> tuple[int, int]:
        """Columns and rows of cells: as large as all of them fit."""
        columns = self._places()[0]
        return columns, _rows(self._runs, columns)

    def cell_rect(self, at: int) -> QRect:
        """Where cell ``at`` is, or a heading."""
        places = self._places()[1]
        return places[at] if at < len(places) else QRect()

    def cell_at(self, x: int, y: int) -> int:
        """The number of the cell under a point, -1 where there is none."""
        return next((at for at, place in enumerate(self._places()[1]) if place.contains(x, y)), -1)

    @property
    def _width(self) -> float:
        return min(WIDEST, (self.width() + GAP) / self._places()[0])

    def _places(self) -> tuple[int, list[QRect]]:
        """The columns, and the place of each cell and heading."""
        asked = (self._runs, self.width(), self._room or self.height())
        if asked != self._laid[0]:
            columns = _fitted(*asked)
            self._laid = (asked, columns, _laid(*asked, columns))
        return self._laid[1:]

    def _measure(self) -> None:
        """Be as high as the cells of groups need; without groups they take the height there is."""
        places = self._places()[1]
        self.setMinimumHeight(places[-1].bottom() + 1 if len(self._runs) > 1 and places else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure()

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
                focused = self._ring and at == self._current
                if isinstance(cell, Heading):
                    heading.paint(painter, self._theme, rect, cell, "card", focused=focused)
                else:
                    self._paint_cell(painter, rect, cell, focused=focused)
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
        cell, key = self.current, Qt.Key(event.key())
        alone = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        if isinstance(cell, Heading) and heading.turns(event, cell):
            self.folded.emit(cell.tag)
        elif key in _ASIDE and alone:
            self._move(self._current + _ASIDE[key])
        elif key in _UP_DOWN and alone:
            self._move(self._beyond(_UP_DOWN[key]))
        elif key in heading.ENTER and isinstance(cell, HeatCell):
            self.opened.emit(cell.host)
        else:
            super().keyPressEvent(event)

    def _beyond(self, step: int) -> int:
        """The number of the cell that is nearest in the next row, -1 where there is none."""
        places, here = self._places()[1], self.cell_rect(self._current)
        tops = {place.top() for place in places if (place.top() - here.top()) * step > 0}
        row = min(tops, key=lambda top: abs(top - here.top()), default=None)
        near = (at for at, place in enumerate(places) if place.top() == row)
        return min(near, key=lambda at: abs(places[at].left() - here.left()), default=-1)

    def _move(self, at: int) -> None:
        if 0 <= at < len(self._view.cells):
            before, self._current = self._current, at
            self.update(self.cell_rect(before))
            self.update(self.cell_rect(at))
            self._say()
            self.moved.emit(self.cell_rect(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.cell_at(int(event.position().x()), int(event.position().y()))
        if event.button() is Qt.MouseButton.LeftButton and at >= 0:
            cell = self._view.cells[at]
            if isinstance(cell, Heading):
                self.folded.emit(cell.tag)
            else:
                self.opened.emit(cell.host)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self._current if keyboard else self.cell_at(event.pos().x(), event.pos().y())
        if 0 <= at < len(self._view.cells) and isinstance(self._view.cells[at], HeatCell):
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
                tip = cell.states if isinstance(cell, Heading) else f"{cell.name}: {cell.text}\n{cell.state}"
                QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)


def _look(cell: HeatCell | Heading, *, named: bool) -> object:
    """What of a cell can be seen; ``named``: it has room for words."""
    if isinstance(cell, Heading):
        return cell
    return (cell.host, cell.level, cell.text, cell.name) if named else (cell.host, cell.level)


def _runs(cells: Sequence[HeatCell | Heading]) -> tuple[int, ...]:
    """How many cells stand before the first heading, and after each."""
    runs = [0]
    for cell in cells:
        if isinstance(cell, Heading):
            runs.append(0)
        else:
            runs[-1] += 1
    return tuple(runs)


def _rows(runs: Sequence[int], columns: int) -> int:
    return max(1, sum(-(-run // columns) for run in runs))


def _fitted(runs: Sequence[int], width: int, height: int) -> int:
    """In how many columns cells are largest and still all have room."""
    count, heads = max(1, *runs), len(runs) - 1
    width, height = max(1, width), max(1, height) - heads * _HEAD

    def fits(columns: int) -> bool:
        return _rows(runs, columns) * min(WIDEST, width / columns) / _SHAPE <= height

    most = max(1, min(count, width // _LEAST)) if heads else count
    # The more columns, the fewer and the lower the rows are.
    best = bisect_left(range(1, most + 1), x=True, key=fits) + 1
    if best > most and heads:
        return max(1, width // _CALM[0])
    if best > most:
        return max(1, math.ceil(math.sqrt(count * width / max(1, height))))
    # Cells of the widest size: as many side by side as there is room for.
    return max(best, min(count, width // min(WIDEST, width // best)))


def _laid(runs: Sequence[int], width: int, height: int, columns: int) -> list[QRect]:
    """Where all cells and headings are."""
    heads = len(runs) - 1
    wide = min(WIDEST, (width + GAP) / columns)
    room = (height + GAP - heads * _HEAD) / _rows(runs, columns)
    scrolls = heads and room < wide / _SHAPE - 2.0
    high = float(_CALM[1]) if scrolls else max(4.0, min(wide / _SHAPE, room))
    places: list[QRect] = []
    top = 0.0
    for number, run in enumerate(runs):
        if number:
            places.append(QRect(0, round(top), width, heading.HEIGHT))
            top += _HEAD
        for at in range(run):
            row, column = divmod(at, columns)
            left, over = round(column * wide), round(top + row * high)
            foot = round(top + (row + 1) * high)
            places.append(QRect(left, over, round((column + 1) * wide) - left - GAP, foot - over - GAP))
        top += -(-run // columns) * high
    return places
