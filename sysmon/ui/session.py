"""What the window remembers by itself: its place, its size, the width of the side bar.

An INI file of the state folder, not the settings: nobody edits it, and losing it costs nothing.
A value that is broken, or that lies off every screen, is as if it were not there. Knows no page.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

SMALLEST = QSize(900, 600)
USUAL = QSize(1280, 800)
SIDE_WIDTHS = (200, 480)
"""Least and greatest width of the side bar, in logical pixels."""

_GEOMETRY = "window/geometry"
_SIDE = "window/side_width"


class Session:
    """The remembered things. Reads and writes ``file`` only in `load`, `save`."""

    def __init__(self, file: Path) -> None:
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def place(self, window: QWidget) -> None:
        """Put ``window`` where it was, or in the middle of the screen at its usual size."""
        kept = self._store.value(_GEOMETRY)
        if isinstance(kept, QByteArray) and window.restoreGeometry(kept) and _reachable(window.frameGeometry()):
            return
        screen = QGuiApplication.primaryScreen().availableGeometry()
        size = USUAL.boundedTo(screen.size()).expandedTo(window.minimumSize())
        window.resize(size)
        window.move(screen.center() - QRect(0, 0, size.width(), size.height()).center())

    def side_width(self) -> int | None:
        """The width of the side bar, None where none is remembered."""
        try:
            width = int(str(self._store.value(_SIDE)))
        except ValueError:
            return None
        return width if SIDE_WIDTHS[0] <= width <= SIDE_WIDTHS[1] else None

    def recall(self, name: str) -> QByteArray | None:
        """What a page remembered under ``name``, None where nothing was."""
        kept = self._store.value(f"pages/{name}")
        return kept if isinstance(kept, QByteArray) else None

    def remember(self, name: str, state: QByteArray) -> None:
        """Keep ``state`` of a page under ``name``; written with the rest."""
        self._store.setValue(f"pages/{name}", state)

    def save(self, window: QWidget, side_width: int | None) -> bool:
        """Remember; False where the file cannot be written."""
        self._store.setValue(_GEOMETRY, window.saveGeometry())
        if side_width is not None:
            self._store.setValue(_SIDE, side_width)
        self._store.sync()
        return self._store.status() is QSettings.Status.NoError


def _reachable(frame: QRect) -> bool:
    """Whether enough of a window can be seen to take hold of it: a screen may have been unplugged."""
    top = QRect(frame.left(), frame.top(), frame.width(), 40)
    return any(
        (seen := screen.availableGeometry().intersected(top)).width() >= 120 and seen.height() >= 20
        for screen in QGuiApplication.screens()
    )
