"""One session over one wire: what comes goes in, what is due goes out, and time passes.

Without a task and without a queue: a message is taken in while it is read, and sent when the turn comes and the wire has
room (see `rounds`). Knows no address and no retry.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, Protocol

from sysmon.model.link import Reason, Rights
from sysmon.model.sample import SampleBatch
from sysmon.protocol.enquiries import PATIENCE
from sysmon.protocol.events import Event, Fetch, Greeted
from sysmon.protocol.messages import Wish
from sysmon.protocol.questions import Question, Reply
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side
from sysmon.transport.port import Exchange
from sysmon.transport.rounds import Rounds, Timer
from sysmon.transport.wire import CLOSE_LIMIT, End, Wire

log = logging.getLogger(__name__)

_SLACK: Final = 0.005
"""Seconds by which a deadline may be late: a timer is not set anew for less."""
_LAZY: Final = 3.0
"""Seconds by which one who gets ticks and sends none may be pinged late: a thousand timers each second cost more."""
_DEAF: Final = (Reason.SILENT, Reason.TOO_SLOW, Reason.GREETING_TIMEOUT)
"""Ends of which the other side will hardly hear: it is not waited for long, as a new try may do better."""
_DEAF_LIMIT: Final = 0.25
_FAR: Final = 1.0
"""Seconds from which on a deadline is far away: it will have moved before it comes, and is looked at a little early."""
_FULL_CHECK: Final = 1.0
"""Seconds after which a full wire is looked at again: whether it takes anything is a matter of deadlines, too."""


class Owner(Protocol):
    """Whose conversation it is."""

    def heard(self, event: Event) -> None:
        """The session says something."""
        ...

    def ended(self, end: End) -> None:
        """The wire is gone; the last call."""
        ...


class Conversation:
    """Begins with the greeting. Use on one loop."""

    __slots__ = (
        "_exchange", "_finished", "_frame", "_gone", "_left", "_owner", "_rounds", "_timer", "_timer_at", "heard_at",
        "queued", "session", "wire",
    )  # fmt: skip

    def __init__(self, wire: Wire, side: Side, exchange: Exchange, rounds: Rounds, owner: Owner) -> None:
        self.wire = wire
        self.queued = False
        self.session = Session(side, exchange.feed, exchange.holdings, exchange.archive, self._ready)
        self.heard_at = -math.inf
        """When the last message came; monotonic."""
        self._exchange = exchange
        self._rounds = rounds
        self._owner = owner
        self._frame = side.hello.limits.frame
        self._timer: Timer | None = None
        self._timer_at = math.inf
        self._left = False
        self._finished = False
        self._gone = False

    def start(self, wishes: Mapping[str, Wish]) -> None:
        """Say hello, and ask for ``wishes``."""
        now = self._rounds.now()
        self.clock_set()
        self.session.expect(wishes, now)
        self.session.start(now)
        self.wire.attach(self)
        self._attend(now)

    def clock_set(self) -> None:
        """The wall clock may have been set: look again how it stands to monotonic time."""
        self.session.wall_ahead = self._rounds.wall() - self._rounds.now()

    def _ready(self) -> None:
        self._rounds.ready(self)

    # What the wire calls.

    def message(self, data: bytes) -> None:
        if self._finished:
            return
        self.heard_at = now = self._rounds.now()
        try:
            events = self.session.receive(data, now)
            self._tell(events)
        except Exception as error:  # noqa: BLE001  # the fault of one link is no other's
            self._fault(error)
            return
        if self.session.finished:
            self._finish()
        elif not self._is_routine(events):
            self._attend(now)

    def _is_routine(self, events: list[Event]) -> bool:
        """Whether all that came is an instant: it moves deadlines away, but for that of what is missing before it."""
        subscriber = self.session.subscriber
        if subscriber is None or len(events) != 1 or not isinstance(events[0], SampleBatch):
            return False
        return subscriber.plan_at >= self._timer_at

    def room(self) -> None:
        self._rounds.ready(self)

    def lost(self, end: End) -> None:
        if self._gone:
            return
        self._gone = True
        self._stop_timer()
        try:
            self._tell(self.session.lost(end.reason, end.text))
        except Exception:
            log.exception("the end of a link could not be told")
        self._owner.ended(end)

    # What happens.

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Fetch):
                self._rounds.later(partial(self._look_up, event))
                continue
            if isinstance(event, Greeted):
                self.wire.widen(self._frame)
            self._owner.heard(event)
            if self._left:
                return  # whoever heard it has closed the link, and the end was told already

    def _look_up(self, fetch: Fetch) -> None:
        """A piece of history for the peer; what is live goes between two of them, whoever they are for."""
        if self.session.finished:
            return
        try:
            self.session.supply(fetch, self._exchange.fetch(fetch))
        except Exception as error:  # noqa: BLE001  # as above
            self._fault(error)
            return
        self._attend(self._rounds.now())

    def write(self, now: float) -> None:
        """`Rounds` calls it when it is this one's turn."""
        if self._finished:
            return
        wire, session = self.wire, self.session
        while wire.room:
            data = session.pull(now)
            if data is None:
                break
            wire.send(data)
            if session.drained:
                return  # the usual case, for the sake of a thousand subscribers
        else:
            self._wake_by(now + _FULL_CHECK)
        if session.reason is not None:
            self._finish()
        elif session.publisher is not None and session.publisher.backfill.due < self._timer_at:
            # Sending moves all other deadlines away.
            self._attend(now)

    def _attend(self, now: float) -> None:
        """Be woken when the session has something to do."""
        due = self.session.deadline()
        if due < self._timer_at - _SLACK:
            self._wake_by(max(due, now))

    def _wake_by(self, when: float) -> None:
        if self._finished or self._gone or when >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = when
        set_timer = self._rounds.near if when - self._rounds.now() > _FAR else self._rounds.at
        self._timer = set_timer(when, self._wake)

    def _wake(self) -> None:
        now = self._rounds.now()
        before = self._timer_at
        self._timer, self._timer_at = None, math.inf
        due = self.session.deadline()
        if due > now and self.wire.room:
            # Messages have moved the deadline since the timer was set, or it was early. Who only sends moves it with each tick.
            self._wake_by(due + _LAZY if due > before and self._only_sends(due) else due)
            return
        try:
            self._tell(self.session.wake(now))
        except Exception as error:  # noqa: BLE001  # as above
            self._fault(error)
            return
        if self.session.finished:
            self._finish()
        else:
            self._rounds.ready(self)
            self._attend(now)

    def _only_sends(self, due: float) -> bool:
        """Whether the next deadline is that of an idle peer, which may be late."""
        session = self.session
        return (
            session.subscriber is not None
            and session.subscriber.interval is None
            and session.publisher is not None
            and session.publisher.backfill.due > due
        )

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, math.inf

    def _fault(self, error: Exception) -> None:
        """The program around the link failed: this link ends, the others stay."""
        log.error("a link ends by a fault of this program", exc_info=error)
        self.close(Reason.FAULT_HERE, type(error).__name__)

    # The end.

    def close(
        self,
        reason: Reason,
        text: str = "",
        after: float | None = None,
        to: Iterable[str] = (),
        limit: float = CLOSE_LIMIT,
    ) -> None:
        """Say goodbye and hang up within ``limit`` seconds. Idempotent."""
        self._leave(self.session.close(reason, text, after, to))
        self._finish(limit)

    def cut(self, reason: Reason, text: str = "") -> None:
        """Hang up at once, without a word: it would not arrive, or must not wait. Idempotent."""
        self._leave(self.session.lost(reason, text))
        self._finished = True
        self._stop_timer()
        self.wire.abort()

    def _leave(self, events: list[Event]) -> None:
        for event in events:
            self._owner.heard(event)
        self._left = True

    def _finish(self, limit: float = CLOSE_LIMIT) -> None:
        if self._finished:
            return
        self._finished = True
        self._stop_timer()
        reason = self.session.reason
        assert reason is not None
        now = self._rounds.now()
        while (data := self.session.pull(now)) is not None:
            self.wire.send(data)
        self.wire.close(reason, limit=_DEAF_LIMIT if reason in _DEAF else limit)

    # What the user and the program want.

    def expect(self, wishes: Mapping[str, Wish]) -> None:
        """Ask for ``wishes`` from now on."""
        now = self._rounds.now()
        self.session.expect(wishes, now)
        self._attend(now)

    def set_rights(self, rights: Rights) -> None:
        """Let the peer see what ``rights`` allow from now on."""
        self.session.set_rights(rights)

    def ask(self, host: str, question: Question, patience: float = PATIENCE) -> int:
        """See `Session.ask`."""
        now = self._rounds.now()
        number = self.session.ask(host, question, now, patience)
        self._attend(now)
        return number

    def answer(self, number: int, reply: Reply) -> None:
        """See `Session.answer`."""
        self.session.answer(number, reply)

    def cancel(self, number: int) -> None:
        """See `Session.cancel`."""
        self.session.cancel(number)

    def send_away(self, to: Iterable[str], within: float) -> None:
        """Ask the peer to go to one of the hubs ``to``."""
        self.session.send_away(to, within)
