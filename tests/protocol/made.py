"""Catalogs and batches made for the tests of the protocol."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog, SampleBatch

SCALES = (1e-9, 1e-6, 0.001, 0.01, 0.05, 0.3, 1.0, 7.0, 512.0, 1000.0, 1024.0)


def spec(number: int, kind: Kind, scale: float) -> MetricSpec:
    return MetricSpec(f"test.m{number}", "1", kind, scale, "", ("n",))


def catalog(count: int, scales: Sequence[float] = SCALES, prefix: str = "") -> Catalog:
    """``count`` series: counters and gauges in turn, their scales in turn."""
    kinds = (Kind.GAUGE, Kind.COUNTER)
    specs = [spec(n, kinds[n % 2], scales[n % len(scales)]) for n in range(count)]
    return Catalog(tuple(Series(spec, (("n", f"{prefix}{n}"),)) for n, spec in enumerate(specs)))


def batch(
    of: Catalog, sequence: int, values: Sequence[float], *, host: str = "h", epoch: int = 1, time: float | None = None
) -> SampleBatch:
    when = 1e9 + sequence if time is None else time
    return SampleBatch(host, epoch, sequence, when, of, array("d", values))


def same_bits(first: Sequence[float], second: Sequence[float]) -> bool:
    """Equal as bit patterns, but any NaN equals any other."""
    return len(first) == len(second) and all(
        (a != a and b != b) or struct.pack("<d", a) == struct.pack("<d", b) for a, b in zip(first, second, strict=True)
    )
