"""The battery where there is no ``/sys``: Windows and macOS, through psutil.

psutil tells one battery's charge, the seconds left and whether it is plugged in; health, power and
cycles it does not, and the reading says so.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple, Protocol, cast

import psutil

from sysmon.collectors.battery import BatteryState, battery_values
from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_ID: Final = "BAT0"
_NOT_TOLD: Final = "this system's battery interface does not tell it"


class Battery(NamedTuple):
    """What ``psutil.sensors_battery`` answers (https://psutil.readthedocs.io/#psutil.sensors_battery)."""

    percent: float
    secsleft: int
    """Seconds until empty; negative: unknown, or not discharging."""
    power_plugged: bool | None


class Source(Protocol):
    """Where the battery is asked; None means that there is no battery."""

    def __call__(self) -> Battery | None: ...


def state_of(battery: Battery) -> BatteryState:
    """The common form of psutil's answer. Whether a plugged-in battery still charges is not told."""
    charge = battery.percent / 100.0
    if battery.power_plugged is None:
        state = "unknown"
    elif not battery.power_plugged:
        state = "discharging"
    else:
        state = "full" if charge >= 1.0 else "unknown"
    return BatteryState(
        charge=min(max(charge, 0.0), 1.0) if math.isfinite(charge) else math.nan,
        health=math.nan,
        power=math.nan,
        seconds=float(battery.secsleft) if state == "discharging" and battery.secsleft >= 0 else math.nan,
        cycles=math.nan,
        state=state,
    )


class BatteryPsutilCollector:
    """Family ``battery`` on systems other than Linux."""

    family = "battery"
    pace = Pace(interval=10.0, limit=5.0)

    def __init__(self, source: Source | None = None) -> None:
        self._source = source or cast("Source | None", getattr(psutil, "sensors_battery", None))
        self._series: tuple[Series, ...] = ()
        self._missing = tuple(
            Missing(metric.name, _NOT_TOLD)
            for metric in (names.BATTERY_HEALTH, names.BATTERY_POWER, names.BATTERY_CYCLES)
        )

    def read(self) -> Reading:
        """State of the battery. Raises CollectorUnavailable where there is none."""
        battery = None if self._source is None else self._source()
        if battery is None:
            raise CollectorUnavailable("this machine has no battery")
        pairs = battery_values(_ID, state_of(battery))
        if battery.power_plugged is not None:
            pairs.append((series(names.MAINS_ONLINE, "mains"), float(battery.power_plugged)))
        wanted = tuple(of for of, _ in pairs)
        if wanted != self._series:
            self._series = wanted
        return Reading(self._series, [value for _, value in pairs], self._missing)

    def close(self) -> None:
        """Nothing is kept open."""
