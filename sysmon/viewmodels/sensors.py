"""Sensors by chip, batteries and mains. Knows no pixels."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.device import traces
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import CardView, CellView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, highest

FAMILY = "sensors"

_METRICS = (names.TEMPERATURE, names.FAN_SPEED, names.VOLTAGE, names.CURRENT, names.POWER, names.ENERGY)
_MOST_LINES = 12
_HOT = 100.0
"""Celsius: the end of the axis of a temperature without a limit."""


@dataclass(frozen=True, slots=True)
class SensorGroup:
    """The sensors of one chip."""

    title: str
    temperatures: tuple[CellView, ...]
    others: tuple[CellView, ...]
    """Fans, voltages, currents, power."""


@dataclass(frozen=True, slots=True)
class BatteryView:
    """One battery."""

    title: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class SensorsView:
    """The page at one moment. ``missing`` says why there is no sensor at all, or None."""

    temperatures: CardView
    groups: tuple[SensorGroup, ...]
    batteries: tuple[BatteryView, ...]
    mains: str
    missing: str | None
    batteries_missing: str


class SensorsModel:
    """Makes the page of the sensors of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._windows: dict[Series, Window] = {}
        self._tops: dict[Series, float] = {}
        self._traces: dict[Series, tuple[float, ...]] = {}

    def view(self, scope: TimeScope, width: int) -> SensorsView:
        """The page over ``scope``, its large plot ``width`` pixels wide."""
        readings = self.readings
        readings.look(scope, width)
        # One question for all: dozens of sensors are read at the same instants.
        series = tuple(s for metric in _METRICS for s in readings.select(metric))
        windows = readings.lines("sensors", series) or (Window(array("d"), array("d")),) * len(series)
        self._windows = dict(zip(series, windows, strict=True))
        self._tops = {s: self._top(s) for s in series}
        self._traces = dict(zip(series, traces(windows, scope, list(self._tops.values())), strict=True))
        groups = self._groups()
        return SensorsView(
            self._temperatures(),
            groups,
            self._batteries(),
            self._mains(),
            None if groups else readings.why(FAMILY, names.TEMPERATURE),
            readings.why("battery"),
        )

    def _temperatures(self) -> CardView:
        """The hottest sensors, one line each."""
        readings, units = self.readings, self.readings.units
        known = [(readings.now(s), s) for s in readings.select(names.TEMPERATURE)]
        known = [(value, s) for value, s in known if value == value]
        hottest = {s for _, s in sorted(known, key=lambda each: -each[0])[:_MOST_LINES]}
        lines: list[Line] = []
        for value, s in known:
            if s in hottest:
                window = self._windows[s]
                first = value == max(each[0] for each in known)
                name = attribute(s, "name") or ""
                text = units.temperature(value)
                lines.append(Line(name, "temperature", window.times, window.values, text, area=False, faint=not first))
        top = max(_HOT, highest([value for value, _ in known]))
        missing = readings.why(FAMILY, names.TEMPERATURE)
        plot = readings.plot("Temperatures", lines, top, units.temperature, missing=missing)
        figure = units.temperature(highest([value for value, _ in known]))
        hot = max(known, key=lambda each: each[0])[1] if known else None
        context = f"hottest: {attribute(hot, 'name')}" if hot is not None else ""
        return CardView("Temperature", "temperature", figure, context, plot, None if known else missing)

    def _groups(self) -> tuple[SensorGroup, ...]:
        kinds: tuple[tuple[MetricSpec, Callable[[float], str]], ...] = (
            (names.TEMPERATURE, self.readings.units.temperature),
            (names.FAN_SPEED, fmt.rpm),
            (names.VOLTAGE, fmt.volts),
            (names.CURRENT, fmt.amperes),
            (names.POWER, fmt.watts),
            (names.ENERGY, fmt.watts),
        )
        chips: dict[str, list[tuple[Series, Callable[[float], str]]]] = {}
        for metric, write in kinds:
            for s in self.readings.select(metric):
                chips.setdefault(_chip(s), []).append((s, write))
        titles: dict[str, int] = {}
        groups: list[SensorGroup] = []
        for chip, members in chips.items():
            shared = _shared_words([attribute(s, "name") or "" for s, _ in members])
            title = " ".join(shared) or chip.partition("/")[0]
            titles[title] = titles.get(title, 0) + 1
            numbered = f"{title} {titles[title]}" if titles[title] > 1 else title
            hot, others = (
                tuple(
                    self._cell(s, write, len(shared))
                    for s, write in members
                    if (s.metric is names.TEMPERATURE) is wanted
                )
                for wanted in (True, False)
            )
            groups.append(SensorGroup(numbered, hot, others))
        return tuple(groups)

    def _cell(self, s: Series, write: Callable[[float], str], shared: int) -> CellView:
        readings = self.readings
        words = (attribute(s, "name") or "").split()
        label = " ".join(words[shared:]) or " ".join(words)
        value = readings.now(s)
        limit, top = self._limit(s), self._tops[s]
        text = write(value)
        if limit > 0 and text != fmt.UNKNOWN:
            text = f"{readings.units.degrees(value)} of {readings.units.temperature(limit)}"
        share = value / top if top > 0 else math.nan
        return CellView(label, share, text, self._traces[s])

    def _top(self, s: Series) -> float:
        """The end of the axis of a trace: the limit, else somewhat above what was seen."""
        if s.metric is not names.TEMPERATURE:
            return highest(self._windows[s].values) * 1.25
        limit = self._limit(s)
        return limit if limit > 0 else _HOT

    def _limit(self, s: Series) -> float:
        """Celsius that a sensor should not exceed; NaN where nobody says, or it is no temperature."""
        if s.metric is not names.TEMPERATURE:
            return math.nan
        limits = self.readings.select(names.TEMPERATURE_LIMIT, id=attribute(s, "id") or "")
        return min((self.readings.now(limit) for limit in limits), default=math.nan)

    def _batteries(self) -> tuple[BatteryView, ...]:
        found = [attribute(s, "id") or "" for s in self.readings.select(names.BATTERY_CHARGE)]
        return tuple(BatteryView(f"Battery {battery}", self._battery(battery)) for battery in found)

    def _battery(self, battery: str) -> tuple[FactView, ...]:
        readings = self.readings

        def fact(label: str, metric: MetricSpec, write: Callable[[float], str], note: str = "") -> FactView:
            return readings.fact(label, write(readings.value(metric, id=battery)), note, metric, "battery")

        left = next(
            (
                (value, attribute(s, "state") or "")
                for s in readings.select(names.BATTERY_TIME_LEFT, id=battery)
                if (value := readings.now(s)) == value
            ),
            (math.nan, ""),
        )
        power = readings.value(names.BATTERY_POWER, id=battery)
        flow = "" if power != power or power == 0 else "out" if power > 0 else "in"
        return (
            fact("Charge", names.BATTERY_CHARGE, fmt.percent, self._state(battery)),
            readings.fact("Power", fmt.watts(abs(power)), flow, names.BATTERY_POWER, "battery"),
            readings.fact("Time left", fmt.duration(left[0]), left[1], names.BATTERY_TIME_LEFT, "battery"),
            fact("Health", names.BATTERY_HEALTH, fmt.percent, "of the design"),
            fact("Cycles", names.BATTERY_CYCLES, fmt.count),
        )

    def _state(self, battery: str) -> str:
        for s in self.readings.select(names.HARDWARE_STATUS, id=battery):
            if self.readings.now(s) == 1.0:
                return attribute(s, "state") or ""
        return ""

    def _mains(self) -> str:
        values = [self.readings.now(s) for s in self.readings.select(names.MAINS_ONLINE)]
        if not values:
            return ""
        return "on mains" if any(value == 1.0 for value in values) else "on battery"


def _chip(s: Series) -> str:
    identity = attribute(s, "id") or ""
    # Energy zones have no chip of their own: "intel-rapl:0:1" belongs to package 0.
    return identity.rpartition("/")[0] or identity.split(":")[0]


def _shared_words(labels: Sequence[str]) -> list[str]:
    """The words that all ``labels`` begin with, but never a whole label."""
    split = [label.split() for label in labels]
    shared: list[str] = []
    for words in zip(*split, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    shortest = min((len(words) for words in split), default=0)
    return shared[: max(0, shortest - 1)]
