"""The fleet once it is needed: identity, peers, links, pairing and discovery, wired to the engine's bus and store.

Loaded by `fleet` when this machine is shared or knows a peer, and not before: it brings the network libraries. Knows
no screen and no settings file.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import time
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from sysmon.collectors.interfaces import interface_facts
from sysmon.model.errors import ConfigError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Peer, Sharing
from sysmon.pipeline.demand import EVERY_HOST, FIGURES
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.pairing_code import parse_code
from sysmon.protocol.pairing_messages import Card
from sysmon.protocol.question_rights import names
from sysmon.runtime.desk_answers import DeskAnswers
from sysmon.runtime.fleet_audit import FleetAudit
from sysmon.runtime.fleet_exchange import FleetExchange
from sysmon.runtime.fleet_machines import FleetMachines
from sysmon.runtime.fleet_pairing import FleetPairing, is_code_alone, is_loopback
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace
from sysmon.runtime.fleet_presence import FleetPresence
from sysmon.runtime.fleet_questions import FleetQuestions
from sysmon.runtime.fleet_wishes import wishes
from sysmon.transport.choice import Choice
from sysmon.transport.conversation import Conversation
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.identity import load_or_create
from sysmon.transport.lease import Lease
from sysmon.transport.network_watch import NetworkWatch
from sysmon.transport.pairing_room import PairingNote
from sysmon.transport.pool import Links
from sysmon.transport.rounds import Rounds
from sysmon.transport.stdio import is_ssh, open_ssh
from sysmon.transport.trust import TrustBook

log = logging.getLogger(__name__)

_SHARE_OF_NEW: Final = 0.1
_MISSED: Final = 1.5
"""Seconds without an answer after which a machine is looked for on the network."""
_LOST: Final = frozenset(
    {LinkState.STALE, LinkState.RESOLVING, LinkState.CONNECTING, LinkState.BACKOFF, LinkState.REFUSED}
)


class FleetCore:
    """All that speaks to other machines. `begin` and `close` bound its life; everything on the engine's loop."""

    def __init__(
        self,
        place: FleetPlace,
        options: FleetOptions,
        stepped: Callable[[LinkStep], None],
        changed: Callable[[], None],
    ) -> None:
        """``changed`` is told when something else than a rate is new.

        Raises AuthRefused where the key cannot be used, ConfigError where the list of peers cannot.
        """
        self._place = place
        self._options = options
        self._stepped = stepped
        self._changed = changed
        identity = load_or_create(place.folder)
        self.own = identity.id
        self.trust = TrustBook(place.folder, identity)
        self._machines = FleetMachines()
        rounds = Rounds()
        self._exchange = FleetExchange(
            self.own,
            self.name,
            place.bus,
            place.store,
            place.demand,
            self._machines,
            now=time.time,
            interval=options.interval,
            relays=options.relays,
            later=rounds.later,
        )
        self._exchange.on_step = self._note_step
        self._exchange.on_hosts = self._hosts_changed
        self.links = Links(self._exchange, identity.id, self.trust, rounds=rounds, open_ssh=open_ssh)
        answers = DeskAnswers(place.desk, self.name, time.monotonic) if place.desk is not None else None
        self.questions = FleetQuestions(self.own, self, answers, relays=options.relays)
        self._exchange.on_question = self.questions.take
        self._choice: Choice | None = None
        self.presence = FleetPresence(
            self.own, self.name, self.links, lambda: [peer.id for peer in self.trust.peers()], changed
        )
        self._audit = FleetAudit(place.state)
        self._network = NetworkWatch(self._network_changed, interface_facts)
        self._leases: dict[str, Lease] = {}
        self._lost: dict[str, float] = {}
        """By peer that is dialled and does not answer, since when."""
        self._misses = False
        self.pairing = FleetPairing(
            self.links, self.trust, Enrolments(place.folder), self._card, changed, self._note_guest
        )
        self._calm = False
        self._load = 0.0
        self._measured = (0.0, 0.0)
        if options.relays:
            self._exchange.load = lambda: self._load
        self._tasks = TaskOwner("fleet core")
        self._leave: list[Callable[[], None]] = []
        self._wish_soon: asyncio.Handle | None = None
        self._loop = asyncio.get_running_loop()

    def begin(self) -> None:
        """Dial whom this machine watches, publish to whoever comes."""
        self._exchange.begin()
        self._leave = [
            self.trust.on_change(self._peers_changed),
            # Pages claim on the window's thread.
            self._place.demand.on_change(self._demand_changed),
            self._place.bus.subscribe(Mark, self._interrupted),
        ]
        self._network.open()
        self._peers_changed()

    async def close(self) -> None:
        """Say goodbye to everybody and leave nothing. Idempotent."""
        for leave in self._leave:
            leave()
        self._leave.clear()
        if self._wish_soon is not None:
            self._wish_soon.cancel()
        self._exchange.draining = True
        await self._network.close()
        await self._tasks.close(1.0)
        await self.pairing.close()
        await self.presence.close()
        await self.questions.close()
        # Whoever loses this hub may know one of those that it is connected to.
        others = [peer.id for peer in self.trust.peers() if peer.hub and self.links.conversation(peer.id) is not None]
        await self.links.close(Reason.STOPPING_HERE, to=others)
        self._exchange.end()

    # --- peers --------------------------------------------------------------------------------------

    def name(self) -> str:
        """How this machine calls itself."""
        return self._options.name or platform.node() or "sysmon"

    def peers(self) -> tuple[Peer, ...]:
        return self.trust.peers()

    def peer(self, peer: str) -> Peer:
        """The peer with the id ``peer``. Raises ConfigError where there is none."""
        found = self.trust.get(peer)
        if found is None:
            raise ConfigError("That machine is not paired with this one any more.")
        return found

    def put(self, peer: Peer) -> None:
        """Remember ``peer``, which is known. Raises as `TrustBook.put`."""
        before = self.trust.get(peer.id)
        self.trust.put(peer)
        if before is not None and before.rights != peer.rights:
            self.note(f"{peer.name} may see {', '.join(names(peer.rights)) or 'nothing'} from now on", peer.id)
        self.links.set_rights(peer.id, peer.rights)

    def revoke(self, peer: str) -> None:
        """Forget ``peer`` and hang up. Raises ConfigError where it is not known, or could not be written down."""
        known = self.peer(peer)
        try:
            self.trust.remove(peer)
        finally:
            self.links.drop(peer, Reason.REVOKED)
        self.note(f"{known.name} was revoked", peer)

    def _peers_changed(self) -> None:
        """Dial those that are watched or published to and have an address; nobody else."""
        peers = self.trust.peers()
        self._dial()
        for host in self._machines.set_peers(peers):
            self._exchange.forget(host)
            self.questions.forget(host)
            self._place.store.forget(host)
        for peer in peers:
            self._wish(peer.id)
        self._changed()

    def _dial(self) -> None:
        """Hold a lease on each peer that is watched, and on one of the hubs that this machine publishes to."""
        reached = [peer for peer in self.trust.peers() if peer.addresses]
        shows = self._shows()
        wanted = {peer.id for peer in reached if shows and peer.watched and not self._is_hub(peer)}
        for gone in self._leases.keys() - wanted:
            self._leases.pop(gone).release()
        for fresh in wanted - self._leases.keys():
            self._leases[fresh] = self.links.want(fresh)
        hubs = tuple(peer.id for peer in reached if self._is_hub(peer))
        if hubs != (self._choice.peers if self._choice is not None else ()):
            before, self._choice = self._choice, self.links.want_any(hubs) if hubs else None
            if before is not None:
                before.close()

    def _is_hub(self, peer: Peer) -> bool:
        """Whether this machine publishes to ``peer`` by dialling it, and shows nothing of it: one such is enough."""
        dialled = {peer.name, peer.id} & {*self._options.dial, *self._options.ordered}
        return not (peer.watched and self._options.shows) and (peer.hub or bool(dialled))

    def _shows(self) -> bool:
        """Whether other machines are shown here now."""
        return self._options.shows or self._place.demand.interval(EVERY_HOST, FIGURES) is not None

    # --- what happens to this machine ---------------------------------------------------------------

    def _interrupted(self, mark: Mark) -> None:
        """It slept, or its clock was set: the sampler notices."""
        if mark.host != LOCAL:
            return
        if mark.kind is MarkKind.ASLEEP:
            self.links.resumed(mark.seconds)
        elif mark.kind is MarkKind.CLOCK:
            self.links.clock_stepped()

    def _network_changed(self) -> None:
        log.info("the network of this machine changed")
        self.links.network_changed()
        self._tasks.start("discovery", self.presence.network_changed())

    # --- where machines are: `fleet_questions.Routes` -----------------------------------------------

    def route(self, host: str) -> str:
        """Id of the peer through which ``host`` is reached; empty for none."""
        return self._machines.route(host)

    def called(self, host: str) -> str:
        """What ``host`` is called."""
        return self._machines.called(host)

    def conversation(self, peer: str, link: str = "") -> tuple[str, Conversation] | None:
        """See `pool.Links.conversation`."""
        return self.links.conversation(peer, link)

    # --- wishes -------------------------------------------------------------------------------------

    def set_calm(self, calm: bool) -> None:
        """Nobody looks: ask for less."""
        self._calm = calm
        self._wishes_changed()

    def set_options(self, options: FleetOptions) -> None:
        """Other settings, from now on; what listens is changed by `listen`."""
        self._options = options
        self._exchange.interval = options.interval
        self._exchange.renamed()
        self._peers_changed()

    def _demand_changed(self) -> None:
        self._loop.call_soon_threadsafe(self._wishes_changed)

    def _wishes_changed(self) -> None:
        """Pages come and go in groups: once is enough."""
        if self._wish_soon is None:
            self._wish_soon = self._loop.call_soon(self._wish_all)

    def _wish_all(self) -> None:
        self._wish_soon = None
        if not self._options.shows:
            self._dial()
        for peer in self.trust.peers():
            self._wish(peer.id)

    def _hosts_changed(self, peer: str) -> None:
        self._wish(peer)
        self._changed()

    def _wish(self, peer: str) -> None:
        known = self.trust.get(peer)
        if known is not None:
            hosts = self._machines.hosts_through(peer)
            watched = known.watched and self._shows()
            made = wishes(self._place.demand, hosts, self._options.interval, calm=self._calm, watched=watched)
            alias = self._exchange.aliases.get(peer)
            if alias is not None and peer in made:
                made[alias] = msgspec.structs.replace(made.pop(peer), host=alias)
            self.links.expect(peer, made)

    # --- what is known ------------------------------------------------------------------------------

    def pulse(self, now: float) -> tuple[LinkReport, ...]:
        """How all links are ``now`` (seconds since 1970); machines that are other than before are published."""
        self.trust.refresh()
        self._measure()
        self._exchange.tell_filled()
        reports = self.links.reports()
        self._look_for_lost(reports, now)
        for machine in self._machines.changed(reports, now, self._exchange.heard):
            self._place.bus.publish(machine)
        return reports

    def _look_for_lost(self, reports: Iterable[LinkReport], now: float) -> None:
        """Listen on the network while a machine that is dialled does not answer: it may have another address now."""
        lost = {one.peer for one in reports if one.dialled and one.state in _LOST and self._is_elsewhere(one.peer)}
        self._lost = {peer: self._lost.get(peer, now) for peer in lost}
        missed = any(now - since >= _MISSED for since in self._lost.values())
        if missed is not self._misses:
            self._misses = missed
            self._tasks.start("look for lost machines", self.presence.miss(missed))

    def _is_elsewhere(self, peer: str) -> bool:
        """Whether ``peer`` is reached over a network on which it could be heard."""
        known = self.trust.get(peer)
        return known is not None and any(
            not is_ssh(address) and not is_loopback(address.rpartition(":")[0].strip("[]"))
            for address in known.addresses
        )

    def _measure(self) -> None:
        """How loaded a hub is, which it says to those who choose among several: its share of one CPU, over some ten looks."""
        now, used = time.monotonic(), time.process_time()
        if now > self._measured[0]:
            load = min(1.0, (used - self._measured[1]) / (now - self._measured[0]))
            self._load += (load - self._load) * _SHARE_OF_NEW
            self._measured = (now, used)

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        return self.links.trips(link)

    def _note_step(self, step: LinkStep) -> None:
        self._stepped(step)
        self._changed()

    def retry(self, link: str) -> None:
        """Dial at once."""
        self.links.retry(link)

    # --- letting others in, and being let in --------------------------------------------------------

    async def listen(self) -> None:
        """Listen where the settings say; what does not work is said by `sharing`."""
        await self.presence.listen(self._options)

    async def unlisten(self) -> None:
        """Nobody gets in any more, and those who are in are sent away."""
        self.pairing.uninvite()
        await self.presence.unlisten()

    def sharing(self) -> Sharing:
        """How this machine is shared now."""
        return self.presence.sharing(self._options, self.pairing.invitation)

    def _card(self) -> Card:
        addresses = self.presence.addresses()
        shown = bool(addresses) or bool(self._options.dial) or bool(self._options.ordered)
        return Card(self.name()[:256], addresses=addresses, shown=shown, hub=self._options.relays)

    async def pair(self, where: str, code: str, *, publish: bool = False) -> Peer:
        """See `FleetPairing.pair`; what begins with ``ssh://`` is tried, and remembered where it works."""
        if is_ssh(where):
            peer = await self.pairing.through_ssh(where)
        elif is_code_alone(where, code):
            parse_code(where)  # before anybody is looked for
            peer = await self.pairing.pair(where, code, await self.presence.search(), publish=publish)
        else:
            peer = await self.pairing.pair(where, code, (), publish=publish)
        self.note(f"paired with {peer.name}", peer.id)
        return peer

    def _note_guest(self, note: PairingNote) -> None:
        if note.peer is not None:
            self.note(f"let {note.peer.name} in, which came from {note.address}", note.peer.id)
        elif note.reason is not None:
            self.note(f"{note.address} was not let in: {note.reason.name.lower().replace('_', ' ')}")

    def note(self, text: str, peer: str = "") -> None:
        """Write down who was let in, who was not, and what else was decided."""
        log.info("%s", text)
        try:
            self._audit.record(time.time(), text, peer)
        except OSError as error:
            log.warning("the audit list cannot be written: %s", error)
