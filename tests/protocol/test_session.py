"""Dialogues: who says what, what the other makes of it, and how it ends when something is wrong."""

from __future__ import annotations

import math

import pytest

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.protocol import catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.events import (
    Farewell,
    Greeted,
    HostLeft,
    HostSeen,
    MoveAsked,
    StateChanged,
    Wanted,
)
from sysmon.protocol.feed import Feed, Selection
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import MAX_GREETING, Session
from sysmon.protocol.side import Side, greeting
from tests.protocol.dialogue import ALL, Link, Node, joined, run
from tests.protocol.made import catalog, same_bits


def states(node: Node) -> list[LinkState]:
    return [event.state for event in node.events if isinstance(event, StateChanged)]


def alone() -> Session:
    """A session that has said hello and hears nothing yet."""
    hello = greeting("test", m.Host("me", "Me"), 1)
    session = Session(Side(hello), Feed(), Holdings(), None, lambda: None)
    session.start(0.0)
    assert session.pull(0.0)
    return session


def greeted() -> Session:
    session = alone()
    session.receive(Codec(BINARY).encode(greeting("peer", m.Host("peer", "Peer"), 1)), 0.0)
    return session


def test_hello_is_the_first_word_of_both_and_ticks_follow() -> None:
    link = joined()
    assert [type(link.messages(end)[0]) for end in ("left", "right")] == [m.Hello, m.Hello]
    run(link, 3)
    assert [batch.sequence for batch in link.right.live] == [1, 2, 3]
    assert states(link.right) == [LinkState.SYNCING, LinkState.LIVE]
    assert states(link.left) == [LinkState.SYNCING, LinkState.LIVE]
    seen = link.right.said(HostSeen)
    assert [event.host.name for event in seen if isinstance(event, HostSeen)] == ["Atlas"]
    assert len(link.right.said(Greeted)) == 1


def test_nothing_is_sent_that_nobody_wants() -> None:
    link = joined(right=Node("desk"))
    run(link, 3)
    assert link.right.live == []
    assert {type(message) for message in link.messages("left")} == {m.Hello, m.Clock}


def test_wishes_choose_groups_and_interval() -> None:
    left = Node("atlas")
    link = joined(left, Node("desk", {"*": m.Wish("*", 2.0, ["test.m1", "test.m3"])}))
    run(link, 6)
    assert [batch.sequence for batch in link.right.live] == [1, 3, 5]
    for batch in link.right.live:
        told = [at for at, value in enumerate(batch.values) if not math.isnan(value)]
        assert told == [1, 3]
    assert link.right.session is not None
    link.right.session.expect({"*": m.Wish("*", 0.0)}, link.now)
    link.flow()
    link.right.live.clear()
    run(link, 3)
    assert link.right.live == []
    assert isinstance(link.left.said(Wanted)[-1], Wanted)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"first": 7, "last": 9}, Reason.VERSION),
        ({"host": m.Host("me", "Me")}, Reason.SELF),
        ({"host": m.Host("peer", "Peer", path=["other", "me"])}, Reason.LOOP),
    ],
)
def test_a_peer_that_is_refused_is_told_why_and_known_by_name(change: dict[str, object], reason: Reason) -> None:
    session = alone()
    hello = greeting("peer 2", m.Host("peer", "Peer"), 1)
    for name, value in change.items():
        setattr(hello, name, value)
    events = session.receive(Codec(BINARY).encode(hello), 0.0)
    assert [(type(event), session.state, session.reason) for event in events] == [
        (StateChanged, LinkState.REFUSED, reason)
    ]
    assert session.peer is not None
    assert session.peer.program == "peer 2"
    word = Codec(BINARY).decode(session.pull(0.0) or b"")
    assert isinstance(word, m.Error)
    assert word.number == reason.number
    assert session.pull(0.0) is None
    assert session.finished


