"""Many small bordered cells, each with a label, a value and a trace: cores, sensors, small multiples.

Only cells inside the dirty rectangle are drawn, so 256 of them in a scroll area cost what is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.sparkline import TraceBrush
from sysmon.viewmodels.plot import CellView

GAP = 8
_PAD = 9
_TEXT = 24


class CellGrid(QWidget):
    """A grid of `CellView` that fills its width; its height follows."""

    def __init__(
        self, theme: Theme, name: str, parent: QWidget, *, hue: str = "cpu", least: int = 120, height: int = 61
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hue = hue
        self._least, self._cell_height = least, height
        self._cells: tuple[CellView, ...] = ()
        self._brush: TraceBrush | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(name)
        theme.changed.connect(self._restyle)

    def set_cells(self, cells: tuple[CellView, ...]) -> None:
        """Show ``cells`` in their order."""
        if len(cells) != len(self._cells):
            self.updateGeometry()
        self._cells = cells
        self.setAccessibleDescription(", ".join(f"{cell.label} {cell.text}" for cell in cells))
        self.update()

    def columns(self) -> int:
        """Cells in a row: as many as are at least as wide as asked, and no more than there are."""
        fitting = max(1, (self.width() + GAP) // (self._least + GAP))
        return min(fitting, max(1, len(self._cells)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        fitting = min(max(1, (width + GAP) // (self._least + GAP)), max(1, len(self._cells)))
        rows = -(-len(self._cells) // fitting)
        return max(0, rows * (self._cell_height + GAP) - GAP)

    def sizeHint(self) -> QSize:
        return QSize(480, self.heightForWidth(max(self.width(), self._least)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, self.heightForWidth(max(self.width(), self._least)))

    def cell_rect(self, index: int) -> QRect:
        """Where cell ``index`` is."""
        count = self.columns()
        row, column = divmod(index, count)
        room = self.width() + GAP
        left, right = column * room // count, (column + 1) * room // count - GAP
        return QRect(left, row * (self._cell_height + GAP), right - left, self._cell_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._brush = None
        self.updateGeometry()

    def _restyle(self) -> None:
        self._brush = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        for index, cell in enumerate(self._cells):
            rect = self.cell_rect(index)
            if event.rect().intersects(rect):
                self._paint_cell(painter, rect, cell)
        painter.end()

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: CellView) -> None:
        theme = self._theme
        ink.box(painter, theme, rect, theme.colour("card"), "line", 6)
        head = QRect(rect.left() + _PAD, rect.top() + 3, rect.width() - 2 * _PAD, _TEXT - 3)
        value = ink.width(theme.family, cell.text, fonts.CAPTION)
        quiet = theme.readable("secondary")
        ink.draw(painter, theme, head.adjusted(0, 0, -value - 6, 0), cell.label, quiet, pixels=fonts.CAPTION)
        colour = theme.colour("text") if cell.share == cell.share else quiet
        ink.draw(painter, theme, head, cell.text, colour, pixels=fonts.CAPTION, align=ink.RIGHT)
        if cell.trace:
            room = QRect(head.left(), rect.top() + _TEXT + 2, head.width(), rect.height() - _TEXT - 4)
            painter.drawPixmap(room.topLeft(), self._trace_brush(room.size()).picture(cell.trace, self._hue))

    def _trace_brush(self, size: QSize) -> TraceBrush:
        ratio = self.devicePixelRatioF()
        if self._brush is None or self._brush.size != size or self._brush.ratio != ratio:
            self._brush = TraceBrush(self._theme, size, ratio)
        return self._brush

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for index, cell in enumerate(self._cells):
                if self.cell_rect(index).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), f"{cell.label}: {cell.text}", self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)
