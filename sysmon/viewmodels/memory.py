"""Memory: card, composition, swap, and the facts beside them. Knows no pixels."""

from __future__ import annotations

import math
from array import array

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.pipeline.query import Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import CardView, Line, PlotView
from sysmon.viewmodels.readings import NO_DATA, Readings, attribute, joined, last
from sysmon.viewmodels.tracks import Columns, Combine

FAMILY = "memory"
_NOTHING = Window(array("d"), array("d"))


def used_and_cached(series: tuple[Series, ...]) -> Combine:
    """Two lines of the states of memory: used, and used with buffers and cache on top."""
    states = [attribute(s, "state") for s in series]
    used = states.index("used") if "used" in states else 0
    cache = [at for at, state in enumerate(states) if state in ("buffers", "cached")]

    def combine(columns: Columns) -> list[array[float]]:
        stack = [columns[used], *(columns[at] for at in cache)]
        return [array("d", columns[used]), array("d", map(sum, zip(*stack, strict=True)))]

    return combine


class Memory:
    """What of memory several pages show."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def limit(self) -> float:
        """Bytes of memory that there are; NaN where unknown."""
        return self._readings.value(names.MEMORY_LIMIT)

    def usage(self) -> tuple[Window, Window]:
        """Bytes used, and bytes used or holding cache."""
        series = self._readings.select(names.MEMORY_USAGE)
        lines = self._readings.lines("memory", series, used_and_cached(series)) if series else ()
        return (lines[0], lines[1]) if len(lines) == 2 else (_NOTHING, _NOTHING)

    def card(self) -> CardView:
        """The card of the overview."""
        readings, units = self._readings, self._readings.units
        used, filled = self.usage()
        figure = units.size(last(used))
        if figure == fmt.UNKNOWN:
            reason = readings.why(FAMILY, names.MEMORY_USAGE)
            return CardView("Memory", "memory", figure, "", self.plot() if used.times else None, reason)
        limit, cache = self.limit(), last(filled) - last(used)
        context = joined(
            f"of {units.limit(limit)}" if limit == limit else "",
            f"{units.size(cache)} cache" if cache == cache else "",
            self.swap_text(),
        )
        return CardView("Memory", "memory", figure, context, self.plot())

    def plot(self) -> PlotView:
        """Used memory, paler the cache on top of it; the axis ends at what there is."""
        readings = self._readings
        used, filled = self.usage()
        limit = self.limit()
        share = 1.0 / limit if limit > 0 else math.nan
        lines = (
            Line("Used", "memory", used.times, used.values, fmt.percent(last(used) * share)),
            Line(
                "Cache",
                "memory",
                filled.times,
                filled.values,
                fmt.percent((last(filled) - last(used)) * share),
                faint=True,
            ),
            Line("Free", "line", (), (), fmt.percent(1.0 - last(filled) * share), area=False),
        )
        top = limit if limit > 0 else readings.top("memory", (filled,), 1 << 30, 2)
        missing = NO_DATA if used.times else readings.why(FAMILY, names.MEMORY_USAGE)
        return readings.plot("Memory", lines, top, readings.units.size, stacked=True, missing=missing)

    def swap(self) -> tuple[float, float]:
        """Bytes of swap in use, and in all; 0 and 0 where there is none."""
        used = self._readings.value(names.SWAP_USAGE, state="used")
        return used, used + self._readings.value(names.SWAP_USAGE, state="free")

    def swap_text(self) -> str:
        """Swap in a few words; empty where unknown."""
        used, limit = self.swap()
        if limit == 0:
            return "no swap"
        return f"swap {self._readings.units.size_of(used, limit)}" if limit == limit else ""
