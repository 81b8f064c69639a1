"""The page of the CPU: by mode, per core, heat map, facts, cores. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.cpu import ALWAYS, FAMILY, STACK, Cpu, stacked_shares
from sysmon.viewmodels.device import Choice, DeviceView, chosen_of, traces
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import CardView, CellView, FactView, Line, PlotView, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, joined, last

CHOICES = (Choice("mode", "By mode"), Choice("core", "Per core"), Choice("heat", "Heat map"))
_VISIBLE = 0.0005
"""Share of time from which a mode that is mostly unused is worth a line."""
_MOST_LINES = 64
"""More lines than this cannot be told apart: the heat map can."""


@dataclass(frozen=True, slots=True)
class HeatView:
    """Shares over time, one row for each core. ``rows[i]`` belongs to ``labels[i]``, at even steps over the span."""

    scope: TimeScope
    labels: tuple[str, ...]
    rows: tuple[Sequence[float], ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class CpuView:
    """The page at one moment. ``heat`` is there where the heat map is chosen."""

    device: DeviceView
    heat: HeatView | None
    cells: tuple[CellView, ...]
    busiest: str
    """"busiest: 9 (97 %)"."""


class CpuModel:
    """Makes the page of the CPU of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._cpu = Cpu(self.readings)

    def view(self, scope: TimeScope, width: int, choice: str = "mode") -> CpuView:
        """The page over ``scope``, its large plot ``width`` pixels wide and showing ``choice``."""
        readings = self.readings
        readings.look(scope, width)
        chosen = chosen_of(CHOICES, choice)
        found = self._cpu.cores()
        windows = readings.lines("cores", tuple(busy for _, busy in found)) if found else ()
        cores = [
            (number, window, self._cpu.core_now(busy)) for (number, busy), window in zip(found, windows, strict=False)
        ]
        shares = traces(windows, scope, [1.0] * len(windows))
        plot = self._by_mode() if chosen == "mode" else self._per_core(cores)
        figure = fmt.percent(last(self._cpu.share()))
        reason = plot.missing
        if reason is None and figure == fmt.UNKNOWN:
            reason = readings.why(names.CPU_TIME, FAMILY)
        card = CardView("CPU", "cpu", figure, self._counts(), plot, reason)
        heat = _heat(scope, cores, shares) if chosen == "heat" and cores else None
        cells = tuple(
            CellView(number, now, fmt.percent(now), share)
            for (number, _, now), share in zip(cores, shares, strict=True)
        )
        return CpuView(DeviceView(CHOICES, chosen, card, self._facts(), ()), heat, cells, _busiest(cells))

    def _by_mode(self) -> PlotView:
        readings = self.readings
        series = readings.select(names.CPU_TIME)
        windows = readings.lines("cpu modes", series, stacked_shares(series)) if series else ()
        lines: list[Line] = []
        below: Sequence[float] = ()
        for (name, hue, _), window in zip(STACK, windows, strict=False):
            grown = not below or any(
                upper - lower > _VISIBLE for upper, lower in zip(window.values, below, strict=True)
            )
            if grown or name in ALWAYS:
                now = last(window) - (below[-1] if below else 0.0)
                lines.append(Line(name, hue, window.times, window.values, fmt.percent(now)))
            below = window.values
        if windows:
            lines.append(Line("Idle", "line", (), (), fmt.percent(1.0 - last(windows[-1])), area=False))
        missing = readings.why(names.CPU_TIME, FAMILY)
        return readings.plot("CPU by mode", lines, 1.0, fmt.percent, stacked=True, missing=missing)

    def _per_core(self, cores: Sequence[tuple[str, Window, float]]) -> PlotView:
        readings = self.readings
        if len(cores) > _MOST_LINES:
            missing = f"{len(cores)} lines cannot be told apart; the heat map shows them"
            return readings.plot("CPU per core", (), 1.0, fmt.percent, missing=missing)
        top = max((now for _, _, now in cores if now == now), default=math.nan)
        lines = [
            Line(f"Core {number}", "cpu", window.times, window.values, fmt.percent(now), area=False, faint=now != top)
            for number, window, now in cores
        ]
        missing = readings.why(names.CORE_TIME, FAMILY)
        return readings.plot("CPU per core", lines, 1.0, fmt.percent, missing=missing)

    def _counts(self) -> str:
        physical, logical = (
            self.readings.value(names.CPU_PHYSICAL_COUNT),
            self.readings.value(names.CPU_LOGICAL_COUNT),
        )
        return ", ".join(
            text
            for text in (
                fmt.counted(physical, "core", "cores") if physical == physical else "",
                fmt.counted(logical, "thread", "threads") if logical == logical else "",
            )
            if text
        )

    def _facts(self) -> tuple[FactView, ...]:
        readings, cpu = self.readings, self._cpu
        load = cpu.load()
        running = readings.value(names.PROCESS_COUNT, state="running")
        return (
            readings.fact(
                "Frequency",
                fmt.hertz(cpu.frequency()),
                self._frequency_limit(),
                names.CPU_FREQUENCY,
                "cpu_frequency",
            ),
            self._temperature(),
            self._power(),
            readings.fact(
                "Load",
                fmt.number(load[0]),
                joined(*(fmt.number(value) for value in load[1:] if value == value)),
                names.LOAD_1M,
                "load",
            ),
            readings.fact("Pressure", fmt.percent(cpu.pressure()), "some, 10 s", names.PRESSURE_AVG10, "pressure"),
            readings.fact(
                "Switches", fmt.per_second(readings.value(names.CONTEXT_SWITCHES)), "", names.CONTEXT_SWITCHES, FAMILY
            ),
            readings.fact("Interrupts", fmt.per_second(readings.value(names.INTERRUPTS)), "", names.INTERRUPTS, FAMILY),
            readings.fact(
                "Threads",
                fmt.count(readings.value(names.THREADS)),
                f"{fmt.count(running)} running" if running == running else "",
                names.THREADS,
                "load",
            ),
        )

    def _frequency_limit(self) -> str:
        limit = self.readings.value(names.CPU_FREQUENCY_LIMIT)
        # "5.12 GHz of 5.70": nearly always the same unit, and there is little room.
        return f"of {fmt.hertz(limit).removesuffix(f'{fmt.SPACE}GHz')}" if limit == limit else ""

    def _temperature(self) -> FactView:
        readings = self.readings
        sensor = self._cpu.temperature_sensor()
        limit = math.nan
        if sensor is not None:
            limits = readings.select(names.TEMPERATURE_LIMIT, id=attribute(sensor, "id") or "")
            limit = min((readings.now(s) for s in limits), default=math.nan)
        note = f"limit {readings.units.degrees(limit)}" if limit == limit else ""
        text = readings.units.temperature(readings.now(sensor))
        if sensor is None and readings.select(names.TEMPERATURE):
            return FactView("Temperature", fmt.UNKNOWN, "", "no sensor of this machine is known as one of its CPU")
        return readings.fact("Temperature", text, note, names.TEMPERATURE, "sensors")

    def _power(self) -> FactView:
        readings = self.readings
        # Zones inside a package ("package-0/core") are parts of it.
        packages = [
            s for s in readings.select(names.ENERGY, type="cpu") if "/" not in (attribute(s, "name") or "/")
        ] or list(readings.select(names.POWER, type="cpu"))[:1]
        note = "package" if len(packages) == 1 else f"{len(packages)} packages"
        return readings.fact("Power", fmt.watts(readings.sum(packages)), note, names.ENERGY, "power")


def _busiest(cells: tuple[CellView, ...]) -> str:
    known = [cell for cell in cells if cell.share == cell.share]
    if len(known) < 2:
        return ""
    most = max(known, key=lambda cell: cell.share)
    return f"busiest: {most.label} ({most.text})"


def _heat(
    scope: TimeScope, cores: Sequence[tuple[str, Window, float]], shares: Sequence[tuple[float, ...]]
) -> HeatView:
    labels = tuple(number for number, _, _ in cores)
    seconds = fmt.span(scope.end - scope.start)
    now = ", ".join(f"{number} {fmt.percent(share)}" for number, _, share in cores)
    return HeatView(scope, labels, tuple(shares), f"Load of each core, last {seconds}; now {now}.")
