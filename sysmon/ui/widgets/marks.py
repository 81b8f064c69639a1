"""Small things that tell a state: a dot beside a word, a link to press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

DOT = 8


def paint_dot(painter: QPainter, theme: Theme, centre: QPointF, token: str) -> None:
    """A dot of 8 pixels in the colour of ``token`` around ``centre``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(token))
    painter.drawEllipse(centre, DOT / 2, DOT / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


class LinkButton(QAbstractButton):
    """A word to press in the accent colour, without a box ("All processes")."""

    def __init__(self, theme: Theme, text: str, parent: QWidget, *, ground: str = "card") -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self.text()) + 8, 22)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._theme.readable("text" if self.underMouse() else "accent", self._ground)
        ink.draw(painter, self._theme, self.rect().adjusted(4, 0, -4, 0), self.text(), colour)
        ink.focus_ring(painter, self._theme, self)
        painter.end()
