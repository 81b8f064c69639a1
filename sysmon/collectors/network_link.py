"""State and speed of network links from ``/sys/class/net`` (Linux).

A family of its own, read seldom and beside the tick: asking for the speed asks the driver, which
may take its time.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import parse_number
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_MEGABIT: Final = 1e6


def link_is_up(operstate: str | None, carrier: str | None) -> float:
    """1.0 where traffic can pass, 0.0 where not, NaN where the kernel does not say.

    RFC 2863 states. Loopback and many virtual links are ``unknown`` for ever: there the carrier decides.
    """
    if operstate == "up":
        return 1.0
    if operstate in (None, "unknown"):
        return {"0": 0.0, "1": 1.0}.get(carrier or "", math.nan)
    return 0.0


def link_speed(speed: str | None) -> float:
    """Bits per second of a ``speed`` file (megabits); NaN where the link has none (-1, 0, an error)."""
    megabits = parse_number(speed or "")
    return megabits * _MEGABIT if megabits > 0 else math.nan


class NetworkLinkCollector:
    """Family ``network_link``."""

    family = "network_link"
    pace = Pace(interval=10.0, limit=5.0)

    def __init__(self, proc: Path, sys: Path) -> None:
        del proc
        self._net = sys / "class/net"
        self._interfaces: tuple[str, ...] | None = None
        self._series: tuple[Series, ...] = ()

    def read(self) -> Reading:
        interfaces = tuple(name for name in entries(self._net) if (self._net / name).is_dir())
        if not interfaces:
            raise CollectorUnavailable(f"{self._net} lists no interface")
        if interfaces != self._interfaces:
            self._interfaces = interfaces
            self._series = tuple(series(m, i) for m in (names.NETWORK_UP, names.NETWORK_SPEED) for i in interfaces)
        up = [link_is_up(self._ask(i, "operstate"), self._ask(i, "carrier")) for i in interfaces]
        speed = [link_speed(self._ask(i, "speed")) for i in interfaces]
        values = up + speed
        missing = tuple(
            Missing(wanted.key, "its driver reports no link speed (a virtual interface, or the link is down)")
            if wanted.metric is names.NETWORK_SPEED
            else Missing(wanted.key, "its driver does not report whether the link is up")
            for wanted, value in zip(self._series, values, strict=True)
            if math.isnan(value)
        )
        return Reading(self._series, values, missing)

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(self, interface: str, name: str) -> str | None:
        return attribute(self._net / interface / name)
