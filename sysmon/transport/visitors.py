"""Those who dialled this machine: at most one connection of each peer counts, the newest. Knows no link that is dialled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final, Protocol

from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.messages import Hello, Wish
from sysmon.protocol.side import Side
from sysmon.transport.port import Exchange
from sysmon.transport.record import Record
from sysmon.transport.rounds import Rounds
from sysmon.transport.visitor import Visitor
from sysmon.transport.wire import Wire

MOST_PEERS: Final = 5000
"""Peers that may be connected to us at a time."""
_MOST_PENDING: Final = 3
"""Connections of one peer that have not greeted yet, or are about to go."""
_TALKS: Final = 3.0
"""Seconds since its last message in which a connection counts as one that is used."""
_REPLACED: Final = "a newer connection took its place"


class Household(Protocol):
    """Whoever keeps the visitors."""

    def side(self, peer: Peer, spelling: str) -> Side:
        """What is said to ``peer`` and allowed to it now."""
        ...

    def wishes(self, peer: str) -> Mapping[str, Wish]:
        """What is wanted of ``peer`` now."""
        ...

    def came(self, peer: str) -> None:
        """``peer`` is connected."""
        ...

    def went(self, peer: str) -> None:
        """A connection of ``peer`` ended."""
        ...


class Visitors:
    """See `server.Reception` and `visitor.Host`."""

    def __init__(self, household: Household, exchange: Exchange, rounds: Rounds, tasks: TaskOwner) -> None:
        self.on_pairing: Callable[[Wire], Awaitable[object]] | None = None
        """Who talks to those who want to be paired with, and answers True where a peer came of it; None: pairing is closed."""
        self.most = MOST_PEERS
        self.closing = False
        """Nobody is let in any more."""
        self.records: dict[str, Record] = {}
        """By peer, of all who were here."""
        self.present: dict[str, Visitor] = {}
        """By peer, the one that writes in its record."""
        self._others: dict[str, list[Visitor]] = {}
        """By peer: those who have not greeted yet, and those who were replaced and are about to go."""
        self._household = household
        self._exchange = exchange
        self._rounds = rounds
        self._tasks = tasks

    def __iter__(self) -> Iterator[Visitor]:
        yield from list(self.present.values())
        for others in list(self._others.values()):
            yield from list(others)

    def of(self, peer: str) -> list[Visitor]:
        """All connections of ``peer``."""
        return [visitor for visitor in (self.present.get(peer), *self._others.get(peer, ())) if visitor is not None]

    def here(self, peer: str) -> bool:
        """Whether ``peer`` is connected, greeted, and not about to go."""
        visitor = self.present.get(peer)
        return visitor is not None and visitor.here

    def forget(self, peer: str) -> None:
        """Drop the record of ``peer`` as soon as nobody writes in it."""
        if peer not in self.present:
            self.records.pop(peer, None)

    # `server.Reception`.

    def admits(self, peer: Peer) -> Reason | None:
        if self.closing:
            return Reason.DRAINING
        return Reason.BUSY if peer.id not in self.present and len(self.present) >= self.most else None

    def arrived(self, wire: Wire, peer: Peer) -> None:
        record = self.records.get(peer.id)
        if record is None:
            record = self.records[peer.id] = Record(f"in:{peer.id}", peer, False, self._exchange, self._rounds)
        record.peer = peer
        side = self._household.side(peer, wire.spelling)
        visitor = Visitor(wire, side, peer, record, self, self._exchange, self._rounds)
        if peer.id in self.present:
            others = self._others.setdefault(peer.id, [])
            others.append(visitor)
            waiting = [one for one in others if not one.conversation.session.finished]
            if len(waiting) > _MOST_PENDING:
                waiting[0].conversation.cut(Reason.TOO_FAST, "too many connections of one peer")
        else:
            self.present[peer.id] = visitor
            visitor.enter()
        visitor.conversation.start(self._household.wishes(peer.id))

    def pairing_open(self) -> bool:
        return self.on_pairing is not None and not self.closing

    def pairing_arrived(self, wire: Wire, joined: Callable[[], None] = lambda: None) -> None:
        if self.on_pairing is None:
            wire.close(Reason.PAIRING_CLOSED)
            return
        self._tasks.start(f"pair with {wire.address}", self._pair(self.on_pairing, wire, joined))

    async def _pair(self, pairing: Callable[[Wire], Awaitable[object]], wire: Wire, joined: Callable[[], None]) -> None:
        try:
            if await pairing(wire) is True:
                joined()
        finally:
            wire.close(Reason.PAIRING_CLOSED)

    # `visitor.Host`.

    def introduced(self, visitor: Visitor, hello: Hello) -> bool:
        peer = visitor.peer.id
        current = self.present.get(peer)
        if current is not visitor:
            if current is not None:
                late = _is_late(hello, current, self._rounds.now())
                if late is not None:
                    visitor.conversation.close(*late)
                    return False
                self._others.setdefault(peer, []).append(current)
                current.step_aside(Reason.NOT_WANTED, _REPLACED)
            self._drop_other(visitor)
            self.present[peer] = visitor
            visitor.enter()
        asyncio.get_running_loop().call_soon(self._household.came, peer)
        return True

    def left(self, visitor: Visitor) -> None:
        peer = visitor.peer.id
        if self.present.get(peer) is visitor:
            del self.present[peer]
        else:
            self._drop_other(visitor)
        self._household.went(peer)

    def _drop_other(self, visitor: Visitor) -> None:
        others = self._others.get(visitor.peer.id, [])
        if visitor in others:
            others.remove(visitor)
        if not others:
            self._others.pop(visitor.peer.id, None)


def _is_late(hello: Hello, current: Visitor, now: float) -> tuple[Reason, str] | None:
    """Why somebody who says ``hello`` must not take the place of ``current``, though he came after him.

    A machine that starts again begins a later epoch; where an earlier one comes back while the later one still talks, there are
    two with one key. (One that lost its clock with its power has an earlier one, too, but does not talk any more.) And a
    connection that was held up on its way may arrive after the one that was made in its stead.
    """
    if not current.here or current.hello is None:
        return None
    if 0 < hello.epoch < current.hello.epoch and now - current.conversation.heard_at < _TALKS:
        return Reason.DUPLICATE, "another one with this key is connected"
    if hello.epoch == current.hello.epoch and hello.clock < current.hello.clock:
        return Reason.NOT_WANTED, "a connection that was made later is here already"
    return None
