"""Readings and batches: how values travel, without an object per sample.

A collector answers with a `Reading`; the sampler joins readings into a `SampleBatch` whose
values stand in the order of a `Catalog`. NaN means "no value". Knows no clock and no source.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sysmon.model.metric import MetricSpec, Series


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that cannot be read here, and why, in words for the user.

    ``subject`` is a family ("gpu"), a metric name, or a metric name and a device
    (``hw.power{hw.id=package-0}``); ``reason`` completes the sentence "unavailable, because …".
    """

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one collector: ``values[i]`` belongs to ``series[i]``.

    ``series`` must be the *same tuple object* as in the previous reading while the layout has
    not changed: the sampler compares identity, and only then re-uses the catalog.
    """

    series: tuple[Series, ...]
    values: Sequence[float]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The ordered series of one host, and what it cannot read. Immutable; changes are new catalogs."""

    series: tuple[Series, ...]
    missing: tuple[Missing, ...] = ()
    intervals: tuple[float, ...] = ()
    """Seconds between fresh values of each series; 0.0 means "in every batch". Empty: all 0.0."""
    index: dict[Series, int] = field(init=False)
    digest: str = field(init=False)
    by_metric: dict[str, tuple[Series, ...]] = field(init=False)

    def __post_init__(self) -> None:
        if not self.intervals:
            object.__setattr__(self, "intervals", (0.0,) * len(self.series))
        if len(self.intervals) != len(self.series):
            raise ValueError(f"{len(self.intervals)} intervals for {len(self.series)} series")
        grouped: dict[str, list[Series]] = {}
        for s in self.series:
            grouped.setdefault(s.metric.name, []).append(s)
        object.__setattr__(self, "by_metric", {name: tuple(found) for name, found in grouped.items()})
        object.__setattr__(self, "index", {s: i for i, s in enumerate(self.series)})
        if len(self.index) != len(self.series):
            twice = sorted({s.key for s in self.series if self.series.count(s) > 1})
            raise ValueError(f"series declared twice: {', '.join(twice)}")
        hasher = hashlib.blake2b(digest_size=8)
        for s, interval in zip(self.series, self.intervals, strict=True):
            hasher.update(f"{s.key}|{s.metric.unit}|{s.metric.kind.value}|{s.metric.scale}|{interval}\n".encode())
        object.__setattr__(self, "digest", hasher.hexdigest())

    def select(self, metric: MetricSpec) -> tuple[Series, ...]:
        """All series of ``metric`` on this host, in catalog order; empty where there is none."""
        return self.by_metric.get(metric.name, ())

    def reason(self, subject: str) -> str | None:
        """Why ``subject`` (a family or a metric name) is missing, or None where nobody said so."""
        for missing in self.missing:
            if missing.subject == subject:
                return missing.reason
        return None


@dataclass(frozen=True, slots=True, eq=False)
class SampleBatch:
    """One instant of one host.

    ``time`` is steady wall time in seconds since 1970 (wall clock at start of the epoch plus
    monotonic time since), so it never runs backwards within an epoch. ``sequence`` counts the
    ticks of an epoch: a tick that was skipped leaves a hole in the numbers, so that a hole that
    was never recorded can be told from one that was lost on the way. ``values`` are doubles in
    the order of ``catalog.series``.
    """

    host: str
    epoch: int
    sequence: int
    time: float
    catalog: Catalog
    values: array[float]


PIECE_ROWS: Final = 30
"""Most rows of a piece of history."""
_PIECE_VALUES: Final = 7500


def piece_rows(series: int) -> int:
    """Rows of a piece of history: two milliseconds of work for either side where a machine is of usual size, few more where it is large."""
    return max(1, min(PIECE_ROWS, _PIECE_VALUES // max(1, series)))


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Rows of one host, one epoch and one catalog, oldest first; there may be sequences missing among them."""

    host: str
    epoch: int
    catalog: Catalog
    sequences: array[int]
    times: array[float]
    rows: array[float]
    """Row after row, ``len(catalog.series)`` values each."""

    def batches(self) -> Iterator[SampleBatch]:
        """The rows as the batches that they once were."""
        width = len(self.catalog.series)
        for row, (sequence, time) in enumerate(zip(self.sequences, self.times, strict=True)):
            values = self.rows[row * width : (row + 1) * width]
            yield SampleBatch(self.host, self.epoch, sequence, time, self.catalog, values)

    def part(self, first: int, last: int) -> Stretch:
        """The rows ``first`` to before ``last``, counted from 0."""
        width = len(self.catalog.series)
        rows = self.rows[first * width : last * width]
        return Stretch(self.host, self.epoch, self.catalog, self.sequences[first:last], self.times[first:last], rows)

    def pieces(self) -> Iterator[Stretch]:
        """The stretch in pieces, each of which is work of a few milliseconds for whoever codes or keeps it."""
        most = piece_rows(len(self.catalog.series))
        for first in range(0, len(self.sequences), most):
            yield self if most >= len(self.sequences) else self.part(first, first + most)

    @classmethod
    def of(cls, batches: Sequence[SampleBatch]) -> Stretch:
        """``batches`` of one host, epoch and catalog as a stretch; there must be at least one."""
        first = batches[0]
        rows = array("d")
        for batch in batches:
            rows.extend(batch.values)
        sequences = array("q", [batch.sequence for batch in batches])
        times = array("d", [batch.time for batch in batches])
        return cls(first.host, first.epoch, first.catalog, sequences, times, rows)
