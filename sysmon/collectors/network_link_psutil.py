"""State and speed of network links through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import math

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_MEGABIT = 1e6


class NetworkLinkPsutilCollector:
    """Family ``network_link``."""

    family = "network_link"
    pace = Pace(interval=10.0, limit=5.0)

    def __init__(self) -> None:
        self._interfaces: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        found = psutil.net_if_stats()
        if not found:
            raise CollectorUnavailable("this system lists no network interface")
        interfaces = tuple(sorted(found))
        if interfaces != self._interfaces:
            self._interfaces = interfaces
            self._series = tuple(series(m, i) for m in (names.NETWORK_UP, names.NETWORK_SPEED) for i in interfaces)
        # psutil says 0 where it does not know the speed.
        speeds = [found[i].speed * _MEGABIT if found[i].speed > 0 else math.nan for i in interfaces]
        missing = tuple(
            Missing(series(names.NETWORK_SPEED, interface).key, "its driver reports no link speed")
            for interface, speed in zip(interfaces, speeds, strict=True)
            if math.isnan(speed)
        )
        return Reading(self._series, [*(float(found[i].isup) for i in interfaces), *speeds], missing)

    def close(self) -> None:
        """Nothing is kept open."""
