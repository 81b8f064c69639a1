"""A session is fed anything at all: it answers with events or ends with a reason, and leaves nothing behind."""

from __future__ import annotations

import gc
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.model.link import LinkState, Reason
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from tests.protocol.dialogue import ALL, Link, Node, run

ENDED = {LinkState.BACKOFF, LinkState.REFUSED}


def conversation() -> list[bytes]:
    """All that a publisher says in a minute with a gap, a new catalog, history and processes."""
    link = Link(Node("atlas"), Node("desk", {"*": m.Wish("*", 1.0, processes=1.0)}))
    for number in range(70):
        link.left.publish(now=number - 70.0)
    link.connect()
    link.flow()
    run(link, 3)
    link.left.use(link.right.catalog.__class__(link.left.catalog.series[:5]))
    run(link, 3)
    return list(link.sent["left"])


SPOKEN = conversation()


def listener(spelling: str = BINARY) -> Session:
    session = Session(
        Side(greeting("test", m.Host("desk", "Desk"), 1), spelling=spelling), Feed(), Holdings(), None, lambda: None
    )
    session.start(0.0)
    session.expect(ALL, 0.0)
    return session


def use(session: Session, messages: list[bytes]) -> None:
    """Feed ``messages`` as a shell does: whatever they are, nothing is raised and a word comes out at the end."""
    for number, data in enumerate(messages):
        session.receive(data, float(number))
        session.wake(float(number))
        for _ in range(50):
            if session.pull(float(number)) is None:
                break
    assert session.finished == (session.state in ENDED)
    if session.finished:
        assert session.pull(99.0) is None
        assert session.receive(SPOKEN[0], 99.0) == []
        assert session.wake(99.0) == []


def test_the_conversation_itself_is_understood() -> None:
    session = listener()
    use(session, SPOKEN)
    assert not session.finished
    kinds = {type(Codec(BINARY).decode(data)) for data in SPOKEN}
    assert {m.Hello, m.Catalog, m.Tick, m.Have, m.Block, m.Clock} <= kinds


@given(st.lists(st.binary(max_size=100), max_size=5), st.booleans())
def test_any_bytes_after_hello(messages: list[bytes], as_json: bool) -> None:
    session = listener(JSON if as_json else BINARY)
    codec = Codec(JSON if as_json else BINARY)
    use(session, [codec.encode(greeting("peer", m.Host("peer", "Peer"), 1)), *messages])


@settings(max_examples=300)
@given(st.integers(0, len(SPOKEN) - 1), st.integers(0, 10**6), st.integers(0, 255))
def test_one_byte_is_another(message: int, place: int, byte: int) -> None:
    changed = bytearray(SPOKEN[message])
    changed[place % len(changed)] = byte
    use(listener(), [*SPOKEN[:message], bytes(changed), *SPOKEN[message + 1 :]])


@given(st.integers(0, len(SPOKEN) - 1), st.integers(0, 10**6))
def test_one_message_is_cut_short(message: int, place: int) -> None:
    use(listener(), [*SPOKEN[:message], SPOKEN[message][: place % len(SPOKEN[message])]])


@given(st.permutations(range(len(SPOKEN))))
def test_messages_in_any_order(order: list[int]) -> None:
    use(listener(), [SPOKEN[number] for number in order])


@given(st.lists(st.integers(0, len(SPOKEN) - 1), max_size=30))
def test_messages_left_out_and_replayed(chosen: list[int]) -> None:
    use(listener(), [SPOKEN[0], *(SPOKEN[number] for number in chosen)])


def test_cycles_of_connecting_and_losing_leave_nothing_behind() -> None:
    link = Link(Node("atlas"), Node("desk", ALL))

    def cycle(number: int) -> None:
        link.connect()
        link.flow(5)
        link.left.publish(now=link.now)
        if number % 3:
            link.step(1.0)
        link.cut()
        for node in (link.left, link.right):
            node.events.clear()
            node.live.clear()
            node.got.clear()
            node.rows.batches.clear()

    for number in range(50):
        cycle(number)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(300):
        cycle(number)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 64 << 10
    host = next(link.left.feed.hosts())
    assert not host.streams
    assert not host.table_listeners
    assert not link.left.feed._listeners


def test_the_link_can_be_lost_at_every_message() -> None:
    for count in range(len(SPOKEN)):
        session = listener()
        use(session, SPOKEN[:count])
        session.lost(Reason.CUT)
        assert session.state is LinkState.BACKOFF
        assert session.lost(Reason.CUT) == []
