"""The tile of a machine: its state, four figures with their trend, or why it is silent. Knows no pixels.

A tile is made only for machines that can be seen, and only anew where something of the machine is new.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from sysmon.model import names
from sysmon.model.machine import MachineState
from sysmon.pipeline.query import Query, Window
from sysmon.viewmodels import disks, network
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_links import Silence, silence
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.machines import HUES
from sysmon.viewmodels.memory import Memory
from sysmon.viewmodels.network import Network
from sysmon.viewmodels.plot import Line, TimeScope
from sysmon.viewmodels.readings import Readings, attribute, last
from sysmon.viewmodels.tracks import summed

WIDTH = 64
"""Columns of a trend, each with its lowest and highest: as many points as a tile has pixels for."""
WAITING = "Waiting for its first sample"
_NOTHING = Window(array("d"), array("d"))


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """One figure: its name, number and unit, and its line; ``reason`` says why it is unknown."""

    label: str
    figure: str
    unit: str
    line: Line
    top: float
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TileView:
    """One tile. The same object as before where nothing of it changed."""

    host: str
    name: str
    role: str
    state: str
    hue: str
    scope: TimeScope
    trends: tuple[Trend, ...]
    silence: Silence | None
    """Why there are no trends."""
    spoken: str
    can_retry: bool = False
    """Whether there is a link that can be tried again."""


@dataclass(slots=True)
class _Kept:
    readings: Readings
    key: tuple[object, ...] = field(default=())
    tile: TileView | None = None


class Tiles:
    """Makes tiles and keeps them."""

    def __init__(self, query: Query, units: Units, away: Callable[[str], float] = lambda _: math.nan) -> None:
        """``away`` tells since when a machine is not reached, seconds since 1970; NaN where that is not known."""
        self._query, self._units, self._away = query, units, away
        self._kept: dict[str, _Kept] = {}

    def tile(self, member: Member, scope: TimeScope, now: float) -> TileView:
        """The tile of ``member`` over as much time as ``scope``; while live each ends at its own newest sample."""
        host = member.host
        kept = self._kept.get(host)
        if kept is None:
            kept = self._kept[host] = _Kept(Readings(self._query, host, self._units))
        newest = self._query.newest(host)
        quiet = None
        if not member.live:
            quiet = silence(member.machine, member.link, newest, now, partial(self._away, host))
        elif newest != newest:
            quiet = Silence(WAITING)
        span = scope.end - scope.start
        shown = TimeScope(newest - span, newest, live=True) if scope.live else scope
        when = (shown, self._query.filled(host).count) if quiet is None else None
        key = (member.machine.name, member.label, member.machine.state, quiet, when)
        if kept.tile is None or key != kept.key:
            kept.key = key
            kept.tile = self._made(member, kept.readings, shown, quiet)
        return kept.tile

    def keep_only(self, hosts: set[str]) -> None:
        """Forget all others."""
        for gone in self._kept.keys() - hosts:
            del self._kept[gone]

    def _made(self, member: Member, readings: Readings, scope: TimeScope, quiet: Silence | None) -> TileView:
        machine = member.machine
        trends: tuple[Trend, ...] = ()
        if quiet is None:
            readings.look(scope, WIDTH)
            trends = (_cpu(member, readings), _memory(readings), _disk(readings), _network(readings))
        state = machine.state.value.capitalize()
        words = [f"{trend.label} {trend.figure}{fmt.SPACE}{trend.unit}".rstrip() for trend in trends]
        if quiet is not None:
            words = [part for part in (quiet.words, quiet.reason) if part]
        spoken = f"{machine.name}, {state}: {', '.join(words)}"
        return TileView(
            machine.host, machine.name, member.label, state, HUES[machine.state], scope, trends, quiet, spoken,
            can_retry=not member.live and member.link is not None,
        )  # fmt: skip


def _trend(label: str, hue: str, window: Window, text: str, top: float, reason: str | None) -> Trend:
    figure, _, unit = text.partition(fmt.SPACE)
    line = Line(label, hue, window.times, window.values, text)
    return Trend(label, figure, unit, line, top, reason if text == fmt.UNKNOWN else None)


def _cpu(member: Member, readings: Readings) -> Trend:
    window = Cpu(readings).share()
    share = last(window)
    # Nothing tells yet what an alert is about: the CPU is shown as its cause where it is what presses most.
    pressed = share == share and not share < max(member.figures.pressure - 0.05, 0.5)
    hue = "critical" if member.machine.state is MachineState.ALERT and pressed else "cpu"
    return _trend("CPU", hue, window, fmt.percent(share), 1.0, readings.why("cpu", names.CPU_TIME))


def _memory(readings: Readings) -> Trend:
    memory = Memory(readings)
    window, limit = memory.usage()[0], memory.limit()
    share = last(window) / limit if limit > 0 else math.nan
    return _trend(
        "Memory",
        "memory",
        window,
        fmt.percent(share),
        limit if limit > 0 else 1.0,
        readings.why("memory", names.MEMORY_USAGE),
    )


def _disk(readings: Readings) -> Trend:
    series = readings.select(names.DISK_IO)
    window = readings.line("tile disk", series, summed) if series else _NOTHING
    top = readings.top("tile disk", (window,), disks.LEAST_RATE, readings.units.rate_base)
    text = readings.units.rate(last(window))
    return _trend("Disk", "disk", window, text, top, readings.why(disks.FAMILY, names.DISK_IO))


def _network(readings: Readings) -> Trend:
    counted = Network(readings).counted()
    series = tuple(s for s in readings.select(names.NETWORK_IO) if attribute(s, "name") in counted)
    window = readings.line("tile network", series, summed) if series else _NOTHING
    top = readings.top("tile network", (window,), network.LEAST_RATE, readings.units.rate_base)
    text = readings.units.network(last(window))
    return _trend("Network", "network", window, text, top, readings.why(network.FAMILY, names.NETWORK_IO))
