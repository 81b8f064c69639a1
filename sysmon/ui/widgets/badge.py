"""A word in a pill that tells a state: "On · port 4870". Dot and colour say the same as the word."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_SHARE = 0.16
"""Of the hue in the ground of the pill."""


class Badge(QWidget):
    """As wide as its word."""

    def __init__(self, theme: Theme, parent: QWidget, *, ground: str = "card") -> None:
        super().__init__(parent)
        self._theme, self._ground = theme, ground
        self._text, self._token = "", "offline"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_state(self, text: str, token: str) -> None:
        """Show ``text`` in the hue of ``token``."""
        if (text, token) != (self._text, self._token):
            self._text, self._token = text, token
            self.setAccessibleName(text)
            self.updateGeometry()
            self.resize(self.sizeHint())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self._text, fonts.CAPTION, ink.MEDIUM) + 20, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        ink.box(painter, theme, self.rect(), theme.blend(self._token, self._ground, _SHARE), None, 11)
        # The pill is lighter or darker than what it stands on: a line is about as far from it.
        colour = theme.readable(self._token, "line")
        ink.draw(
            painter, theme, self.rect(), self._text, colour, pixels=fonts.CAPTION, weight=ink.MEDIUM, align=ink.CENTRE
        )
        painter.end()