def test_a_refusal_comes_after_the_hello_even_if_nothing_was_sent_yet() -> None:
    session = Session(Side(greeting("test", m.Host("me", "Me"), 1)), Feed(), Holdings(), None, lambda: None)
    session.start(0.0)
    session.receive(b"\xc1", 0.0)
    codec = Codec(BINARY)
    assert [type(codec.decode(session.pull(0.0) or b"")) for _ in range(2)] == [m.Hello, m.Error]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.BAD_FRAME),
        (b"\xc1", Reason.BAD_FRAME),
        (b"\x00" * (MAX_GREETING + 1), Reason.TOO_LARGE),
        (Codec(BINARY).encode(m.Subscribe()), Reason.OUT_OF_TURN),
        (Codec(BINARY).encode(m.Tick([b"\x05"])), Reason.OUT_OF_TURN),
    ],
)
def test_what_comes_before_hello_must_be_one(data: bytes, reason: Reason) -> None:
    session = alone()
    (event,) = session.receive(data, 0.0)
    assert isinstance(event, StateChanged)
    assert event.reason is reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (greeting("peer", m.Host("peer", "Peer"), 1), Reason.OUT_OF_TURN),
        (m.Tick([b"\x05"]), Reason.OUT_OF_TURN),
        (m.Tick([b""]), Reason.BAD_FRAME),
        (m.Leave(1), Reason.OUT_OF_TURN),
        (m.Gap(1, 1, 1, 1), Reason.OUT_OF_TURN),
        (m.Block(1, 1), Reason.OUT_OF_TURN),
        (m.Have(1, 1, 1, 1), Reason.OUT_OF_TURN),
        (m.Processes(1, 1.0), Reason.OUT_OF_TURN),
        (m.Change(1, 1, 2, "", []), Reason.OUT_OF_TURN),
        (m.Values("h", 1, 1, 1.0, []), Reason.BAD_TICK),
        (m.Catalog(1, 1, m.Host("h", "H"), "0" * 16), Reason.BAD_CATALOG),
        (m.Catalog(1, 1, m.Host("h", "H"), "", interval=math.nan), Reason.BAD_CATALOG),
        (m.Subscribe([m.Wish("*", math.nan)]), Reason.BAD_FRAME),
        (m.Subscribe([m.Wish("*", -1.0)]), Reason.BAD_FRAME),
    ],
)
def test_a_message_that_does_not_belong_there_ends_the_link(message: m.AnyMessage, reason: Reason) -> None:
    session = greeted()
    (event,) = session.receive(Codec(BINARY).encode(message), 0.0)
    assert isinstance(event, StateChanged)
    assert (event.state, event.reason) == (LinkState.BACKOFF, reason)
    assert session.receive(Codec(BINARY).encode(m.Pace(1.0)), 0.0) == []


def test_messages_of_a_later_version_are_skipped() -> None:
    session = greeted()
    assert session.receive(b"\x81\xa4type\xa5later", 0.0) == []
    assert not session.finished


def test_goodbye_says_why_and_where_else_to_go() -> None:
    link = joined()
    run(link, 2)
    assert link.left.session is not None
    link.left.take(link.left.session.close(Reason.STOPPING_HERE, "update", 3.0, ["b:1"]))
    assert link.left.session.close(Reason.STOPPING_HERE) == []
    link.flow()
    farewell = link.right.said(Farewell)[0]
    assert farewell == Farewell(Reason.DRAINING, "update", 3.0, ("b:1",))
    assert link.right.session is not None
    assert link.right.session.state is LinkState.BACKOFF
    link.left.publish()
    assert link.left.session.pull(link.now) is None, "nothing is sent after goodbye"


def test_a_peer_can_be_sent_to_another_hub() -> None:
    link = joined()
    assert link.left.session is not None
    link.left.session.send_away(["b:1"], 5.0)
    link.flow()
    assert link.right.said(MoveAsked) == [MoveAsked(("b:1",), 5.0)]


def test_a_host_that_leaves_is_told_and_may_come_back() -> None:
    link = joined()
    run(link, 2)
    link.left.feed.leave("atlas", Reason.CUT)
    link.flow()
    assert link.right.said(HostLeft) == [HostLeft("atlas", Reason.CUT)]
    run(link, 2)
    assert [batch.sequence for batch in link.right.live] == [1, 2, 3, 4]


def test_catalogs_change_while_ticks_flow() -> None:
    link = joined()
    run(link, 3)
    link.left.use(catalog(10))
    run(link, 3)
    link.left.use(catalog(40, prefix="x"))
    run(link, 3)
    assert [len(batch.values) for batch in link.right.live] == [9] * 3 + [10] * 3 + [40] * 3
    kinds = [type(message) for message in link.messages("left")]
    assert kinds.count(m.Catalog) == 2
    assert kinds.count(m.Change) == 1


def test_a_new_epoch_goes_on_at_one() -> None:
    link = joined()
    run(link, 3)
    link.left.epoch, link.left.sequence = 2, 0
    run(link, 3)
    assert [(batch.epoch, batch.sequence) for batch in link.right.live] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
        (2, 2),
        (2, 3),
    ]


