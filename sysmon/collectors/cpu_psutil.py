"""CPU times and events through psutil: the reader for Windows, macOS and the BSDs.

Gives the series of `sysmon.collectors.cpu`, as far as the system has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_FIELDS: Final = {
    "user": "user",
    "nice": "nice",
    "system": "system",
    "idle": "idle",
    "iowait": "iowait",
    "interrupt": "interrupt",
    "irq": "interrupt",
    "dpc": "softirq",
    "softirq": "softirq",
    "steal": "steal",
}
"""psutil's name of a column to our mode. Its guest columns are inside user and nice already."""

_MODES: Final = tuple(dict.fromkeys(_FIELDS.values()))
_IDLE: Final = frozenset({"idle", "iowait"})


def modes(times: Mapping[str, float]) -> dict[str, float]:
    """Seconds by our mode, from the columns of psutil (``_asdict()``); each second counts in one mode.

    Windows counts interrupts and deferred procedure calls (``dpc``) inside ``system`` too, so
    there they are taken out of it.
    """
    found = {_FIELDS[name]: value for name, value in times.items() if name in _FIELDS}
    if "dpc" in times:
        found["system"] = max(0.0, found["system"] - found["interrupt"] - found["softirq"])
    return found


def busy_and_idle(times: Mapping[str, float]) -> tuple[float, float]:
    """Seconds busy and idle of one logical CPU, from the columns of psutil."""
    found = modes(times)
    idle = sum(value for mode, value in found.items() if mode in _IDLE)
    return sum(found.values()) - idle, idle


class CpuPsutilCollector:
    """Family ``cpu``."""

    family = "cpu"
    pace = Pace()

    def __init__(self) -> None:
        self._shape: tuple[tuple[str, ...], int] | None = None
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()
        self._counts: tuple[float, ...] = ()

    def read(self) -> Reading:
        total = modes(psutil.cpu_times()._asdict())
        cores = [busy_and_idle(core._asdict()) for core in psutil.cpu_times(percpu=True)]
        stats = psutil.cpu_stats()
        shape = (tuple(total), len(cores))
        if shape != self._shape:
            self._lay_out(tuple(total), len(cores))
            self._shape = shape
        values = [*total.values()]
        for pair in cores:
            values += pair
        values += (float(stats.ctx_switches), float(stats.interrupts), *self._counts)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        """Nothing is kept open."""

    def _lay_out(self, present: tuple[str, ...], cores: int) -> None:
        layout = [series(names.CPU_TIME, mode) for mode in present]
        for number in map(str, range(cores)):
            layout += (series(names.CORE_TIME, number, "busy"), series(names.CORE_TIME, number, "idle"))
        layout += (series(names.CONTEXT_SWITCHES), series(names.INTERRUPTS), series(names.CPU_LOGICAL_COUNT))
        missing = [
            Missing(series(names.CPU_TIME, mode).key, "this system does not count this mode")
            for mode in _MODES
            if mode not in present
        ]
        missing += (
            Missing(names.PROCESS_CREATED.name, "this system does not count it"),
            Missing(names.PROCESS_COUNT.name, "this system does not count processes by state"),
        )
        counts = [float(cores)]
        physical = psutil.cpu_count(logical=False)
        if physical is None:
            missing.append(Missing(names.CPU_PHYSICAL_COUNT.name, "this system does not describe the CPU topology"))
        else:
            layout.append(series(names.CPU_PHYSICAL_COUNT))
            counts.append(float(physical))
        self._series, self._missing, self._counts = tuple(layout), tuple(missing), tuple(counts)
