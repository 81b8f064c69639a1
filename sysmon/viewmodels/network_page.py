"""The page of the network: traffic of each interface, packets, errors, TCP. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.device import Choice, DeviceView, chosen_of
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.network import FAMILY, LINK_FAMILY, Network
from sysmon.viewmodels.plot import CardView, FactView, Line, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, last
from sysmon.viewmodels.tracks import Combine, summed

ALL = ""
"""The key of the choice that shows all counted interfaces together."""


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """One interface. Texts are "–" where unknown."""

    name: str
    state: str
    """up, down, or "–"."""
    received: str
    sent: str
    speed: str
    problems: str
    """Errors and drops since it came up."""
    addresses: str


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The page at one moment."""

    device: DeviceView
    interfaces: tuple[InterfaceRow, ...]
    connections: tuple[FactView, ...]
    """TCP connections by state."""
    connections_missing: str
    """Why there is none of them."""


class NetworkModel:
    """Makes the page of the network of one host."""

    def __init__(self, query: Query, host: str, units: Units) -> None:
        self.readings = Readings(query, host, units)
        self._devices = query.devices(host)
        self._network = Network(self.readings)

    def view(self, scope: TimeScope, width: int, choice: str = ALL) -> NetworkView:
        """The page over ``scope``, its large plot ``width`` pixels wide and of the interface ``choice``."""
        self.readings.look(scope, width)
        self._devices = self.readings.query.devices(self.readings.host)
        found = self._network.interfaces()
        choices = [Choice(name, name) for name in found]
        if len(found) != 1:
            choices.insert(0, Choice(ALL, "All"))
        chosen = chosen_of(choices, choice)
        shown = [chosen] if chosen else self._network.counted()
        view = DeviceView(
            tuple(choices) if len(choices) > 1 else (),
            chosen,
            self._card(chosen),
            self._link_facts(chosen, shown),
            self._small(shown),
        )
        return NetworkView(view, tuple(self._row(name) for name in found), self._connections(), self._no_connections())

    def _card(self, interface: str) -> CardView:
        card = self._network.card()
        if not interface or card.plot is None:
            return card
        plot = self._network.throughput(interface)
        total = sum(line.values[-1] if line.values else math.nan for line in plot.lines)
        figure = self.readings.units.network(total)
        reason = plot.missing or (self.readings.why(FAMILY) if figure == fmt.UNKNOWN else None)
        facts = self._devices.interface(interface)
        return CardView(interface, "network", figure, ", ".join(facts.addresses[:2]) if facts else "", plot, reason)

    def _sum(self, metric: MetricSpec, interfaces: Sequence[str], direction: str) -> float:
        return self.readings.sum(self._of(metric, interfaces, direction))

    def _of(self, metric: MetricSpec, interfaces: Sequence[str], direction: str) -> tuple[Series, ...]:
        found = self.readings.select(metric, direction=direction)
        return tuple(s for s in found if attribute(s, "name") in interfaces)

    def _link_facts(self, interface: str, shown: Sequence[str]) -> tuple[FactView, ...]:
        readings = self.readings
        segments = readings.value(names.TCP_SEGMENTS, kind="sent")
        again = readings.value(names.TCP_SEGMENTS, kind="retransmitted")
        share = f"{fmt.percent(again / segments)} of sent" if segments > 0 and again == again else ""
        facts = [
            readings.fact(label, write(self._sum(metric, shown, direction)), note, FAMILY)
            for label, metric, direction, write, note in (
                ("Packets in", names.NETWORK_PACKETS, "receive", fmt.per_second, ""),
                ("Packets out", names.NETWORK_PACKETS, "transmit", fmt.per_second, ""),
                (
                    "Errors",
                    names.NETWORK_ERRORS,
                    "receive",
                    fmt.per_second,
                    self._since_up(names.NETWORK_ERRORS, shown),
                ),
                (
                    "Drops",
                    names.NETWORK_DROPPED,
                    "receive",
                    fmt.per_second,
                    self._since_up(names.NETWORK_DROPPED, shown),
                ),
            )
        ]
        facts.append(readings.fact("Resent", fmt.per_second(again), share, names.TCP_SEGMENTS, FAMILY))
        established = readings.value(names.NETWORK_CONNECTIONS, state="established")
        facts.append(readings.fact("TCP", fmt.count(established), "established", names.NETWORK_CONNECTIONS, "sockets"))
        if interface:
            facts += self._one_link(interface)
        return tuple(facts)

    def _since_up(self, metric: MetricSpec, shown: Sequence[str]) -> str:
        readings = self.readings
        total = math.fsum(
            readings.query.total(readings.host, s)
            for direction in ("receive", "transmit")
            for s in self._of(metric, shown, direction)
        )
        return f"{fmt.count(total)} in all" if total == total else ""

    def _one_link(self, interface: str) -> list[FactView]:
        readings = self.readings
        speed = self._network.speed(interface)
        series = readings.one(names.NETWORK_SPEED, name=interface)
        facts = self._devices.interface(interface)
        link = readings.fact(
            "Link", fmt.link_speed(speed), self._state(interface), series.key if series else LINK_FAMILY
        )
        found = [link]
        if facts is not None and facts.hardware_address:
            found.append(FactView("Hardware", facts.hardware_address, f"MTU {facts.mtu}" if facts.mtu else ""))
        return found

    def _state(self, interface: str) -> str:
        up = self.readings.value(names.NETWORK_UP, name=interface)
        return "" if up != up else "up" if up else "down"

    def _row(self, interface: str) -> InterfaceRow:
        readings, units = self.readings, self.readings.units
        problems = readings.query
        errors, drops = (
            math.fsum(
                problems.total(readings.host, s)
                for way in ("receive", "transmit")
                for s in self._of(metric, [interface], way)
            )
            for metric in (names.NETWORK_ERRORS, names.NETWORK_DROPPED)
        )
        facts = self._devices.interface(interface)
        return InterfaceRow(
            interface,
            self._state(interface) or fmt.UNKNOWN,
            units.network(self._sum(names.NETWORK_IO, [interface], "receive")),
            units.network(self._sum(names.NETWORK_IO, [interface], "transmit")),
            fmt.link_speed(self._network.speed(interface)),
            f"{fmt.count(errors)} errors, {fmt.count(drops)} drops",
            ", ".join(facts.addresses) if facts is not None else "",
        )

    def _small(self, shown: Sequence[str]) -> tuple[CardView, ...]:
        packets = [self._of(names.NETWORK_PACKETS, shown, way) for way in ("receive", "transmit")]
        drops = [
            (*self._of(names.NETWORK_ERRORS, shown, way), *self._of(names.NETWORK_DROPPED, shown, way))
            for way in ("receive", "transmit")
        ]
        resent = self.readings.select(names.TCP_SEGMENTS, kind="retransmitted")
        established = self.readings.select(names.NETWORK_CONNECTIONS, state="established")
        where = ", ".join(shown)
        return (
            self._plot("Packets", where, (("In", packets[0]), ("Out", packets[1])), fmt.per_second, FAMILY),
            self._plot("Errors and drops", where, (("In", drops[0]), ("Out", drops[1])), fmt.per_second, FAMILY),
            self._plot("Resent segments", "TCP, all interfaces", (("TCP", resent),), fmt.per_second, FAMILY),
            self._plot("Connections", "TCP, established", (("TCP", established),), fmt.count, "sockets"),
        )

    def _plot(
        self,
        title: str,
        context: str,
        parts: Sequence[tuple[str, tuple[Series, ...]]],
        write: Callable[[float], str],
        family: str,
        combine: Combine = summed,
    ) -> CardView:
        readings = self.readings
        lines: list[Line] = []
        windows: list[Window] = []
        for at, (name, series) in enumerate(parts):
            if series:
                window = readings.line(f"{title} {context} {name}", series, combine)
                windows.append(window)
                text = write(last(window))
                lines.append(Line(name, "network", window.times, window.values, text, dashed=at > 0, area=at == 0))
        figure = write(math.fsum(last(window) for window in windows)) if windows else fmt.UNKNOWN
        missing = readings.why(family)
        plot = readings.plot(title, lines, readings.top(f"{title} {context}", windows, 10.0), write, missing=missing)
        reason = missing if figure == fmt.UNKNOWN else None
        return CardView(title, "network", figure, context, plot, reason)

    def _connections(self) -> tuple[FactView, ...]:
        readings = self.readings
        found = [(attribute(s, "state") or "", readings.now(s)) for s in readings.select(names.NETWORK_CONNECTIONS)]
        return tuple(FactView(state.replace("_", " ").capitalize(), fmt.count(n)) for state, n in found if n > 0)

    def _no_connections(self) -> str:
        if self.readings.select(names.NETWORK_CONNECTIONS):
            return "this machine has no TCP connection now"
        return self.readings.why("sockets", names.NETWORK_CONNECTIONS)