def test_what_was_missed_comes_back_newest_first_and_bit_for_bit() -> None:
    link = joined()
    run(link, 5)
    link.cut()
    sent = {link.left.sequence + 1 + n: [n / 100] * 9 for n in range(300)}
    for row in sent.values():
        link.left.publish(row)
    link.connect()
    run(link, 20)
    assert sorted(sequence for _, _, sequence in link.right.got) == list(range(1, 326))
    assert all(same_bits(link.right.got["atlas", 1, n], row) for n, row in sent.items())
    assert link.right.twice == 0
    wants = [message for message in link.messages("right") if isinstance(message, m.Want)]
    assert len(wants) <= 2


def test_a_hole_in_the_middle_is_filled_and_what_was_never_recorded_is_known() -> None:
    link = joined()
    run(link, 3)
    link.left.sequence += 4
    run(link, 3)
    assert [batch.sequence for batch in link.right.live] == [1, 2, 3, 8, 9, 10]
    assert {n for _, _, n in link.right.never} == {4, 5, 6, 7}


def test_history_needs_the_right_to_it() -> None:
    left = Node("atlas")
    left.rights = Rights(history=False)
    for n in range(50):
        left.publish(now=n - 50.0)
    link = joined(left)
    run(link, 5)
    assert sorted(n for _, _, n in link.right.got) == [50, 51, 52, 53, 54, 55]


def test_rights_that_are_taken_away_count_at_once() -> None:
    link = joined()
    run(link, 3)
    assert link.left.session is not None
    link.left.session.set_rights(Rights(metrics=False))
    run(link, 3)
    assert len(link.right.live) == 3


def test_a_json_subscriber_of_a_few_lines_gets_values() -> None:
    right = Node("script", ALL)
    right.spelling, right.capabilities = JSON, []
    left = Node("atlas")
    left.spelling = JSON
    link = joined(left, right)
    run(link, 120)
    assert [list(batch.values) for batch in right.live] == [[float(n)] * 9 for n in range(1, 121)]
    assert {type(message) for message in link.messages("left")} == {m.Hello, m.Catalog, m.Values}
    assert link.left.session is not None
    assert not link.left.session.finished, "who cannot answer pings is not cut for silence"


def test_nobody_is_sent_his_own_figures() -> None:
    left, right = Node("hub"), Node("desk", ALL)
    link = joined(left, right)
    for host in (m.Host("desk", "Desk"), m.Host("far", "Far", path=["desk"]), m.Host("near", "Near", path=["x"])):
        left.publish(host=host)
    link.step(2.0)
    assert {batch.host for batch in right.live} == {"near"}


def test_our_own_figures_that_come_back_are_ignored() -> None:
    session = greeted()
    session.expect(ALL, 0.0)
    hub = Node("hub")
    made = hub.publish(host=m.Host("me", "Me"))
    published = next(hub.feed.hosts())
    key = hub.feed.follow(published, Selection((), 1.0, True), _Nobody()).key()
    assert key is not None
    announced = catalog_codec.whole(published.channel, published.revision, published.host, made.catalog, 1.0)
    events = session.receive(Codec(BINARY).encode(announced), 0.0) + session.receive(key.message, 0.0)
    assert [event for event in events if not isinstance(event, StateChanged)] == []


class _Nobody:
    def host_changed(self, host: object) -> None: ...

    def host_left(self, host: object, reason: object) -> None: ...

    def tick_ready(self, host: object) -> None: ...

    def table_ready(self, host: object) -> None: ...

    def news_ready(self, host: object) -> None: ...

    def filled(self, host: object, epoch: int, first: int, last: int) -> None: ...


def test_a_flood_ends_the_link() -> None:
    session = greeted()
    data = Codec(BINARY).encode(m.Pace(1.0))
    for _ in range(200_000):
        session.receive(data, 1.0)
        if session.finished:
            break
    assert session.reason is Reason.TOO_FAST


def test_questions_whose_answers_are_not_read_do_not_pile_up() -> None:
    session = greeted()
    for _ in range(2000):
        session.receive(Codec(BINARY).encode(m.Clock(1.0)), 1.0)
    assert session.reason is Reason.TOO_SLOW


def test_misuse_is_our_fault() -> None:
    session = Session(Side(greeting("test", m.Host("me", "Me"), 1)), Feed(), Holdings(), None, lambda: None)
    with pytest.raises(LocalProtocolError):
        session.pull(0.0)


def test_a_link_object_says_when_it_is_needed() -> None:
    link = Link(Node("a"), Node("b"))
    link.connect()
    assert link.left.session is not None
    assert link.left.session.pull(0.0) is not None
    assert link.left.session.pull(0.0) is None
