"""What every page of a device shows: one large plot with its choices, facts, small plots. Knows no pixels."""

from __future__ import annotations

import math
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
    times, count = window.times, len(window.times)
    if count < 2 or top <= 0 or scope.end <= scope.start:
        return ()
    mean = (times[-1] - times[0]) / (count - 1)
    step = min(times[at] - times[at - 1] for at in {1, count // 2, count - 1})
    step = max(step, (scope.end - scope.start) / _MOST_STEPS)
    before = max(0, round((times[0] - scope.start) / step))
    shares = [min(1.0, max(0.0, value / top)) if value == value else math.nan for value in window.values]
    length = before + round((times[-1] - times[0]) / step) + 1
    if length == before + count:
        return (math.nan,) * before + tuple(shares)
    placed: list[float | None] = [None] * length
    for moment, share in zip(times, shares, strict=True):
        placed[min(length - 1, before + round((moment - times[0]) / step))] = share
    return tuple(_held(placed, max(1, round(_HOLD * mean / step))))


def _held(placed: list[float | None], limit: int) -> Iterator[float]:
    """Decimated points are not even: what lies between two of them is the one before, a longer silence is a gap."""
    held, left = math.nan, 0
    for share in placed:
        if share is not None:
            held, left = share, limit
        left -= 1
        yield held if left >= 0 else math.nan
