"""Catalogs, batches and collectors made for the tests of the pipeline."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from sysmon.collectors.contract import Pace
from sysmon.model.metric import Kind, MetricSpec, Series, series
from sysmon.model.sample import Catalog, Reading, SampleBatch

COUNTER = MetricSpec("test.counter", "1", Kind.COUNTER, 1.0, "A counter.", ("n",))
GAUGE = MetricSpec("test.gauge", "1", Kind.GAUGE, 0.01, "A gauge.", ("n",))


def counters(count: int) -> tuple[Series, ...]:
    return tuple(series(COUNTER, str(n)) for n in range(count))


def gauges(count: int) -> tuple[Series, ...]:
    return tuple(series(GAUGE, str(n)) for n in range(count))


def batch(
    catalog: Catalog,
    sequence: int,
    values: Sequence[float],
    *,
    host: str = "h",
    epoch: int = 1,
    time: float | None = None,
) -> SampleBatch:
    return SampleBatch(host, epoch, sequence, float(sequence) if time is None else time, catalog, array("d", values))


class MadeCollector:
    """A collector that answers what it is told to, and counts how often it was asked."""

    def __init__(self, family: str, answer: Callable[[], Reading], interval: float = 0.0, limit: float = 2.0) -> None:
        self.family = family
        self.pace = Pace(interval, limit)
        self.answer = answer
        self.reads = 0
        self.closed = 0

    def read(self) -> Reading:
        self.reads += 1
        return self.answer()

    def close(self) -> None:
        self.closed += 1
