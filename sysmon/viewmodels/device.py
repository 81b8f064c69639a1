"""What every page of a device shows: one large plot with its choices, facts, small plots. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.pipeline.query import Window
from sysmon.viewmodels.plot import CardView, FactView, TimeScope


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
    """A line as shares of ``top`` at even steps over ``scope``, NaN where it has not begun, for a sparkline."""
    count = len(window.times)
    if count < 2 or top <= 0 or scope.end <= scope.start:
        return ()
    step = (window.times[-1] - window.times[0]) / (count - 1)
    before = round((window.times[0] - scope.start) / step) if step > 0 else 0
    shares = [min(1.0, max(0.0, value / top)) if value == value else math.nan for value in window.values]
    return (math.nan,) * max(0, min(before, 10_000)) + tuple(shares)
