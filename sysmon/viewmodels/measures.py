"""What machines can be compared by: five figures that everybody asks for, and every other metric that they measure.

A metric of several series (one for each disk, each core) becomes one line: shares, temperatures, frequencies and the
like by their highest, everything else by its sum. Knows no pixels.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.model import names
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog
from sysmon.pipeline.query import Window
from sysmon.viewmodels import disks, network
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.network import Network
from sysmon.viewmodels.readings import Readings, attribute, highest
from sysmon.viewmodels.tracks import Columns, summed

Write = Callable[[float], str]

_HIGHEST: Final = frozenset(("1", "Cel", "Hz", "V", "A", "rpm", "bit/s", "W"))
"""Units of gauges whose sum over parts means nothing, or less than the greatest of them."""
_NOTHING: Final = Window(array("d"), array("d"))
_OWN: Final = ("sysmon.", "process.")
"""Metrics of this program itself."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to compare by. ``write`` gives the formatter, ``line`` the line of one machine."""

    key: str
    title: str
    write: Callable[[Units], Write]
    line: Callable[[Readings], Window]
    why: tuple[str | MetricSpec, ...]
    """Where to look for the reason when a machine does not tell."""
    top: float = math.nan
    """The upper end of its axis, NaN where that follows the values."""
    least: float = 1.0
    """The axis never ends below this."""
    base: int = 10


def most(columns: Columns) -> list[array[float]]:
    """One line, the highest of all series at each instant; what is unknown does not count."""
    if len(columns) == 1:
        return [array("d", columns[0])]
    return [array("d", [highest(values) for values in zip(*columns, strict=True)])]


def _memory_share(series: tuple[Series, ...]) -> Callable[[Columns], list[array[float]]]:
    used = next((at for at, s in enumerate(series) if attribute(s, "state") == "used"), 0)

    def combine(columns: Columns) -> list[array[float]]:
        # The states add up to what there is.
        totals = map(sum, zip(*columns, strict=True))
        return [array("d", [u / t if t > 0.0 else math.nan for u, t in zip(columns[used], totals, strict=True)])]

    return combine


def _memory(readings: Readings) -> Window:
    series = readings.select(names.MEMORY_USAGE)
    return readings.line("compare memory", series, _memory_share(series)) if series else _NOTHING


def _disk(readings: Readings) -> Window:
    series = readings.select(names.DISK_IO)
    return readings.line("compare disk", series, summed) if series else _NOTHING


def _network(readings: Readings) -> Window:
    counted = set(Network(readings).counted())
    series = tuple(s for s in readings.select(names.NETWORK_IO) if attribute(s, "name") in counted)
    return readings.line("compare network", series, summed) if series else _NOTHING


def _temperature(readings: Readings) -> Window:
    sensor = Cpu(readings).temperature_sensor()
    series = (sensor,) if sensor is not None else readings.select(names.TEMPERATURE)
    return readings.line("compare temperature", series, most) if series else _NOTHING


FIXED: Final = (
    Measure("cpu", "CPU", lambda _: fmt.percent, lambda r: Cpu(r).share(), ("cpu", names.CPU_TIME), 1.0),
    Measure("memory", "Memory", lambda _: fmt.percent, _memory, ("memory", names.MEMORY_USAGE), 1.0),
    Measure("disk", "Disk", lambda u: u.rate, _disk, (disks.FAMILY, names.DISK_IO), least=disks.LEAST_RATE),
    Measure("network", "Network", lambda u: u.network, _network, (network.FAMILY, names.NETWORK_IO), least=network.LEAST_RATE),
    Measure("temperature", "Temperature", lambda u: u.temperature, _temperature, ("sensors", names.TEMPERATURE), least=100.0),
)  # fmt: skip
"""What has a button of its own."""
_FIXED_BY_KEY: Final = {measure.key: measure for measure in FIXED}


def measure_of(key: str) -> Measure:
    """The measure called ``key``: one of `FIXED`, or the name of a declared metric; the first where it is neither."""
    found = _FIXED_BY_KEY.get(key)
    if found is not None:
        return found
    metric = names.METRICS.get(key)
    return _of_metric(metric) if metric is not None else FIXED[0]


def _of_metric(metric: MetricSpec) -> Measure:
    gauge = metric.kind is Kind.GAUGE
    combine = most if gauge and metric.unit in _HIGHEST else summed

    def line(readings: Readings) -> Window:
        series = readings.select(metric)
        return readings.line(f"compare {metric.name}", series, combine) if series else _NOTHING

    share = gauge and metric.unit == "1"
    base = 2 if gauge and metric.unit == "By" else 10
    return Measure(
        metric.name,
        title_of(metric),
        lambda units: _written(metric, units),
        line,
        (metric,),
        top=1.0 if share else math.nan,
        least=_least(metric),
        base=base,
    )


def _least(metric: MetricSpec) -> float:
    return {"s": 1e-3, "By": 1024.0}.get(metric.unit, 1.0)


def title_of(metric: MetricSpec) -> str:
    """A metric as a person reads it: its help without the full stop."""
    return metric.help.removesuffix(".")


def others(catalogs: Iterable[Catalog]) -> list[MetricSpec]:
    """The metrics that any of ``catalogs`` holds, but for those of this program itself, by their title."""
    found = {series.metric for catalog in catalogs for series in catalog.series}
    return sorted((m for m in found if not m.name.startswith(_OWN)), key=lambda m: title_of(m).casefold())


def _written(metric: MetricSpec, units: Units) -> Write:
    if metric.kind is Kind.COUNTER:
        return _rates(metric, units)
    match metric.unit:
        case "1":
            return fmt.percent
        case "By":
            return units.size
        case "Cel":
            return units.temperature
        case "s":
            return lambda value: fmt.duration(value) if value >= 1.0 else fmt.latency(value)
        case unit if unit in _GAUGES:
            return _GAUGES[unit]
        case _:
            return fmt.count if metric.scale >= 1.0 else fmt.number


def _rates(metric: MetricSpec, units: Units) -> Write:
    match metric.unit:
        case "By":
            return units.network if ".network." in metric.name else units.rate
        case "s":  # seconds of every second: a share of time
            return fmt.percent
        case "J":
            return fmt.watts
        case _:
            return fmt.per_second


_GAUGES: Final[dict[str, Write]] = {
    "Hz": fmt.hertz,
    "W": fmt.watts,
    "V": fmt.volts,
    "A": fmt.amperes,
    "rpm": fmt.rpm,
    "bit/s": fmt.link_speed,
}
