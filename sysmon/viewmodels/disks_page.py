"""The page of disks: throughput of each, how busy, how fast to answer, file systems. Knows no pixels."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.model.printable import printable
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.device import Choice, DeviceView, chosen_of
from sysmon.viewmodels.disks import FAMILY, Disks
from sysmon.viewmodels.filesystems import FilesystemRow, Filesystems
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import CardView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, at_most_one, joined, last
from sysmon.viewmodels.tracks import Columns, summed

_KINDS = {
    "nvme": "NVMe",
    "ssd": "SSD",
    "hdd": "hard disk",
    "flash": "flash",
    "optical": "optical",
    "virtual": "virtual",
}
"""Kinds of disks in words; what is unknown is not said."""
ALL = ""
"""The key of the choice that shows all disks together."""


@dataclass(frozen=True, slots=True)
class DisksView:
    """The page at one moment."""

    device: DeviceView
    filesystems: tuple[FilesystemRow, ...]
    filesystems_missing: str | None
    """Why there are no file systems, or None."""


class DisksModel:
    """Makes the page of disks of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._disks = Disks(self.readings)
        self._filesystems = Filesystems(self.readings)

    def view(self, scope: TimeScope, width: int, choice: str = ALL) -> DisksView:
        """The page over ``scope``, its large plot ``width`` pixels wide and of the disk ``choice``."""
        self.readings.look(scope, width)
        devices = self._disks.devices()
        choices = [Choice(device, device) for device in devices]
        if len(devices) != 1:
            choices.insert(0, Choice(ALL, "All"))
        chosen = chosen_of(choices, choice)
        device = chosen if chosen in devices else self._disks.busiest()[0] or (devices[0] if devices else "")
        rows = self._filesystems.rows()
        view = DeviceView(
            tuple(choices) if len(choices) > 1 else (),
            chosen,
            self._card(chosen or None),
            self._facts(device, of_all=chosen == ALL),
            self._small(device) if device else (),
        )
        return DisksView(view, rows, None if rows else self._filesystems.missing())

    def _card(self, device: str | None) -> CardView:
        card = self._disks.card()
        if device is None or card.plot is None:
            return card
        plot = self._disks.throughput(device)
        figure = self.readings.units.rate(sum(line.values[-1] if line.values else math.nan for line in plot.lines))
        reason = plot.missing or (self.readings.why(FAMILY) if figure == fmt.UNKNOWN else None)
        size = self.readings.value(names.DISK_LIMIT, device=device)
        context = joined(self._what(device), self.readings.units.limit(size) if size == size else "")
        return CardView(device, "disk", figure, context, plot, reason)

    def _what(self, device: str) -> str:
        """Model and kind of a disk, as far as they are known."""
        facts = self.readings.query.devices(self.readings.host).disk(device)
        if facts is None:
            return ""
        return joined(printable(facts.model or ""), _KINDS.get(facts.kind, ""))

    def _facts(self, device: str, *, of_all: bool) -> tuple[FactView, ...]:
        readings, units, disks = self.readings, self.readings.units, self._disks

        def rate(label: str, value: float, write: Callable[[float], str], note: str = "") -> FactView:
            return readings.fact(label, write(value), note, FAMILY)

        def directed(direction: str) -> float:
            return readings.value(names.DISK_OPERATIONS, device=device, direction=direction)

        operations = disks.operations(device)
        latency = disks.latency(device)
        idle = operations == 0
        named = (FactView("Busiest", device),) if of_all and device else ()
        return (
            *named,
            rate("Busy", disks.busy(device), fmt.percent),
            rate("Operations", operations, fmt.per_second),
            rate("Reads", directed("read"), fmt.per_second),
            rate("Writes", directed("write"), fmt.per_second),
            FactView("Latency", fmt.UNKNOWN, "", "no operation finished in the last interval")
            if idle
            else rate("Latency", latency, fmt.latency),
            rate("Queue", readings.value(names.DISK_QUEUE_TIME, device=device), fmt.number, "mean"),
            rate("Size", readings.value(names.DISK_LIMIT, device=device), units.limit),
        )

    def _small(self, device: str) -> tuple[CardView, ...]:
        readings = self.readings
        busy = readings.select(names.DISK_IO_TIME, device=device)
        operations = readings.select(names.DISK_OPERATIONS, device=device)
        spent = readings.select(names.DISK_OPERATION_TIME, device=device)
        return (
            self._plot("Busy", device, busy, _at_most_one, fmt.percent, 1.0),
            self._plot("Operations", device, operations, summed, fmt.per_second, None),
            self._plot("Latency", device, (*spent, *operations), _mean_time(len(spent)), fmt.latency, None),
            self._plot(
                "Queue", device, readings.select(names.DISK_QUEUE_TIME, device=device), summed, fmt.number, None
            ),
        )

    def _plot(
        self,
        title: str,
        device: str,
        series: tuple[Series, ...],
        combine: Callable[[Columns], list[array[float]]],
        write: Callable[[float], str],
        top: float | None,
    ) -> CardView:
        readings = self.readings
        key = f"{title} {device}"
        window = readings.line(key, series, combine) if series else Window(array("d"), array("d"))
        text = write(last(window))
        if top is None:
            top = readings.top(key, (window,), 1e-3 if title == "Latency" else 1.0)
        line = Line(title, "disk", window.times, window.values, text)
        missing = readings.why(FAMILY)
        plot = readings.plot(f"{title} of {device}", (line,), top, write, missing=missing)
        reason = None
        if text == fmt.UNKNOWN:
            reason = "no operation finished in the last interval" if title == "Latency" else missing
        return CardView(title, "disk", text, device, plot, reason)


def _at_most_one(columns: Columns) -> list[array[float]]:
    """Busy seconds a second; the kernel's own ticks may make a full disk seem busier than that."""
    return [array("d", map(at_most_one, columns[0]))]


def _mean_time(parts: int) -> Callable[[Columns], list[array[float]]]:
    """Seconds that operations took by their number; a gap where none finished."""

    def combine(columns: Columns) -> list[array[float]]:
        spent = map(sum, zip(*columns[:parts], strict=True))
        finished = map(sum, zip(*columns[parts:], strict=True))
        return [array("d", [s / n if n > 0 else math.nan for s, n in zip(spent, finished, strict=True)])]

    return combine
