"""An hour of one machine for benchmarks of what is kept and sent: made up, or a recorded trace over and over.

Knows no benchmark.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence
from typing import Final

from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol.scales import Scales

SERIES: Final = 150
BEGIN: Final = 1_700_000_000.0
_CLASSES: Final[tuple[tuple[int, Kind, float, float, float], ...]] = (
    (63, Kind.COUNTER, 1024.0, 0.0, 1.0),
    (25, Kind.COUNTER, 1.0, 0.03, 3.0),
    (13, Kind.COUNTER, 1.0, 0.2, 40.0),
    (8, Kind.COUNTER, 1.0, 1.0, 900.0),
    (11, Kind.COUNTER, 0.01, 0.03, 1.0),
    (7, Kind.COUNTER, 0.01, 1.0, 60.0),
    (8, Kind.GAUGE, 0.01, 0.2, 20.0),
    (3, Kind.GAUGE, 0.1, 1.0, 50.0),
    (8, Kind.GAUGE, 1024.0, 0.3, 60.0),
    (4, Kind.GAUGE, 1.0, 0.04, 2.0),
)
"""How many series of which kind and scale change with which chance a tick, and by how many steps at most: like those of a
small machine that was recorded for sixteen minutes, partly idle, partly at work; 17 % of its values change with a tick."""


def made_up(host: str, ticks: int, seed: int = 1) -> list[SampleBatch]:
    """``ticks`` batches of a machine that does not exist, one a second."""
    dice = random.Random(seed)  # noqa: S311 - figures, no secrets
    classes = [one[1:] for one in _CLASSES for _ in range(one[0])]
    series = tuple(
        Series(MetricSpec(f"made.m{at}", "1", kind, scale, "", ("n",)), (("n", str(at)),))
        for at, (kind, scale, _, _) in enumerate(classes)
    )
    catalog = Catalog(series)
    steps = [dice.randrange(1 << 24) for _ in series]
    made: list[SampleBatch] = []
    for tick in range(ticks):
        row = array("d")
        for at, (kind, scale, chance, most) in enumerate(classes):
            if dice.random() < chance:
                steps[at] += round(most * (dice.random() if kind is Kind.COUNTER else dice.random() - 0.5))
            row.append(steps[at] * scale if scale >= 1.0 else steps[at] / round(1.0 / scale))
        time = round(BEGIN + tick + dice.random() * 1e-3, 6)
        made.append(SampleBatch(host, 1, tick + 1, time, catalog, row))
    return made


def over_and_over(trace: Sequence[SampleBatch], host: str, ticks: int) -> list[SampleBatch]:
    """``ticks`` batches of a machine that lives through ``trace`` again and again: its counters go on from where they were."""
    catalog = trace[0].catalog
    scales = Scales(catalog)
    first, last = trace[0], trace[-1]
    lap_time = last.time - first.time + 1.0
    growth = [
        _growth(scales, at, first.values[at], last.values[at]) if one.metric.kind is Kind.COUNTER else 0
        for at, one in enumerate(catalog.series)
    ]
    made: list[SampleBatch] = []
    for tick in range(ticks):
        lap, at = divmod(tick, len(trace))
        values = trace[at].values
        if lap:
            values = array("d", [_raised(scales, n, value, lap * growth[n]) for n, value in enumerate(values)])
        made.append(SampleBatch(host, 1, tick + 1, trace[at].time + lap * lap_time, catalog, values))
    return made


def _growth(scales: Scales, at: int, first: float, last: float) -> int:
    begun, ended = scales.number(at, first), scales.number(at, last)
    return max(0, ended - begun) if begun is not None and ended is not None else 0


def _raised(scales: Scales, at: int, value: float, steps: int) -> float:
    number = scales.number(at, value) if steps and not math.isnan(value) else None
    return value if number is None else (number + steps) * scales.multiply[at] / scales.divide[at]
