"""Values of any series as short text for a terminal, by the unit that the metric declares."""

from __future__ import annotations

import math
from collections.abc import Callable

from sysmon.model.metric import Kind, Series
from sysmon.model.printable import printable
from sysmon.runtime.options import Values
from sysmon.viewmodels import format as words
from sysmon.viewmodels.format import Units

_YES_NO = frozenset(("system.linux.network.up", "hw.mains.online", "sysmon.collector.success"))


def units_of(values: Values) -> Units:
    """How the settings want figures written."""
    return Units(
        network_bits=values.units_network == "bits",
        size_base=values.units_size_base,
        rate_base=values.units_rate_base,
        fahrenheit=values.units_temperature == "F",
        machine_cpu=values.processes_cpu == "machine",
    )


def plain(text: str) -> str:
    """``text`` with ordinary spaces: a terminal cannot draw narrow ones."""
    return text.replace(words.SPACE, " ")


def figure(series: Series, value: float, rate: float, units: Units) -> str:
    """``value`` of a gauge, ``rate`` per second of a counter, with its unit; "–" where unknown."""
    if series.metric.kind is Kind.COUNTER:
        return plain(_rate(series, rate, units))
    return plain(_gauge(series, value, units))


def _rate(series: Series, rate: float, units: Units) -> str:
    match series.metric.unit:
        case "By":
            return units.network(rate) if ".network." in series.metric.name else units.rate(rate)
        case "s":  # seconds of every second: a share of time
            return words.percent_exact(rate)
        case "J":
            return words.watts(rate)
        case _:
            return words.per_second(rate)


def _gauge(series: Series, value: float, units: Units) -> str:
    if series.metric.name in _YES_NO and not math.isnan(value):
        return "yes" if value else "no"
    unit = series.metric.unit
    if unit in _GAUGES:
        return _GAUGES[unit](value)
    match unit:
        case "By":
            return units.size(value)
        case "Cel":
            return units.temperature(value)
        case "s":
            return words.duration(value) if value >= 1.0 else words.latency(value)
        case _:
            # "{thread}" is a count of threads; load averages are counts with decimals.
            return words.count(value) if series.metric.scale >= 1.0 else words.number(value)


_GAUGES: dict[str, Callable[[float], str]] = {
    "1": words.percent,
    "Hz": words.hertz,
    "W": words.watts,
    "V": words.volts,
    "A": words.amperes,
    "rpm": words.rpm,
    "bit/s": words.link_speed,
}


def label(series: Series) -> str:
    """The attribute values of ``series``, safe to print: "nvme0n1 read"; "" where it has none."""
    return printable(" ".join(value for _, value in series.attributes if value))
