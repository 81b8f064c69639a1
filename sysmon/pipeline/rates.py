"""Counters become rates here, at the moment of use, and nowhere else.

A rate is the difference of two readings by the *measured* time between them. Where the counter
went back (reset, wrap), where a row is missing, or where the time is not positive there is no
rate but a gap: never a spike, never 0, never negative. Knows no store and no clock.
"""

from __future__ import annotations

import math
from array import array

from sysmon.pipeline.ring import Column

PATIENCE = 2.5
"""A series with an interval of its own may miss this many intervals before its line breaks."""


def rates(column: Column) -> array[float]:
    """Change per second of a counter, one value for each row of ``column``; NaN where unknown.

    The first row has no predecessor and so no rate. A series that is read less often than rows
    come (``column.interval`` > 0) has NaN between; those rows take the rate of the span they lie in.
    """
    if column.interval:
        return _sparse(column)
    times, values = column.times, column.values
    result = array("d", (math.nan,) * min(1, len(values)))
    result.extend(
        [
            (value - before) / (time - earlier) if value >= before and time > earlier else math.nan
            for before, value, earlier, time in zip(values, values[1:], times, times[1:], strict=False)
        ]
    )
    for row in column.breaks:
        if row < len(result):
            result[row] = math.nan
    return result


def _sparse(column: Column) -> array[float]:
    times, values = column.times, column.values
    result = array("d", (math.nan,)) * len(values)
    breaks = set(column.breaks)
    limit = column.interval * PATIENCE
    last_time = last_value = math.nan
    last_row = 0
    for row, value in enumerate(values):
        if row in breaks:
            last_value = math.nan
        if value != value:
            continue
        passed = times[row] - last_time
        if value >= last_value and 0.0 < passed <= limit:
            rate = (value - last_value) / passed
            for between in range(last_row + 1, row + 1):
                result[between] = rate
        last_value, last_time, last_row = value, times[row], row
    return result


def latest_rate(column: Column) -> float:
    """The rate at the end of ``column``, NaN where there is none.

    For a series with its own interval this is the rate between its last two fresh readings.
    """
    if column.interval:
        found = rates(column)
        for row in range(len(found) - 1, -1, -1):
            if found[row] == found[row]:
                fresh = column.times[-1] - column.times[row] <= column.interval * PATIENCE
                return found[row] if fresh else math.nan
        return math.nan
    if len(column.times) < 2 or len(column.times) - 1 in column.breaks:
        return math.nan
    passed = column.times[-1] - column.times[-2]
    change = column.values[-1] - column.values[-2]
    return change / passed if passed > 0.0 and change >= 0.0 else math.nan
