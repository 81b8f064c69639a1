"""The page of memory: composition, swap traffic, faults, pressure, facts. Knows no pixels."""

from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import MetricSpec
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.device import Choice, DeviceView, chosen_of
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.memory import FAMILY, Memory
from sysmon.viewmodels.plot import CardView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, last

CHOICES = (Choice("used", "Composition"), Choice("swap", "Swap"))
_GIB = float(1 << 30)


class MemoryModel:
    """Makes the page of memory of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._memory = Memory(self.readings)

    def view(self, scope: TimeScope, width: int, choice: str = "used") -> DeviceView:
        """The page over ``scope``, its large plot ``width`` pixels wide and showing ``choice``."""
        self.readings.look(scope, width)
        chosen = chosen_of(CHOICES, choice)
        card = self._memory.card()
        if chosen == "swap":
            card = self._swap_card()
        small = (self._traffic(), self._faults(), self._pressure())
        return DeviceView(CHOICES, chosen, card, self._facts(), small)

    def _swap_card(self) -> CardView:
        readings, units = self.readings, self.readings.units
        used, limit = self._memory.swap()
        series = readings.select(names.SWAP_USAGE, state="used")
        window = readings.line("swap", series) if series else None
        lines = (Line("Used", "memory", window.times, window.values, units.size(used)),) if window else ()
        top = limit if limit > 0 else _GIB
        missing = "this machine has no swap" if limit == 0 else None
        plot = readings.plot("Swap", () if limit == 0 else lines, top, units.size, missing=missing)
        figure = units.size(used)
        reason = missing or (readings.why(names.SWAP_USAGE, FAMILY) if figure == fmt.UNKNOWN else None)
        context = f"of {units.limit(limit)}" if limit > 0 else ""
        return CardView("Swap", "memory", figure, context, plot, reason)

    def _traffic(self) -> CardView:
        return self._rates("Swap traffic", names.SWAP_IO, (("In", "in"), ("Out", "out")), "direction", "pages")

    def _faults(self) -> CardView:
        # Minor faults are a thousand times as frequent: beside them a storm of major ones would not be seen.
        return self._rates("Page faults", names.PAGE_FAULTS, (("From disk", "major"),), "type", "faults")

    def _rates(
        self, title: str, metric: MetricSpec, parts: tuple[tuple[str, str], ...], name: str, noun: str
    ) -> CardView:
        readings = self.readings
        lines: list[Line] = []
        windows: list[Window] = []
        for at, (label, value) in enumerate(parts):
            series = readings.select(metric, **{name: value})
            window = readings.line(f"{title} {value}", series)
            windows.append(window)
            text = fmt.per_second(last(window))
            lines.append(Line(label, "memory", window.times, window.values, text, dashed=at > 0, area=at == 0))
        missing = readings.why(metric, FAMILY)
        top = readings.top(title, windows, 10.0)
        plot = readings.plot(title, lines, top, fmt.per_second, missing=missing)
        figure = fmt.per_second(sum(last(window) for window in windows))
        return CardView(title, "memory", figure, noun, plot, missing if figure == fmt.UNKNOWN else None)

    def _pressure(self) -> CardView:
        readings = self.readings
        lines: list[Line] = []
        for label, kind in (("Some", "some"), ("Full", "full")):
            series = readings.select(names.PRESSURE_AVG10, resource="memory", kind=kind)
            if series:
                window = readings.line(f"memory pressure {kind}", series)
                text = fmt.percent(last(window))
                faint = kind == "full"
                lines.append(Line(label, "memory", window.times, window.values, text, dashed=faint, area=not faint))
        missing = readings.why(names.PRESSURE_AVG10, "pressure")
        plot = readings.plot("Memory pressure", lines, 1.0, fmt.percent, missing=missing)
        figure = lines[0].text if lines else fmt.UNKNOWN
        reason = missing if figure == fmt.UNKNOWN else None
        return CardView("Pressure", "memory", figure, "tasks waiting for memory", plot, reason)

    def _facts(self) -> tuple[FactView, ...]:
        readings, units = self.readings, self.readings.units
        limit = self._memory.limit()

        def size(label: str, metric: MetricSpec, note: str = "", **wanted: str) -> FactView:
            return readings.fact(label, units.size(readings.value(metric, **wanted)), note, metric, FAMILY)

        available = readings.value(names.MEMORY_AVAILABLE)
        share = fmt.percent(available / limit) if limit > 0 and available == available else ""
        reclaimable = readings.value(names.MEMORY_SLAB, state="reclaimable")
        slab = readings.sum(readings.select(names.MEMORY_SLAB))
        return (
            readings.fact("Available", units.size(available), share, names.MEMORY_AVAILABLE, FAMILY),
            size("Cache", names.MEMORY_USAGE, state="cached"),
            size("Buffers", names.MEMORY_USAGE, state="buffers"),
            size("Shared", names.MEMORY_SHARED),
            readings.fact(
                "Slab",
                units.size(slab),
                f"{fmt.percent(reclaimable / slab)} freeable" if slab > 0 and reclaimable == reclaimable else "",
                names.MEMORY_SLAB,
                FAMILY,
            ),
            size("Unwritten", names.MEMORY_DIRTY, "to disk"),
            size("Committed", names.MEMORY_COMMITTED, f"of {units.limit(limit)}" if limit == limit else ""),
            self._swap(),
            *self._compressed(),
            *self._huge_pages(),
        )

    def _swap(self) -> FactView:
        readings, units = self.readings, self.readings.units
        used, limit = self._memory.swap()
        if limit == 0:
            return FactView("Swap", "none")
        note = f"of {units.limit(limit)}" if limit == limit else ""
        return readings.fact("Swap", units.size(used), note, names.SWAP_USAGE, FAMILY)

    def _compressed(self) -> list[FactView]:
        """zram devices and zswap, where something is set up."""
        readings, units = self.readings, self.readings.units
        found: list[FactView] = []
        devices = dict.fromkeys(attribute(s, "device") or "" for s in readings.select(names.ZRAM_USAGE))
        for device in devices:
            original = readings.value(names.ZRAM_USAGE, device=device, state="original")
            taken = readings.value(names.ZRAM_USAGE, device=device, state="memory")
            found.append(readings.fact(device, units.size(original), _ratio(original, taken), names.ZRAM_USAGE, FAMILY))
        original = readings.value(names.ZSWAP_USAGE, state="original")
        if original > 0:
            taken = readings.value(names.ZSWAP_USAGE, state="compressed")
            found.append(FactView("zswap", units.size(original), _ratio(original, taken)))
        return found

    def _huge_pages(self) -> list[FactView]:
        readings, units = self.readings, self.readings.units
        used = readings.value(names.MEMORY_HUGE_PAGES, state="used")
        limit = used + readings.value(names.MEMORY_HUGE_PAGES, state="free")
        return [FactView("Huge pages", units.size(used), f"of {units.limit(limit)}")] if limit > 0 else []


def _ratio(original: float, taken: float) -> str:
    """How much smaller compressed memory is: "3.1 : 1"."""
    return f"{original / taken:.1f} : 1" if taken > 0 and math.isfinite(original) else ""
