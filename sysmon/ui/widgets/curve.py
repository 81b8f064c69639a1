"""From samples to points and columns of pixels, without numpy: it would cost a sixth of the start.

Pure functions over sequences of floats; NaN breaks a line. The work is done by slices, `min`, `max`
and strided copies, so that noise costs what smooth data costs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, isnan, nan
from typing import cast

import shiboken6
from PySide6.QtGui import QPolygonF

_memory = cast("Callable[[object, int, bool], bytearray]", shiboken6.VoidPtr)
"""Address, bytes, writable. The type stub of VoidPtr lacks both the size and the buffer that it is."""

Run = tuple[int, int]
"""First index and index past the last of values without a break between them."""


def runs(values: Sequence[float]) -> list[Run]:
    """The stretches of ``values`` that hold no NaN."""
    if not values:
        return []
    if not isnan(sum(values)):
        return [(0, len(values))]
    found: list[Run] = []
    begin = 0
    for index in [index for index, value in enumerate(values) if value != value]:
        if index > begin:
            found.append((begin, index))
        begin = index + 1
    if begin < len(values):
        found.append((begin, len(values)))
    return found


def thinned(times: Sequence[float], values: Sequence[float], run: Run, limit: int) -> tuple[array[float], array[float]]:
    """At most about ``limit`` points of one run: the lowest and the highest of each bucket, in their order.

    Buckets stand at multiples of their length on the time axis, so that they do not change while time moves on.
    """
    begin, end = run
    count = end - begin
    if count <= max(limit, 4):
        return _doubles(times[begin:end]), _doubles(values[begin:end])
    size = ceil(count * 2 / limit)
    step = (times[end - 1] - times[begin]) / (count - 1)
    first = size - int(times[begin] / step) % size if step > 0 else size
    edges = [begin, *range(begin + first, end, size), end]
    points = list(values[begin:end])
    kept: list[float] = [points[0]]
    for left, right in pairwise(edges):
        bucket = points[left - begin : right - begin]
        # Which came first is told by the ends of the bucket: exact enough inside two pixels, and cheap.
        kept += (min(bucket), max(bucket)) if bucket[0] <= bucket[-1] else (max(bucket), min(bucket))
    kept.append(points[-1])
    kept_times = array("d", [times[begin]] * len(kept))
    kept_times[1:-1:2] = array("d", [times[left] for left in edges[:-1]])
    kept_times[2:-1:2] = array("d", [times[(left + right) // 2] for left, right in pairwise(edges)])
    kept_times[-1] = times[end - 1]
    return kept_times, array("d", kept)


def _doubles(values: Sequence[float]) -> array[float]:
    return values if isinstance(values, array) and values.typecode == "d" else array("d", values)


def fill_polygon(polygon: QPolygonF, times: array[float], values: array[float]) -> None:
    """Put the points into ``polygon`` by two strided copies; both arrays have the same length."""
    count = len(times)
    polygon.resize(count)
    if not count:
        return
    points = memoryview(_memory(polygon.data(), 16 * count, True)).cast("B").cast("d")
    points[0::2] = times
    points[1::2] = values


def sampled(
    times: Sequence[float], values: Sequence[float], start: float, step: float, width: int, out: list[float]
) -> None:
    """Write the value at the middle of each of ``width`` columns into ``out``; columns beyond the run are left alone.

    Column ``n`` spans ``step`` seconds from ``start + n * step``. Values between samples are interpolated,
    as the line drawn over them is.
    """
    count = len(times)
    if not count or step <= 0:
        return
    origin = start + step / 2
    first = max(0, ceil((times[0] - origin) / step))
    last = min(width - 1, floor((times[-1] - origin) / step))
    if first > last:
        column = floor((times[0] - start) / step)
        if 0 <= column < width and times[-1] - times[0] < step:
            out[column] = values[-1]
        return
    index, final = 0, count - 2
    left, right = times[0], times[min(1, count - 1)]
    low, slope = values[0], 0.0
    fresh = True
    for column in range(first, last + 1):
        at = origin + column * step
        while right < at and index < final:
            index += 1
            left, right = right, times[index + 1]
            fresh = True
        if fresh:
            low = values[index]
            slope = (values[index + 1] - low) / (right - left) if right > left else 0.0
            fresh = False
        out[column] = low + slope * (at - left)


def nearest(times: Sequence[float], values: Sequence[float], at: float, reach: float) -> float:
    """The value of the sample closest to ``at``, NaN where that is a break or further than ``reach`` seconds away."""
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        if times[middle] < at:
            low = middle + 1
        else:
            high = middle
    best, distance = nan, reach
    for index in (low - 1, low):
        if 0 <= index < len(times) and abs(times[index] - at) <= distance:
            best, distance = values[index], abs(times[index] - at)
    return best


def heights(column_values: Sequence[float], top: float, height: int) -> list[int]:
    """Pixels to fill in each column, 0 to ``height``; 0 where the value is unknown."""
    if top <= 0 or not isfinite(top):
        return [0] * len(column_values)
    scale = height / top
    return [min(height, max(0, int(value * scale + 0.5))) if value == value else 0 for value in column_values]
