"""All machines: who there is, in which order, in which group, with which figures. Knows no pixels.

The order "worst first" is: an alert is firing, then offline, then reconnecting, then by the highest of CPU, memory and
busiest disk. It moves in steps of 5 % and at most every ten seconds unless a machine came, went or changed its state,
so that tiles do not jump.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from sysmon.model.host import LOCAL
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.pipeline.query import Query
from sysmon.viewmodels.fleet_facts import FleetFacts
from sysmon.viewmodels.fleet_figures import UNKNOWN, FigureReader, Figures
from sysmon.viewmodels.fleet_head import LIVE_STATES
from sysmon.viewmodels.fleet_links import by_peer
from sysmon.viewmodels.link_strip import down_since
from sysmon.viewmodels.readings import joined

SETTLE: Final = 10.0
"""Seconds for which an order stays that only figures would change."""
AT_ONCE: Final = 128
"""Machines whose figures are read in one frame; the others follow in the next ones."""
_COARSE: Final = 20.0
"""Steps of pressure between 0 and 1."""
RANK: Final = {
    MachineState.ALERT: 0,
    MachineState.OFFLINE: 1,
    MachineState.RECONNECTING: 2,
    MachineState.LIVE: 3,
}
"""States, the worst first."""
UNTAGGED: Final = ""
"""The group of machines without a tag."""


class Order(enum.Enum):
    """How machines are sorted."""

    WORST = "worst"
    NAME = "name"
    TAG = "tag"
    """In groups of those that share their first tag (`fleet_groups`), and the worst first in each."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose to see: an order, and the machines with ``tag``; all of them where it is None."""

    order: Order = Order.WORST
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One machine of the fleet."""

    machine: Machine
    figures: Figures
    tags: tuple[str, ...] = ()
    link: LinkReport | None = None

    @property
    def host(self) -> str:
        return self.machine.host

    @property
    def live(self) -> bool:
        """Whether its figures are those of now."""
        return self.machine.state in LIVE_STATES

    @property
    def role(self) -> str:
        """What it is for, in a word or two; empty where nobody said."""
        note = self.machine.note
        if " · " in note or self.host == LOCAL:
            return note.partition(" · ")[0]
        return note if note in self.tags else ""

    @property
    def label(self) -> str:
        """Its role and its tags."""
        return joined(self.role, *(tag for tag in self.tags if tag != self.role))


class Fleet:
    """Looks at all machines of a store, once a frame."""

    def __init__(self, query: Query, facts: FleetFacts | None, now: Callable[[], float]) -> None:
        """``facts``: who is connected, None where nobody can be; ``now``: seconds since 1970."""
        self.query, self._facts, self.now = query, facts, now
        self.machines: tuple[Machine, ...] = ()
        self.links: dict[str, LinkReport] = {}
        self._peers: frozenset[str] = frozenset()
        self._tags: dict[str, tuple[str, ...]] = {}
        self._facts_version = -1
        self._readers: dict[str, FigureReader] = {}
        self._members: dict[str, Member] = {}
        self._turn = 0
        self._sorted: tuple[str, ...] = ()
        self._sorted_by: tuple[object, ...] = ()
        self._sorted_at = -math.inf

    def look(self, seen: Collection[str] = (), most: int = AT_ONCE) -> bool:
        """See what is new. False where figures of some machines are left to be read by another call.

        Those of machines that are ``seen`` are always read, of the others at most ``most``.
        """
        self.machines = tuple(self.query.machines())
        self._look_at_links()
        known = {machine.host: machine for machine in self.machines}
        for gone in (self._readers.keys() | self._members.keys()) - known.keys():
            self._readers.pop(gone, None)
            self._members.pop(gone, None)
        stale = [host for host, machine in known.items() if machine.state in LIVE_STATES and self._reader(host).stale]
        # Begin where the last call ended: the machines at the front must not be the only ones that are read.
        start = self._turn % len(stale) if stale else 0
        wanted = set(seen).intersection(stale)
        others = [host for host in (*stale[start:], *stale[:start]) if host not in wanted]
        for host in (*wanted, *others[:most]):
            self._readers[host].read()
        self._turn += min(most, len(others))
        return len(others) <= most

    @property
    def behind(self) -> int:
        """Live machines whose newest figures are still to be read."""
        return sum(machine.state in LIVE_STATES and self._reader(machine.host).stale for machine in self.machines)

    def _look_at_links(self) -> None:
        if self._facts is None or self._facts.version == self._facts_version:
            return
        self._facts_version = self._facts.version
        self.links = by_peer(self._facts.links())
        peers = self._facts.peers()
        self._peers = frozenset(peer.id for peer in peers)
        self._tags = {peer.id: peer.tags for peer in peers if peer.tags}

    def away(self, host: str) -> float:
        """Since when the links to ``host`` bring nothing, by the clock here; NaN where one does, and where there is none."""
        link = self.links.get(host)
        if link is None or self._facts is None:
            return math.nan
        reports = [report for report in self._facts.links() if report.peer == link.peer]
        return down_since([(report, self._facts.steps(report.link)) for report in reports])

    def _reader(self, host: str) -> FigureReader:
        found = self._readers.get(host)
        if found is None:
            found = self._readers[host] = FigureReader(self.query, host)
        return found

    def tags(self) -> tuple[str, ...]:
        """All tags that machines have, by name; empty where nobody gave any."""
        hosts = {machine.host for machine in self.machines}
        return tuple(sorted({tag for host, tags in self._tags.items() if host in hosts for tag in tags}))

    def is_peer(self, host: str) -> bool:
        """Whether the user decides on this machine: gives it a name and tags."""
        return host in self._peers

    def tags_of(self, host: str) -> tuple[str, ...]:
        """The tags of one machine."""
        return self._tags.get(host, ())

    def figures(self, machine: Machine) -> Figures:
        """The figures of ``machine`` as they were read last; unknown while it is silent."""
        reader = self._readers.get(machine.host)
        return reader.figures if reader is not None and machine.state in LIVE_STATES else UNKNOWN

    def members(self, choice: Choice, *, held: bool = False) -> tuple[Member, ...]:
        """The machines that are chosen, in their order. ``held``: nothing may move now, whatever its figures are."""
        shown = [
            self._member(machine)
            for machine in self.machines
            if choice.tag is None or choice.tag in (self.tags_of(machine.host) or (UNTAGGED,))
        ]
        if choice.order is Order.NAME:
            return tuple(sorted(shown, key=_by_name))
        return self._worst_first(shown, choice, held=held)

    def _member(self, machine: Machine) -> Member:
        """The same object as before where nothing of it changed."""
        host = machine.host
        figures, tags, link = self.figures(machine), self.tags_of(host), self.links.get(host)
        kept = self._members.get(host)
        if (
            kept is None
            or kept.machine is not machine
            or kept.figures is not figures
            or kept.link is not link
            or kept.tags is not tags
        ):
            kept = self._members[host] = Member(machine, figures, tags, link)
        return kept

    def _worst_first(self, shown: list[Member], choice: Choice, *, held: bool) -> tuple[Member, ...]:
        by = (choice, tuple((member.host, member.machine.state) for member in shown))
        moment = self.now()
        due = not 0.0 <= moment - self._sorted_at < SETTLE and not held
        if by != self._sorted_by or due:
            shown.sort(key=_by_name)
            shown.sort(key=_badness)
            self._sorted, self._sorted_by, self._sorted_at = tuple(m.host for m in shown), by, moment
            return tuple(shown)
        place = {host: at for at, host in enumerate(self._sorted)}
        return tuple(sorted(shown, key=lambda member: place[member.host]))


def _by_name(member: Member) -> tuple[str, str]:
    return member.machine.name.casefold(), member.host


def _badness(member: Member) -> tuple[int, float]:
    return RANK[member.machine.state], -round(member.figures.pressure * _COARSE)
