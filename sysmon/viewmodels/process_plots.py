"""Plots of one process, from what is kept of it: CPU, memory, reading and writing, GPU, threads. Knows no pixels."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sysmon.pipeline.process_history import SELDOM, Trace
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import Line, PlotView, TimeScope
from sysmon.viewmodels.scale import AxisScale

_LOST: Final = 3.5
"""Intervals without a row after which the line breaks: nobody looked at processes meanwhile."""
_SELDOM: Final = 2.5 * SELDOM
"""Seconds without a row that are no break in any case: while no table is on the screen it is read seldom."""
NOTHING_KEPT: Final = "Nothing of it was kept yet"


@dataclass(frozen=True, slots=True)
class CaptionedPlot:
    """A plot and the words under it."""

    key: str
    plot: PlotView
    caption: str


class _Times:
    """The times of all columns of a trace, with a place at each break."""

    def __init__(self, times: Sequence[float]) -> None:
        whole = broken(times)
        self.breaks = [at for at, moment in enumerate(whole) if moment != moment] if len(whole) > len(times) else []
        self.clean = _without_nan(whole) if self.breaks else array("d", whole)


class ProcessPlots:
    """The plots of one process. Take a new one for another: axes are remembered."""

    def __init__(self) -> None:
        self._cpu = AxisScale(1.0)
        self._memory = AxisScale(float(1 << 20), 2)
        self._disk = AxisScale(1e6)
        self._gpu = AxisScale(1.0)
        self._threads = AxisScale(10.0)

    def plots(self, trace: Trace | None, scope: TimeScope, units: Units, shared: str = "") -> tuple[CaptionedPlot, ...]:
        """CPU, memory, disk, GPU where a driver told that it uses one, threads.

        ``trace`` is not changed; ``shared`` is added to the words about memory.
        """
        if trace is None or not trace.times:
            return ()
        times = _Times(trace.times)
        disk = (("read", trace.read), ("written", trace.write))
        rates = [f"{units.rate(_last(values))} {word}" for word, values in disk]
        memory = f"Memory {units.size(_last(trace.memory))}{f', {shared}' if shared else ''}"
        plots = [
            _made("CPU", "cpu", times, (trace.cpu,), self._cpu, scope, units.cpu, f"CPU {units.cpu(_last(trace.cpu))} of {units.cpu_of}"),
            _made("Memory", "memory", times, (trace.memory,), self._memory, scope, units.size, memory),
            _made("Disk", "disk", times, (trace.read, trace.write), self._disk, scope, units.rate, f"Disk {', '.join(rates)}"),
        ]  # fmt: skip
        # Of those that never used one a plot would say nothing.
        if len(trace.gpu) == len(trace.times) and any(share > 0.0 for share in trace.gpu):
            held = f", {units.size(trace.gpu_memory)}" if trace.gpu_memory == trace.gpu_memory else ""
            words = f"GPU {fmt.percent_exact(_last(trace.gpu))}{held}"
            plots.append(_made("GPU", "gpu", times, (trace.gpu,), self._gpu, scope, fmt.percent_exact, words))
        if len(trace.threads) < len(trace.times):
            return tuple(plots)  # the past of another machine's process
        words = fmt.counted(_last(trace.threads), "thread", "threads")
        plots.append(
            _made("Threads", "cpu", times, (trace.threads,), self._threads, scope, fmt.count, words, "threads")
        )
        return tuple(plots)


def _made(
    name: str,
    hue: str,
    times: _Times,
    columns: tuple[Sequence[float], ...],
    scale: AxisScale,
    scope: TimeScope,
    write: Callable[[float], str],
    caption: str,
    key: str = "",
) -> CaptionedPlot:
    seen = [value for values in columns for value in values if value == value]
    top = scale.top(max(seen, default=math.nan), scope.end - scope.start, scope.end)
    lines = tuple(
        Line(
            name if at == 0 else f"{name} written",
            hue,
            times.clean,
            _with_breaks(values, times.breaks),
            write(_last(values)),
            dashed=at > 0,
            area=at == 0,
        )
        for at, values in enumerate(columns)
    )
    return CaptionedPlot(key or hue, PlotView(scope, lines, top, write, caption), caption)


def broken(times: Sequence[float]) -> list[float]:
    """``times`` with a NaN at every place where rows are missing."""
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    usual = steps[len(steps) // 2] if steps else 1.0
    longest = max(_LOST * usual, _SELDOM)
    if not steps or steps[-1] <= longest:
        return list(times)
    found: list[float] = [*times[:1]]
    for earlier, later in pairwise(times):
        if later - earlier > longest:
            found.append(math.nan)
        found.append(later)
    return found


def _without_nan(times: Sequence[float]) -> array[float]:
    """A NaN stands just after the time before it: a plot's times ascend."""
    return array("d", [moment if moment == moment else times[at - 1] + 1e-3 for at, moment in enumerate(times)])


def _with_breaks(values: Sequence[float], breaks: Sequence[int]) -> array[float]:
    found = array("d", values)
    for at in breaks:
        found.insert(at, math.nan)
    return found


def _last(values: Sequence[float]) -> float:
    return values[-1] if values else math.nan
