"""The figure files of one control group, read again only as far as they changed.

Facts: https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.stat, memory.current, memory.max,
pids.current, io.stat). A group without a controller lacks its files: that series does not exist.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import SysFile, parse_number
from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series
from sysmon.model.sample import Missing

_Group = TypeVar("_Group", bound=Hashable)

CPU_HEAD: Final = 64
"""Bytes of cpu.stat that surely hold its first line, ``usage_usec``."""

IO_LIMIT: Final = 32 * 1024
"""Bytes read of io.stat: some three hundred devices."""

_STACKED: Final = ("loop", "zram", "ram")
"""Block devices without a disk of their own: their transfers are counted at the disk below, or reach none."""


def parse_cpu_usage(data: bytes) -> float:
    """Seconds of CPU time from the head of ``cpu.stat``; NaN where it does not begin with ``usage_usec``."""
    line, end, _ = data.partition(b"\n")
    name, _, value = line.partition(b" ")
    return parse_number(value) / 1e6 if end and name == b"usage_usec" else math.nan


def parse_io(data: bytes, counts: Callable[[str], bool]) -> tuple[float, float]:
    """Bytes read and written, summed over the devices (``major:minor``) that ``counts`` accepts.

    Some kernels print a device without figures and no line end before the next one; the figures
    belong to the device named last.
    """
    read = written = 0.0
    wanted = False
    if len(data) >= IO_LIMIT:
        return math.nan, math.nan  # cut short: the last figure may be half a number
    for word in data.split():
        name, equals, value = word.partition(b"=")
        if not equals:
            wanted = counts(name.decode("ascii", "replace"))
        elif wanted and name in (b"rbytes", b"wbytes"):
            number = parse_number(value)
            if math.isnan(number):
                return math.nan, math.nan
            if name == b"rbytes":
                read += number
            else:
                written += number
    return read, written


class Disks:
    """Tells devices that are disks from devices stacked on others (dm, md, loop), which would be counted twice."""

    def __init__(self, sys: Path) -> None:
        self._folder = sys / "dev/block"
        self._known: dict[str, bool] = {}

    def counts(self, device: str) -> bool:
        """Whether transfers of ``device`` ("8:0") are to be counted. Asked once for each device."""
        known = self._known.get(device)
        if known is None:
            known = self._known[device] = self._look(device)
        return known

    def forget(self) -> None:
        """Numbers are given anew after a device went: called at each scan."""
        self._known.clear()

    def _look(self, device: str) -> bool:
        if not device.replace(":", "").isdecimal():
            return False
        place = self._folder / device
        name = os.path.realpath(place).rpartition("/")[2]
        if name.startswith(_STACKED):
            return False
        return not entries(place / "slaves")


class Figure:
    """One file and its series; parsed only where its bytes differ from those of the last reading."""

    __slots__ = ("_file", "_last", "_parse", "_values", "keep", "series")

    def __init__(
        self, series: tuple[Series, ...], file: SysFile, parse: Callable[[bytes], Sequence[float]], *, keep: bool
    ) -> None:
        self.series = series
        self.keep = keep
        self._file = file
        self._parse = parse
        self._last = b""
        self._values: Sequence[float] = (math.nan,) * len(series)

    def read(self) -> Sequence[float]:
        """The values now. Raises OSError where the group is gone."""
        data = self._file.read()
        if data != self._last:
            self._values = self._parse(data)
            self._last = data
        return self._values

    def close(self) -> None:
        self._file.close()


class Wanted(NamedTuple):
    """A file that a group should have, and the series it fills."""

    path: Path
    parse: Callable[[bytes], Sequence[float]]
    series: tuple[Series, ...]
    limit: int = 4096


class FigureSet(Generic[_Group]):
    """The figures of many groups, known by keys of the caller's choice. Keeps at most ``keep`` descriptors; files beyond are opened for each reading."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._open = 0
        self._figures: dict[_Group, tuple[Figure, ...]] = {}
        self.series: tuple[Series, ...] = ()

    def update(self, groups: Sequence[_Group], wanted: Callable[[_Group], Sequence[Wanted]]) -> None:
        """Read these groups from now on, in this order; ``wanted`` tells the files of one that is new."""
        for gone in self._figures.keys() - set(groups):
            self._drop(gone)
        self._figures = {group: self._figures.get(group) or self._build(wanted(group)) for group in groups}
        layout = tuple(one for figures in self._figures.values() for figure in figures for one in figure.series)
        if layout != self.series:
            self.series = layout

    def read(self, values: list[float]) -> bool:
        """Append all values; NaN for a group that is gone. True where none was gone."""
        whole = True
        for figures in self._figures.values():
            for figure in figures:
                try:
                    values.extend(figure.read())
                except OSError:
                    values.extend((math.nan,) * len(figure.series))
                    whole = False
        return whole

    def close(self) -> None:
        for group in list(self._figures):
            self._drop(group)

    def _build(self, wanted: Sequence[Wanted]) -> tuple[Figure, ...]:
        built: list[Figure] = []
        for path, parse, of, limit in wanted:
            keep = self._open < self._keep
            figure = Figure(of, SysFile(path, keep=keep, limit=limit), parse, keep=keep)
            try:
                figure.read()
            except OSError:
                continue  # the group lacks this controller: the series does not exist
            self._open += keep
            built.append(figure)
        return tuple(built)

    def _drop(self, group: _Group) -> None:
        for figure in self._figures.pop(group):
            figure.close()
            self._open -= figure.keep


def lacking(layout: Iterable[Series], wanted: Mapping[MetricSpec, str], count: int, what: str) -> list[Missing]:
    """A line for each metric of ``wanted`` (with the controller it needs) that some of ``count`` groups lack."""
    present = Counter(one.metric for one in layout if one.attribute(names.DIRECTION) != "write")
    return [
        Missing(metric.name, f"the {controller} controller is off for {count - present[metric]} of {count} {what}")
        for metric, controller in wanted.items()
        if present[metric] < count
    ]


def one_number(data: bytes) -> tuple[float]:
    """The one number of a file such as ``memory.current``."""
    return (parse_number(data),)


def cpu_seconds(data: bytes) -> tuple[float]:
    """CPU time of a group in seconds."""
    return (parse_cpu_usage(data),)
