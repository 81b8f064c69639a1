"""All links of this program: one connection for each peer, however many want something of it.

Links that are dialled live as long as somebody holds a lease; those that peers dial, as long as the peers like. Where
both dial each other, one of the two connections stays, and both sides choose the same. Knows no screen.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from sysmon.model.errors import Unreachable
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.link_report import LinkReport
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.messages import Hello, Wish
from sysmon.protocol.side import Side
from sysmon.transport.choice import Choice
from sysmon.transport.conversation import Conversation
from sysmon.transport.dialer import Dialer, DialLimits, is_stranded
from sysmon.transport.lease import Lease
from sysmon.transport.link import CARRIED, Link
from sysmon.transport.port import Exchange, Trust
from sysmon.transport.record import Record
from sysmon.transport.rounds import Rounds
from sysmon.transport.server import Server
from sysmon.transport.visitors import Visitors
from sysmon.transport.websocket import WebSocketWire
from sysmon.transport.wire import Wire

LINGER: Final = 10.0
"""Seconds for which a link stays after the last lease: pages come and go."""
AT_ONCE: Final = 0.5
"""Seconds until the connection of a peer that was revoked is gone, last words included."""
_SHORT_SLEEP: Final = 3.0
"""Seconds of sleep that connections survive."""
_CLOSE_LIMIT: Final = 3.0


class Links:
    """Use on one loop."""

    def __init__(
        self,
        exchange: Exchange,
        own_id: str,
        trust: Trust,
        *,
        rounds: Rounds | None = None,
        limits: DialLimits | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
        open_ssh: Callable[[str], Awaitable[Wire]] | None = None,
    ) -> None:
        """``uniform`` draws the waits between tries, as `random.uniform` does."""
        self.rounds = rounds or Rounds()
        self._tasks = TaskOwner("links")
        self.visitors = Visitors(self, exchange, self.rounds, self._tasks)
        self.server = Server(trust, self.rounds, self.visitors)
        self._exchange = exchange
        self._own = own_id
        self._trust = trust
        self._uniform = uniform
        self._open_ssh = open_ssh or _no_ssh
        self._dialer = Dialer(self.rounds, limits)
        self._links: dict[str, Link] = {}
        self._leases: dict[str, int] = {}
        self._wishes: dict[str, Mapping[str, Wish]] = {}
        self._dropped: set[str] = set()
        self._choices: list[Choice] = []
        self._closing = False
        self._gone = asyncio.Event()
        self._forget_trust = trust.on_change(self._peers_changed)

    # Dialling.

    def want(self, peer: str) -> Lease:
        """Be connected to ``peer`` until the lease, and all others on it, are released, and a little longer."""
        self._leases[peer] = self._leases.get(peer, 0) + 1
        self._dropped.discard(peer)
        self._reconsider(peer)
        return Lease(peer, self._released)

    def want_any(self, peers: Sequence[str]) -> Choice:
        """Be connected to one of several hubs, until the choice is closed."""
        choice = Choice(peers, self, self.rounds, self._uniform)
        self._choices = [one for one in self._choices if not one.closed]
        self._choices.append(choice)
        return choice

    def hello(self, peer: str) -> Hello | None:
        """What ``peer`` said, where a link of ours to it stands."""
        link = self._links.get(peer)
        return link.hello if link is not None and link.conversation is not None else None

    def _released(self, peer: str, at_once: bool) -> None:
        left = self._leases.get(peer, 0) - 1
        if left > 0:
            self._leases[peer] = left
        elif left == 0:
            del self._leases[peer]
            wait = 0.0 if at_once else LINGER
            self.rounds.at(self.rounds.now() + wait, lambda: self._reconsider(peer))

    def _reconsider(self, peer: str) -> None:
        """Dial ``peer``, or no longer."""
        if self._closing:
            return
        known, link = self._trust.get(peer), self._links.get(peer)
        if peer not in self._leases:
            if link is not None:
                link.leave(Reason.NOT_WANTED)
        elif known is not None and known.addresses and not self.carried(peer):
            if link is None:
                link = self._links[peer] = self._new_link(known)
            link.want()

    def _new_link(self, peer: Peer) -> Link:
        return Link(
            Record(f"out:{peer.id}", peer, True, self._exchange, self.rounds),
            self,
            self._exchange,
            self._trust,
            self._dialer,
            self.rounds,
            self._tasks,
            self._uniform,
            self._open_ssh,
        )

    def expect(self, peer: str, wishes: Mapping[str, Wish]) -> None:
        """Ask ``peer`` for ``wishes`` (by host, "*" for all others) from now on, and after each new connection."""
        self._wishes[peer] = dict(wishes)
        for talk in self._talks(peer):
            talk.expect(wishes)

    def retry(self, link: str = "") -> None:
        """The user wants ``link``, or all that wait, tried now."""
        for one in self._links.values():
            if link in ("", one.record.link):
                one.retry()

    def seen(self, peer: str, address: str) -> None:
        """Discovery saw ``peer``, or somebody who says so, at ``address``: it is tried there; its certificate decides."""
        link = self._links.get(peer)
        if link is not None:
            link.hint(address)
            link.nudge()

    # What happens to this machine.

    def network_changed(self) -> None:
        """There is another network: whatever waits is tried at once, and so is what hangs on the old one."""
        for link in list(self._links.values()):
            wire = link.record.conversation.wire if link.record.conversation is not None else None
            if isinstance(wire, WebSocketWire) and is_stranded(wire):
                link.cut(Reason.NO_NETWORK, "this machine has another address now")
            elif not link.begin_anew():
                link.nudge()

    def clock_stepped(self) -> None:
        """The wall clock was set."""
        for talk in self._all_talks():
            talk.clock_set()

    def resumed(self, slept: float) -> None:
        """The machine slept for ``slept`` seconds: its connections are of no use any more, though nothing says so."""
        self.clock_stepped()
        if slept < _SHORT_SLEEP:
            self.network_changed()
            return
        text = f"for {slept:.0f} s"
        for visitor in self.visitors:
            visitor.conversation.cut(Reason.ASLEEP, text)
        for link in list(self._links.values()):
            link.cut(Reason.ASLEEP, text)

    # Being dialled.

    async def listen(self, addresses: Sequence[tuple[str, int]]) -> None:
        """Listen on ``addresses`` (host, port; port 0 for any). Raises ConfigError; then nothing is listened on."""
        await self.server.listen(addresses)

    async def unlisten(self) -> None:
        """Let nobody in any more; those who are in stay. Idempotent."""
        await self.server.unlisten()

    def dismiss(self, reason: Reason) -> None:
        """Send away all who dialled this machine. They may come back, as far as it listens."""
        for visitor in list(self.visitors):
            visitor.conversation.close(reason)

    @property
    def on_pairing(self) -> Callable[[Wire], Awaitable[object]] | None:
        """Who talks to those who want to be paired with; None: pairing is closed."""
        return self.visitors.on_pairing

    @on_pairing.setter
    def on_pairing(self, pairing: Callable[[Wire], Awaitable[object]] | None) -> None:
        self.visitors.on_pairing = pairing

    # One connection for each peer: `link.Keeper` and `visitors.Household`.

    def side(self, peer: Peer, spelling: str) -> Side:
        """What is said to ``peer`` and allowed to it now."""
        side = self._exchange.side(peer)
        # Those who are connected now, and those who may be when this program goes away: all of them would come back.
        crowd = max(len(self.visitors.present), len(self._trust.peers()))
        hello = msgspec.structs.replace(side.hello, peers=crowd, clock=self.rounds.wall(), draining=self._closing)
        # One that is reached through ssh is known by its address; what its id is, it says itself.
        proved = "" if peer.id.startswith("ssh:") else peer.id
        return replace(side, hello=hello, spelling=spelling or side.spelling, peer=proved)

    def wishes(self, peer: str) -> Mapping[str, Wish]:
        """What is wanted of ``peer`` now."""
        return self._wishes.get(peer, {})

    def carried(self, peer: str) -> bool:
        """Whether ``peer`` is connected, as it dialled us."""
        return self.visitors.here(peer)

    def greeted(self, peer: str) -> None:
        """A link of ours to ``peer`` stands."""
        asyncio.get_running_loop().call_soon(self._stands, peer)

    def _stands(self, peer: str) -> None:
        self._settle(peer)
        for choice in self._choices:
            choice.greeted(peer)

    def failed(self, peer: str, to: Sequence[str] = ()) -> None:
        """A link of ours to ``peer`` failed; ``to`` are the hubs that it named instead."""
        for choice in self._choices:
            choice.failed(peer, to)

    def came(self, peer: str) -> None:
        """``peer`` dialled us and is connected."""
        self._settle(peer)

    def went(self, peer: str) -> None:
        """``peer``, which had dialled us, is gone."""
        if peer in self._dropped:
            self.visitors.forget(peer)
        self._gone.set()
        self._reconsider(peer)

    def stopped(self, peer: str) -> None:
        """The link to ``peer`` is disabled, and its task over."""
        if peer in self._dropped:
            self._links.pop(peer, None)
        self._gone.set()
        self._reconsider(peer)

    def moved(self, peer: str, to: Sequence[str]) -> None:
        """``peer`` sends us to one of the hubs ``to``."""
        for choice in self._choices:
            choice.moved(peer, to)

    def _settle(self, peer: str) -> None:
        """Of two connections, the one that the machine with the lesser id dialled stays."""
        link, visitor = self._links.get(peer), self.visitors.present.get(peer)
        if link is None or visitor is None or not visitor.here or not link.wanted:
            return
        under_way = link.record.state not in (LinkState.BACKOFF, LinkState.REFUSED)
        if not under_way or self._own > peer:
            link.leave(Reason.NOT_WANTED, CARRIED)
        elif link.conversation is not None:
            visitor.conversation.close(Reason.NOT_WANTED, CARRIED)

    # Rights and revocation.

    def _peers_changed(self) -> None:
        for peer in {*self._links, *self.visitors.records, *self._leases}:
            known = self._trust.get(peer)
            if known is None:
                self.drop(peer, Reason.REVOKED)
            else:
                self._peer_changed(known)

    def _peer_changed(self, peer: Peer) -> None:
        for record in self._records(peer.id):
            before, record.peer = record.peer, peer
            if before.rights != peer.rights and record.conversation is not None:
                record.conversation.set_rights(peer.rights)
        link = self._links.get(peer.id)
        if link is not None and link.record.state is LinkState.REFUSED:
            link.retry()
        self._reconsider(peer.id)

    def set_rights(self, peer: str, rights: Rights) -> None:
        """Let ``peer`` see what ``rights`` allow, from now on."""
        for talk in self._talks(peer):
            talk.set_rights(rights)

    def drop(self, peer: str, reason: Reason = Reason.REVOKED) -> None:
        """End all connections of ``peer`` at once, and forget it. The trust no longer lets it in."""
        self._leases.pop(peer, None)
        self._wishes.pop(peer, None)
        self._dropped.add(peer)
        for visitor in self.visitors.of(peer):
            visitor.conversation.close(reason, limit=AT_ONCE)
        self.visitors.forget(peer)
        link = self._links.get(peer)
        if link is None:
            return
        if link.idle:
            del self._links[peer]
        else:
            link.leave(reason, limit=AT_ONCE)

    # What is told.

    def _records(self, peer: str) -> list[Record]:
        found = [self._links[peer].record] if peer in self._links else []
        return [*found, self.visitors.records[peer]] if peer in self.visitors.records else found

    def _talks(self, peer: str) -> list[Conversation]:
        return [record.conversation for record in self._records(peer) if record.conversation is not None]

    def conversation(self, peer: str, link: str = "") -> tuple[str, Conversation] | None:
        """The link and what is said over it with ``peer`` now, after the greeting; over ``link`` where one is named."""
        for record in self._records(peer):
            talk = record.conversation
            if (
                talk is not None
                and link in ("", record.link)
                and talk.session.peer is not None
                and not talk.session.finished
            ):
                return record.link, talk
        return None

    def _all_talks(self) -> list[Conversation]:
        dialled = [link.record.conversation for link in self._links.values() if link.record.conversation is not None]
        return [*dialled, *(visitor.conversation for visitor in self.visitors)]

    def reports(self) -> tuple[LinkReport, ...]:
        """All links: those that are dialled or were, and those of peers that came here."""
        dialled = [link.record for link in self._links.values()]
        return tuple(record.report() for record in [*dialled, *self.visitors.records.values()])

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        """Round trips of ``link``, oldest first: time, seconds."""
        record = next((one for one in self._records(link.partition(":")[2]) if one.link == link), None)
        return tuple(record.trips) if record is not None else ()

    # The end.

    async def close(
        self, reason: Reason = Reason.STOPPING_HERE, after: float | None = None, to: Sequence[str] = ()
    ) -> None:
        """Stop accepting, say goodbye (stay away ``after`` seconds, go ``to`` these instead), hang up. Bounded, idempotent."""
        self._closing = self.visitors.closing = True
        self._forget_trust()
        for choice in self._choices:
            choice.close()
        await self.server.unlisten()
        for visitor in self.visitors:
            visitor.conversation.close(reason, after=after, to=to)
        for link in list(self._links.values()):
            link.leave(reason, to=to)
        until = self.rounds.now() + _CLOSE_LIMIT
        while not self._all_over() and self.rounds.now() < until:
            self._gone.clear()
            await self.rounds.until(until, self._gone)
        await self._tasks.close(1.0)
        await self._dialer.close()
        await self.server.close()

    def _all_over(self) -> bool:
        return all(link.idle for link in self._links.values()) and not any(True for _ in self.visitors)


async def _no_ssh(target: str) -> Wire:
    raise Unreachable(Reason.SSH_FAILED, target)
