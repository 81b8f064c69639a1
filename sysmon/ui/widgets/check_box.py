"""Check boxes and radio buttons in the colours of the theme: the style's own are hardly seen on a dark ground."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from sysmon.ui import icons
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_MARK = 16
_GAP = 8
_HEIGHT = 24


def _size(theme: Theme, button: QAbstractButton) -> QSize:
    return QSize(_MARK + _GAP + ink.width(theme.family, button.text()) + 6, _HEIGHT)


def _place(button: QAbstractButton) -> QRect:
    return QRect(2, (button.height() - _MARK) // 2, _MARK, _MARK)


def _paint_words(painter: QPainter, theme: Theme, button: QAbstractButton, ground: str) -> None:
    colour = theme.colour("text") if button.isEnabled() else theme.readable("tertiary", ground)
    room = button.rect().adjusted(_MARK + _GAP + 2, 0, 0, 0)
    ink.draw(painter, theme, room, button.text(), colour)
    if button.hasFocus():
        ink.focus_ring(painter, theme, button, 5)


class CheckBox(QCheckBox):
    """A check box. ``ground`` is the token it stands on."""

    def __init__(self, theme: Theme, text: str, parent: QWidget, *, ground: str = "window") -> None:
        super().__init__(text, parent)
        self._theme, self._ground = theme, ground
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size(self._theme, self)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MARK + 4, _HEIGHT)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, place = self._theme, _place(self)
        painter = QPainter(self)
        if self.isChecked():
            fill = theme.colour("accent") if self.isEnabled() else theme.colour("tertiary")
            ink.box(painter, theme, place, fill, None, 4)
            picture = icons.pixmap("check", theme.colour("card"), 12, self.devicePixelRatioF())
            painter.drawPixmap(place.left() + 2, place.top() + 2, picture)
        else:
            ink.box(painter, theme, place, theme.colour("card"), "tertiary", 4)
        _paint_words(painter, theme, self, self._ground)
        painter.end()


class RadioButton(QRadioButton):
    """One of several choices. ``ground`` is the token it stands on."""

    def __init__(self, theme: Theme, text: str, parent: QWidget, *, ground: str = "window") -> None:
        super().__init__(text, parent)
        self._theme, self._ground = theme, ground
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size(self._theme, self)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MARK + 4, _HEIGHT)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, place = self._theme, _place(self)
        painter = QPainter(self)
        ink.box(painter, theme, place, theme.colour("card"), "accent" if self.isChecked() else "tertiary", _MARK // 2)
        if self.isChecked():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(QPointF(place.left() + _MARK / 2, place.top() + _MARK / 2), 4.5, 4.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        _paint_words(painter, theme, self, self._ground)
        painter.end()
