"""One moment that all plots of a window point at, and what the pointer asks of the time axis.

Plots write it and read it; it knows neither plots nor data.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class TimeCursor(QObject):
    """The moment under the cross-hair, seconds since 1970, or None where nobody points."""

    moved = Signal()
    """The moment changed, or went away."""

    zoom_requested = Signal(float, float)
    """Factor to multiply the span with (below 1 zooms in), and the moment that stays in place."""

    pan_requested = Signal(float)
    """Seconds to move the span by; negative is towards the past."""

    live_requested = Signal()
    """Follow the newest sample again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._time: float | None = None

    @property
    def time(self) -> float | None:
        """The moment under the cross-hair."""
        return self._time

    def point(self, time: float | None) -> None:
        """Move the cross-hair to ``time``, or take it away with None."""
        if time != self._time:
            self._time = time
            self.moved.emit()
