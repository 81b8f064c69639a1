"""One link from the greeting on, without I/O: bytes and time in, events, messages and deadlines out.

Both sides are equal: each may publish, subscribe, or both. The shell around a session

- calls `start` once, `receive` with each message, and `wake` when `deadline` has come; it acts on the
  events that these return;
- sends what `pull` returns as long as its socket takes more, and calls `pull` again when ``ready`` was
  called, when the socket takes more after it was full, and after each `receive` and `wake`;
- closes the connection when `finished` is true and `pull` has nothing left.

``now`` is monotonic time in seconds everywhere; nothing here may be called from two threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sysmon.model.errors import LocalProtocolError, RemoteProtocolError
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.sample import Stretch
from sysmon.protocol import messages as m
from sysmon.protocol.backfill import Archive
from sysmon.protocol.clock_offset import ClockOffset
from sysmon.protocol.codec import Codec
from sysmon.protocol.enquiries import PATIENCE, Enquiries
from sysmon.protocol.events import ClockMeasured, Event, Farewell, Fetch, Greeted, Load, MoveAsked, Slowed, StateChanged
from sysmon.protocol.feed import Feed
from sysmon.protocol.flood import Flood
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.liveness import STUCK_LIMIT, Liveness
from sysmon.protocol.publisher import Publisher
from sysmon.protocol.questions import Question, Reply
from sysmon.protocol.side import Side, check, from_peer, seconds
from sysmon.protocol.states import LinkEvent, advance
from sysmon.protocol.subscriber import Subscriber

MAX_GREETING: Final = 8192
"""Bytes of the first message, before the peer has said who it is."""
GREETING_LIMIT: Final = 10.0
_MOST_ANSWERS: Final = 1000


class Session:
    """One connection to one peer, after the transport is secure."""

    __slots__ = (
        "_archive", "_codec", "_feed", "_flood", "_greeted_us", "_holdings", "_live", "_out", "_ready", "_rights",
        "_side", "_started", "_wishes", "clock", "drained", "enquiries", "peer", "publisher", "reason", "state",
        "subscriber", "wall_ahead",
    )  # fmt: skip

    def __init__(
        self, side: Side, feed: Feed, holdings: Holdings, archive: Archive | None, ready: Callable[[], None]
    ) -> None:
        """``feed`` is what may be published, ``holdings`` what is here already; both outlive the session."""
        self._side = side
        self._feed = feed
        self._holdings = holdings
        self._archive = archive
        self._ready = ready
        self._codec = Codec(side.spelling)
        self.state = LinkState.GREETING
        self.peer: m.Hello | None = None
        """The peer's hello, also of one that was refused."""
        self.clock = ClockOffset()
        self.wall_ahead = 0.0
        """Wall time minus ``now``; the shell sets it, and again when the wall clock was set."""
        self.publisher: Publisher | None = None
        self.subscriber: Subscriber | None = None
        self.enquiries: Enquiries | None = None
        self.reason: Reason | None = None
        """Why the session ended."""
        self._rights = side.rights
        self._live: Liveness | None = None
        self._wishes: dict[str, m.Wish] = {}
        self.drained = False
        """Whether the message that `pull` gave last was all there is: the next call would give None, and change nothing."""
        self._out: list[bytes] = []
        self._greeted_us, self._started = False, math.inf
        self._flood = Flood()

    # Life.

    def start(self, now: float) -> None:
        """Say hello. The first call."""
        self._started = now
        self._put(self._side.hello)

    @property
    def finished(self) -> bool:
        """True when the link is over: send what `pull` still has, then close."""
        return self.reason is not None

    def close(self, reason: Reason, text: str = "", after: float | None = None, to: Iterable[str] = ()) -> list[Event]:
        """End the link from here, and say why: ``after`` how long to stay away, ``to`` where to go instead. Idempotent."""
        if self.finished:
            return []
        return self._end(reason, text, LinkEvent.DISABLE, m.Goaway(reason.number, text, after, list(to)))

    def lost(self, reason: Reason, text: str = "") -> list[Event]:
        """The connection is gone; nothing can be said any more. Idempotent."""
        if self.finished:
            return []
        return self._end(reason, text, LinkEvent.REFUSE if reason.needs_user else LinkEvent.LOST, None)

    def _refuse(self, reason: Reason, text: str) -> list[Event]:
        event = LinkEvent.REFUSE if reason.needs_user else LinkEvent.LOST
        return self._end(reason, text, event, m.Error(reason.number, text[:1000]))

    def _end(self, reason: Reason, text: str, event: LinkEvent, last_word: m.AnyMessage | None) -> list[Event]:
        self.reason = reason
        events: list[Event] = [] if self.enquiries is None else self.enquiries.end(reason)
        if self.publisher is not None:
            self.publisher.close()
        # What is queued is of no use to a peer that is left; a hello is: with it the peer can say whom it lost.
        del self._out[0 if self._greeted_us else 1 :]
        if last_word is not None:
            self._put(last_word)
        return [*events, self._move(event, reason, text)]

    def _move(self, event: LinkEvent, reason: Reason | None = None, text: str = "") -> StateChanged:
        self.state = advance(self.state, event)
        return StateChanged(self.state, reason, text)

    def _put(self, message: m.AnyMessage) -> None:
        self._out.append(self._codec.encode(message))
        self._ready()

    # In.

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take one message. Never raises for what a peer sends: it ends the link with a reason instead."""
        events: list[Event] = []
        if self.finished:
            return events
        try:
            self._count(len(data), now)
            message = self._codec.decode(data)
            if self._live is not None:
                self._live.heard(now)
            if message is not None:
                # One by one: what came before a fault is good, and is known to be here.
                for event in self._dispatch(message, now):
                    events.append(event)  # noqa: PERF402
        except RemoteProtocolError as error:
            events += self._refuse(error.reason, str(error))
        return events

    def _count(self, size: int, now: float) -> None:
        if size > (MAX_GREETING if self.peer is None else self._side.hello.limits.frame):
            raise RemoteProtocolError(f"a message of {size} bytes", Reason.TOO_LARGE)
        self._flood.count(size, now)

    def _dispatch(self, message: m.AnyMessage, now: float) -> Iterable[Event]:
        if self._live is None or self.subscriber is None or self.publisher is None:
            return self._before_hello(message, now)
        events = self._published(self.subscriber, message, now)
        if events is None:
            events = self._enquired(message)
        return self._asked(self.publisher, message, now) if events is None else events

    def _before_hello(self, message: m.AnyMessage, now: float) -> Iterable[Event]:
        if isinstance(message, m.Hello):
            return self._greet(message, now)
        if isinstance(message, (m.Goaway, m.Error)):
            return self._told_off(message)
        raise RemoteProtocolError("a message before hello", Reason.OUT_OF_TURN)

    def _greet(self, hello: m.Hello, now: float) -> list[Event]:
        self.peer = hello
        own = self._side.hello
        common = check(own, hello, self._side.peer)
        self._live = Liveness(now, "clock" in common)
        self.enquiries = Enquiries(self._codec, "ask" in common)
        self.publisher = Publisher(self._feed, self._codec, hello, self._rights, common, self._archive, self._ready)
        self.subscriber = Subscriber(
            own.host.id, own.limits, self._holdings, self._side.backfill and "history" in common
        )
        if self._wishes:
            self._subscribe(self.subscriber, now)
        return [Greeted(hello, common), self._move(LinkEvent.GREETED)]

    def _published(self, subscriber: Subscriber, message: m.AnyMessage, now: float) -> Iterable[Event] | None:
        """What a publisher says; None where ``message`` is none of that."""
        match message:
            case m.Tick():
                ticks = subscriber.tick(message, now)
                return [*ticks, *self._alive(now)] if isinstance(ticks, tuple) else self._enlivened(ticks, now)
            case m.Values():
                return self._enlivened(subscriber.values(message, now), now)
            case m.Catalog():
                return self._retimed(subscriber.catalog(message, now), now)
            case m.Change():
                return subscriber.change(message)
            case m.Leave():
                return self._retimed(subscriber.leave(message), now)
            case m.Processes():
                return subscriber.processes(message)
            case m.Devices():
                return subscriber.devices(message)
            case m.Marks():
                return subscriber.marks(message)
            case m.Have():
                return subscriber.have(message, now)
            case m.Gap():
                return subscriber.gap(message, now)
            case m.Block():
                return subscriber.block(message, now)
            case _:
                return None

    def _enlivened(self, events: Iterable[Event], now: float) -> Iterable[Event]:
        """``events``, and that the link is live: only once all of them were good."""
        yield from events
        yield from self._alive(now)

    def _retimed(self, events: Iterable[Event], now: float) -> Iterable[Event]:
        """``events``, after which other ticks may be due."""
        yield from events
        if self._live is not None and self.subscriber is not None:
            self._live.expect(self.subscriber.interval, now)

    def _enquired(self, message: m.AnyMessage) -> Iterable[Event] | None:
        """Questions and answers; None where ``message`` is none of that."""
        if self.enquiries is None:
            return None
        match message:
            case m.Ask():
                return self.enquiries.asked(message)
            case m.Answer():
                return self.enquiries.answered(message)
            case m.Cancel():
                return self.enquiries.cancelled(message)
            case _:
                return None

    def _asked(self, publisher: Publisher, message: m.AnyMessage, now: float) -> Iterable[Event]:
        match message:
            case m.Subscribe() | m.Update():
                return [*self._alive(now), publisher.wish(message.wishes, isinstance(message, m.Subscribe))]
            case m.Want():
                publisher.want(message)
                return ()
            case m.Clock():
                return self._clock(publisher, message, now)
            case m.Pace():
                return (Slowed(message.interval),)
            case m.Move():
                return (MoveAsked(tuple(message.to), seconds(message.within) or 0.0),)
            case m.Goaway() | m.Error():
                return self._told_off(message)
            case _:
                raise RemoteProtocolError(f"a second {type(message).__name__.lower()}", Reason.OUT_OF_TURN)

    def _told_off(self, message: m.Goaway | m.Error) -> list[Event]:
        if isinstance(message, m.Goaway):
            reason = from_peer(message.reason)
            farewell = Farewell(reason, message.text, seconds(message.after), tuple(message.alternatives))
        else:
            reason = from_peer(message.number)
            farewell = Farewell(reason, message.text, None)
        return [farewell, *self.lost(reason, message.text)]

    def _alive(self, now: float) -> list[Event]:
        if self._live is not None:
            self._live.ticked(now)
        return [self._move(LinkEvent.TICK)] if self.state in (LinkState.SYNCING, LinkState.STALE) else []

    def _clock(self, publisher: Publisher, message: m.Clock, now: float) -> list[Event]:
        wall = now + self.wall_ahead
        told: list[Event] = [] if message.load is None else [Load(message.load)]
        if message.received is None or message.sent is None:
            if publisher.backlog > _MOST_ANSWERS:
                raise RemoteProtocolError("questions whose answers are not read", Reason.TOO_SLOW)
            publisher.answer(m.Clock(message.origin, wall, wall, self._side.load()))
        elif self.clock.add(message.origin, message.received, message.sent, wall):
            best = self.clock.best
            assert best is not None
            quiet = self._live is None or self._live.due is None
            return [*(self._alive(now) if quiet else ()), ClockMeasured(best.round_trip, best.offset), *told]
        return told

    # Wishes, rights and history.

    def expect(self, wishes: Mapping[str, m.Wish], now: float) -> None:
        """Want these things of the peer from now on, by host id; "*" for all other hosts."""
        before, self._wishes = self._wishes, dict(wishes)
        if self.subscriber is not None and not self.finished and before != self._wishes:
            self._subscribe(self.subscriber, now)

    def _subscribe(self, subscriber: Subscriber, now: float) -> None:
        subscriber.expect(self._wishes, now)
        if self._live is not None:
            self._live.expect(subscriber.interval, now)
        self._put(m.Subscribe(list(self._wishes.values())))

    def supply(self, fetch: Fetch, stretches: Iterable[Stretch]) -> None:
        """Answer a `Fetch` event with rows of its epoch, oldest first."""
        if self.publisher is not None and not self.finished:
            self.publisher.supply(fetch, stretches)

    def set_rights(self, rights: Rights) -> None:
        """The user gave the peer other rights."""
        self._rights = rights
        if self.publisher is not None and not self.finished:
            self.publisher.set_rights(rights)

    def send_away(self, to: Iterable[str], within: float) -> None:
        """Ask the peer to go to one of the hubs ``to``, after a random part of ``within`` seconds."""
        if self.publisher is not None and not self.finished:
            self._put(m.Move(list(to), within))

    # Questions.

    def ask(self, host: str, question: Question, now: float, patience: float = PATIENCE) -> int:
        """Ask the peer about ``host``. The number of the question, with which exactly one `Answered` comes, unless it is cancelled.

        Raises LocalProtocolError before the greeting and after the end.
        """
        if self.enquiries is None or self.finished:
            raise LocalProtocolError("a question without a link")
        number = self.enquiries.ask(host, question, now, patience)
        self._ready()
        return number

    def answer(self, number: int, reply: Reply) -> None:
        """Answer the question of an `Asked` event; nothing happens where nobody waits for it any more."""
        if self.enquiries is not None and not self.finished:
            self.enquiries.answer(number, reply)
            self._ready()

    def cancel(self, number: int) -> None:
        """Wait no longer for the answer to question ``number`` of this side. Idempotent."""
        if self.enquiries is not None and not self.finished:
            self.enquiries.cancel(number)
            self._ready()

    # Time.

    def deadline(self) -> float:
        """When `wake` is to be called next, at the latest; infinity for never."""
        if self.finished:
            return math.inf
        if self._live is None or self.subscriber is None or self.publisher is None:
            return self._started + GREETING_LIMIT
        stale = self.state is LinkState.STALE
        enquiries = math.inf if self.enquiries is None else self.enquiries.deadline()
        return min(self._live.deadline(stale), self.subscriber.plan_at, self.publisher.backfill.due, enquiries)

    def wake(self, now: float) -> list[Event]:
        """Time has come to ``now``. May be called at any time."""
        if self.finished:
            return []
        live, subscriber, publisher = self._live, self.subscriber, self.publisher
        if live is None or subscriber is None or publisher is None:
            late = now >= self._started + GREETING_LIMIT
            return self._refuse(Reason.GREETING_TIMEOUT, "no hello came") if late else []
        if live.is_dead(now):
            return self._refuse(Reason.SILENT, "nothing came for too long")
        enquiries = self.enquiries
        if live.is_stuck(now, bool(self._out) or publisher.waiting or (enquiries is not None and enquiries.waiting)):
            return self._refuse(Reason.TOO_SLOW, f"the link took nothing for {STUCK_LIMIT:g} s")
        events: list[Event] = [] if enquiries is None else enquiries.wake(now)
        if live.is_stale(now) and self.state in (LinkState.SYNCING, LinkState.LIVE):
            events.append(self._move(LinkEvent.SILENCE, Reason.SILENT))
        if now >= subscriber.plan_at:
            for want in subscriber.plan():
                self._put(want)
        publisher.wake(now)
        live.served = publisher.interval
        if live.ping(now):
            self._put(m.Clock(now + self.wall_ahead, load=self._side.load()))
        fetch = publisher.fetch(now)
        return events if fetch is None else [*events, fetch]

    # Out.

    def pull(self, now: float) -> bytes | None:
        """The next message to send, as the socket would take one at ``now``; None where there is nothing.

        Raises LocalProtocolError before `start`.
        """
        if self._started == math.inf:
            raise LocalProtocolError("a session that was not started")
        message = self._out.pop(0) if self._out else None
        if message is None and self.enquiries is not None:
            message = self.enquiries.next()
        self.drained = False
        if message is None and self.publisher is not None and self.reason is None:
            message = self.publisher.next(now)
            self.drained = self.publisher.drained
        if self._live is not None:
            if message is not None:
                self._live.said(now)
            else:
                self._live.took()
        self._greeted_us = True
        return message
