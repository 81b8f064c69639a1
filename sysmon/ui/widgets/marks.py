"""Small things that tell a state: a dot, a pill with a word, a link to press. Never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from sysmon.ui import fonts
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


def paint_pill(painter: QPainter, theme: Theme, rect: QRect, text: str, token: str, ground: str = "card") -> None:
    """``text`` in a rounded box that is tinted in the hue of ``token``."""
    ink.box(painter, theme, rect, theme.blend(token, ground, 0.18), None, rect.height() // 2)
    colour = theme.readable(token, ground)
    ink.draw(painter, theme, rect, text, colour, pixels=fonts.CAPTION, weight=ink.MEDIUM, align=ink.CENTRE)


class Dot(QWidget):
    """A dot whose word is its accessible name and tool tip."""

    def __init__(self, theme: Theme, token: str, word: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = token
        self.setFixedSize(DOT + 2, DOT + 2)
        self.set_state(token, word)
        theme.changed.connect(self.update)

    def set_state(self, token: str, word: str) -> None:
        """Show ``token``; ``word`` says the same to those who do not see the colour."""
        self.setAccessibleName(word)
        self.setToolTip(word)
        if token != self._token:
            self._token = token
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, self._theme, QPointF(self.width() / 2, self.height() / 2), self._token)
        painter.end()


class Pill(QWidget):
    """A word of state in a tinted box ("Live", "Reconnecting")."""

    def __init__(self, theme: Theme, parent: QWidget, *, ground: str = "card") -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self._state = ("", "ok")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_state(self, text: str, token: str) -> None:
        """Show ``text`` in the hue of ``token``."""
        if (text, token) != self._state:
            self._state = (text, token)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self._state[0], fonts.CAPTION, ink.MEDIUM) + 20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, self._theme, self.rect(), *self._state, self._ground)
        painter.end()


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
