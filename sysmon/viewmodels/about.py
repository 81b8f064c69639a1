"""What this program costs, and how each of its sources fares. Knows no pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import CardView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, last
from sysmon.viewmodels.tracks import summed

FAMILY = "self_monitor"


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One source of figures. ``hue`` is a token for the dot, ``state`` the word beside it."""

    name: str
    hue: str
    state: str
    duration: str
    reason: str
    """Why it is off, or what of it is missing; empty where all is well."""


@dataclass(frozen=True, slots=True)
class AboutView:
    """The page at one moment."""

    cost: tuple[CardView, ...]
    facts: tuple[FactView, ...]
    families: tuple[FamilyRow, ...]
    versions: tuple[FactView, ...]


class AboutModel:
    """Makes the page about this program on one host."""

    def __init__(self, query: Query, host: str, units: Units, versions: Sequence[tuple[str, str]] = ()) -> None:
        """``versions``: name and version of this program and of what it is built on."""
        self.readings = Readings(query, host, units)
        self._versions = tuple(FactView(name, version) for name, version in versions)

    def view(self, scope: TimeScope, width: int) -> AboutView:
        """The page over ``scope``, its plots at most ``width`` pixels wide."""
        self.readings.look(scope, width)
        return AboutView(self._cost(), self._facts(), self._families(), self._versions)

    def _cost(self) -> tuple[CardView, ...]:
        units = self.readings.units
        return (
            self._plot("CPU", "cpu", names.SELF_CPU_TIME, fmt.percent_exact, "of one core", 0.01, 10),
            self._plot("Memory", "memory", names.SELF_MEMORY, units.size, "resident", float(1 << 27), 2),
            self._plot("Tick lateness", "accent", names.TICK_LATENESS, fmt.latency, "behind its deadline", 1e-3, 10),
        )

    def _plot(
        self,
        title: str,
        hue: str,
        metric: MetricSpec,
        write: Callable[[float], str],
        context: str,
        least: float,
        base: int,
    ) -> CardView:
        readings = self.readings
        series = readings.select(metric)
        window = readings.line(title, series, summed)
        figure = write(last(window))
        top = readings.top(title, (window,), least, base)
        missing = readings.why(metric, FAMILY)
        line = Line(title, hue, window.times, window.values, figure)
        plot = readings.plot(f"sysmon's own {title}", (line,), top, write, missing=missing)
        return CardView(title, hue, figure, context, plot, missing if figure == fmt.UNKNOWN else None)

    def _facts(self) -> tuple[FactView, ...]:
        readings, units = self.readings, self.readings.units

        def fact(label: str, metric: MetricSpec, write: Callable[[float], str], note: str = "") -> FactView:
            return readings.fact(label, write(readings.value(metric)), note, metric, FAMILY)

        skipped = readings.one(names.TICKS_SKIPPED)
        total = readings.query.total(readings.host, skipped) if skipped is not None else float("nan")
        first, newest = readings.query.span(readings.host)
        return (
            fact("Threads", names.SELF_THREADS, fmt.count),
            fact("Tasks", names.SELF_TASKS, fmt.count, "on the engine's loop"),
            fact("Descriptors", names.SELF_DESCRIPTORS, fmt.count, "open"),
            fact("Refresh", names.SELF_PAINT_TIME, fmt.latency, "of the window"),
            fact("Samples", names.SELF_STORE_MEMORY, units.size, f"over {fmt.duration(newest - first)}"),
            readings.fact("Ticks skipped", fmt.count(total), "", names.TICKS_SKIPPED),
            readings.fact("Series", fmt.count(float(len(readings.catalog.series))), "read"),
        )

    def _families(self) -> tuple[FamilyRow, ...]:
        return tuple(self._family(s) for s in self.readings.select(names.COLLECT_SUCCESS))

    def _family(self, success: Series) -> FamilyRow:
        readings = self.readings
        name = attribute(success, "family") or ""
        off = readings.catalog.reason(name)
        duration = fmt.latency(readings.value(names.COLLECT_DURATION, family=name))
        if off is not None:
            return FamilyRow(name, "offline", "off", duration, off)
        if readings.now(success) != 1.0:
            return FamilyRow(name, "offline", "not read", duration, "nobody wants it now, or it was not read yet")
        return FamilyRow(name, "ok", "read", duration, "")
