"""How the values of a catalog become whole numbers and come back, bit for bit.

A series declares the step to which its values are exact. A value that is a whole number of steps
travels as that number; any other travels as the double that it is. Knows no message.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from operator import mul
from typing import Final

from sysmon.model.metric import Kind
from sysmon.model.sample import Catalog

EXACT: Final = 1 << 53
"""Whole numbers below this are exact as doubles."""


class Scales:
    """One entry for each series: ``value = number * multiply / divide``; one of the two factors is 1.

    A step below 1 divides (3 / 100 is the double nearest to 0.03, which 3 * 0.01 is not).
    ``rising`` tells the series whose differences are never negative unless they are reset.
    """

    def __init__(self, catalog: Catalog) -> None:
        declared = tuple([(series.metric.scale, series.metric.kind) for series in catalog.series])
        self.multiply, self.divide, self.rising = _columns(declared)

    def __len__(self) -> int:
        return len(self.multiply)

    def number(self, at: int, value: float) -> int | None:
        """``value`` of series ``at`` in steps; None where that would lose anything (NaN and infinity too)."""
        multiply, divide = self.multiply[at], self.divide[at]
        steps = value * divide / multiply
        if not -EXACT < steps < EXACT:
            return None
        number = round(steps)
        if number * multiply / divide != value or (not number and math.copysign(1.0, value) < 0.0):
            return None
        return number

    def numbers(self, at: int, values: Sequence[float]) -> list[int] | None:
        """`number` of each of ``values``; None where it is that for one of them."""
        multiply, divide = self.multiply[at], self.divide[at]
        try:
            if divide != 1.0:
                found = [*map(_round, map(mul, values, repeat(divide)))]
                back = [number / divide for number in found]
            elif multiply != 1.0:
                found = [round(value / multiply) for value in values]
                back = [number * multiply for number in found]
            else:
                found = [*map(_round, values)]
                back = found
        except (ValueError, OverflowError):  # NaN or infinite
            return None
        if back != values or not -EXACT < min(found) <= max(found) < EXACT:
            return None
        # Zeros are rare, so this hardly ever looks at any.
        if 0 in found and any(math.copysign(1.0, value) < 0.0 for value in values if not value):
            return None
        return found


_round: Final[Callable[[float], int]] = float.__round__


@lru_cache(maxsize=64)
def _columns(
    declared: tuple[tuple[float, Kind], ...],
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[bool, ...]]:
    """Kept once for all machines that declare the same, one after the other."""
    factors = [_factors(scale) for scale, _ in declared]
    return (
        tuple([multiply for multiply, _ in factors]),
        tuple([divide for _, divide in factors]),
        tuple([kind is Kind.COUNTER for _, kind in declared]),
    )


@lru_cache(maxsize=256)
def _factors(scale: float) -> tuple[float, float]:
    if not (math.isfinite(scale) and scale > 0.0):
        return 1.0, 1.0
    if scale >= 1.0:
        return scale, 1.0
    inverse = 1.0 / scale
    whole = float(round(inverse)) if inverse < EXACT else inverse
    return (1.0, whole) if math.isfinite(whole) and math.isclose(whole * scale, 1.0, rel_tol=1e-9) else (scale, 1.0)
