"""Questions over a link: each gets one answer, in time or in words, and nobody can pile up more than a few."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import Reason
from sysmon.protocol import messages as m
from sysmon.protocol import questions as q
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.enquiries import PATIENCE
from sysmon.protocol.events import Answered, Asked, Cancelled
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.process_parts import End, TargetPart
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from tests.protocol.dialogue import ALL, Link, Node, joined

LOOK = q.Look((5, 1.5), "facts")


def session_of(node: Node) -> Session:
    assert node.session is not None
    return node.session


def ask(link: Link, question: q.Question = LOOK) -> int:
    number = session_of(link.right).ask("atlas", question, link.now)
    link.flow()
    return number


def asked(node: Node) -> list[Asked]:
    return [event for event in node.events if isinstance(event, Asked)]


def answered(node: Node) -> list[Answered]:
    return [event for event in node.events if isinstance(event, Answered)]


@pytest.mark.parametrize("spelling", [BINARY, JSON])
def test_a_question_and_its_answer(spelling: str) -> None:
    left, right = Node("atlas"), Node("desk", ALL)
    left.spelling = right.spelling = spelling
    link = joined(left, right)
    question = q.Act([TargetPart((5, 1.5), "web")], End())
    number = ask(link, question)
    assert asked(left) == [Asked(number, "atlas", question)]
    session_of(left).answer(number, q.Acted([], "no room"))
    link.flow()
    assert answered(right) == [Answered(number, q.Acted([], "no room"))]


def test_both_sides_may_ask() -> None:
    link = joined()
    session_of(link.left).ask("desk", LOOK, link.now)
    session_of(link.right).ask("", LOOK, link.now)
    link.flow()
    assert [event.host for event in asked(link.left) + asked(link.right)] == ["", "desk"]


def test_an_answer_that_does_not_come_is_said_in_time_and_the_peer_is_told() -> None:
    link = joined()
    number = ask(link)
    link.left.publish(now=link.now)
    for _ in range(int(PATIENCE) + 1):
        link.left.publish(now=link.now)
        link.step(1.0)
    (late,) = answered(link.right)
    assert late.number == number
    assert isinstance(late.reply, q.Refused)
    assert Reason.of(late.reply.reason) is Reason.SILENT
    assert Cancelled(number) in link.left.events
    session_of(link.left).answer(number, q.Living([]))
    link.flow()
    assert len(answered(link.right)) == 1


def test_what_nobody_waits_for_is_not_answered() -> None:
    link = joined()
    number = ask(link)
    session_of(link.right).cancel(number)
    session_of(link.right).cancel(number)
    link.flow()
    assert Cancelled(number) in link.left.events
    session_of(link.left).answer(number, q.Living([]))
    link.step(PATIENCE * 0.1)
    assert answered(link.right) == []


def test_an_answer_that_crosses_its_cancellation_is_left_out() -> None:
    link = joined()
    number = ask(link)
    session_of(link.left).answer(number, q.Living([]))
    session_of(link.right).cancel(number)
    link.flow()
    assert answered(link.right) == []
    assert not session_of(link.right).finished
    assert not session_of(link.left).finished


def test_too_much_at_once_is_refused_on_this_side_already() -> None:
    link = joined()
    for _ in range(q.MOST_ASKED + 2):
        ask(link)
    link.step(0.1)
    refused = [event.reply for event in answered(link.right)]
    assert [one.reason for one in refused if isinstance(one, q.Refused)] == [Reason.BUSY.number] * 2
    assert len(asked(link.left)) == q.MOST_ASKED


def test_a_question_that_is_too_long_is_not_sent() -> None:
    link = joined()
    ask(link, q.Alive([(number, 1.0) for number in range(9000)]))
    link.step(0.1)
    (event,) = answered(link.right)
    assert isinstance(event.reply, q.Refused)
    assert Reason.of(event.reply.reason) is Reason.TOO_LARGE
    assert asked(link.left) == []


def test_an_answer_that_is_too_long_becomes_a_refusal() -> None:
    link = joined()
    number = ask(link)
    session_of(link.left).answer(number, q.Lived(source="x" * q.MAX_ANSWER))
    link.flow()
    (event,) = answered(link.right)
    assert isinstance(event.reply, q.Refused)


def test_a_version_without_questions_is_not_asked() -> None:
    left = Node("atlas")
    left.capabilities = ["clock"]
    link = joined(left)
    ask(link)
    link.step(0.1)
    (event,) = answered(link.right)
    assert isinstance(event.reply, q.Refused)
    assert Reason.of(event.reply.reason) is Reason.VERSION
    assert not any(isinstance(message, m.Ask) for message in link.messages("right"))


def test_the_end_of_a_link_leaves_nobody_waiting() -> None:
    link = joined()
    first, second = ask(link), ask(link)
    session_of(link.left).answer(first, q.Living([]))
    link.cut()
    gone = [event for event in answered(link.right) if isinstance(event.reply, q.Refused)]
    assert {event.number for event in answered(link.right)} == {first, second}
    assert all(Reason.of(event.reply.reason) is Reason.CUT for event in gone if isinstance(event.reply, q.Refused))
    assert Cancelled(second) in link.left.events


def test_before_the_greeting_and_after_the_end_nothing_can_be_asked() -> None:
    session = Session(Side(greeting("t", m.Host("desk", "Desk"), 1)), Feed(), Holdings(), None, lambda: None)
    session.start(0.0)
    with pytest.raises(LocalProtocolError):
        session.ask("", LOOK, 0.0)
    link = joined()
    session_of(link.right).close(Reason.STOPPING_HERE)
    with pytest.raises(LocalProtocolError):
        session_of(link.right).ask("", LOOK, 0.0)
    session_of(link.right).answer(1, q.Living([]))
    session_of(link.right).cancel(1)


# A peer that lies.

CODEC = Codec(BINARY)


def raw(body: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(body))


def hostile(*messages: m.AnyMessage, now: float = 1.0) -> tuple[Session, list[object]]:
    link = joined()
    session = session_of(link.right)
    events: list[object] = []
    for message in messages:
        events += session.receive(CODEC.encode(message), now)
    return session, events


def test_a_question_of_a_later_version_is_refused_in_words() -> None:
    session, events = hostile(m.Ask(1, "desk", raw({"kind": "teleport"})), m.Ask(2, "desk", raw([1])))
    assert events == []
    replies = [CODEC.decode(data) for data in (session.pull(1.0), session.pull(1.0)) if data is not None]
    assert [type(message) for message in replies] == [m.Answer, m.Answer]
    for message in replies:
        assert isinstance(message, m.Answer)
        reply = msgspec.msgpack.decode(message.body, type=q.Reply)
        assert isinstance(reply, q.Refused)
        assert Reason.of(reply.reason) is Reason.VERSION


def test_questions_that_are_never_read_end_the_link_of_their_sender() -> None:
    session, events = hostile(*(m.Ask(number, "", raw(LOOK)) for number in range(1, q.MOST_ASKED + 2)))
    assert session.reason is Reason.TOO_FAST
    assert sum(isinstance(event, Asked) for event in events) == q.MOST_ASKED


def test_answers_that_are_not_taken_count_as_questions() -> None:
    link = joined()
    session = session_of(link.right)
    for number in range(1, q.MOST_ASKED + 2):
        session.receive(CODEC.encode(m.Ask(number, "", raw(LOOK))), 1.0)
        session.answer(number, q.Living([]))
    assert session.reason is Reason.TOO_FAST


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([m.Ask(5, "", raw(LOOK)), m.Ask(5, "", raw(LOOK))], Reason.OUT_OF_TURN),
        ([m.Ask(5, "", raw(LOOK)), m.Cancel(5), m.Ask(5, "", raw(LOOK))], Reason.OUT_OF_TURN),
        ([m.Answer(1, raw(q.Living([])))], Reason.OUT_OF_TURN),
        ([m.Ask(1, "", raw("x" * q.MAX_QUESTION))], Reason.TOO_LARGE),
        ([m.Answer(1, raw("x" * q.MAX_ANSWER))], Reason.TOO_LARGE),
    ],
)
def test_what_costs_the_link(messages: list[m.AnyMessage], reason: Reason) -> None:
    session, _ = hostile(*messages)
    assert session.reason is reason


def test_a_cancellation_of_nothing_is_nothing() -> None:
    session, events = hostile(m.Cancel(99))
    assert events == []
    assert not session.finished


def test_an_answer_that_cannot_be_read_is_an_answer_still() -> None:
    link = joined()
    number = ask(link)
    session = session_of(link.right)
    (event,) = session.receive(CODEC.encode(m.Answer(number, raw({"kind": "living", "keys": 5}))), 1.0)
    assert isinstance(event, Answered)
    assert isinstance(event.reply, q.Refused)
    assert Reason.of(event.reply.reason) is Reason.BAD_FRAME


class Asking(RuleBasedStateMachine):
    """Whatever is asked, answered, cancelled, delayed and cut: no question gets two answers, none is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.link = joined()
        self.numbers: set[int] = set()
        self.cancelled: set[int] = set()

    @rule()
    def ask(self) -> None:
        if not session_of(self.link.right).finished:
            self.numbers.add(session_of(self.link.right).ask("", LOOK, self.link.now))

    @rule(pick=st.integers(0, 40))
    def answer(self, pick: int) -> None:
        session_of(self.link.left).answer(pick, q.Living([]))

    @rule(pick=st.integers(0, 40))
    def cancel(self, pick: int) -> None:
        done = {event.number for event in answered(self.link.right)}
        if pick in self.numbers - done and not session_of(self.link.right).finished:
            self.cancelled.add(pick)
            session_of(self.link.right).cancel(pick)

    @rule(seconds=st.floats(0.1, PATIENCE))
    def pass_time(self, seconds: float) -> None:
        end = self.link.now + seconds
        while self.link.now < end:
            self.link.left.publish(now=self.link.now)
            self.link.step(1.0)

    @rule()
    def end(self) -> None:
        self.link.cut()

    @invariant()
    def every_answer_is_the_only_one(self) -> None:
        numbers = [event.number for event in answered(self.link.right)]
        assert len(numbers) == len(set(numbers))
        assert not set(numbers) & self.cancelled

    def teardown(self) -> None:
        self.link.cut()
        numbers = {event.number for event in answered(self.link.right)}
        assert numbers == self.numbers - self.cancelled
        assert session_of(self.link.right).deadline() == math.inf


TestAsking = Asking.TestCase
TestAsking.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
