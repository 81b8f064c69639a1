"""Columns on demand as figures: what they tell now, and for how much of the time a process waited.

A counter of seconds waited becomes a share of the time between two answers. Knows no source and no screen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import ExtraColumns

MOST: Final = 20_000
"""Processes whose last counter is remembered; the oldest go first."""


class ColumnFigures(NamedTuple):
    """The columns of one row. NaN and None for what was not asked for or is not known; "" for none."""

    pss: float = math.nan
    """Bytes."""
    swap: float = math.nan
    """Bytes."""
    cgroup: str | None = None
    container: str | None = None
    io_wait: float = math.nan
    """Share of the time that its first thread waited for disks."""


UNKNOWN: Final = ColumnFigures()


class ColumnRates:
    """Makes figures of one answer after another. One thread at a time."""

    def __init__(self) -> None:
        self._last: dict[ProcessKey, tuple[float, float]] = {}

    def step(self, answers: Mapping[ProcessKey, ExtraColumns], now: float) -> dict[ProcessKey, ColumnFigures]:
        """The figures of ``answers`` that came at ``now`` (steady seconds)."""
        found: dict[ProcessKey, ColumnFigures] = {}
        for key, told in answers.items():
            share = self._share(key, told.io_wait, now) if told.io_wait == told.io_wait else math.nan
            found[key] = ColumnFigures(told.pss, told.swap, told.cgroup, told.container, share)
        while len(self._last) > MOST:
            del self._last[next(iter(self._last))]
        return found

    def _share(self, key: ProcessKey, waited: float, now: float) -> float:
        before = self._last.pop(key, None)
        self._last[key] = (waited, now)
        if before is None or not now > before[1] or waited < before[0]:
            return math.nan
        return min(1.0, (waited - before[0]) / (now - before[1]))
