"""What came of an action, in full, at the foot of what it was done in; it goes by itself. Moves nothing. Knows no action."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

STAYS_MS: Final = (6_000, 15_000)
"""How long words stay: good news, and what has to be read."""
_MARGIN, _EDGE, _PAD = 12, 4, 12
_WIDEST: Final = 720


class Said(QLabel):
    """Lies over the foot of its parent while there is something to say. A click dismisses it, a pointer over it keeps it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hue = "ok"
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.timeout.connect(self.hide)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(fonts.font(theme.family))
        self.setContentsMargins(_EDGE + _PAD, 10, _PAD, 10)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        parent.installEventFilter(self)
        theme.changed.connect(self.update)
        self.hide()

    def say(self, words: str, good: bool) -> None:
        """Show ``words`` for some seconds; none hide it."""
        self._hue = "ok" if good else "warning"
        self.setText(words)
        self.setAccessibleName(words)
        self._stay.setInterval(STAYS_MS[0] if good else STAYS_MS[1])
        self._stay.start()
        self._place()
        self.raise_()
        self.setVisible(bool(words))
        self.update()

    def _place(self) -> None:
        room = self.parentWidget()
        assert room is not None
        width = min(_WIDEST, room.width() - 2 * _MARGIN)
        height = self.heightForWidth(width)
        self.setGeometry(QRect((room.width() - width) // 2, room.height() - height - _MARGIN, width, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._stay.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._stay.start()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink.box(painter, self._theme, self.rect(), self._theme.colour("hover"), "line", ink.RADIUS)
        painter.fillRect(QRect(_EDGE + 2, 10, _EDGE - 1, self.height() - 20), self._theme.colour(self._hue))
        painter.end()
        super().paintEvent(event)
