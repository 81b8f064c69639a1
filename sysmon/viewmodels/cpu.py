"""The CPU: card, modes, cores, and the facts beside them. Knows no pixels."""

from __future__ import annotations

import math
from array import array

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.pipeline.query import Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import CardView, CellView, Line
from sysmon.viewmodels.readings import Readings, at_most_one, attribute, joined, last
from sysmon.viewmodels.tracks import Columns, Combine

FAMILY = "cpu"
_NAN = math.nan

STACK = (
    ("User", "cpu", ("user",)),
    ("Nice", "network", ("nice",)),
    ("System", "memory", ("system",)),
    ("Interrupts", "gpu", ("interrupt", "softirq")),
    ("I/O wait", "temperature", ("iowait",)),
    ("Steal", "warning", ("steal",)),
)
"""Name, hue and kernel modes of the lines by mode, from the bottom up."""
ALWAYS = ("User", "System", "I/O wait")
"""Lines that are shown even where they are zero throughout."""

_PACKAGE_NAMES = ("package id", "tctl", "tdie", "cpu")
"""How drivers call the sensor of the whole package: coretemp, k10temp and zenpower, boards."""
_CPU_CHIPS = ("coretemp", "k10temp", "zenpower", "cpu", "x86_pkg_temp", "soc")


def busy_share(series: tuple[Series, ...]) -> Combine:
    """Makes the share of time in which CPUs worked of the times of all modes.

    By the sum of all modes and not by the clock: a CPU that is plugged in or out changes both.
    """
    idle = [at for at, s in enumerate(series) if attribute(s, "mode") in ("idle", "iowait")]

    def combine(columns: Columns) -> list[array[float]]:
        totals = map(sum, zip(*columns, strict=True))
        waited = map(sum, zip(*(columns[at] for at in idle), strict=True))
        return [array("d", [1.0 - i / t if t > 0.0 else _NAN for i, t in zip(waited, totals, strict=True)])]

    return combine


def stacked_shares(series: tuple[Series, ...]) -> Combine:
    """Makes one line for each of `STACK`, each including those before it, as shares of all time."""
    modes = [attribute(s, "mode") or "" for s in series]
    members = [[at for at, mode in enumerate(modes) if mode in wanted] for _, _, wanted in STACK]

    def combine(columns: Columns) -> list[array[float]]:
        totals = [total if total > 0.0 else _NAN for total in map(sum, zip(*columns, strict=True))]
        below = [0.0] * len(totals)
        lines: list[array[float]] = []
        for positions in members:
            below = list(map(sum, zip(below, *(columns[at] for at in positions), strict=True)))
            lines.append(array("d", [part / total for part, total in zip(below, totals, strict=True)]))
        return lines

    return combine


class Cpu:
    """What of the CPU several pages show."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def share(self) -> Window:
        """Busy share over the span."""
        series = self._readings.select(names.CPU_TIME)
        return (
            self._readings.line("cpu share", series, busy_share(series)) if series else Window(array("d"), array("d"))
        )

    def card(self) -> CardView:
        """The card of the overview."""
        readings = self._readings
        share = self.share()
        text = fmt.percent(last(share))
        line = Line("CPU", "cpu", share.times, share.values, text)
        missing = None if share.times else readings.why(FAMILY, names.CPU_TIME)
        plot = readings.plot("CPU", (line,), 1.0, fmt.percent, missing=missing)
        return CardView("CPU", "cpu", text, self._context(), plot, _reason(text, missing, readings))

    def _context(self) -> str:
        units = self._readings.units
        frequency, temperature = self.frequency(), self.temperature()
        load, pressure = self.load()[0], self.pressure()
        return joined(
            _short_hertz(frequency) if frequency == frequency else "",
            units.temperature(temperature) if temperature == temperature else "",
            f"load {load:.1f}" if load == load else "",
            f"pressure {fmt.percent(pressure)}" if pressure == pressure else "",
        )

    def frequency(self) -> float:
        """Mean frequency of all logical CPUs in Hz."""
        values = [self._readings.now(s) for s in self._readings.select(names.CPU_FREQUENCY)]
        known = [value for value in values if value == value]
        return math.fsum(known) / len(known) if known else _NAN

    def temperature_sensor(self) -> Series | None:
        """The sensor of the package, else the first of a CPU's chip."""
        found: Series | None = None
        for sensor in self._readings.select(names.TEMPERATURE):
            chip, name = (attribute(sensor, "id") or "").lower(), (attribute(sensor, "name") or "").lower()
            if not chip.startswith(_CPU_CHIPS):
                continue
            if any(word in name for word in _PACKAGE_NAMES[:3]):
                return sensor
            found = found or sensor
        return found

    def temperature(self) -> float:
        return self._readings.now(self.temperature_sensor())

    def load(self) -> tuple[float, float, float]:
        """Load averages over 1, 5 and 15 minutes."""
        value = self._readings.value
        return value(names.LOAD_1M), value(names.LOAD_5M), value(names.LOAD_15M)

    def pressure(self) -> float:
        """Share of the last 10 s in which a task waited for a CPU."""
        return self._readings.value(names.PRESSURE_AVG10, resource="cpu", kind="some")

    def cells(self) -> tuple[CellView, ...]:
        """One cell for each logical CPU, without a trace."""
        return tuple(
            CellView(number, share, fmt.percent(share))
            for number, share in ((number, self.core_now(s)) for number, s in self.cores())
        )

    def cores(self) -> list[tuple[str, Series]]:
        """Number and busy time of each logical CPU, in the order of the system."""
        return [(attribute(s, "number") or "", s) for s in self._readings.select(names.CORE_TIME, mode="busy")]

    def core_now(self, busy: Series) -> float:
        """Busy share of one CPU: seconds a second, at most 1 (kernel ticks are coarse)."""
        return at_most_one(self._readings.now(busy))


def _short_hertz(value: float) -> str:
    """One decimal: the card has room for "5.1 GHz"."""
    return f"{value / 1e9:.1f}{fmt.SPACE}GHz" if value >= 1e9 else f"{value / 1e6:.0f}{fmt.SPACE}MHz"


def _reason(text: str, missing: str | None, readings: Readings) -> str | None:
    if text != fmt.UNKNOWN:
        return None
    return missing or readings.why(FAMILY, names.CPU_TIME)
