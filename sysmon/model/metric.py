"""What a metric and a series are.

A *metric* is declared once, in `names.py`. A *series* is a metric with attribute values, for
example ``system.cpu.time{cpu.mode=user}``. Knows nothing of values, hosts or time.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Kind(enum.Enum):
    """How the numbers of a metric behave over time (OpenTelemetry metrics data model)."""

    GAUGE = "gauge"
    """A value of the moment: may go up and down."""

    COUNTER = "counter"
    """A monotonic sum since some start: only its differences mean anything."""


@dataclass(frozen=True, slots=True, eq=False)
class MetricSpec:
    """One declared metric. Compared by identity: every metric is declared exactly once.

    ``unit`` is a UCUM code as OpenTelemetry uses it (``By``, ``s``, ``1``, ``Hz``, ``Cel``, ``{packet}``).
    ``scale`` is the step to which values are exact (1.0 for whole numbers, 0.01 for kernel ticks):
    codecs may round to it, never coarser.
    """

    name: str
    unit: str
    kind: Kind
    scale: float
    help: str
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A metric with its attribute values, in the order the metric declares them.

    Equal and hashed by ``key`` alone, so that a series decoded from a peer equals our own.
    """

    metric: MetricSpec = field(compare=False)
    attributes: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        if self.attributes:
            inner = ",".join(f"{name}={value}" for name, value in self.attributes)
            object.__setattr__(self, "key", f"{self.metric.name}{{{inner}}}")
        else:
            object.__setattr__(self, "key", self.metric.name)

    def attribute(self, name: str) -> str | None:
        """The value of attribute ``name``, or None where the series does not carry it."""
        for key, value in self.attributes:
            if key == name:
                return value
        return None


def series(metric: MetricSpec, *values: str) -> Series:
    """The series of ``metric`` whose attributes have ``values``, in declared order.

    Raises ValueError where the number of values is not the number of declared attributes.
    """
    if len(values) != len(metric.attributes):
        raise ValueError(f"{metric.name} declares {metric.attributes}, got {values}")
    return Series(metric, tuple(zip(metric.attributes, values, strict=True)))
