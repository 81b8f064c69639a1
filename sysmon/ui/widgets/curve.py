"""From samples to points and columns of pixels, without numpy: it would cost a sixth of the start.

Pure functions over sequences of floats; NaN breaks a line. The work is done by slices, `min`, `max`
and strided copies, so that noise costs what smooth data costs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import ceil, floor, isnan, nan
from typing import cast

import shiboken6
from PySide6.QtGui import QPolygonF

_memory = cast("Callable[[object, int, bool], bytearray]", shiboken6.VoidPtr)
"""Address, bytes, writable. The type stub of VoidPtr lacks both the size and the buffer that it is."""

Run = tuple[int, int]
"""First index and index past the last of values without a break between them."""


_NEAR = 1.5
"""Columns between two samples up to which an area takes the nearest sample instead of interpolating."""


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
    points = list(values[begin:end])
    body = zip(*[iter(points[first:])] * size, strict=False)
    rest = count - (count - first) % size if count > first else count
    buckets = [points[:first], *body, points[rest:]]
    kept = [points[0]]
    for bucket, low, high in zip(buckets, map(_lowest, buckets), map(_highest, buckets), strict=True):
        # Which came first is told by the ends of the bucket: exact enough inside a few pixels, and cheap.
        if bucket:
            kept += (low, high) if bucket[0] <= bucket[-1] else (high, low)
    kept.append(points[-1])
    return _bucket_times(times, run, first, size, len(kept)), array("d", kept)


_lowest = partial(min, default=0.0)
_highest = partial(max, default=0.0)


def _bucket_times(times: Sequence[float], run: Run, first: int, size: int, count: int) -> array[float]:
    """The times of what `thinned` keeps: first sample, beginning and middle of each bucket, last sample."""
    begin, end = run
    edges = [begin, *range(begin + first, end, size), end]
    kept = array("d", [times[end - 1]]) * count
    kept[0] = times[begin]
    kept[1:-1:2] = array("d", [times[left] for left in edges[:-1]])
    kept[2:-1:2] = array("d", [times[(left + right) // 2] for left, right in pairwise(edges)])
    return kept


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


def fill_heights(
    times: Sequence[float],
    values: Sequence[float],
    start: float,
    step: float,
    scale: float,
    limit: int,
    out: list[int],
) -> None:
    """Write the height of one run in pixels at the middle of each column into ``out``.

    Column ``n`` spans ``step`` seconds from ``start + n * step``; a value is ``scale`` pixels high for each
    unit, between 0 and ``limit``. Between samples it is interpolated, as the line drawn over it is.
    Columns beyond the run are left alone.
    """
    count, width = len(times), len(out)
    if not count or step <= 0:
        return
    origin = start + step / 2
    first = max(0, ceil((times[0] - origin) / step))
    last = min(width - 1, floor((times[-1] - origin) / step))
    if first > last or count == 1:
        column = floor((times[0] - start) / step)
        if 0 <= column < width and times[-1] - times[0] < step:
            out[column] = min(limit, max(0, round(values[-1] * scale)))
        return
    every = (times[-1] - times[0]) / (count - 1)
    if every <= _NEAR * step and _even(times, every):
        # Samples as close as columns: the nearest one is within a pixel of the line, and found without a search.
        heights = [int(value * scale + 0.5) for value in values]
        begin, ratio = (origin - times[0]) / every + 0.5, step / every
        out[first : last + 1] = [heights[int(begin + column * ratio)] for column in range(first, last + 1)]
    elif every <= _NEAR * step:
        # As close, but not evenly, as peaks of a dense line are: the nearest one is looked for.
        begin = origin - every / 2
        close = [bisect_left(times, begin + column * step) for column in range(first, last + 1)]
        out[first : last + 1] = [int(values[at] * scale + 0.5) for at in close]
    else:
        _interpolate(times, values, origin, step, scale, out, range(first, last + 1))
    if min(values) < 0.0 or max(values) * scale > limit:
        out[first : last + 1] = [min(limit, max(0, height)) for height in out[first : last + 1]]


def _even(times: Sequence[float], every: float) -> bool:
    """Whether samples stand about ``every`` seconds apart, by three looks."""
    last = len(times) - 1
    return all(abs(times[at] - times[0] - at * every) < every / 2 for at in (last // 4, last // 2, 3 * last // 4))


def _interpolate(
    times: Sequence[float],
    values: Sequence[float],
    origin: float,
    step: float,
    scale: float,
    out: list[int],
    columns: range,
) -> None:
    index, final = -1, len(times) - 2
    left = right = times[0]
    low = slope = 0.0
    for column in columns:
        at = origin + column * step
        if right < at or index < 0:
            index = max(index, 0)
            while times[index + 1] < at and index < final:
                index += 1
            left, right = times[index], times[index + 1]
            low = values[index] * scale + 0.5
            slope = (values[index + 1] * scale + 0.5 - low) / (right - left) if right > left else 0.0
        out[column] = int(low + slope * (at - left))


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
