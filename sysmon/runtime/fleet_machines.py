"""The machines of the fleet as a person knows them: made of the peers, of what they publish and of how their links are.

Answers with the machines that changed; whoever asked publishes them. Knows no socket and no clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sysmon.model.host import HostFacts
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import NO_FACTS, Machine, MachineState
from sysmon.model.peer import Peer
from sysmon.model.printable import printable

PATIENCE: Final = 60.0
"""Seconds after which a machine that is not reached is called offline."""
SILENCE: Final = 15.0
"""Seconds without figures after which a machine is called silent."""
_LONGEST: Final = 60
"""Characters of a name that a peer chose."""
_MILLI: Final = 1e3


@dataclass(slots=True)
class _Seen:
    """A machine that a peer publishes."""

    name: str
    facts: HostFacts
    through: str
    """Id of the peer that it comes through; its own where it is the peer."""
    left: bool = False


class FleetMachines:
    """All machines but this one."""

    def __init__(self) -> None:
        self._peers: dict[str, Peer] = {}
        self._seen: dict[str, _Seen] = {}
        self._told: dict[str, Machine] = {}
        self._away: dict[str, float] = {}
        """By peer, since when no figures come."""

    def set_peers(self, peers: Iterable[Peer]) -> list[str]:
        """These are the peers from now on; the ids of machines that are nobody's any more."""
        self._peers = {peer.id: peer for peer in peers if peer.watched}
        gone = [host for host in self._told if host not in self._peers and self._through(host) not in self._peers]
        for host in gone:
            self._told.pop(host, None)
            self._seen.pop(host, None)
        return gone

    def _through(self, host: str) -> str:
        seen = self._seen.get(host)
        return seen.through if seen is not None else host

    def saw(self, host: str, name: str, facts: HostFacts, through: str) -> None:
        """``host`` comes through the peer ``through`` from now on."""
        self._seen[host] = _Seen(printable(name)[:_LONGEST], facts, through)

    def left(self, host: str, through: str) -> None:
        """The peer ``through`` publishes ``host`` no longer."""
        seen = self._seen.get(host)
        if seen is not None and seen.through == through:
            seen.left = True

    def route(self, host: str) -> str:
        """Id of the peer through which ``host`` is reached; empty for none. Any thread."""
        seen = self._seen.get(host)
        if seen is not None:
            return "" if seen.left else seen.through
        return host if host in self._peers else ""

    def called(self, host: str) -> str:
        """What ``host`` is called on the screen. Any thread."""
        told = self._told.get(host)
        return told.name if told is not None else host[:8]

    def hosts_through(self, peer: str) -> list[str]:
        """Ids of the machines that come through ``peer``."""
        return [host for host, seen in self._seen.items() if seen.through == peer and not seen.left]

    def changed(self, reports: Iterable[LinkReport], now: float, heard: Mapping[str, float]) -> list[Machine]:
        """The machines that are other than when they were last told, as the links are ``now`` (seconds since 1970).

        ``heard``: when figures of each came last.
        """
        best: dict[str, LinkReport] = {}
        for report in reports:
            before = best.get(report.peer)
            if before is None or _rank(report) < _rank(before):
                best[report.peer] = report
        self._note_away(best, now)
        found: list[Machine] = []
        for host in {**self._peers, **self._seen}:
            machine = self._machine(host, best, now, heard.get(host, now))
            if machine is not None and self._told.get(host) != machine:
                self._told[host] = machine
                found.append(machine)
        return found

    def _note_away(self, best: dict[str, LinkReport], now: float) -> None:
        live = {peer for peer, report in best.items() if report.state is LinkState.LIVE}
        self._away = {peer: self._away.get(peer, now) for peer in self._peers if peer not in live}

    def _machine(self, host: str, best: dict[str, LinkReport], now: float, heard: float) -> Machine | None:
        peer, seen = self._peers.get(host), self._seen.get(host)
        through = self._peers.get(seen.through) if seen is not None else peer
        if peer is None and through is None:
            return None
        source = through.id if through is not None else host
        name = peer.name if peer is not None and peer.name else seen.name if seen is not None else host[:8]
        state, word = _state(best.get(source), now, now - self._away.get(source, now))
        if seen is not None and state is MachineState.LIVE:
            # The link to a hub is live while any of its machines is.
            if seen.left:
                state, word = MachineState.OFFLINE, "no longer published"
            elif now - heard >= PATIENCE:
                state, word = MachineState.OFFLINE, f"silent {_coarse(now - heard)}"
            elif now - heard >= SILENCE:
                state, word = MachineState.RECONNECTING, "silent"
        role = next(iter(peer.tags), "") if peer is not None else ""
        if not role and through is not None and through.id != host:
            role = f"through {through.name}"
        note = " · ".join(part for part in (role, word) if part)
        return Machine(host, name, seen.facts if seen is not None else NO_FACTS, state, note)


def _rank(report: LinkReport) -> tuple[int, bool]:
    """Of two links to one peer, the one that brings figures speaks for it."""
    return (_ORDER.get(report.state, 3), not report.dialled)


_ORDER: Final = {LinkState.LIVE: 0, LinkState.STALE: 1, LinkState.SYNCING: 1, LinkState.GREETING: 2}


def _state(report: LinkReport | None, now: float, away: float) -> tuple[MachineState, str]:
    """How the machine is that brought no figures for ``away`` seconds, and its link in a few words."""
    if report is None:
        return MachineState.OFFLINE, "not connected"
    match report.state:
        case LinkState.LIVE:
            return MachineState.LIVE, _trip(report.round_trip)
        case LinkState.STALE:
            return MachineState.RECONNECTING, "silent"
        case LinkState.REFUSED:
            return MachineState.OFFLINE, "needs you"
        case LinkState.DISABLED | LinkState.CLOSING:
            return MachineState.OFFLINE, "switched off"
        case _ if away >= PATIENCE:
            return MachineState.OFFLINE, f"offline {_coarse(away)}"
        case LinkState.BACKOFF if not math.isnan(report.next_try):
            return MachineState.RECONNECTING, f"retry in {max(0, math.ceil(report.next_try - now))} s"
        case _:
            return MachineState.RECONNECTING, "connecting"


def _coarse(seconds: float) -> str:
    """A time that is good enough for a line that should not change each second: "3 h"."""
    for size, unit in ((_DAY, "d"), (_HOUR, "h")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds // 60:.0f} min"


_HOUR: Final = 3600.0
_DAY: Final = 86400.0


def _trip(seconds: float) -> str:
    if math.isnan(seconds):
        return ""
    milli = seconds * _MILLI
    return f"{milli:.0f} ms" if milli >= 1.0 else "under 1 ms"
