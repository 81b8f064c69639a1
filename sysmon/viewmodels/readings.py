"""The values of one host over the span that is shown: what all view-models of a page ask.

Begins with `look`, which says what span and how wide; everything asked after that is of that
span. Gives reasons for what is missing. Knows no page.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Sequence

from sysmon.model.events import MarkKind
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import FactView, Gap, Line, PlotView, TimeScope
from sysmon.viewmodels.scale import AxisScale
from sysmon.viewmodels.tracks import Combine, Track, each

NO_DATA = "no sample of this machine has come yet"
NOT_READ = "this machine does not tell"
_EMPTY = Catalog(())
_NOTHING = Window(array("d"), array("d"))
_LOOK_BACK = 3.0
"""Intervals (seconds, for a series read on every tick) in which a value counts as the one of a moment."""
_SPEECH = 5.0
"""Seconds for which the spoken summary of a chart stays as it is."""
_LONGEST_TICK = 10.0


class Readings:
    """One host, one span, one choice of units."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.query = query
        self.host = host
        self.units = units
        self.scope = TimeScope(0.0, 0.0, live=True)
        self.width = 1
        self.catalog = _EMPTY
        self.gaps: tuple[Gap, ...] = ()
        self.marks: tuple[float, ...] = ()
        self._tracks: dict[str, tuple[tuple[Series, ...], Track]] = {}
        self._scales: dict[str, AxisScale] = {}
        self._said: dict[str, tuple[tuple[object, ...], float, str]] = {}
        self._selected: dict[tuple[object, ...], tuple[Series, ...]] = {}

    def look(self, scope: TimeScope, width: int) -> None:
        """Answer for ``scope`` from now on, its lines in ``width`` columns."""
        self.scope, self.width = scope, max(1, width)
        catalog = self.query.catalog(self.host) or _EMPTY
        if catalog is not self.catalog:
            self.catalog = catalog
            self._selected.clear()
        holes = self.query.holes(self.host, scope.start, scope.end)
        self.marks = tuple(
            mark.time
            for mark in self.query.marks(self.host)
            if mark.kind is MarkKind.USER and scope.start <= mark.time <= scope.end
        )
        self.gaps = tuple(Gap(hole.start, hole.end, hole.reason) for hole in holes)

    def select(self, metric: MetricSpec, **wanted: str) -> tuple[Series, ...]:
        """The series of ``metric`` that have the ``wanted`` values of attributes, the same tuple each time.

        Attributes are named by the last word of their declared names: ``direction="read"``.
        """
        if not wanted:
            return self.catalog.select(metric)
        key = (metric.name, *wanted.items())
        found = self._selected.get(key)
        if found is None:
            found = self._selected[key] = tuple(
                s
                for s in self.catalog.select(metric)
                if all(attribute(s, name) == value for name, value in wanted.items())
            )
        return found

    def one(self, metric: MetricSpec, **wanted: str) -> Series | None:
        """The first series that `select` finds, or None."""
        return next(iter(self.select(metric, **wanted)), None)

    def now(self, series: Series | None) -> float:
        """The value at the end of the span, for counters the rate per second; NaN where unknown."""
        if series is None:
            return math.nan
        if self.scope.live:
            return self.query.latest(self.host, series)
        at = self.catalog.index.get(series)
        interval = self.catalog.intervals[at] if at is not None else 0.0
        end = self.scope.end
        window = self.query.window(self.host, series, end - _LOOK_BACK * max(interval, _LONGEST_TICK), end, 1 << 30)
        if not interval or series.metric.kind is Kind.GAUGE:
            return window.values[-1] if window.values else math.nan
        return next((value for value in reversed(window.values) if value == value), math.nan)

    def value(self, metric: MetricSpec, **wanted: str) -> float:
        """`now` of the first series that `select` finds."""
        return self.now(self.one(metric, **wanted))

    def sum(self, series: Iterable[Series]) -> float:
        """Sum of `now` over ``series``; NaN where there is none or one of them is unknown."""
        values = [self.now(s) for s in series]
        return math.fsum(values) if values else math.nan

    def lines(self, key: str, series: tuple[Series, ...], combine: Combine = each) -> tuple[Window, ...]:
        """The lines that ``combine`` makes of ``series`` over the span; empty where there is nothing.

        ``key`` names what is kept between calls; its ``combine`` must be a function of ``series``.
        """
        kept = self._tracks.get(key)
        if kept is None or (kept[0] is not series and kept[0] != series):
            kept = self._tracks[key] = (series, Track(self.query, self.host, series, combine))
        return kept[1].over(self.scope, self.width)

    def line(self, key: str, series: tuple[Series, ...], combine: Combine = each) -> Window:
        """The one line that ``combine`` makes; an empty one where there is nothing."""
        found = self.lines(key, series, combine)
        return found[0] if found else _NOTHING

    def top(self, key: str, windows: Iterable[Window], least: float, base: int = 10) -> float:
        """The top of the axis ``key`` for ``windows``."""
        scale = self._scales.get(key)
        if scale is None:
            scale = self._scales[key] = AxisScale(least, base)
        greatest = max((highest(window.values) for window in windows), default=math.nan)
        return scale.top(greatest, self.scope.end - self.scope.start, self.scope.end)

    def plot(
        self,
        name: str,
        lines: Sequence[Line],
        top: float,
        format_value: Callable[[float], str],
        *,
        stacked: bool = False,
        missing: str | None = None,
    ) -> PlotView:
        """A plot of the span. Without a point to draw, ``missing`` says why."""
        drawn = any(line.times for line in lines)
        return PlotView(
            self.scope,
            tuple(lines),
            top,
            format_value,
            self._spoken(name, lines, format_value, stacked=stacked) if drawn else f"{name}: {missing or NO_DATA}.",
            self.gaps,
            self.marks,
            stacked,
            None if drawn else missing or NO_DATA,
        )

    def _spoken(self, name: str, lines: Sequence[Line], format_value: Callable[[float], str], *, stacked: bool) -> str:
        """`spoken`, made anew some seconds after it was made last: nobody can listen faster."""
        key = (round(self.scope.end - self.scope.start), len(lines))
        said = self._said.get(name)
        if said is not None and said[0] == key and 0.0 <= self.scope.end - said[1] < _SPEECH:
            return said[2]
        text = spoken(name, self.scope, lines, format_value, stacked=stacked)
        self._said[name] = (key, self.scope.end, text)
        return text

    def why(self, *subjects: str | MetricSpec) -> str:
        """Why something is unknown: the first reason given for any of ``subjects``.

        A subject is a family, a metric, or the key of a series.
        """
        if not self.catalog.series and not self.catalog.missing:
            return NO_DATA
        for subject in subjects:
            wanted = subject if isinstance(subject, str) else subject.name
            for missing in self.catalog.missing:
                if missing.subject == wanted or missing.subject.startswith(f"{wanted}{{"):
                    return missing.reason
        return NOT_READ

    def fact(self, label: str, value: str, note: str = "", *subjects: str | MetricSpec) -> FactView:
        """A row of facts; where ``value`` is "–" with the reason, looked up under ``subjects``."""
        if value == fmt.UNKNOWN:
            return FactView(label, value, "", self.why(*subjects))
        return FactView(label, value, note)


