"""Temperatures, fans, voltages, currents and powers of the machine's sensor chips.

Where sensors are and whether they may be asked is `sysmon.collectors.hwmon`; this file reads them
and looks for hot-plug every half minute. A sensor that gives nothing is NaN, with the reason.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from sysmon.collectors.contract import Pace
from sysmon.collectors.hwmon import Gate, Probe, find_probes, signature
from sysmon.collectors.sysfs import NO_NUMBER, reason_of
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series
from sysmon.model.sample import Missing, Reading

RESCAN = 30.0
"""Seconds between two looks for sensors that came or went."""


class SensorsCollector:
    """All sensors of ``<sys>/class/hwmon``, or the thermal zones where there are none."""

    family = "sensors"
    pace = Pace(interval=2.0, limit=3.0)

    def __init__(self, proc: Path, sys: Path, clock: Callable[[], float] = time.monotonic) -> None:
        del proc
        self._sys = sys
        self._clock = clock
        self._signature: object = None
        self._scanned = -math.inf
        self._probes: list[Probe] = []
        self._series: tuple[Series, ...] = ()
        self._limits: list[float] = []
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """One value for each sensor, then the limits. Raises CollectorUnavailable where there is no sensor."""
        if self._clock() - self._scanned >= RESCAN:
            self._scan()
        values: list[float] = []
        missing: list[Missing] = []
        closed: dict[Gate, str | None] = {}
        for probe in self._probes:
            value, reason = _ask(probe, closed)
            values.append(value)
            if reason is not None:
                missing.append(Missing(probe.series.key, reason))
        values += self._limits
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        for probe in self._probes:
            probe.close()

    def _scan(self) -> None:
        now = signature(self._sys)
        woken = any(probe.asleep and probe.gate is not None and not probe.gate.closed() for probe in self._probes)
        if now != self._signature or not self._probes or woken:
            self.close()
            self._probes = find_probes(self._sys, self._clock)
            limits = [limit for probe in self._probes for limit in probe.limits]
            self._limits = [value for _, value in limits]
            self._series = (*(probe.series for probe in self._probes), *(limit for limit, _ in limits))
            self._signature = now
        if not self._probes:
            raise CollectorUnavailable("this machine exposes no hardware sensors; virtual machines usually do not")
        self._scanned = self._clock()


def _ask(probe: Probe, closed: dict[Gate, str | None]) -> tuple[float, str | None]:
    """The value of one sensor and, where it is NaN, why. Each gate is asked once per reading."""
    if probe.gate is not None:
        if probe.gate not in closed:
            closed[probe.gate] = probe.gate.closed()
        reason = closed[probe.gate]
        if reason is not None:
            return math.nan, reason
    try:
        if probe.fault is not None and probe.fault.read().strip() not in (b"0", b""):
            return math.nan, "the chip reports a fault of this sensor"
        value = probe.file.number() / probe.divisor
    except OSError as error:
        return math.nan, reason_of(error)
    return (value, None) if math.isfinite(value) else (value, NO_NUMBER)
