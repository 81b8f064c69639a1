"""A link that this machine dials: tries, waits, tries again, until it is no longer wanted. Knows no other link."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from sysmon.model.errors import AuthRefused, Unreachable
from sysmon.model.link import LinkState, Reason, Retry
from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol.backoff import Backoff
from sysmon.protocol.events import ClockMeasured, Event, Farewell, Greeted, Load, MoveAsked, StateChanged
from sysmon.protocol.messages import Hello, Wish
from sysmon.protocol.side import Side
from sysmon.protocol.states import TRANSITIONS, LinkEvent
from sysmon.transport.approach import Approach
from sysmon.transport.conversation import Conversation
from sysmon.transport.dialer import Dialer
from sysmon.transport.failures import Failure
from sysmon.transport.hints import Hints
from sysmon.transport.port import Exchange, Trust
from sysmon.transport.record import Record
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import CLOSE_LIMIT, End, Wire

log = logging.getLogger(__name__)

SSH: Final = "ssh://"
CARRIED: Final = "the connection that it dialled is enough"
_MOST_WITHIN: Final = 600.0
"""Most seconds over which a hub may spread those whom it sends away."""


class Keeper(Protocol):
    """Whoever keeps the links."""

    def side(self, peer: Peer, spelling: str) -> Side:
        """What is said to ``peer`` and allowed to it now."""
        ...

    def wishes(self, peer: str) -> Mapping[str, Wish]:
        """What is wanted of ``peer`` now."""
        ...

    def greeted(self, peer: str) -> None:
        """A link of ours to ``peer`` stands."""
        ...

    def carried(self, peer: str) -> bool:
        """Whether ``peer`` is connected, as it dialled us: one connection is enough."""
        ...

    def stopped(self, peer: str) -> None:
        """The link is disabled, and its task over."""
        ...

    def failed(self, peer: str, to: Sequence[str] = ()) -> None:
        """The link to ``peer`` failed, or could not be made; ``to`` are the hubs that it named instead."""
        ...

    def moved(self, peer: str, to: Sequence[str]) -> None:
        """``peer`` sends us to one of the hubs ``to``."""
        ...


class Link:
    """The link to one peer. It runs while it is wanted."""

    def __init__(
        self,
        record: Record,
        keeper: Keeper,
        exchange: Exchange,
        trust: Trust,
        dialer: Dialer,
        rounds: Rounds,
        tasks: TaskOwner,
        uniform: Callable[[float, float], float],
        open_ssh: Callable[[str], Awaitable[Wire]],
    ) -> None:
        self.record = record
        self._keeper = keeper
        self._exchange = exchange
        self._trust = trust
        self._dialer = dialer
        self._rounds = rounds
        self._tasks = tasks
        self._uniform = uniform
        self._open_ssh = open_ssh
        self.backoff = Backoff(uniform)
        self.hello: Hello | None = None
        """What the peer said last."""
        self._task: asyncio.Task[object] | None = None
        self._attempt: asyncio.Task[object] | None = None
        self._wanted = False
        self._leaving: tuple[Reason, str] = (Reason.NOT_WANTED, "")
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._retry_at = math.inf
        self._farewell: Farewell | None = None
        self._hints = Hints()
        self._approach = Approach(dialer, tasks, self._hints)
        self._cut_short = False
        """Whether the try that is under way replaces one that was given up because of a hint."""
        self._hung_up = 0

    # What is wanted.

    @property
    def wanted(self) -> bool:
        return self._wanted

    @property
    def idle(self) -> bool:
        """Whether nothing of it runs."""
        return self._task is None

    @property
    def conversation(self) -> Conversation | None:
        """The connection, where it is greeted."""
        talk = self.record.conversation
        return talk if talk is not None and talk.session.publisher is not None and not talk.session.finished else None

    def want(self) -> None:
        """Be connected from now on. Idempotent."""
        if self._wanted:
            return
        self._wanted = True
        if self._task is None:
            self._task = self._tasks.start(f"link to {self.record.peer.name}", self._run())

    def leave(self, reason: Reason, text: str = "", limit: float = CLOSE_LIMIT, to: Sequence[str] = ()) -> None:
        """Be connected no longer. Idempotent."""
        if not self._wanted:
            return
        self._wanted = False
        self._leaving = (reason, text)
        talk = self.record.conversation
        if talk is not None:
            talk.close(reason, text, to=to, limit=limit)
        if self._attempt is not None:
            self._attempt.cancel()
        self._wake.set()

    def retry(self) -> None:
        """The user wants it now: whatever failed is forgotten."""
        if self.record.state in (LinkState.BACKOFF, LinkState.REFUSED):
            self.backoff.reset()
            self._hung_up = 0
            self._wake.set()

    def nudge(self) -> None:
        """Something happened after which a try may help; what needs the user still does."""
        if self.record.state is LinkState.BACKOFF:
            self._wake.set()

    def hint(self, address: str) -> None:
        """The peer may be at ``address``, too; its certificate will tell."""
        record = self.record
        if address in record.peer.addresses or not self._hints.add(address):
            return
        if record.reason is Reason.WRONG_PIN:
            self.retry()  # another machine has its old address, and it has a new one
        elif record.state is LinkState.STALE and address != record.address:
            self.cut(Reason.CUT, "it is said to be at another address now")
        elif not self._cut_short:
            # Whoever says a new address every second must not keep us from trying the old ones to the end.
            self._cut_short = self.begin_anew()

    def begin_anew(self) -> bool:
        """What is tried now may hang on what is no more: try at once from the beginning. Whether something was tried."""
        if self._attempt is None or self.record.state not in (LinkState.RESOLVING, LinkState.CONNECTING):
            return False
        self._attempt.cancel()
        return True

    def cut(self, reason: Reason, text: str = "") -> None:
        """The connection is of no use any more; dial anew at once."""
        talk = self.record.conversation
        if talk is not None:
            talk.cut(reason, text)
            self._retry_at = -math.inf
        if self._attempt is not None:
            self._attempt.cancel()
        self.nudge()

    # The task.

    async def _run(self) -> None:
        record = self.record
        try:
            while self._wanted:
                if self._keeper.carried(record.peer.id):
                    self.leave(Reason.NOT_WANTED, CARRIED)
                    break
                self._wake.clear()
                if record.state is LinkState.CLOSING:  # it was wanted again before it was closed
                    record.advance(LinkEvent.CLOSED, *self._leaving)
                record.advance(LinkEvent.ENABLE if record.state is LinkState.DISABLED else LinkEvent.RETRY)
                try:
                    await self._once()
                except Exception as error:
                    log.exception("a link failed by a fault of this program")
                    self._failed(Failure(Reason.FAULT_HERE, type(error).__name__))
                if self._wanted and record.state in (LinkState.BACKOFF, LinkState.REFUSED):
                    await self._rounds.until(self._retry_at, self._wake)
        finally:
            self._task = None
            if record.state is not LinkState.DISABLED:
                self._to_disabled()
            self._keeper.stopped(record.peer.id)

    async def _once(self) -> None:
        """One try, and the connection that comes of it, until it is over."""
        record = self.record
        record.peer = self._trust.get(record.peer.id) or record.peer
        self._attempt = self._tasks.start(f"dial {record.peer.name}", self._try())
        try:
            await asyncio.wait([self._attempt])
        finally:
            attempt, self._attempt = self._attempt, None
            attempt.cancel()
        if attempt.cancelled():
            if self._wanted:
                self._failed(Failure(Reason.CUT, "begun anew"))
                self._retry_at = -math.inf
            return
        self._cut_short = False
        outcome = attempt.result()
        if isinstance(outcome, Failure):
            self._failed(outcome)
            return
        wire: Wire = outcome  # pyright: ignore[reportAssignmentType]  # the other thing that `_try` returns
        if not self._wanted:
            wire.abort()
            return
        self._hung_up = 0
        self._over.clear()
        self._farewell = None
        talk = Conversation(wire, self._keeper.side(record.peer, wire.spelling), self._exchange, self._rounds, self)
        record.begin(talk)
        talk.start(self._keeper.wishes(record.peer.id))
        try:
            await self._over.wait()
        finally:
            talk.cut(Reason.STOPPING_HERE)
            record.end()

    async def _try(self) -> Wire | Failure:
        """A wire, or why there is none."""
        peer = self.record.peer
        if peer.addresses and peer.addresses[0].startswith(SSH):
            return await self._try_ssh(peer.addresses[0])
        try:
            context = self._trust.client_context(peer)
            path = "/" if context is not None else f"/as/{self._keeper.side(peer, '').hello.host.id}"
            outcome = await self._approach.reach(peer, context, self._further, path)
            return outcome if not isinstance(outcome, Failure) else await self._judged(outcome, peer)
        except AuthRefused as error:
            return Failure(error.reason, str(error))

    def _further(self, event: LinkEvent) -> None:
        """As `Record.advance`, of two tries at once: only what is new is told."""
        if event in TRANSITIONS[self.record.state]:
            self.record.advance(event)

    async def _try_ssh(self, target: str) -> Wire | Failure:
        try:
            self.record.advance(LinkEvent.RESOLVED)
            self.record.advance(LinkEvent.CONNECTED)
            wire = await self._open_ssh(target)
        except Failure as failure:
            return failure
        except (AuthRefused, Unreachable) as error:
            return Failure(error.reason, str(error))
        self.record.advance(LinkEvent.SECURED)
        return wire

    async def _judged(self, failure: Failure, peer: Peer) -> Failure:
        """A server of TLS 1.3 that does not take our certificate hangs up after we believe to be connected, and asyncio
        does not send the alert that would say so. So does one that dies in that moment. Where it happens twice,
        see whether it serves those who show no certificate."""
        self._hung_up = self._hung_up + 1 if failure.hung_up else 0
        if self._hung_up >= 2:
            context = self._trust.pairing_client_context()
            if context is not None and await self._dialer.answers(peer.addresses, context, peer.certificate):
                return Failure(Reason.NOT_PAIRED, "it takes others, and not our certificate")
        return failure

    # What the conversation tells.

    def heard(self, event: Event) -> None:
        """See `conversation.Owner`."""
        record = self.record
        match event:
            case SampleBatch():
                self.backoff.data(self._rounds.now())
            case StateChanged():
                self._changed(event)
            case Greeted():
                self.hello = event.hello
                self.backoff.crowd = event.hello.peers
                record.greeted(event.hello.program)
                self._keeper.greeted(record.peer.id)
            case ClockMeasured():
                self.backoff.data(self._rounds.now())
            case Load() if self.hello is not None:
                self.hello = msgspec.structs.replace(self.hello, load=event.load)
            case Farewell():
                self._farewell = event
            case MoveAsked():
                self._move(event.to, event.within)
            case _:
                pass
        record.heard(event)
        self._exchange.deliver(record.link, record.peer, event)

    def ended(self, end: End) -> None:  # noqa: ARG002  # the session told it before
        """See `conversation.Owner`."""
        self._over.set()

    def _changed(self, event: StateChanged) -> None:
        now = self._rounds.now()
        if event.state in (LinkState.BACKOFF, LinkState.REFUSED):
            farewell = self._farewell
            after, to = (farewell.after, farewell.alternatives) if farewell is not None else (None, ())
            self._hint_all(to)
            self._failed(Failure(event.reason or Reason.UNKNOWN, event.text, after), to)
            return
        if event.state is LinkState.LIVE:
            self.backoff.data(now)
        elif event.state is LinkState.STALE:
            self.backoff.idle(now)
        self.record.step(event.state, event.reason, event.text)

    def _failed(self, failure: Failure, to: Sequence[str] = ()) -> None:
        """A try, or the connection that came of one, failed: when is the next one?"""
        record, reason = self.record, failure.reason
        if not self._wanted:
            self._to_disabled()
            return
        # A peer that wants no link has no fault, and may want one later.
        retry = Retry.BUSY if reason.retry is Retry.NEVER and not reason.needs_user else reason.retry
        now = self._rounds.now()
        wait = self.backoff.failed(retry, now, failure.after)
        record.tries = self.backoff.tries
        if wait is None:
            self._retry_at = math.inf
            record.step(LinkState.REFUSED, reason, failure.text)
        else:
            self._retry_at = now + wait
            record.step(LinkState.BACKOFF, reason, failure.text, wait)
        self._keeper.failed(record.peer.id, to)

    def _to_disabled(self) -> None:
        record, (reason, text) = self.record, self._leaving
        record.advance(LinkEvent.DISABLE if record.state is not LinkState.CLOSING else LinkEvent.CLOSED, reason, text)
        if record.state is LinkState.CLOSING:
            record.advance(LinkEvent.CLOSED, reason, text)

    def _move(self, to: Sequence[str], within: float) -> None:
        """The peer asks to go elsewhere: to another address of its own, or to another hub."""
        self._hint_all(to)
        wait = self._uniform(0.0, min(within, _MOST_WITHIN))
        self._rounds.at(self._rounds.now() + wait, lambda: self._go(to))

    def _hint_all(self, to: Sequence[str]) -> None:
        for address in to:
            self.hint(address)

    def _go(self, to: Sequence[str]) -> None:
        if self._wanted:
            self._keeper.moved(self.record.peer.id, to)
