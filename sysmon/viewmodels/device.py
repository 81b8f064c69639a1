"""What every page of a device shows: one large plot with its choices, facts, small plots. Knows no pixels."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sysmon.pipeline.query import Window
from sysmon.viewmodels.plot import CardView, FactView, TimeScope

_HOLD = 2.5
"""A point stands for this many times the mean distance of points."""
_MOST_STEPS = 4000
"""Bound of a trace whose last readings came much faster than the others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several views of the large plot: its key and the words on its button."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A page of a device at one moment.

    ``card.reason`` says why there is nothing where ``card.plot`` is None.
    """

    choices: tuple[Choice, ...]
    chosen: str
    card: CardView
    facts: tuple[FactView, ...]
    small: tuple[CardView, ...]
    """Small plots under the large one."""


def chosen_of(choices: Sequence[Choice], wanted: str) -> str:
    """``wanted`` where it is offered, else the first choice; empty where there is none."""
    return next((c.key for c in choices if c.key == wanted), choices[0].key if choices else "")


def trace(window: Window, scope: TimeScope, top: float) -> tuple[float, ...]:
    """A line as shares of ``top`` at even steps over ``scope``, NaN where there is none, for a sparkline."""
    return traces((window,), scope, (top,))[0]


def traces(windows: Sequence[Window], scope: TimeScope, tops: Sequence[float]) -> list[tuple[float, ...]]:
    """`trace` of each line with its own top; those that share their times cost little each."""
    made: list[tuple[float, ...]] = []
    times: array[float] | None = None
    slots: list[int] = []
    for window, top in zip(windows, tops, strict=True):
        if window.times is not times:
            times = window.times
            slots = _slots(times, scope)
        made.append(tuple(map(_shares(window.values, top).__getitem__, slots)) if top > 0 else ())
    return made


def _shares(values: array[float], top: float) -> list[float]:
    """Values as shares, and a NaN at the end."""
    if min(values, default=0.0) >= 0.0 and max(values, default=0.0) <= top:
        shares = [value / top for value in values]
    else:
        shares = [min(1.0, max(0.0, value / top)) if value == value else math.nan for value in values]
    shares.append(math.nan)
    return shares


def _slots(times: array[float], scope: TimeScope) -> list[int]:
    """For each even step over ``scope`` the index of the point that stands there, -1 for none."""
    count = len(times)
    if count < 2 or scope.end <= scope.start:
        return []
    mean = (times[-1] - times[0]) / (count - 1)
    step = min(times[at] - times[at - 1] for at in {1, count // 2, count - 1})
    step = max(step, (scope.end - scope.start) / _MOST_STEPS)
    before = max(0, round((times[0] - scope.start) / step))
    length = before + round((times[-1] - times[0]) / step) + 1
    if length == before + count:
        return [-1] * before + list(range(count))
    placed = [-1] * length
    for at, moment in enumerate(times):
        placed[min(length - 1, before + round((moment - times[0]) / step))] = at
    return list(_held(placed, max(1, round(_HOLD * mean / step))))


def _held(placed: list[int], limit: int) -> Iterator[int]:
    """Decimated points are not even: what lies between two of them is the one before, a longer silence is a gap."""
    held, left = -1, 0
    for at in placed:
        if at >= 0:
            held, left = at, limit
        left -= 1
        yield held if left >= 0 else -1
