"""What the pointer does on a plot: point, drag, turn the wheel. The same for small and large plots.

Turns positions into moments and tells them to the `TimeCursor`; knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect

from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import PlotView

ZOOM_STEP = 1.25
"""Factor of one notch of the wheel."""

_DRAG_START = 4
_NOTCH = 120.0
"""Eighths of a degree: QWheelEvent::angleDelta of one notch."""


class PlotPointer:
    """The pointer over one plot. ``view`` and ``plot`` give what is shown and where, in logical pixels."""

    def __init__(self, cursor: TimeCursor, view: Callable[[], PlotView | None], plot: Callable[[], QRect]) -> None:
        self._cursor = cursor
        self._view = view
        self._plot = plot
        self._grabbed: float | None = None
        self._dragged = False

    def moment(self) -> float | None:
        """The moment under the cross-hair where this plot shows it."""
        view, time = self._view(), self._cursor.time
        if view is None or view.missing is not None or time is None:
            return None
        return time if view.scope.start <= time <= view.scope.end else None

    def time_at(self, x: float) -> float | None:
        """The moment at position ``x``."""
        view, plot = self._view(), self._plot()
        if view is None or plot.width() <= 0:
            return None
        return view.scope.start + (x - plot.left()) / plot.width() * (view.scope.end - view.scope.start)

    def stay(self, x: float) -> None:
        """The data moved under a pointer that rests at ``x``."""
        if self._grabbed is None:
            self._cursor.point(self.time_at(x))

    def move(self, x: float) -> None:
        """The pointer moved to ``x``: point, or drag what is held."""
        if self._grabbed is None:
            self._cursor.point(self.time_at(x))
        elif self._dragged or abs(x - self._grabbed) >= _DRAG_START:
            self._dragged = True
            self._drag(x)

    def _drag(self, x: float) -> None:
        view = self._view()
        if view is None or self._grabbed is None:
            return
        span = view.scope.end - view.scope.start
        seconds = (self._grabbed - x) / max(1, self._plot().width()) * span
        self._grabbed = x
        self._cursor.point(None)
        self._cursor.pan_requested.emit(seconds)

    def press(self, x: float) -> None:
        """Hold the plot at ``x``."""
        self._grabbed, self._dragged = x, False

    def release(self) -> None:
        """Let go."""
        self._grabbed = None

    def double(self) -> None:
        """A double click: back to live."""
        self._grabbed = None
        self._cursor.live_requested.emit()

    def turn(self, angle: int, x: float) -> bool:
        """The wheel turned by ``angle`` over ``x``; False where there is nothing to zoom."""
        time = self.time_at(x)
        if not angle or time is None:
            return False
        self._cursor.zoom_requested.emit(ZOOM_STEP ** (-angle / _NOTCH), time)
        return True

    def leave(self) -> None:
        """The pointer left the plot."""
        self._cursor.point(None)
