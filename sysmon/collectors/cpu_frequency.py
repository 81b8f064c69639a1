"""Current frequency of each logical CPU from cpufreq, else from ``/proc/cpuinfo`` (Linux).

A family of its own, read beside the tick: on some drivers each value is asked of the core it
belongs to, which wakes it (https://docs.kernel.org/admin-guide/pm/cpufreq.html, scaling_cur_freq).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile, attribute, entries
from sysmon.collectors.sysfs import SysFile, read_number, reason_of
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_KILOHERTZ: Final = 1e3
_MEGAHERTZ: Final = 1e6
_NO_LIMIT: Final = Missing(names.CPU_FREQUENCY_LIMIT.name, "no cpufreq driver tells the highest frequency")


def parse_cpuinfo(data: bytes) -> dict[str, float]:
    """Logical CPU to its frequency in Hz, from the ``processor`` and ``cpu MHz`` lines (x86 prints them).

    Lines that are not understood are left out: other architectures print other text there.
    """
    found: dict[str, float] = {}
    number = ""
    for line in data.splitlines():
        name, _, value = line.partition(b":")
        name, value = name.strip(), value.strip()
        if name == b"processor":
            number = value.decode("ascii", "backslashreplace")
        elif name == b"cpu MHz" and number.isdigit():
            try:
                hertz = float(value) * _MEGAHERTZ
            except ValueError:
                continue
            if math.isfinite(hertz) and hertz > 0:
                found[number] = hertz
    return found


class CpuFrequencyCollector:
    """Family ``cpu_frequency``."""

    family = "cpu_frequency"
    pace = Pace(interval=2.0, limit=2.0)

    def __init__(self, proc: Path, sys: Path) -> None:
        self._cpuinfo = KeptFile(proc / "cpuinfo")
        self._root = sys / "devices/system/cpu"
        self._online: str | None = None
        self._files: dict[str, SysFile] = {}
        self._limit = math.nan
        self._cpus: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        online = attribute(self._root / "online") or ""
        if online != self._online:
            self._search()
            self._online = online
        return self._from_cpufreq() if self._files else self._from_cpuinfo()

    def close(self) -> None:
        self._cpuinfo.close()
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _search(self) -> None:
        self.close()
        limits: list[float] = []
        for name in entries(self._root):
            place = self._root / name / "cpufreq"
            if name.startswith("cpu") and name[3:].isdigit() and attribute(place / "scaling_cur_freq") is not None:
                self._files[name[3:]] = SysFile(place / "scaling_cur_freq")
                limits.append(read_number(place / "cpuinfo_max_freq"))
        self._limit = max((limit for limit in limits if limit > 0), default=math.nan)

    def _from_cpufreq(self) -> Reading:
        values: list[float] = []
        missing: list[Missing] = []
        for number, file in self._files.items():
            try:
                values.append(file.number() * _KILOHERTZ)
            except OSError as error:
                values.append(math.nan)
                wanted = series(names.CPU_FREQUENCY, number).key
                missing.append(Missing(wanted, reason_of(error)))
        return self._reading(tuple(self._files), values, self._limit * _KILOHERTZ, missing)

    def _from_cpuinfo(self) -> Reading:
        found = parse_cpuinfo(self._cpuinfo.require())
        if not found:
            raise CollectorUnavailable("there is no cpufreq driver and /proc/cpuinfo prints no frequency either")
        return self._reading(tuple(found), list(found.values()), math.nan, [])

    def _reading(self, cpus: tuple[str, ...], values: list[float], limit: float, missing: list[Missing]) -> Reading:
        if math.isnan(limit):
            missing.append(_NO_LIMIT)
        values.append(limit)
        if cpus != self._cpus:
            self._cpus = cpus
            self._series = (
                *(series(names.CPU_FREQUENCY, number) for number in cpus),
                series(names.CPU_FREQUENCY_LIMIT),
            )
        return Reading(self._series, values, tuple(missing))
