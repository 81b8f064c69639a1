"""The load of each core as a field of cells, from 1 to 256 cores: the stronger the colour, the busier.

Knows `CellView` only. Wide cells carry number and value, narrow ones tell them under the pointer.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme, contrast
from sysmon.ui.widgets import ink
from sysmon.viewmodels.plot import CellView

_TALL = 22
_FLAT = 12
_TEXT_WIDTH = 72
_STEPS = 50


def rows_for(count: int) -> int:
    """How many rows ``count`` cells stand in."""
    if count <= 16:
        return 1
    return 2 if count <= 64 else 4


class CoreCells(QWidget):
    """One cell for each core. Clicking does nothing; the CPU page has the plots."""

    def __init__(self, theme: Theme, parent: QWidget, *, hue: str = "cpu") -> None:
        super().__init__(parent)
        self._theme = theme
        self._hue = hue
        self._cells: tuple[CellView, ...] = ()
        self._levels: tuple[int, ...] = ()
        self._text_colours: dict[int, QColor] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Load of each core")
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self._text_colours.clear()
        self.update()

    def set_cells(self, cells: tuple[CellView, ...]) -> None:
        """Show ``cells``; those whose colour and text stay are not drawn again."""
        before, levels = self._cells, self._levels
        self._cells = cells
        self._levels = tuple(_level(cell.share) for cell in cells)
        if len(before) != len(cells):
            self.updateGeometry()
            self.update()
        elif self._wide():
            for index, cell in enumerate(cells):
                if levels[index] != self._levels[index] or before[index].text != cell.text:
                    self.update(self.cell_rect(index))
        elif levels != self._levels:
            self.update()
        self.setAccessibleDescription(self._spoken())

    def _spoken(self) -> str:
        known = [cell for cell in self._cells if cell.share == cell.share]
        if not known:
            return "unknown"
        busiest = max(known, key=lambda cell: cell.share)
        return f"{len(self._cells)} cores, busiest {busiest.label} with {busiest.text}"

    def _gap(self) -> int:
        return 4 if len(self._cells) <= 64 else 2

    def columns(self) -> int:
        """Cells in a row."""
        return ceil(len(self._cells) / rows_for(len(self._cells))) if self._cells else 1

    def cell_rect(self, index: int) -> QRect:
        """Where cell ``index`` is: edges on whole pixels, every pixel of the width used."""
        count, gap = self.columns(), self._gap()
        row, column = divmod(index, count)
        room = self.width() + gap
        left, right = column * room // count, (column + 1) * room // count - gap
        rows = rows_for(len(self._cells))
        down = self.height() + gap
        top, bottom = row * down // rows, (row + 1) * down // rows - gap
        return QRect(left, top, max(1, right - left), max(1, bottom - top))

    def cell_at(self, position: QPoint) -> CellView | None:
        """The cell under ``position``, or None."""
        for index, cell in enumerate(self._cells):
            if self.cell_rect(index).contains(position):
                return cell
        return None

    def sizeHint(self) -> QSize:
        rows = rows_for(len(self._cells))
        height = _TALL if rows <= 2 else _FLAT
        return QSize(200, rows * height + (rows - 1) * self._gap())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def _wide(self) -> bool:
        return bool(self._cells) and self.cell_rect(0).width() >= _TEXT_WIDTH

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        wide = self._wide()
        for index, cell in enumerate(self._cells):
            rect = self.cell_rect(index)
            if event.rect().intersects(rect):
                self._paint_cell(painter, rect, cell, self._levels[index], wide=wide)
        painter.end()

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: CellView, level: int, *, wide: bool) -> None:
        if level < 0:
            ink.box(painter, self._theme, rect, self._theme.colour("card"), "line", 4)
            return
        fill = self._theme.blend(self._hue, "card", 0.10 + 0.90 * level / _STEPS)
        if rect.width() < 12:
            painter.fillRect(rect, fill)
        else:
            ink.box(painter, self._theme, rect, fill, None, 4)
        if wide:
            colour = self._text_colour(level, fill)
            inner = rect.adjusted(7, 0, -7, 0)
            ink.draw(painter, self._theme, inner, cell.label, colour, pixels=fonts.SMALL)
            ink.draw(
                painter, self._theme, inner, cell.text, colour, pixels=fonts.SMALL, weight=ink.MEDIUM, align=ink.RIGHT
            )

    def _text_colour(self, level: int, fill: QColor) -> QColor:
        found = self._text_colours.get(level)
        if found is None:
            choices = (self._theme.colour("text"), self._theme.colour("window"))
            found = self._text_colours[level] = max(choices, key=lambda colour: contrast(colour, fill))
        return found

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), f"Core {cell.label}: {cell.text}", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _level(share: float) -> int:
    """The share in coarse steps: a change that nobody sees is not drawn. -1 where unknown."""
    return round(min(1.0, max(0.0, share)) * _STEPS) if share == share else -1
