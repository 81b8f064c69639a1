"""Disks: card, one plot for each, latency and queue, file systems. Knows no pixels."""

from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import CardView, Line, PlotView
from sysmon.viewmodels.readings import Readings, at_most_one, attribute, joined, last
from sysmon.viewmodels.tracks import summed

FAMILY = "disk_io"
LEAST_RATE = 1e6
"""The axis of a disk never ends below 1 MB/s."""


class Disks:
    """What of disks several pages show."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def devices(self) -> list[str]:
        """Whole disks, in the order of the system."""
        return [attribute(s, "device") or "" for s in self._readings.select(names.DISK_IO, direction="read")]

    def card(self) -> CardView:
        """The card of the overview: all disks together, the busiest by name."""
        readings = self._readings
        plot = self.throughput(None)
        if plot.missing is not None:
            return CardView("Disks", "disk", fmt.UNKNOWN, "", plot, plot.missing)
        total = sum(line.values[-1] if line.values else math.nan for line in plot.lines)
        figure = readings.units.rate(total)
        reason = readings.why(FAMILY, names.DISK_IO) if figure == fmt.UNKNOWN else None
        return CardView("Disks", "disk", figure, self._context(), plot, reason)

    def throughput(self, device: str | None) -> PlotView:
        """Read and written bytes a second of one disk, or of all."""
        readings = self._readings
        wanted = {} if device is None else {"device": device}
        key = f"disk {device or ''}"
        read = readings.select(names.DISK_IO, direction="read", **wanted)
        write = readings.select(names.DISK_IO, direction="write", **wanted)
        windows = [readings.line(f"{key} read", read, summed), readings.line(f"{key} write", write, summed)]
        units = readings.units
        lines = (
            Line("Read", "disk", windows[0].times, windows[0].values, units.rate(last(windows[0]))),
            Line(
                "Write",
                "disk",
                windows[1].times,
                windows[1].values,
                units.rate(last(windows[1])),
                dashed=True,
                area=False,
            ),
        )
        top = readings.top(key, windows, LEAST_RATE, units.rate_base)
        missing = None if windows[0].times else readings.why(FAMILY, names.DISK_IO)
        return readings.plot(device or "Disks", lines, top, units.rate, missing=missing)

    def _context(self) -> str:
        busiest, busy = self.busiest()
        if not busiest:
            return ""
        operations, latency = self.operations(busiest), self.latency(busiest)
        return joined(
            f"{busiest} busy {fmt.percent(busy)}",
            f"{fmt.count(operations)} IOPS" if operations == operations else "",
            f"latency {fmt.latency(latency)}" if latency == latency else "",
        )

    def busiest(self) -> tuple[str, float]:
        """Device and busy share of the disk that worked most; an empty name where none is known."""
        found, most = "", -1.0
        for s in self._readings.select(names.DISK_IO_TIME):
            busy = self._share(s)
            if busy > most:
                found, most = attribute(s, "device") or "", busy
        return found, most

    def busy(self, device: str) -> float:
        """Share of time in which ``device`` had work."""
        found = self._readings.one(names.DISK_IO_TIME, device=device)
        return self._share(found) if found is not None else math.nan

    def _share(self, busy_time: Series) -> float:
        # Seconds a second; the kernel counts in its own ticks, so a full disk may seem to exceed 1.
        return at_most_one(self._readings.now(busy_time))

    def operations(self, device: str) -> float:
        """Finished operations a second, read and write."""
        return self._readings.sum(self._readings.select(names.DISK_OPERATIONS, device=device))

    def latency(self, device: str) -> float:
        """Mean time of an operation in seconds; NaN where none finished."""
        spent = self._readings.sum(self._readings.select(names.DISK_OPERATION_TIME, device=device))
        operations = self.operations(device)
        return spent / operations if operations > 0 else math.nan
