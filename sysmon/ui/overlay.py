"""A box over the window that takes the keyboard and goes away by Escape or a press beside it.

For the palette and the shortcut sheet: no window of its own, so no window manager can place it badly.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

_DIM = 110
"""Of 255: how much the window behind is darkened."""
_EDGE = 24


class Overlay(QWidget):
    """Covers its window while it is open. Put widgets into ``body``."""

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, name: str, *, width: int, top: int) -> None:
        """``width`` of the box and its distance from the ``top`` of the window, in logical pixels."""
        super().__init__(window)
        self._window = window
        self.theme = theme
        self._width, self._top = width, top
        self._before: QWidget | None = None
        self.box = _Box(theme, self)
        self.box.setAccessibleName(name)
        self.body = QVBoxLayout(self.box)
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(8)
        self.hide()
        window.installEventFilter(self)

    def set_top(self, top: int) -> None:
        """Where the box begins, from the next `place` on; it is moved up where it would not fit."""
        height = self.box.sizeHint().height()
        self._top = max(_EDGE, min(top, self._window.height() - height - _EDGE))

    def open(self) -> None:
        """Show the box and give it the keyboard."""
        self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        self.focus_inside()

    def focus_inside(self) -> None:
        """Where the keyboard goes on opening."""
        self.box.setFocus()

    def close_box(self) -> None:
        """Go away and give the keyboard back. Idempotent."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def place(self) -> None:
        """Fit the box into the window as it is now."""
        room = self._window.rect()
        self.setGeometry(room)
        width = min(self._width, room.width() - 2 * _EDGE)
        height = min(self.box.sizeHint().height(), room.height() - self._top - _EDGE)
        self.box.setGeometry((room.width() - width) // 2, self._top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002  # the name that Qt gives
        """Tab stays inside the box."""
        inside = [w for w in self.box.findChildren(QWidget) if _takes_tab(w)]
        if not inside:
            return True
        here = QApplication.focusWidget()
        at = inside.index(here) if here in inside else -1
        inside[(at + (1 if next else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_box()
        event.accept()  # nothing typed here is meant for the window behind

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.box.geometry().contains(event.position().toPoint()):
            self.close_box()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(0, 0, 0, _DIM))
        painter.end()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()


class _Box(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink.box(painter, self._theme, self.rect(), self._theme.colour("card"), "line", ink.RADIUS)
        painter.end()
