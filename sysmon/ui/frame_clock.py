"""When the window draws: once for all that came in together, and only while somebody can see it.

There is no timer that ticks: new data wakes the clock, and what comes within one moment is one frame.
Knows no data and no page.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QWidget

GATHER_MS = 20
"""How long a frame waits for what belongs to it: a batch and the process table of the same tick come one after the other."""

_EVENTS = frozenset((QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Expose, QEvent.Type.WindowStateChange))


class FrameClock(QObject):
    """Turns any number of `wake` calls into as few `frame` signals as needed."""

    frame = Signal()
    """Draw now."""
    seen_changed = Signal(bool)
    """Whether anything of the window can be seen became another."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._handle: QWindow | None = None
        self._owed = False
        self._seen = False
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.setTimerType(Qt.TimerType.CoarseTimer)
        self._gather.timeout.connect(self._elapsed)
        window.installEventFilter(self)

    def wake(self) -> None:
        """Something new is there. Costs nothing while a frame is already due."""
        if not self._gather.isActive():
            self._gather.start()

    def now(self) -> None:
        """Draw without gathering, for what the user did."""
        self._gather.stop()
        self._elapsed()

    @property
    def visible(self) -> bool:
        """Whether anything of the window can be seen."""
        if not self._window.isVisible() or self._window.isMinimized():
            return False
        return self._handle is None or self._handle.isExposed()

    def _elapsed(self) -> None:
        self._owed = not self.visible
        if not self._owed:
            self.frame.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _EVENTS:
            self._watch_handle()
            self._look()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        seen = self.visible
        if seen is not self._seen:
            self._seen = seen
            self.seen_changed.emit(seen)
        if seen and self._owed:
            self.wake()

    def _watch_handle(self) -> None:
        # Only the window of the window system is told about exposure, and it is there from the first show on.
        handle = cast("QWindow | None", self._window.windowHandle())
        if handle is not None and handle is not self._handle:
            self._handle = handle
            handle.installEventFilter(self)
