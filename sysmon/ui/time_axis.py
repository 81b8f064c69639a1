"""The span that the whole window shows: how long it is, and whether its end follows the newest sample.

Range buttons, wheel, drag and keys change it; pages get a `TimeScope` of it. Knows no plot and no data.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from sysmon.viewmodels.plot import TimeScope

RANGES: Mapping[str, float] = MappingProxyType(
    {"1m": 60.0, "5m": 300.0, "1h": 3600.0, "6h": 21600.0, "24h": 86400.0, "7d": 604800.0, "30d": 2592000.0}
)
"""Lengths in seconds, by the key that settings use."""

SHORTEST, LONGEST = 10.0, RANGES["30d"]


def range_text(key: str) -> str:
    """The words on a range button: "5m" is "5 m"."""
    return f"{key[:-1]} {key[-1]}"


class TimeAxis(QObject):
    """Length and end of the span. Times are seconds since 1970."""

    changed = Signal()
    """The span is another one than time alone makes it."""

    def __init__(self, parent: QObject, key: str = "5m") -> None:
        super().__init__(parent)
        self._span = RANGES.get(key, RANGES["5m"])
        self._end: float | None = None
        self._newest = float("nan")

    @property
    def live(self) -> bool:
        """Whether the end follows the newest sample."""
        return self._end is None

    @property
    def span(self) -> float:
        """Length in seconds."""
        return self._span

    @property
    def key(self) -> str | None:
        """The range button that stands for the span, None after zooming."""
        return next((key for key, length in RANGES.items() if length == self._span), None)

    def scope(self, newest: float) -> TimeScope:
        """The span while ``newest`` is the time of the newest sample (NaN where there is none)."""
        self._newest = newest
        end = self._end if self._end is not None else newest
        end = end if end == end else 0.0
        return TimeScope(end - self._span, end, self.live)

    def choose(self, key: str) -> None:
        """Show the range with ``key``; raises KeyError where there is none."""
        self._set(RANGES[key], self._end)

    def pause(self) -> None:
        """Keep the end where it is."""
        if self._end is None and self._newest == self._newest:
            self._set(self._span, self._newest)

    def go_live(self) -> None:
        """Follow the newest sample."""
        self._set(self._span, None)

    def toggle(self) -> None:
        """Pause, or go on."""
        if self.live:
            self.pause()
        else:
            self.go_live()

    def zoom(self, factor: float, time: float) -> None:
        """Make the span ``factor`` times as long around ``time``; while live the end stays at the newest sample."""
        span = min(LONGEST, max(SHORTEST, self._span * factor))
        if self._end is None:
            self._set(span, None)
        else:
            share = (self._end - time) / self._span
            self._move(span, time + span * share)

    def pan(self, seconds: float) -> None:
        """Move the span; beyond the newest sample it is live again."""
        end = self._end if self._end is not None else self._newest
        if end == end:
            self._move(self._span, end + seconds)

    def _move(self, span: float, end: float) -> None:
        self._set(span, None if end >= self._newest else end)

    def _set(self, span: float, end: float | None) -> None:
        if (span, end) != (self._span, self._end):
            self._span, self._end = span, end
            self.changed.emit()
