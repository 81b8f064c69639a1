"""A connection that a peer dialled to this machine. Knows no other one: whether it may stay is decided by its host."""

from __future__ import annotations

from typing import Protocol

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.protocol.events import Event, Greeted, StateChanged
from sysmon.protocol.messages import Hello
from sysmon.protocol.side import Side
from sysmon.protocol.states import LinkEvent
from sysmon.transport.conversation import Conversation
from sysmon.transport.port import Exchange
from sysmon.transport.record import Record
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import End, Wire


class Host(Protocol):
    """Whoever receives visitors."""

    def introduced(self, visitor: Visitor, hello: Hello) -> bool:
        """The visitor said hello, and it fits; whether it stays. If not, it is closed already."""
        ...

    def left(self, visitor: Visitor) -> None:
        """The connection is gone."""
        ...


class Visitor:
    """One connection of a peer.

    All connections that a peer dials, one after the other, share a record; only one at a time writes in it.
    """

    __slots__ = ("_entered", "_exchange", "_host", "_record", "conversation", "hello", "peer")

    def __init__(
        self, wire: Wire, side: Side, peer: Peer, record: Record, host: Host, exchange: Exchange, rounds: Rounds
    ) -> None:
        self.peer = peer
        self.hello: Hello | None = None
        self.conversation = Conversation(wire, side, exchange, rounds, self)
        self._record = record
        self._host = host
        self._exchange = exchange
        self._entered = False

    @property
    def here(self) -> bool:
        """Whether it has greeted, and is not about to go."""
        return self.hello is not None and self._entered and not self.conversation.session.finished

    def enter(self) -> None:
        """Write in the record from now on."""
        if self._entered:
            return
        self._entered = True
        self._record.advance(LinkEvent.ACCEPT)
        self._record.begin(self.conversation)
        self._record.advance(LinkEvent.SECURED)

    def step_aside(self, reason: Reason, text: str) -> None:
        """Go, and leave the record to another one."""
        self.conversation.close(reason, text)
        self._exit(End(reason, text))

    def _exit(self, end: End) -> None:
        if not self._entered:
            return
        self._entered = False
        record = self._record
        record.end()
        if record.state is LinkState.CLOSING:
            record.advance(LinkEvent.CLOSED, end.reason, end.text)
        elif record.state is not LinkState.DISABLED:
            record.advance(LinkEvent.DISABLE, record.reason or end.reason, record.text)

    def heard(self, event: Event) -> None:
        """See `conversation.Owner`."""
        if isinstance(event, Greeted):
            if not self._host.introduced(self, event.hello):
                return
            self.hello = event.hello
            self._record.greeted(event.hello.program)
        if not self._entered:
            return
        if isinstance(event, StateChanged):
            self._record.step(event.state, event.reason, event.text)
        self._record.heard(event)
        self._exchange.deliver(self._record.link, self.peer, event)

    def ended(self, end: End) -> None:
        """See `conversation.Owner`."""
        self._exit(end)
        self._host.left(self)
