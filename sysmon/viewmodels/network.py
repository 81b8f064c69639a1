"""The network: card, one plot for each interface, errors, links, connections. Knows no pixels."""

from __future__ import annotations

import math
import re

from sysmon.model import names
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import CardView, Line, PlotView
from sysmon.viewmodels.readings import Readings, attribute, joined, last
from sysmon.viewmodels.tracks import summed

FAMILY = "network"
LINK_FAMILY = "network_link"
LEAST_RATE = 1e5
"""The axis of an interface never ends below 100 kB/s."""

_LOOPBACK = re.compile(r"lo\d*|Loopback.*")
_CARRIES_OTHERS = re.compile(
    r"(docker|br-|bridge|virbr|veth|vEthernet|vnet|tap|tun|utun|wg|tailscale|zt|cni|flannel|cali|bond|vmnet|dummy|ifb|awdl|llw|gif|stf).*"
    r"|.+\..+"
)
"""Links whose traffic passes a real one as well: adding them counts bytes twice."""


class Network:
    """What of the network several pages show."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def interfaces(self) -> list[str]:
        """All interfaces, those that are counted first, each group in the order of the system."""
        found = self._all()
        counted = set(self.counted())
        return [name for name in found if name in counted] + [name for name in found if name not in counted]

    def counted(self) -> list[str]:
        """The interfaces whose bytes add up to the machine's: physical ones, in a container its own link."""
        found = [name for name in self._all() if not _LOOPBACK.fullmatch(name)]
        return [name for name in found if not _CARRIES_OTHERS.fullmatch(name)] or found

    def _all(self) -> list[str]:
        return [attribute(s, "name") or "" for s in self._readings.select(names.NETWORK_IO, direction="receive")]

    def card(self) -> CardView:
        """The card of the overview: all counted interfaces together, the busiest by name."""
        readings = self._readings
        plot = self.throughput(None)
        if plot.missing is not None:
            return CardView("Network", "network", fmt.UNKNOWN, "", plot, plot.missing)
        total = sum(line.values[-1] if line.values else math.nan for line in plot.lines)
        figure = readings.units.network(total)
        reason = readings.why(FAMILY, names.NETWORK_IO) if figure == fmt.UNKNOWN else None
        return CardView("Network", "network", figure, self._context(), plot, reason)

    def throughput(self, interface: str | None) -> PlotView:
        """Bytes a second in and out of one interface, or of all counted ones."""
        readings = self._readings
        wanted = self.counted() if interface is None else [interface]
        key = f"network {interface or ''}"
        windows = [
            readings.line(
                f"{key} {direction}",
                tuple(
                    s for s in readings.select(names.NETWORK_IO, direction=direction) if attribute(s, "name") in wanted
                ),
                summed,
            )
            for direction in ("receive", "transmit")
        ]
        write = readings.units.network
        lines = (
            Line("In", "network", windows[0].times, windows[0].values, write(last(windows[0]))),
            Line(
                "Out", "network", windows[1].times, windows[1].values, write(last(windows[1])), dashed=True, area=False
            ),
        )
        top = readings.top(key, windows, LEAST_RATE, readings.units.rate_base)
        missing = None if windows[0].times else self._missing(wanted)
        return readings.plot(interface or "Network", lines, top, write, missing=missing)

    def _missing(self, wanted: list[str]) -> str:
        if not wanted and self._all():
            return "this machine has no network interface but loopback"
        return self._readings.why(FAMILY, names.NETWORK_IO)

    def _context(self) -> str:
        counted = self.counted()
        if not counted:
            return ""
        busiest = max(counted, key=self._rate)
        speed, errors = self.speed(busiest), self.errors(counted)
        others = len(counted) - 1
        return joined(
            f"{busiest} and {others} more" if others else busiest,
            f"{fmt.link_speed(speed)} link" if speed == speed else "",
            f"{fmt.counted(errors, 'error', 'errors')}" if errors == errors else "",
        )

    def _rate(self, interface: str) -> float:
        rate = self._readings.sum(self._readings.select(names.NETWORK_IO, name=interface))
        return rate if rate == rate else -1.0

    def speed(self, interface: str) -> float:
        """Bits a second that the link can carry."""
        return self._readings.value(names.NETWORK_SPEED, name=interface)

    def errors(self, interfaces: list[str]) -> float:
        """Errors of ``interfaces`` since they came up."""
        readings = self._readings
        found = [s for s in readings.select(names.NETWORK_ERRORS) if attribute(s, "name") in interfaces]
        return math.fsum(readings.query.total(readings.host, s) for s in found) if found else math.nan
