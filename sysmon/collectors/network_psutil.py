"""Traffic of network interfaces through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import psutil

from sysmon.collectors.contract import Pace
from sysmon.collectors.network import interface_series
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series
from sysmon.model.sample import Missing, Reading

_MISSING = tuple(
    Missing(metric.name, "psutil does not tell it")
    for metric in (names.TCP_SEGMENTS, names.TCP_OPENS, names.UDP_DATAGRAMS)
)


class NetworkPsutilCollector:
    """Family ``network``."""

    family = "network"
    pace = Pace()

    def __init__(self) -> None:
        self._interfaces: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        # nowrap=False: a counter that wraps or starts anew is for whoever makes the rates.
        found = psutil.net_io_counters(pernic=True, nowrap=False)
        if not found:
            raise CollectorUnavailable("this system lists no network interface")
        interfaces = tuple(sorted(found))
        if interfaces != self._interfaces:
            self._interfaces, self._series = interfaces, interface_series(interfaces)
        rows = [found[interface] for interface in interfaces]
        columns = (
            [row.bytes_recv for row in rows],
            [row.bytes_sent for row in rows],
            [row.packets_recv for row in rows],
            [row.packets_sent for row in rows],
            [row.errin for row in rows],
            [row.errout for row in rows],
            [row.dropin for row in rows],
            [row.dropout for row in rows],
        )
        return Reading(self._series, [float(value) for column in columns for value in column], _MISSING)

    def close(self) -> None:
        """Nothing is kept open."""
