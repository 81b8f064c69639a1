"""What links take from the engine and bring to it: the one place where "this machine" gets the name that others know it by.

Figures of this machine go into the feed under its id; what comes from others goes onto the bus, where it is kept
like figures of this machine. A hub puts that into its feed again. Knows no socket; lives on the engine's loop.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from sysmon import __version__
from sysmon.model.events import Mark
from sysmon.model.host import LOCAL, DeviceFacts, HostFacts
from sysmon.model.link import Reason
from sysmon.model.link_report import LinkStep
from sysmon.model.machine import NO_FACTS, Machine
from sysmon.model.peer import Peer
from sysmon.model.process import ProcessTable
from sysmon.model.sample import SampleBatch, Stretch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES, Claim, Demand
from sysmon.pipeline.store import Store
from sysmon.protocol import host_codec
from sysmon.protocol import messages as m
from sysmon.protocol.events import Answered, Asked, Cancelled, Event, Fetch, Greeted, HostLeft, HostSeen, Wanted
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.ranges import Range
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.fleet_machines import FleetMachines
from sysmon.runtime.fleet_sources import FleetSources, Source
from sysmon.transport.peer_file import SSH_ID

log = logging.getLogger(__name__)

PROGRAM: Final = f"sysmon {__version__}"
_FASTEST: Final = 0.25


class FleetExchange:
    """The engine as links see it. `begin` and `end` bound its life."""

    def __init__(
        self,
        own: str,
        name: Callable[[], str],
        bus: Bus,
        store: Store,
        demand: Demand,
        machines: FleetMachines,
        *,
        now: Callable[[], float],
        interval: float = 1.0,
        relays: bool = False,
        later: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """``own`` is this machine's id, ``name`` what others see, ``relays`` whether others' figures are published too.

        ``later`` does work of a few milliseconds that can wait, in the order in which it came (`Rounds.later`); None: at once.
        """
        self.own = own
        self.relays = relays
        self.interval = interval
        self.feed = Feed()
        self.holdings = Holdings(store.keep)
        self.archive = self
        self.load: Callable[[], float | None] = lambda: None
        self.draining = False
        self.on_step: Callable[[LinkStep], None] = _nothing
        self.on_question: Callable[[str, Peer, Asked | Answered | Cancelled], None] = _no_question
        """Called with what comes of questions about processes."""
        self.aliases: dict[str, str] = {}
        """By peer that is known by its address (ssh), the id that it calls itself by; here it goes by the first."""
        self.heard: dict[str, float] = {}
        """By machine, when its last figures came (seconds since 1970 as of here)."""
        self.on_hosts: Callable[[str], None] = _nothing
        """Called with a peer's id when other machines come through it."""
        self._name = name
        self._bus = bus
        self._store = store
        self._demand = demand
        self._machines = machines
        self._now = now
        self._facts: HostFacts = NO_FACTS
        self._epoch = 0
        self._leave: list[Callable[[], None]] = []
        self._claims: dict[str, list[Claim]] = {}
        self._sources = FleetSources()
        self._later = later or _at_once
        self._late: deque[Stretch] = deque()
        self._filled: dict[tuple[str, int], Range] = {}

    def begin(self) -> None:
        """Publish what the bus brings from now on."""
        self._leave = [
            self._bus.subscribe(Machine, self._machine),
            self._bus.subscribe(SampleBatch, self._batch),
            self._bus.subscribe(ProcessTable, self._table),
            self._bus.subscribe(Mark, self._mark),
            self._bus.subscribe(DeviceFacts, self._devices),
        ]
        for machine in self._store.machines():
            self._machine(machine)
        self._put_own()

    def end(self) -> None:
        """Publish nothing any more and want nothing for anybody. Idempotent."""
        for leave in self._leave:
            leave()
        self._leave.clear()
        self._late.clear()
        for link in list(self._claims):
            self._release(link)

    # --- from here to the links ---------------------------------------------------------------------

    def side(self, peer: Peer) -> Side:
        """This machine's greeting for ``peer``, and what it may see."""
        hello = greeting(
            PROGRAM,
            self._host(),
            self._epoch,
            load=self.load(),
            draining=self.draining,
            clock=self._now(),
        )
        return Side(hello, peer.rights, load=self.load)

    def _host(self) -> m.Host:
        return m.Host(self.own, self._name()[:256], host_codec.to_wire(self._facts))

    def _put_own(self) -> None:
        self.feed.put_host(self._host(), self.interval)

    def renamed(self) -> None:
        """The name or the interval of this machine changed."""
        self._put_own()

    def _machine(self, machine: Machine) -> None:
        if machine.host == LOCAL and machine.facts != self._facts:
            self._facts = machine.facts
            self._put_own()

    def _batch(self, batch: SampleBatch) -> None:
        if batch.host == LOCAL:
            self._epoch = batch.epoch
            self.feed.publish(
                SampleBatch(self.own, batch.epoch, batch.sequence, batch.time, batch.catalog, batch.values)
            )
        elif self.relays and self.feed.get(batch.host) is not None:
            self.feed.publish(batch)

    def _table(self, table: ProcessTable) -> None:
        if table.host == LOCAL:
            self.feed.put_table(replace(table, host=self.own))
        elif self.relays and self.feed.get(table.host) is not None:
            self.feed.put_table(table)

    def _mark(self, mark: Mark) -> None:
        if mark.host == LOCAL:
            self.feed.put_mark(replace(mark, host=self.own))
        elif self.relays and self.feed.get(mark.host) is not None:
            self.feed.put_mark(mark)

    def _devices(self, facts: DeviceFacts) -> None:
        if facts.host == LOCAL:
            self.feed.put_devices(replace(facts, host=self.own))
        elif self.relays and self.feed.get(facts.host) is not None:
            self.feed.put_devices(facts)

    # --- what is kept -------------------------------------------------------------------------------

    def spans(self, host: str) -> Sequence[tuple[int, int, int]]:
        """See `sysmon.protocol.publisher.Archive`."""
        return self._store.spans(self._here(host))

    def awaited(self, host: str, epoch: int, first: int, last: int) -> Sequence[Range]:
        """See `sysmon.protocol.publisher.Archive`. What this machine did not record itself never comes."""
        return () if host == self.own else self.holdings.missing(host, epoch, first, last, last - first + 1)

    def fetch(self, fetch: Fetch) -> Iterable[Stretch]:
        """The kept rows of ``fetch``."""
        return self._store.stretches(self._here(fetch.host), fetch.epoch, fetch.first, fetch.last)

    def _here(self, host: str) -> str:
        return LOCAL if host == self.own else host

    # --- from the links to here ---------------------------------------------------------------------

    def deliver(self, link: str, peer: Peer, event: Event) -> None:
        """Take what a session tells."""
        if peer.id in self.aliases:
            event = renamed(event, self.aliases[peer.id], peer.id)
        match event:
            case SampleBatch():
                if peer.watched:
                    self.heard[event.host] = self._now()
                    self._bus.publish(event)
            case ProcessTable() | Mark() | DeviceFacts():
                if peer.watched:
                    self._bus.publish(event)
            case Asked() | Answered() | Cancelled():
                self.on_question(link, peer, event)
            case Greeted():
                if peer.id.startswith(SSH_ID):
                    self.aliases[peer.id] = event.hello.host.id
            case Stretch():
                if peer.watched:
                    self._fill_later(event)
            case HostSeen():
                if peer.watched:
                    self._sources.saw(link, Source(event.host, event.interval, peer.id))
                    self._take(event.host.id)
                    self.on_hosts(peer.id)
            case HostLeft():
                self._left(link, peer.id, event)
            case Wanted():
                self._want(link, event.wishes)
            case _:
                log.debug("%s: %s", link, event)

    def _fill_later(self, stretch: Stretch) -> None:
        """Keep ``stretch`` in pieces, between which what is live goes on, however long peers make their blocks."""
        for piece in stretch.pieces():
            self._late.append(piece)
            self._later(self._fill)

    def _fill(self) -> None:
        if not self._late:
            return
        piece = self._late.popleft()
        self._store.fill(piece)
        if self.relays:
            key, sequences = (piece.host, piece.epoch), piece.sequences
            first, last = self._filled.get(key, (sequences[0], sequences[-1]))
            self._filled[key] = min(first, sequences[0]), max(last, sequences[-1])

    def tell_filled(self) -> None:
        """Let those who watch through this hub know what came late since this was called before: they may lack it, too."""
        filled, self._filled = self._filled, {}
        for (host, epoch), (first, last) in filled.items():
            self.feed.filled(host, epoch, first, last)

    def _take(self, host: str) -> bool:
        """Take ``host`` from the link that counts; whether there is one."""
        source = self._sources.best(host)
        if source is None:
            return False
        told = source.host
        self._machines.saw(told.id, told.name, host_codec.from_wire(told.facts), source.peer)
        if self.relays:
            path = [*told.path, self.own]
            self.feed.put_host(m.Host(told.id, told.name, told.facts, path), source.interval)
        return True

    def _left(self, link: str, peer: str, event: HostLeft) -> None:
        self._sources.left(event.host, link)
        if not self._take(event.host):
            self._machines.left(event.host, peer)
            self.feed.leave(event.host, event.reason)
        self.on_hosts(peer)

    def _want(self, link: str, wishes: Iterable[m.Wish]) -> None:
        """A peer looks at processes: read them here while it does."""
        claims: list[Claim] = []
        for wish in wishes:
            host = self._here(wish.host)
            if wish.processes > 0.0 and (host == LOCAL or self.relays):
                every = max(_FASTEST, wish.processes)
                claims += [self._demand.want(host, topic, every) for topic in (PROCESSES, PROCESS_IO)]
        self._release(link)  # after the new ones are there: what is wanted still must not stop in between
        if claims:
            self._claims[link] = claims

    def stepped(self, step: LinkStep) -> None:
        """A link changed its state."""
        if step.after.value in _OVER:
            self._release(step.link)
            for host in self._sources.lost(step.link):
                if self._take(host):
                    self.on_hosts(self._machines.route(host))
        self.on_step(step)

    def _release(self, link: str) -> None:
        for claim in self._claims.pop(link, ()):
            claim.release()

    def forget(self, host: str) -> None:
        """``host`` is nobody's any more: drop what is known of it."""
        self._sources.forget(host)
        self._late = deque(piece for piece in self._late if piece.host != host)
        self.holdings.forget(host)
        self.heard.pop(host, None)
        self.feed.leave(host, Reason.NOT_WANTED)


def renamed(event: Event, before: str, after: str) -> Event:
    """``event`` of the host ``before`` as one of ``after``; events of others as they are."""
    match event:
        case HostSeen() if event.host.id == before:
            return replace(event, host=msgspec.structs.replace(event.host, id=after))
        case SampleBatch() | ProcessTable() | Mark() | DeviceFacts() | Stretch() | HostLeft() if event.host == before:
            return replace(event, host=after)
        case _:
            return event


_OVER: Final = frozenset({"backoff", "refused", "disabled", "closing"})
"""States of a link in which nobody looks through it."""


def _at_once(work: Callable[[], None]) -> None:
    work()


def _nothing(_: object) -> None:
    """Until somebody listens."""


def _no_question(link: str, peer: Peer, event: Asked | Answered | Cancelled) -> None:
    """As above."""
