"""What happened to links, newest first: a time, whom, from what to what, why. Long reasons take several lines.

As high as its rows: it stands in something that scrolls.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.viewmodels.link_steps import StepRow

_ROW = 29
_LINE = 17
_MOST_LINES = 4
_CLOCK = 62
_NAME, _NAME_MOST = 60, 110
_CHANGE = 168
_WIDE = 520
"""From this width on the change of state has a column of its own."""


class StepList(QWidget):
    """Shows `StepRow`; what is cut is whole under the pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[StepRow, ...] = ()
        self._tops: list[int] = [0]
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("What happened")
        theme.changed.connect(self.update)

    def set_rows(self, rows: tuple[StepRow, ...]) -> None:
        """Show ``rows`` in their order."""
        if rows != self._rows:
            self._rows = rows
            self.setAccessibleDescription("; ".join(f"{row.clock} {row.name} {row.change}: {row.text}" for row in rows))
            self._lay_out()
            self.update()

    def _places(self) -> tuple[int, int, int]:
        """Where name, change and text begin."""
        names = (ink.width(self._theme.family, row.name, weight=ink.MEDIUM) for row in self._rows)
        name = min(_NAME_MOST, max(_NAME, *names, _NAME)) + 12
        left = 14 + _CLOCK + 10
        return left, left + name, left + name + (_CHANGE if self.width() >= _WIDE else 0)

    def _lay_out(self) -> None:
        room = max(40, self.width() - self._places()[2])
        family, tops = self._theme.family, [0]
        wide = self.width() >= _WIDE
        for row in self._rows:
            lines = 1 if ink.width(family, row.text) <= room else self._lines(row.text, room)
            if not wide:
                lines += 1  # the change stands above the reason
            tops.append(tops[-1] + _ROW + (lines - 1) * _LINE)
        self._tops = tops
        self.setMinimumHeight(tops[-1])
        self.updateGeometry()

    def _lines(self, text: str, room: int) -> int:
        metrics = QFontMetrics(fonts.font(self._theme.family))
        height = metrics.boundingRect(QRect(0, 0, room, 1000), Qt.TextFlag.TextWordWrap.value, text).height()
        return min(_MOST_LINES, max(2, round(height / metrics.height())))

    def sizeHint(self) -> QSize:
        return QSize(320, self._tops[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("card"))
        places = self._places()
        for row, (top, bottom) in zip(self._rows, pairwise(self._tops), strict=True):
            if bottom > event.rect().top() and top <= event.rect().bottom():
                self._paint_row(painter, QRect(0, top, self.width(), bottom - top), row, places)
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRect, row: StepRow, places: tuple[int, int, int]) -> None:
        theme = self._theme
        name, change, text = places
        first = QRect(rect.left(), rect.top() + 4, rect.width(), _ROW - 8)
        marks.paint_dot(painter, theme, QPointF(4, first.center().y() + 0.5), row.token)
        clock = QRect(14, first.top(), _CLOCK, first.height())
        ink.draw(painter, theme, clock, row.clock, theme.readable("tertiary"), pixels=fonts.CAPTION)
        called = QRect(name, first.top(), change - name - 10, first.height())
        ink.draw(painter, theme, called, row.name, theme.colour("text"), weight=ink.MEDIUM)
        quiet = theme.readable("secondary")
        room = QRect(change, first.top(), (text if text > change else rect.width()) - change - 8, first.height())
        ink.draw(painter, theme, room, row.change, quiet, pixels=fonts.CAPTION)
        top = first.top() if text > change else first.bottom()
        block = QRect(text, top + 3, rect.width() - text, rect.bottom() - top - 6)
        painter.setFont(fonts.font(theme.family))
        painter.setPen(theme.colour("text"))
        flags = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignTop.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(block, flags, row.text)
        painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), theme.colour("line"))

    def row_at(self, y: int) -> StepRow | None:
        """The row at height ``y``, or None."""
        for row, (top, bottom) in zip(self._rows, pairwise(self._tops), strict=True):
            if top <= y < bottom:
                return row
        return None

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), row.tip, self) if row is not None else QToolTip.hideText()
            return True
        return super().event(event)
