"""Shares over time as colours: one row for each core, time to the right, the stronger the busier.

Drawn as one picture with a pixel for each step, so that 256 cores cost what 4 do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import axis_words, ink
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.cpu_page import HeatView

_LABEL = 28
_WORDS = 18
_LEAST_TEXT = 12
"""Rows that are lower than this carry no label; the pointer tells it."""
_LEVELS = 32


class HeatMap(QWidget):
    """Draws a `HeatView`."""

    def __init__(self, theme: Theme, cursor: TimeCursor, name: str, parent: QWidget, *, hue: str = "cpu") -> None:
        super().__init__(parent)
        self._theme = theme
        self._cursor = cursor
        self._hue = hue
        self._view: HeatView | None = None
        self._image: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        cursor.moved.connect(self.update)
        theme.changed.connect(self._restyle)

    def set_view(self, view: HeatView | None) -> None:
        """Show ``view``; None empties the picture."""
        self._view = view
        self._image = None
        self.setAccessibleDescription(view.spoken if view is not None else "")
        self.update()

    def map_rect(self) -> QRect:
        """Where the colours are, in logical pixels."""
        return self.rect().adjusted(_LABEL, 0, 0, -_WORDS)

    def share_at(self, x: int, y: int) -> tuple[str, float, float] | None:
        """Label, time and share under a point, or None beside the map."""
        view, room = self._view, self.map_rect()
        if view is None or not view.rows or not room.contains(x, y):
            return None
        row = min(len(view.rows) - 1, (y - room.top()) * len(view.rows) // room.height())
        part = (x - room.left()) / room.width()
        values = view.rows[row]
        at = min(len(values) - 1, int(part * len(values)))
        moment = view.scope.start + part * (view.scope.end - view.scope.start)
        return view.labels[row], moment, values[at] if values else math.nan

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(event.rect(), theme.colour("card"))
        view, room = self._view, self.map_rect()
        if view is not None and view.rows:
            if self._image is None:
                self._image = self._picture(view.rows)
            painter.drawImage(room, self._image)
            self._paint_words(painter, view, room)
            self._paint_cursor(painter, view, room)
        ink.focus_ring(painter, theme, self)
        painter.end()

    def _picture(self, rows: Sequence[Sequence[float]]) -> QImage:
        width = max(1, *(len(row) for row in rows))
        colours = [
            self._theme.blend(self._hue, "card", 0.06 + 0.94 * level / _LEVELS).rgb().to_bytes(4, "little")
            for level in range(_LEVELS + 1)
        ]
        unknown = self._theme.blend("offline", "card", 0.10).rgb().to_bytes(4, "little")
        lines: list[bytes] = []
        for row in rows:
            line = b"".join(colours[round(value * _LEVELS)] if value == value else unknown for value in row)
            lines.append(unknown * (width - len(row)) + line)
        image = QImage(b"".join(lines), width, len(rows), 4 * width, QImage.Format.Format_RGB32)
        return image.copy()  # QImage does not keep the bytes alive

    def _paint_words(self, painter: QPainter, view: HeatView, room: QRect) -> None:
        theme, count = self._theme, len(view.rows)
        quiet = theme.readable("tertiary")
        step = max(1, -(-_LEAST_TEXT * count // max(1, room.height())))
        for at in range(0, count, step):
            top, bottom = room.top() + at * room.height() // count, room.top() + (at + 1) * room.height() // count
            middle = (top + bottom) // 2
            if count > 1 and (bottom - top) > 4:
                painter.fillRect(QRect(room.left(), bottom - 1, room.width(), 1), theme.colour("card"))
            label = QRect(0, middle - 8, _LABEL - 8, 16)
            ink.draw(painter, theme, label, view.labels[at], quiet, pixels=fonts.SMALL, align=ink.RIGHT)
        words = QRect(room.left(), room.bottom() + 1, room.width(), _WORDS)
        left, right = axis_words.ends(view.scope)
        ink.draw(painter, theme, words, left, quiet, pixels=fonts.SMALL)
        ink.draw(painter, theme, words, right, quiet, pixels=fonts.SMALL, align=ink.RIGHT)

    def _paint_cursor(self, painter: QPainter, view: HeatView, room: QRect) -> None:
        moment, scope = self._cursor.time, view.scope
        if moment is not None and scope.start <= moment <= scope.end and scope.end > scope.start:
            at = room.left() + (moment - scope.start) / (scope.end - scope.start) * room.width()
            painter.setPen(self._theme.pen("secondary"))
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.share_at(int(event.position().x()), int(event.position().y()))
        self._cursor.point(found[1] if found is not None else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor.point(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.share_at(event.pos().x(), event.pos().y())
            if found is None:
                QToolTip.hideText()
            else:
                label, moment, share = found
                QToolTip.showText(event.globalPos(), f"{label}: {fmt.percent(share)} at {fmt.clock(moment)}", self)
            return True
        return super().event(event)

    def _restyle(self) -> None:
        self._image = None
        self.update()
