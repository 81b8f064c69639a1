"""What is known of one link over all its connections: its state, its steps, its counts. Knows no socket."""

from __future__ import annotations

import logging
import math
from collections import deque
from typing import Final, NamedTuple

from sysmon.model.link import Fault, LinkState, Reason
from sysmon.model.link_report import LinkCounts, LinkReport, LinkStep
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.model.sample import SampleBatch
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.events import ClockMeasured, Event, HostLeft, HostSeen, Skipped, Slowed, Wanted
from sysmon.protocol.states import LinkEvent, advance
from sysmon.transport.conversation import Conversation
from sysmon.transport.port import Exchange
from sysmon.transport.rounds import Rounds

log = logging.getLogger("sysmon.links")

TRIPS: Final = 300
_SPAN: Final = 10.0
"""Seconds over which rates are told."""
_APART: Final = 0.9
_LONGEST_TEXT: Final = 300


class _Mark(NamedTuple):
    """The counts at one moment."""

    now: float
    bytes_in: int
    bytes_out: int
    ticks: int
    samples: int


class Record:
    """The memory of one link."""

    __slots__ = (
        "_bytes_in", "_bytes_out", "_connections", "_exchange", "_filled", "_gaps", "_hosts", "_marks", "_program",
        "_rounds", "_samples_in", "_since", "_skipped_in", "_skipped_out", "_slowed", "_ticks_in", "_ticks_out",
        "_watching", "address", "conversation", "dialled", "link", "next_try", "peer", "reason", "state", "text",
        "tries", "trips",
    )  # fmt: skip

    def __init__(self, link: str, peer: Peer, dialled: bool, exchange: Exchange, rounds: Rounds) -> None:
        self.link = link
        self.peer = peer
        self.dialled = dialled
        self.state = LinkState.DISABLED
        self.reason: Reason | None = None
        self.text = ""
        self.address = ""
        self.tries = 0
        self.next_try = math.nan
        """Monotonic."""
        self.conversation: Conversation | None = None
        self.trips: deque[tuple[float, float]] = deque(maxlen=TRIPS)
        self._exchange = exchange
        self._rounds = rounds
        self._since = rounds.wall()
        self._hosts: dict[str, None] = {}
        self._slowed = math.nan
        self._watching = False
        self._program = ""
        self._marks: deque[_Mark] = deque()
        self._bytes_in = self._bytes_out = self._ticks_out = self._skipped_out = 0
        """Of the connections that are over."""
        self._ticks_in = self._samples_in = self._filled = self._gaps = self._skipped_in = self._connections = 0

    # Steps.

    def advance(self, event: LinkEvent, reason: Reason | None = None, text: str = "", wait: float = math.nan) -> None:
        """Go on by one event; ``wait`` seconds until the next try."""
        self.step(advance(self.state, event), reason, text, wait)

    def step(self, state: LinkState, reason: Reason | None = None, text: str = "", wait: float = math.nan) -> None:
        """Be in ``state`` from now on. One log line and one word to the program, where it is another."""
        before, self.state = self.state, state
        if before is state:
            return
        self.reason, self.text = reason, printable(text[:_LONGEST_TEXT])
        self._since = self._rounds.wall()
        self.next_try = self._rounds.now() + wait
        self._say(before, wait)
        self._exchange.stepped(
            LinkStep(
                self.link,
                self.peer.id,
                self.peer.name,
                self.dialled,
                self._since,
                before,
                state,
                reason,
                self.text,
                self.tries,
                wait,
            )
        )

    def _say(self, before: LinkState, wait: float) -> None:
        reason = self.reason
        serious = self.state is LinkState.REFUSED or (reason is not None and reason.fault is Fault.OURS)
        words = f"{printable(self.peer.name)} ({self.link}): {before.value} to {self.state.value}"
        if reason is not None:
            words += f", {reason.number} {reason.name.lower()}" + (f": {self.text}" if self.text else "")
        if wait == wait:
            words += f", try {self.tries} in {wait:.1f} s"
        log.log(logging.WARNING if serious else logging.INFO, "%s", words)

    # Connections.

    def begin(self, conversation: Conversation) -> None:
        """A connection stands."""
        self.conversation = conversation
        self.address = conversation.wire.address or self.address

    def end(self) -> None:
        """The connection is gone; its counts stay."""
        conversation, self.conversation = self.conversation, None
        if conversation is None:
            return
        self._bytes_in += conversation.wire.bytes_in
        self._bytes_out += conversation.wire.bytes_out
        publisher = conversation.session.publisher
        if publisher is not None:
            self._ticks_out += publisher.sent
            self._skipped_out += publisher.skipped
        self._hosts.clear()
        self._slowed, self._watching = math.nan, False

    def heard(self, event: Event) -> None:
        """Count what came."""
        match event:
            case SampleBatch():
                self._ticks_in += 1
                self._samples_in += len(event.values)
            case Stretch():
                self._filled += len(event.sequences)
                self._samples_in += len(event.rows)
            case Skipped():
                self._gaps += 1
                self._skipped_in += event.last - event.first + 1
            case HostSeen():
                self._hosts[event.host.id] = None
            case HostLeft():
                self._hosts.pop(event.host, None)
            case Slowed():
                self._slowed = event.interval or math.nan
            case Wanted():
                self._watching = any(wish.interval or wish.processes for wish in event.wishes)
            case ClockMeasured():
                self.trips.append((self._rounds.wall(), event.round_trip))
            case _:
                pass

    def greeted(self, program: str) -> None:
        """The peer said hello, and it fits. It runs ``program``."""
        self._connections += 1
        self._program = printable(program[:_LONGEST_TEXT])

    # What is told.

    def report(self) -> LinkReport:
        """All that is known now. Rates are over the time since the reports of the last ten seconds."""
        now, wall = self._rounds.now(), self._rounds.wall()
        talk = self.conversation
        counts = self._counts(talk)
        rates = self._rates(_Mark(now, counts.bytes_in, counts.bytes_out, counts.ticks_in, counts.samples_in))
        best = talk.session.clock.best if talk is not None else None
        publisher = talk.session.publisher if talk is not None else None
        subscriber = talk.session.subscriber if talk is not None else None
        slowed = publisher.pacing.floor if publisher is not None and publisher.pacing.floor else self._slowed
        return LinkReport(
            self.link,
            self.peer.id,
            self.peer.name,
            self.dialled,
            self.state,
            self._since,
            self.address,
            self.reason,
            self.text,
            self.tries,
            wall + self.next_try - now,
            best.round_trip if best is not None else math.nan,
            best.offset if best is not None else math.nan,
            *rates,
            subscriber.awaited if subscriber is not None else 0,
            talk.wire.in_flight if talk is not None else 0,
            slowed,
            tuple(self._hosts),
            self._watching,
            counts,
            self._program,
        )

    def _counts(self, talk: Conversation | None) -> LinkCounts:
        bytes_in, bytes_out = self._bytes_in, self._bytes_out
        ticks_out, skipped_out = self._ticks_out, self._skipped_out
        if talk is not None:
            bytes_in, bytes_out = bytes_in + talk.wire.bytes_in, bytes_out + talk.wire.bytes_out
            if talk.session.publisher is not None:
                ticks_out += talk.session.publisher.sent
                skipped_out += talk.session.publisher.skipped
        return LinkCounts(
            bytes_in,
            bytes_out,
            self._ticks_in,
            ticks_out,
            self._samples_in,
            self._filled,
            self._gaps,
            self._skipped_in,
            skipped_out,
            self._connections,
        )

    def _rates(self, mark: _Mark) -> tuple[float, float, float, float]:
        marks = self._marks
        while len(marks) > 1 and mark.now - marks[1].now >= _SPAN:
            marks.popleft()
        first = marks[0] if marks else mark
        if not marks or mark.now - marks[-1].now >= _APART:
            marks.append(mark)
        passed = mark.now - first.now
        if passed < _APART:
            return math.nan, math.nan, math.nan, math.nan
        samples = mark.samples - first.samples
        return (
            (mark.bytes_in - first.bytes_in) / passed,
            (mark.bytes_out - first.bytes_out) / passed,
            (mark.ticks - first.ticks) / passed,
            (mark.bytes_in - first.bytes_in) / samples if samples else math.nan,
        )