def attribute(series: Series, name: str) -> str | None:
    """The value of the attribute whose name ends in ``name``: ``direction``, ``state``, ``mode``."""
    for key, value in series.attributes:
        if key == name or key.endswith((f".{name}", f"_{name}")):
            return value
    return None


def last(window: Window) -> float:
    """The newest value of a line, NaN where it is unknown."""
    return window.values[-1] if window.values else math.nan


def at_most_one(share: float) -> float:
    """``share``, cut at 1: kernel ticks are coarse. ``min(1.0, share)`` would make 1 of what is unknown."""
    return 1.0 if share > 1.0 else share


def highest(values: Sequence[float]) -> float:
    """The greatest value that is known; NaN where none is."""
    if values and not math.isnan(sum(values)):
        return max(values)  # the usual case, without a step of the interpreter for each
    return max((value for value in values if value == value), default=math.nan)


def spoken(
    name: str, scope: TimeScope, lines: Sequence[Line], format_value: Callable[[float], str], *, stacked: bool = False
) -> str:
    """What a chart shows, as a sentence for people who do not see it.

    Of stacked lines only the first has a range of its own.
    """
    parts: list[str] = []
    for at, line in enumerate(lines):
        known = [value for value in line.values if value == value]
        if known:
            who = f"{line.name} " if len(lines) > 1 else ""
            extent = "" if stacked and at else f", {format_value(min(known))} to {format_value(max(known))}"
            parts.append(f"{who}now {line.text}{extent}")
    return f"{name}, last {fmt.span(scope.end - scope.start)}: {'; '.join(parts)}."


def sentence(reason: str) -> str:
    """A reason as it stands alone on the screen: "No sensor chip"."""
    return reason[:1].upper() + reason[1:]


def joined(*parts: str) -> str:
    """The line of context: what is known, with dots between."""
    return " · ".join(part for part in parts if part)
