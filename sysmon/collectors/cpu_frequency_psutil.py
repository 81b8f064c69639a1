"""CPU frequencies through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import math

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_MEGAHERTZ = 1e6


class CpuFrequencyPsutilCollector:
    """Family ``cpu_frequency``. Most systems give one frequency for all CPUs: it stands as that of CPU 0."""

    family = "cpu_frequency"
    pace = Pace(interval=2.0, limit=2.0)

    def __init__(self) -> None:
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        # Not on every system (the function is missing), not on every machine (nothing is returned).
        found = psutil.cpu_freq(percpu=True) if hasattr(psutil, "cpu_freq") else []
        if not found:
            raise CollectorUnavailable("this system does not tell the frequency of its CPUs")
        if len(self._series) != len(found) + 1:
            cpus = (series(names.CPU_FREQUENCY, str(number)) for number in range(len(found)))
            self._series = (*cpus, series(names.CPU_FREQUENCY_LIMIT))
        limit = max((float(cpu.max) for cpu in found if cpu.max), default=math.nan) * _MEGAHERTZ
        values = [*(float(cpu.current) * _MEGAHERTZ for cpu in found), limit]
        missing = (Missing(names.CPU_FREQUENCY_LIMIT.name, "this system does not tell the highest frequency"),)
        return Reading(self._series, values, missing if math.isnan(limit) else ())

    def close(self) -> None:
        """Nothing is kept open."""
