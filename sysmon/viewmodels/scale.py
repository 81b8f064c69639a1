"""The upper end of a value axis: round steps, quick to grow, slow to shrink.

An axis that follows every peak makes a calm line look wild; one that never shrinks hides it.
Knows no pixels and no clock: time comes with the values.
"""

from __future__ import annotations

import math

PATIENCE = 60.0
"""Seconds for which values must stay low before the axis shrinks."""


def round_up(value: float, base: int = 10) -> float:
    """The least of 1, 2, 5, 10, 20, 50, 100, 200, 500 (times a power of 1000, or of 1024) that is at least ``value``.

    1.0 for what is smaller, or no number.
    """
    if not math.isfinite(value) or value <= 1.0:
        return 1.0
    step = 1024.0 if base == 2 else 1000.0
    unit = 1.0
    while value > 500.0 * unit and unit < 1e300:
        unit *= step
    return next(top * unit for top in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0) if value <= top * unit)


class AxisScale:
    """The top of one axis over time."""

    def __init__(self, least: float = 1.0, base: int = 10) -> None:
        """``least``: the axis never ends below this, so that a few bytes of noise do not fill it."""
        self._unit = min(1.0, least)
        self._least = self._unit * round_up(least / self._unit, base)
        self._base = base
        self._top = self._least
        self._low_since = math.nan
        self._span = math.nan

    def top(self, greatest: float, span: float, now: float) -> float:
        """The top for values up to ``greatest`` (NaN: nothing is shown), at ``now`` (seconds).

        Another ``span`` (seconds that the plot shows) is another picture: the axis fits it at once.
        """
        wanted = max(self._least, self._unit * round_up(greatest / self._unit, self._base))
        if wanted >= self._top or span != self._span:
            self._low_since = math.nan
            self._top = wanted
        elif math.isnan(self._low_since):
            self._low_since = now
        elif now - self._low_since >= PATIENCE or now < self._low_since:
            self._low_since = math.nan
            self._top = wanted
        self._span = span
        return self._top
