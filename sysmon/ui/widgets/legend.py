"""The line under a plot: a swatch, a name and the live value of each line. Breaks into rows where it is narrow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.plot import Line

ROW = 20
_SWATCH = 8
_INDENT = 14
_GAP = 14


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    hue: str
    pale: bool
    room: int
    """Widest that the text has been, so that entries do not move as values change."""


class Legend(QWidget):
    """Names and live values of lines. ``ground`` is the token it stands on."""

    def __init__(self, theme: Theme, parent: QWidget, *, ground: str = "card") -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self._entries: tuple[_Entry, ...] = ()
        self._rows = 1
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show the names and texts of ``lines``; only what changed is drawn again."""
        before = self._entries
        keeps = [entry.hue for entry in before] == [line.hue for line in lines]
        entries: list[_Entry] = []
        for index, line in enumerate(lines):
            text = f"{line.name} {line.text}".rstrip()
            room = ink.width(self._theme.family, text, fonts.CAPTION)
            room = max(room, before[index].room) if keeps else room
            entries.append(_Entry(text, line.hue, line.faint or line.dashed, room))
        self._entries = tuple(entries)
        if self._entries == before:
            return
        self.setAccessibleName(", ".join(entry.text for entry in entries))
        self._arrange()
        self.update()

    def needed(self) -> int:
        """The width of all entries in one row."""
        return sum(_INDENT + entry.room for entry in self._entries) + _GAP * max(0, len(self._entries) - 1) + 2

    def sizeHint(self) -> QSize:
        return QSize(120, ROW * self._rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, ROW * self._rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def rows_at(self, width: int) -> int:
        """How many rows the entries take in ``width``."""
        return max((row for _, row, _ in self._places(width)), default=0) + 1

    def _arrange(self) -> None:
        rows = self.rows_at(self.width())
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()

    def _places(self, width: int) -> list[tuple[int, int, _Entry]]:
        """Left end, row and entry, in order."""
        places: list[tuple[int, int, _Entry]] = []
        left = row = 0
        for entry in self._entries:
            needed = _INDENT + entry.room
            if left and left + needed > width:
                left, row = 0, row + 1
            places.append((left, row, entry))
            left += needed + _GAP
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour(self._ground))
        colour = self._theme.readable("secondary", self._ground)
        for left, row, entry in self._places(self.width()):
            swatch = QRectF(left, row * ROW + (ROW - _SWATCH) / 2, _SWATCH, _SWATCH)
            hue = self._theme.blend(entry.hue, self._ground, 0.5) if entry.pale else self._theme.colour(entry.hue)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue)
            painter.drawRoundedRect(swatch, 2, 2)
            text = QRect(left + _INDENT, row * ROW, min(entry.room + 2, self.width() - left - _INDENT), ROW)
            ink.draw(painter, self._theme, text, entry.text, colour, pixels=fonts.CAPTION)
        painter.end()
