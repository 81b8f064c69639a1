"""The fleet once it is needed: identity, peers, links, pairing and discovery, wired to the engine's bus and store.

Loaded by `fleet` when this machine is shared or knows a peer, and not before: it brings the network libraries. Knows
no screen and no settings file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
import random
import time
from collections.abc import Callable
from typing import Final

import msgspec

from sysmon.collectors.interfaces import interface_facts
from sysmon.model.errors import ConfigError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Found, Invitation, Peer, Sharing
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.messages import Hello
from sysmon.protocol.pairing_messages import Card
from sysmon.protocol.question_rights import names
from sysmon.runtime.desk_answers import DeskAnswers
from sysmon.runtime.fleet_audit import FleetAudit
from sysmon.runtime.fleet_exchange import FleetExchange
from sysmon.runtime.fleet_machines import FleetMachines
from sysmon.runtime.fleet_pairing import FleetPairing, is_loopback, meant_by, own_addresses
from sysmon.runtime.fleet_place import FleetOptions, FleetPlace
from sysmon.runtime.fleet_questions import FleetQuestions
from sysmon.runtime.fleet_wishes import wishes
from sysmon.runtime.hub_choice import HubChoice
from sysmon.transport.conversation import Conversation
from sysmon.transport.discovery import Announcement, Discovery
from sysmon.transport.enrolments import Enrolments
from sysmon.transport.identity import load_or_create
from sysmon.transport.lease import Lease
from sysmon.transport.network_watch import NetworkWatch
from sysmon.transport.pairing_room import PairingNote
from sysmon.transport.pool import Links
from sysmon.transport.stdio import is_ssh, open_ssh
from sysmon.transport.trust import TrustBook

log = logging.getLogger(__name__)

SEARCH: Final = 4.0
"""Seconds in which a machine that shows a code must be heard on the network."""


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
        )
        self._exchange.on_step = self._note_step
        self._exchange.on_hosts = self._hosts_changed
        self.links = Links(self._exchange, identity.id, self.trust, open_ssh=open_ssh)
        answers = DeskAnswers(place.desk, self.name, time.monotonic) if place.desk is not None else None
        self.questions = FleetQuestions(self.own, self, answers, relays=options.relays)
        self._exchange.on_question = self.questions.take
        self._exchange.on_greeting = self._greeted
        self._hubs = HubChoice(random.uniform, random.shuffle)
        self._discovery = Discovery(self.own, self._knows, self._discovered)
        self._audit = FleetAudit(place.state)
        self._network = NetworkWatch(self._network_changed, interface_facts)
        self._leases: dict[str, Lease] = {}
        self._trouble = ""
        self.pairing = FleetPairing(
            self.links, self.trust, Enrolments(place.folder), self._card, changed, self._note_guest
        )
        self._calm = False
        self._looks = False
        self._heard = asyncio.Event()
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
        await self._discovery.close()
        await self.questions.close()
        await self.links.close(Reason.STOPPING_HERE)
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
        self._hubs.set_hubs([peer.id for peer in peers if peer.addresses and self._is_hub(peer)], self._steady())
        self._dial()
        for host in self._machines.set_peers(peers):
            self._exchange.forget(host)
            self.questions.forget(host)
            self._place.store.forget(host)
        for peer in peers:
            self._wish(peer.id)
        self._changed()

    def _dial(self) -> None:
        """Hold a lease on each peer that is to be dialled."""
        wanted = {peer.id for peer in self.trust.peers() if peer.addresses and peer.watched} | self._hubs.wanted
        for gone in self._leases.keys() - wanted:
            self._leases.pop(gone).release()
        for fresh in wanted - self._leases.keys():
            self._leases[fresh] = self.links.want(fresh)

    def _is_hub(self, peer: Peer) -> bool:
        """Whether this machine publishes to ``peer`` by dialling it, though it does not watch it: one such is enough."""
        dialled = peer.name in self._options.dial or peer.id in self._options.dial
        return not peer.watched and (peer.hub or dialled)

    def _greeted(self, peer: Peer, hello: Hello) -> None:
        self._hubs.greeted(peer.id, hello.load, self._steady())
        self._dial()

    def _steady(self) -> float:
        return self.links.rounds.now()

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
        self._tasks.start("discovery", self._discovery.network_changed())

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
        for peer in self.trust.peers():
            self._wish(peer.id)

    def _hosts_changed(self, peer: str) -> None:
        self._wish(peer)
        self._changed()

    def _wish(self, peer: str) -> None:
        known = self.trust.get(peer)
        if known is not None:
            hosts = self._machines.hosts_through(peer)
            made = wishes(self._place.demand, hosts, self._options.interval, calm=self._calm, watched=known.watched)
            alias = self._exchange.aliases.get(peer)
            if alias is not None and peer in made:
                made[alias] = msgspec.structs.replace(made.pop(peer), host=alias)
            self.links.expect(peer, made)

    # --- what is known ------------------------------------------------------------------------------

    def pulse(self, now: float) -> tuple[LinkReport, ...]:
        """How all links are ``now`` (seconds since 1970); machines that are other than before are published."""
        self.trust.refresh()
        if self._steady() >= self._hubs.deadline:
            self._hubs.wake(self._steady())
            self._dial()
        reports = self.links.reports()
        for machine in self._machines.changed(reports, now, self._exchange.heard):
            self._place.bus.publish(machine)
        return reports

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        return self.links.trips(link)

    def _note_step(self, step: LinkStep) -> None:
        if step.dialled and step.after in (LinkState.BACKOFF, LinkState.REFUSED):
            self._hubs.failed(step.peer, self._steady())
            # Not now: whoever tells of a step is in the midst of it.
            self._loop.call_soon(self._dial)
        self._stepped(step)
        self._changed()

    def retry(self, link: str) -> None:
        """Dial at once."""
        self.links.retry(link)

    # --- sharing ------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Listen where the settings say; what does not work is said by `sharing`."""
        options = self._options
        try:
            await self.links.listen([(address, options.port) for address in options.addresses])
        except ConfigError as error:
            self._trouble = str(error)
            log.warning("this machine is not shared: %s", error)
            return
        self._trouble = ""
        log.info("this machine is shared on %s", ", ".join(self.sharing().addresses))
        await self.announce()

    async def unlisten(self) -> None:
        """Nobody gets in any more, and those who are in are sent away."""
        self._trouble = ""
        self.pairing.uninvite()
        await self._discovery.announce(None)
        await self.links.unlisten()
        self.links.dismiss(Reason.DISABLED_HERE)

    def sharing(self) -> Sharing:
        """How this machine is shared now."""
        listening = self.links.server.addresses
        written = tuple(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in listening)
        port = listening[0][1] if listening else self._options.port
        return Sharing(bool(listening), written, port, trouble=self._trouble, invitation=self.pairing.invitation)

    # --- pairing and discovery ----------------------------------------------------------------------

    def _card(self) -> Card:
        addresses = own_addresses(self.links.server.addresses)
        shown = bool(addresses) or bool(self._options.dial)
        return Card(self.name()[:256], addresses=addresses, shown=shown, hub=self._options.relays)

    def invite(self) -> Invitation:
        """Open pairing. Raises ConfigError where this machine listens nowhere."""
        return self.pairing.invite()

    async def look_around(self, on: bool) -> None:
        """Listen for machines that announce themselves, while ``on``."""
        self._looks = on
        await self._discovery.look(on)

    def _discovered(self) -> None:
        self._heard.set()
        self._changed()

    async def _search(self) -> tuple[Found, ...]:
        """Machines on the network that are not known yet: those that are heard within a few seconds."""
        await self._discovery.look(True)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SEARCH):
                    while all(one.paired for one in self._discovery.found):
                        self._heard.clear()
                        await self._heard.wait()
            return self._discovery.found
        finally:
            await self._discovery.look(self._looks)

    async def announce(self) -> None:
        """Let others find this machine, where it listens for them and the settings allow it."""
        listening = self.links.server.addresses
        usable = [address for host, _ in listening for address in meant_by(host) if not is_loopback(address)]
        if not self._options.announce or not usable:
            await self._discovery.announce(None)
            return
        addresses = tuple(dict.fromkeys(usable))
        announcement = Announcement(self.own, self.name(), listening[0][1], addresses, platform.system())
        await self._discovery.announce(announcement)

    def _knows(self, beginning: str) -> bool:
        return any(peer.id.startswith(beginning) for peer in self.trust.peers())

    async def pair(self, where: str, code: str) -> Peer:
        """See `FleetPairing.pair`; what begins with ``ssh://`` is tried, and remembered where it works."""
        peer = await (
            self.pairing.through_ssh(where) if is_ssh(where) else self.pairing.pair(where, code, self.found())
        )
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

    def found(self) -> tuple[Found, ...]:
        """Machines that announce themselves."""
        return self._discovery.found
