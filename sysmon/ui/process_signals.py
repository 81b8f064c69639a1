"""SIGTERM, SIGINT and SIGHUP in a program whose main thread sits in Qt's loop.

CPython runs signal handlers between byte codes only, so a loop in C++ would not see them until
the next Qt event. `signal.set_wakeup_fd` writes a byte to a socket at once; Qt watches that
socket. No timer polls. Knows nothing of what a signal leads to.
"""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_WANTED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""SIGBREAK is what Windows makes of Ctrl+Break and of closing the console."""


class ProcessSignals(QObject):
    """Calls ``deliver`` with the number of each signal that asks the program to end. Main thread only."""

    def __init__(self, parent: QObject, deliver: Callable[[int], None]) -> None:
        """Take the signals over; `close` gives them back."""
        super().__init__(parent)
        self._deliver = deliver
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in _WANTED if hasattr(signal, name)]
        self._before = {number: signal.signal(number, _noted) for number in numbers}
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)

    def _arrived(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for number in self._ours.recv(64):
                if number in self._before:
                    self._deliver(number)

    def close(self) -> None:
        """Handle signals as before. Idempotent."""
        if not self._before:
            return
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        signal.set_wakeup_fd(self._before_fd)
        self._ours.close()
        self._theirs.close()


def _noted(number: int, frame: FrameType | None) -> None:
    """Without a handler of Python's own the wake-up descriptor is not written."""
