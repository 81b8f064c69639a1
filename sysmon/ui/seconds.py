"""A tick each second, for words that count down while somebody looks. Stands still otherwise."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

_SECOND_MS = 1000


class Seconds:
    """Calls ``tick`` once a second while it runs. Made for one owner, which starts and stops it."""

    def __init__(self, owner: QObject, tick: Callable[[], object]) -> None:
        self._timer = QTimer(owner)
        self._timer.setInterval(_SECOND_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(tick)

    def run(self, wanted: bool) -> None:
        """Tick from now on, or not any more. Idempotent."""
        if wanted is not self._timer.isActive():
            if wanted:
                self._timer.start()
            else:
                self._timer.stop()

    @property
    def running(self) -> bool:
        """Whether it ticks."""
        return self._timer.isActive()
