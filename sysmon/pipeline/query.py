"""Questions that screens and exports ask: a series over a span, its value now, its gaps.

Answers come at the width of the plot, counters as rates. Whoever asks does not know whether the
rows lie in the ring, on disk or with a peer. Safe to call from any thread.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import DeviceFacts
from sysmon.model.machine import Machine
from sysmon.model.metric import Kind, Series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog
from sysmon.pipeline.past import Filled
from sysmon.pipeline.rates import latest_rate, rates
from sysmon.pipeline.ring import Column, LastRows
from sysmon.pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Window:
    """One series over a span: times in seconds since 1970, ascending; NaN values are gaps."""

    times: array[float]
    values: array[float]


@dataclass(frozen=True, slots=True)
class Hole:
    """A span of a host without rows, and why."""

    start: float
    end: float
    reason: str


class Query:
    """Reads what the store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hosts(self) -> list[str]:
        """Hosts with data, in the order they came."""
        return self._store.hosts()

    def machines(self) -> list[Machine]:
        """All machines that are known, in the order they came, also those without data."""
        return self._store.machines()

    def devices(self, host: str) -> DeviceFacts:
        """What is plugged into ``host``, as far as somebody wanted to know."""
        return self._store.devices(host)

    def catalog(self, host: str) -> Catalog | None:
        """What ``host`` measures now and what it cannot; None before its first batch."""
        return self._store.catalog(host)

    def version(self, host: str) -> int:
        """Grows with each batch of ``host``: a cheap way to ask whether anything is new."""
        return self._store.version(host)

    def filled(self, host: str) -> Filled:
        """Grows when rows of ``host`` came late, at most every two seconds: what was made of old rows is to be made again."""
        return self._store.filled(host)

    def span(self, host: str) -> tuple[float, float]:
        """Times of the oldest and newest row; NaN where there is none."""
        return self._store.span(host)

    def newest(self, host: str) -> float:
        """Time of the newest row, NaN where there is none."""
        return self._store.span(host)[1]

    def latest(self, host: str, series: Series) -> float:
        """The newest value, for counters the rate per second now; NaN where unknown."""
        newest = self._store.newest(host, series)
        if newest is None:
            return math.nan
        if series.metric.kind is Kind.GAUGE:
            return newest.values[-1] if newest.values else math.nan
        return latest_rate(newest)

    def last_rows(self, host: str) -> LastRows | None:
        """The two newest rows of all series, raw; None where there is none.

        For key figures of hundreds of hosts, where asking for one series after the other costs too much.
        """
        return self._store.last_rows(host)

    def total(self, host: str, series: Series) -> float:
        """The newest raw value, also of a counter; NaN where unknown."""
        newest = self._store.newest(host, series)
        if newest is None:
            return math.nan
        return next((value for value in reversed(newest.values) if value == value), math.nan)

    def window(self, host: str, series: Series, start: float, end: float, width: int) -> Window:
        """``series`` from ``start`` to ``end`` for a plot ``width`` points wide.

        At most two points a pixel: the least and the greatest value of each, in the order they came.
        """
        (window,) = self.rows(host, (series,), start, end)
        if len(window.times) <= 2 * width or end <= start:
            return window
        return decimate(window, (end - start) / width)

    def rows(self, host: str, wanted: Sequence[Series], start: float, end: float) -> list[Window]:
        """Each of ``wanted`` from ``start`` to ``end``, row by row as it was sampled."""
        found = self._store.columns(host, wanted, start, end)
        return [
            Window(column.times, rates(column)) if series.metric.kind is Kind.COUNTER else _broken(column)
            for series, column in zip(wanted, found, strict=True)
        ]

    def holes(self, host: str, start: float, end: float) -> list[Hole]:
        """Spans without rows, with the reason as far as it is known."""
        marks = [mark for mark in self._store.marks(host) if mark.kind in _REASONS]
        return [
            Hole(begin, finish, _reason(marks, begin, finish, new_epoch))
            for begin, finish, new_epoch in self._store.holes(host, start, end)
        ]

    def marks(self, host: str) -> list[Mark]:
        """What happened on ``host``, oldest first (the last few hundred)."""
        return self._store.marks(host)

    def newest_mark(self, host: str) -> Mark | None:
        """The mark that came last, None where there is none."""
        return self._store.newest_mark(host)

    def earlier_processes(self, host: str) -> ProcessTable | None:
        """The table of processes before the newest, None where there is none: with it rates are known at once."""
        return self._store.earlier_processes(host)

    def processes(self, host: str) -> ProcessTable | None:
        """The newest process table, None where nobody asked for one yet."""
        return self._store.processes(host)

    def tables(self) -> int:
        """Grows with each process table of any host."""
        return self._store.tables


_LATE = 0.5
"""Seconds that a mark may stand after the first row behind the hole that it explains."""
_REASONS = frozenset((MarkKind.ASLEEP, MarkKind.CLOCK, MarkKind.SKIPPED, MarkKind.PAUSED))


def _reason(marks: list[Mark], start: float, end: float, new_epoch: bool) -> str:
    for mark in marks:
        # The mark of an interruption stands where it ended.
        if start < mark.time <= end + _LATE:
            return mark.text
    return "sysmon was not running" if new_epoch else "no sample was taken"


def _broken(column: Column) -> Window:
    """The rows of a gauge, with a NaN between the two sides of each break."""
    if not column.breaks or column.breaks == [0]:
        return Window(column.times, column.values)
    times, values = array("d"), array("d")
    last = 0
    for row in column.breaks:
        times.extend(column.times[last:row])
        values.extend(column.values[last:row])
        if 0 < row < len(column.times):
            times.append((column.times[row - 1] + column.times[row]) / 2)
            values.append(math.nan)
        last = row
    times.extend(column.times[last:])
    values.extend(column.values[last:])
    return Window(times, values)


def decimate(window: Window, step: float) -> Window:
    """Least and greatest value of each ``step`` seconds, in the order they came.

    Steps lie on multiples of ``step`` in absolute time, so that a plot that moves on does not
    flicker. Gaps stay gaps: a NaN at the beginning of a step is kept before its values, any other one behind them.
    """
    times, values = array("d"), array("d")
    row, count = 0, len(window.times)
    while row < count:
        end = bisect_left(window.times, (math.floor(window.times[row] / step) + 1.0) * step, row + 1)
        chunk = window.values[row:end]
        leading = breaks = False
        if math.isnan(sum(chunk)):
            missing = len(chunk)
            leading = chunk[0] != chunk[0]
            chunk = array("d", [value for value in chunk if value == value])
            missing -= len(chunk)
            breaks = missing > leading
        if leading:
            times.append(window.times[row])
            values.append(math.nan)
            row = min(row + 1, end - 1)
        if chunk:
            low, high = min(chunk), max(chunk)
            first, second = (low, high) if chunk.index(low) <= chunk.index(high) else (high, low)
            times.append(window.times[row])
            values.append(first)
            if low != high:
                times.append(window.times[end - 1])
                values.append(second)
        if breaks:
            times.append(window.times[end - 1])
            values.append(math.nan)
        row = end
    return Window(times, values)
