"""Energy that the CPU took, from the RAPL counters of ``/sys/class/powercap``.

Facts: https://docs.kernel.org/power/powercap/powercap.html. The counters wrap at
``max_energy_range_uj``; here they become sums that do not wrap. Power is their rate, made elsewhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import NO_NUMBER, SysFile, clean_label, read_number, reason_of
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_ZONE = re.compile(r"(intel-rapl(?:-mmio)?):(\d{1,3})(?::(\d{1,3}))?")

_ROOT_ONLY = "energy_uj is readable by root only since CVE-2020-8694"


class Unwrapped:
    """A counter that wraps at ``span``, made into a sum that does not.

    A fall is a wrap only where the step over the top is shorter than a quarter of the span, as
    between two near readings it always is. Any other fall is a reset (the counters of some
    machines start at zero after sleep): the sum then falls to the raw value, which the maker of
    rates sees as a reset and shows as a gap, not as a spike.
    """

    __slots__ = ("_base", "_raw", "_span")

    def __init__(self, span: float) -> None:
        self._span = span
        self._base = 0.0
        self._raw = 0.0

    def add(self, raw: float) -> float:
        """The sum at raw value ``raw``. NaN gives NaN and changes nothing."""
        if math.isnan(raw):
            return math.nan
        if raw < self._raw:
            wrapped = raw + self._span - self._raw
            self._base = self._base + self._span if 0 <= wrapped < self._span / 4 else 0.0
        self._raw = raw
        return self._base + raw


@dataclass(frozen=True, slots=True)
class _Zone:
    series: Series
    file: SysFile
    sum: Unwrapped


class PowerCollector:
    """The RAPL zones that this user may read: packages, their cores and uncore, DRAM, platform.

    A zone inside a package (``package-0/core``) is a part of it: adding both counts twice.
    """

    family = "power"
    pace = Pace(interval=1.0, limit=1.0)

    def __init__(self, proc: Path, sys: Path) -> None:
        del proc
        self._folder = sys / "class/powercap"
        self._zones: list[_Zone] = []
        self._series: tuple[Series, ...] = ()
        self._denied: tuple[Missing, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """Joules of each zone. Raises CollectorUnavailable where no zone exists or none may be read."""
        if not self._zones:
            self._find()
        values: list[float] = []
        missing = list(self._denied)
        for zone in self._zones:
            try:
                value, reason = zone.sum.add(zone.file.number()) / 1e6, NO_NUMBER
            except OSError as error:
                value, reason = math.nan, reason_of(error)
            if math.isnan(value):
                missing.append(Missing(zone.series.key, reason))
            values.append(value)
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        for zone in self._zones:
            zone.file.close()

    def _find(self) -> None:
        zones: list[_Zone] = []
        denied: list[Missing] = []
        for folder, of in find_zones(self._folder):
            path = self._folder / folder
            file = SysFile(path / "energy_uj")
            try:
                file.read()
            except PermissionError:
                denied.append(Missing(of.key, _ROOT_ONLY))
            except OSError as error:
                denied.append(Missing(of.key, reason_of(error)))
            else:
                span = read_number(path / "max_energy_range_uj")
                zones.append(_Zone(of, file, Unwrapped(span if span > 0 else math.inf)))
        if not zones:
            raise CollectorUnavailable(
                denied[0].reason
                if denied
                else "this machine has no RAPL energy counters; virtual machines usually have none"
            )
        self._zones = zones
        self._series = tuple(zone.series for zone in zones)
        self._denied = tuple(denied)


def find_zones(folder: Path) -> list[tuple[str, Series]]:
    """Folder and series of every zone. The MMIO twin of a zone counts the same energy and is left out."""
    found: list[tuple[str, Series]] = []
    titles: set[str] = set()
    # "intel-rapl:0" sorts behind "intel-rapl-mmio:0"; the MSR zones go first.
    for name in sorted(entries(folder), key=lambda name: ("mmio" in name, name)):
        match = _ZONE.fullmatch(name)
        if match is None or not (folder / name / "energy_uj").exists():
            continue
        control, package, part = match.groups()
        own = clean_label(attribute(folder / name / "name") or name)
        parent = clean_label(attribute(folder / f"{control}:{package}" / "name") or "") if part else ""
        title = f"{parent}/{own}" if parent else own
        if title in titles:
            continue
        titles.add(title)
        kind = "memory" if own == "dram" else "other" if own == "psys" else "cpu"
        found.append((name, series(names.ENERGY, name, title, kind)))
    return found
