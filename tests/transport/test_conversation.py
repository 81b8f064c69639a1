"""A session over a wire: turns, deadlines, ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol.codec import Codec
from sysmon.protocol.events import Event, StateChanged
from sysmon.protocol.side import greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.conversation import Conversation
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import End
from tests.transport.made import EVERYTHING, Program
from tests.transport.test_rounds import turn
from tests.transport.test_wire import PaperWire
from tests.transport.times import SteppedTimes


class Listener:
    """An owner that remembers, and does what a test wants."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ends: list[End] = []
        self.does: Callable[[Event], None] = lambda _: None

    def heard(self, event: Event) -> None:
        self.events.append(event)
        self.does(event)

    def ended(self, end: End) -> None:
        self.ends.append(end)

    @property
    def states(self) -> list[LinkState]:
        return [event.state for event in self.events if isinstance(event, StateChanged)]


class Spoken:
    """A conversation whose other end is this test."""

    def __init__(self) -> None:
        self.times = SteppedTimes()
        self.rounds = Rounds(self.times)
        self.wire = PaperWire()
        self.program = Program("here", PlainTrust())
        self.listener = Listener()
        side = self.program.side(Peer("vega", "vega"))
        self.talk = Conversation(self.wire, side, self.program, self.rounds, self.listener)
        self.codec = Codec("sysmon.v1")

    async def greeted(self) -> None:
        self.talk.start(EVERYTHING)
        self.say(greeting("test 1", m.Host("vega", "vega"), 1))
        await turn()

    def say(self, message: m.AnyMessage) -> None:
        self.talk.message(self.codec.encode(message))

    @property
    def sent(self) -> list[m.AnyMessage | None]:
        return [self.codec.decode(data) for data in self.wire.sent]


async def test_hello_is_said_in_the_next_turn_and_wishes_follow() -> None:
    spoken = Spoken()
    await spoken.greeted()
    assert [type(message) for message in spoken.sent][:2] == [m.Hello, m.Subscribe]
    assert spoken.listener.states == [LinkState.SYNCING]


async def test_a_full_wire_is_given_nothing_until_it_has_room() -> None:
    spoken = Spoken()
    await spoken.greeted()
    spoken.say(m.Subscribe([m.Wish("*")]))
    spoken.program.tick()
    await turn()
    before = len(spoken.wire.sent)
    spoken.wire.room = False
    spoken.program.tick(20)
    await turn()
    assert len(spoken.wire.sent) == before
    spoken.wire.room = True
    spoken.talk.room()
    await turn()
    kinds = [type(message) for message in spoken.sent[before:]]
    assert kinds == [m.Gap, m.Tick], "what it missed is named, and what comes is now"


async def test_a_wire_that_takes_nothing_is_given_up() -> None:
    spoken = Spoken()
    await spoken.greeted()
    spoken.say(m.Subscribe([m.Wish("*")]))
    spoken.program.tick()
    await turn()
    spoken.wire.room = False
    for _ in range(20):
        spoken.program.tick()
        spoken.say(m.Clock(1.0))
        await turn()
        spoken.times.step(1.0)
    assert spoken.talk.session.reason is Reason.TOO_SLOW
    assert spoken.wire.closed == [Reason.TOO_SLOW]
    assert spoken.times.timers == 0


async def test_one_that_never_greets_is_given_up() -> None:
    spoken = Spoken()
    spoken.talk.start({})
    await turn()
    spoken.times.step(9.9)
    assert spoken.wire.closed == []
    spoken.times.step(0.2)
    assert spoken.wire.closed == [Reason.GREETING_TIMEOUT]
    assert isinstance(spoken.sent[-1], m.Error)


async def test_silence_is_noticed_and_ends_the_link() -> None:
    spoken = Spoken()
    await spoken.greeted()
    for _ in range(61):
        spoken.times.step(1.0)
        await turn()
    assert spoken.listener.states == [LinkState.SYNCING, LinkState.STALE, LinkState.BACKOFF]
    assert spoken.wire.closed == [Reason.SILENT]


async def test_closing_says_goodbye_and_nothing_after_it() -> None:
    spoken = Spoken()
    await spoken.greeted()
    spoken.talk.close(Reason.STOPPING_HERE, after=5.0, to=["other"])
    assert spoken.sent[-1] == m.Goaway(Reason.STOPPING_HERE.number, "", 5.0, ["other"])
    count = len(spoken.wire.sent)
    spoken.talk.close(Reason.REVOKED)
    spoken.program.tick(3)
    spoken.say(m.Clock(1.0))
    await turn()
    assert len(spoken.wire.sent) == count
    spoken.talk.lost(End(Reason.CUT))
    spoken.talk.lost(End(Reason.CUT))
    assert spoken.listener.states[-1] is LinkState.CLOSING
    assert [end.reason for end in spoken.listener.ends] == [Reason.CUT]
    assert spoken.times.timers == 0


async def test_what_is_heard_after_the_owner_closed_is_not_told() -> None:
    spoken = Spoken()
    spoken.listener.does = lambda event: (
        spoken.talk.close(Reason.DUPLICATE) if len(spoken.listener.events) == 1 else None
    )
    await spoken.greeted()
    assert spoken.listener.states == [LinkState.CLOSING], "and not SYNCING after it"


async def test_cutting_says_nothing() -> None:
    spoken = Spoken()
    await spoken.greeted()
    count = len(spoken.wire.sent)
    spoken.talk.cut(Reason.ASLEEP)
    spoken.talk.cut(Reason.CUT)
    assert len(spoken.wire.sent) == count
    assert spoken.listener.states[-1] is LinkState.BACKOFF
    assert spoken.times.timers == 0


async def test_a_fault_of_the_program_ends_this_link_only(caplog: pytest.LogCaptureFixture) -> None:
    spoken = Spoken()

    def fail(event: Event) -> None:
        if not isinstance(event, StateChanged):
            raise ZeroDivisionError

    spoken.listener.does = fail
    with caplog.at_level(logging.ERROR):
        await spoken.greeted()
    assert spoken.talk.session.reason is Reason.FAULT_HERE
    assert spoken.wire.closed == [Reason.FAULT_HERE]
    assert len(caplog.records) == 1


async def test_a_clock_that_was_set_is_looked_at_again() -> None:
    spoken = Spoken()
    await spoken.greeted()
    spoken.times.wall_ahead += 3600.0
    spoken.talk.clock_set()
    spoken.say(m.Clock(1.0))
    await turn()
    answer = spoken.sent[-1]
    assert isinstance(answer, m.Clock)
    assert answer.received == spoken.times.wall()


async def test_what_is_asked_for_is_fetched_and_sent() -> None:
    spoken = Spoken()
    spoken.program.tick(5)
    await spoken.greeted()
    spoken.say(m.Subscribe([m.Wish("*")]))
    await turn()
    channel = next(message.channel for message in spoken.sent if isinstance(message, m.Catalog))
    spoken.say(m.Want(channel, 1, [(2, 3)]))
    await turn()
    for _ in range(5):
        spoken.times.step(0.1)
        await turn()
    assert any(isinstance(message, m.Block) for message in spoken.sent)
    assert not [event for event in spoken.listener.events if isinstance(event, SampleBatch)]
    assert asyncio.all_tasks() == {asyncio.current_task()}
