"""Lines over time made of one or several series, kept and only extended by what is new.

A window that follows the newest sample asks for nearly the same points every second. A `Track`
keeps what it made, asks only for the last seconds again (a slow source gives a counter its rate
afterwards) and joins both. Where rows came late it makes all of it again. Knows no words, no units and no page.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from sysmon.model.metric import Series
from sysmon.pipeline.query import Query, Window, decimate
from sysmon.viewmodels.plot import TimeScope

Columns = Sequence[Sequence[float]]
Combine = Callable[[Columns], "Sequence[array[float]]"]
"""Makes lines of the columns of all series; row ``n`` of every column is the same instant."""

_AGAIN = 5.0
"""Seconds before the newest row that are always asked for again."""
_LEAD = 12.0
"""Seconds asked for before those: more than the longest interval of ticks."""
_BEFORE = 60.0
"""Seconds by which a row that came late may change the rates of others, where the series is read slowly."""
_PATIENCE = 3.0
"""A rate of a series with its own interval may still appear this many intervals later."""
_DENSE = 4
"""Points of a column up to which they are shown as they are; beyond, the lowest and the highest."""
_SAME_SPAN = 1e-3
_NAN = math.nan


def each(columns: Columns) -> list[array[float]]:
    """Every series is a line of its own."""
    return [column if isinstance(column, array) else array("d", column) for column in columns]


def summed(columns: Columns) -> list[array[float]]:
    """One line, the sum of all series; where one of them is unknown the sum is."""
    if len(columns) == 1:
        return each(columns)
    return [array("d", map(sum, zip(*columns, strict=True)))]


class Track:
    """The lines that ``combine`` makes of ``series`` of one host."""

    def __init__(self, query: Query, host: str, series: Sequence[Series], combine: Combine = each) -> None:
        """An instant at which a series did not exist counts as 0 in what ``combine`` makes; alone it is a gap."""
        self._query = query
        self._host = host
        self._series = tuple(series)
        self._combine = combine
        self._absent = _NAN if combine is each else 0.0
        self._span: float = _NAN
        self._width: int = 0
        self._start: float = _NAN
        self._end: float = _NAN
        self._version: int = -1
        self._filled: int = 0
        self._decimated = False
        self._windows: tuple[Window, ...] = ()

    def over(self, scope: TimeScope, width: int) -> tuple[Window, ...]:
        """The lines over ``scope`` in ``width`` columns: up to four points in each as they are, or else the two extremes.

        The same object as before where nothing changed. Arrays that were given out are never changed.
        """
        version = self._query.version(self._host)
        filled = self._query.filled(self._host)
        late = filled.concerns(self._filled, scope.start - _BEFORE, scope.end + _BEFORE)
        self._filled = filled.count
        span = scope.end - scope.start
        # The end follows the samples: differences of such times are not exact.
        same = width == self._width and abs(span - self._span) < _SAME_SPAN
        if same and not late and scope.end == self._end and version == self._version:
            return self._windows
        if late or not (same and self._extended(scope)):
            self._span = span
            self._windows = self._fresh(scope, width)
        self._width, self._version = width, version
        self._start, self._end = scope.start, scope.end
        return self._windows

    def _fresh(self, scope: TimeScope, width: int) -> tuple[Window, ...]:
        lines = self._lines(scope.start, scope.end)
        self._decimated = bool(lines) and len(lines[0].times) > _DENSE * width and scope.end > scope.start
        if not self._decimated:
            return lines
        step = (scope.end - scope.start) / width
        return tuple(decimate(line, step) for line in lines)

    def _extended(self, scope: TimeScope) -> bool:
        """Move on from what is kept; False where that cannot be done."""
        if not self._windows or not self._windows[0].times:
            return False
        if not self._start <= scope.start < self._end <= scope.end:
            return False
        step = self._span / self._width
        slowest = self._slowest()
        resume = self._windows[0].times[-1] - _AGAIN - slowest
        if self._decimated:
            resume = math.floor(resume / step) * step
        if resume <= scope.start:
            return False
        # A rate needs the row before: what is found at ``resume`` must not be the first.
        fresh = self._lines(resume - slowest - _LEAD, scope.end)
        if len(fresh) != len(self._windows):
            return False
        if self._decimated:
            pairs = zip(self._windows, fresh, strict=True)
            joined = tuple(_joined(old, decimate(_from(new, resume), step), scope.start, resume) for old, new in pairs)
        else:
            joined = _joined_rows(self._windows, fresh, scope.start, resume)
        if not self._decimated and len(joined[0].times) > _DENSE * self._width:
            return False
        self._windows = joined
        return True

    def _slowest(self) -> float:
        catalog = self._query.catalog(self._host)
        if catalog is None:
            return 0.0
        intervals = (catalog.intervals[at] for s in self._series if (at := catalog.index.get(s)) is not None)
        return max(intervals, default=0.0) * _PATIENCE

    def _lines(self, start: float, end: float) -> tuple[Window, ...]:
        windows = self._query.rows(self._host, self._series, start, end)
        times = max((window.times for window in windows), key=len, default=array("d"))
        if not times:
            return ()
        if all(window.times == times for window in windows):
            columns: Columns = [window.values for window in windows]
        else:
            times, columns = _aligned(windows, self._absent)
        return tuple(Window(times, line) for line in self._combine(columns))


def _aligned(windows: Sequence[Window], absent: float) -> tuple[array[float], Columns]:
    """All instants of all windows, and each window's values there, ``absent`` where it has no row."""
    times = array("d", sorted({moment for window in windows for moment in window.times}))
    columns: list[array[float]] = []
    for window in windows:
        known = dict(zip(window.times, window.values, strict=True))
        columns.append(array("d", [known.get(moment, absent) for moment in times]))
    return times, columns


def _joined_rows(old: Sequence[Window], new: Sequence[Window], start: float, resume: float) -> tuple[Window, ...]:
    """`_joined` for lines that share their times: they go on sharing them."""
    before, after = old[0].times, new[0].times
    first, last = max(0, bisect_right(before, start) - 1), bisect_left(before, resume)
    begin = bisect_left(after, resume)
    times = before[first:last] + after[begin:]
    return tuple(
        Window(times, one.values[first:last] + other.values[begin:]) for one, other in zip(old, new, strict=True)
    )


def _from(window: Window, start: float) -> Window:
    begin = bisect_left(window.times, start)
    return Window(window.times[begin:], window.values[begin:])


def _joined(old: Window, new: Window, start: float, resume: float) -> Window:
    """``old`` before ``resume`` and ``new`` from there, without what lies more than one point before ``start``."""
    first = max(0, bisect_right(old.times, start) - 1)
    last = bisect_left(old.times, resume)
    begin = bisect_left(new.times, resume)
    return Window(old.times[first:last] + new.times[begin:], old.values[first:last] + new.values[begin:])
