"""A full link costs no memory and nobody else anything: it skips to now, says so, and gets the rest later."""

from __future__ import annotations

import random

from sysmon.model.link import Reason, Rights
from sysmon.model.process import ProcessTable
from sysmon.protocol import messages as m
from sysmon.protocol.codec import JSON
from sysmon.protocol.events import Skipped, Slowed, StateChanged, Wanted
from sysmon.protocol.feed import KEPT_TICKS
from sysmon.protocol.pacing import STUMBLES
from tests.protocol.dialogue import ALL, Link, Node, joined, run
from tests.protocol.made import batch, catalog
from tests.protocol.test_process_codec import row, table


def test_a_full_link_skips_to_now_and_the_hole_is_filled_later() -> None:
    link = joined()
    run(link, 3)
    link.full.add("left")
    for _ in range(25):
        link.left.publish(now=link.now)
        link.now += 1.0
    link.full.clear()
    link.flow()
    skipped = link.right.said(Skipped)
    assert skipped == [Skipped("atlas", 1, 4, 27)]
    assert link.right.live[-1].sequence == 28
    run(link, 5)
    assert sorted(n for _, _, n in link.right.got) == list(range(1, 34))
    assert link.right.twice == 0


def test_a_link_that_is_full_for_a_moment_catches_up_without_a_gap() -> None:
    link = joined()
    run(link, 3)
    link.full.add("left")
    for number in range(KEPT_TICKS):
        link.left.publish(now=link.now + number)
    link.full.clear()
    link.flow()
    assert link.right.said(Skipped) == []
    assert [one.sequence for one in link.right.live] == list(range(1, 4 + KEPT_TICKS))


def test_nothing_is_queued_for_a_link_that_takes_nothing() -> None:
    link = joined()
    run(link, 3)
    link.full.add("left")
    assert link.left.session is not None
    publisher = link.left.session.publisher
    assert publisher is not None
    for number in range(5000):
        link.left.publish(now=link.now + number)
    assert publisher.backlog <= 1
    (stream,) = next(link.left.feed.hosts()).streams.values()
    assert len(stream.since(stream.position - KEPT_TICKS) or ()) == KEPT_TICKS


def test_a_link_that_takes_nothing_for_fifteen_seconds_is_closed() -> None:
    link = joined()
    run(link, 3)
    link.full.add("left")
    link.full.add("right")
    for _ in range(30):
        link.left.publish(now=link.now)
        link.now += 1.0
        assert link.left.session is not None
        link.left.take(link.left.session.wake(link.now))
    reasons = [event.reason for event in link.left.events if isinstance(event, StateChanged)]
    assert Reason.TOO_SLOW in reasons
    assert not next(link.left.feed.hosts()).streams, "it follows nothing any more"


def test_a_link_that_stays_slow_is_served_more_rarely_and_is_told() -> None:
    left, right = Node("atlas"), Node("desk", {"*": m.Wish("*", 0.25)})
    left.feed.put_host(left.host, 0.25)
    link = joined(left, right)
    for _ in range(STUMBLES + 1):
        link.full.add("left")
        for _ in range(KEPT_TICKS + 2):
            left.feed.put_host(left.host, 0.25)
            left.feed.publish(left.next_batch(link.now))
            link.step(0.25)
        link.full.clear()
        link.flow()
    assert link.right.said(Slowed)[0] == Slowed(2.0)
    assert link.left.session is not None
    assert link.left.session.publisher is not None
    assert link.left.session.publisher.interval == 2.0


def test_one_slow_link_does_not_touch_the_other() -> None:
    left = Node("atlas")
    slow, quick = Link(left, Node("slow", ALL)), Node("quick", ALL)
    slow.connect()
    slow.flow()
    session = left.session
    other = Link(left, quick)
    other.left.begin(0.0)
    other.right.begin(0.0)
    other.up = True
    other.flow()
    for number in range(100):
        left.publish(now=float(number))
        other.flow()
    assert [one.sequence for one in quick.live] == list(range(1, 101))
    assert session is not None
    assert session.publisher is not None
    assert session.publisher.waiting


def test_ticks_of_many_hosts_travel_in_one_message() -> None:
    link = joined()
    hosts = [m.Host(f"h{n}", f"H{n}") for n in range(50)]
    for host in hosts:
        link.left.publish(host=host)
    link.flow()
    link.sent["left"].clear()
    for host in hosts:
        link.left.publish(host=host, now=1.0)
    link.flow()
    (message,) = link.messages("left")
    assert isinstance(message, m.Tick)
    assert len(message.ticks) == 50
    assert len({one.host for one in link.right.live}) == 50


def test_processes_follow_their_own_interval_and_rights() -> None:
    right = Node("desk", {"*": m.Wish("*", 1.0, processes=2.0)})
    link = joined(right=right)
    for number in range(6):
        link.left.publish(now=link.now)
        link.left.feed.put_table(
            ProcessTable("atlas", float(number), {1: row(1, float(number), command="x --key=secret")})
        )
        link.step(1.0)
    assert [one.time for one in right.tables] == [0.0, 2.0, 4.0]
    assert right.tables[-1].rows[1].command == ""
    assert right.tables[-1].host == "atlas"
    assert not any(b"secret" in data for data in link.sent["left"])
    assert link.left.session is not None
    link.left.session.set_rights(Rights(commands=True))
    link.left.feed.put_table(ProcessTable("atlas", 9.0, {1: row(1, 9.0, command="x --key=secret")}))
    link.step(3.0)
    assert right.tables[-1].rows[1].command == "x --key=secret"
    link.left.session.set_rights(Rights(processes=False))
    link.left.feed.put_table(ProcessTable("atlas", 12.0, {}))
    link.step(3.0)
    assert right.tables[-1].time == 9.0


def test_nobody_is_sent_processes_that_are_not_wanted() -> None:
    link = joined()
    link.left.publish()
    link.left.feed.put_table(ProcessTable("atlas", 1.0, dict(table(1.0, row(1)).rows)))
    link.step(1.0)
    assert link.right.tables == []


def test_a_wish_for_one_host_counts_before_the_wish_for_all() -> None:
    right = Node("desk", {"*": m.Wish("*", 5.0), "b": m.Wish("b", 1.0), "c": m.Wish("c", 0.0)})
    link = joined(right=right)
    for number in range(10):
        for name in "abc":
            link.left.feed.put_host(m.Host(name, name))
            link.left.feed.publish(batch(link.left.catalog, number + 1, [0.0] * 9, host=name, time=1e9 + number))
        link.step(1.0)
    counts = {name: sum(one.host == name for one in right.live) for name in "abc"}
    assert counts == {"a": 2, "b": 10, "c": 0}
    wanted = link.left.said(Wanted)[-1]
    assert isinstance(wanted, Wanted)
    assert len(wanted.wishes) == 3


def test_a_catalog_that_the_peer_cannot_take_is_not_sent() -> None:
    right = Node("desk", ALL)
    right.limits = m.Limits(series=5)
    link = joined(right=right)
    run(link, 3)
    assert link.right.live == []
    assert link.right.session is not None
    assert not link.right.session.finished
    link.left.use(catalog(4))
    run(link, 2)
    assert len(link.right.live) == 2


def test_a_peer_is_told_of_no_more_hosts_than_it_takes() -> None:
    right = Node("desk", ALL)
    right.limits = m.Limits(hosts=3)
    link = joined(right=right)
    for name in "abcdef":
        link.left.publish(host=m.Host(name, name))
    link.step(1.0)
    assert len({one.host for one in right.live}) == 3
    assert right.session is not None
    assert not right.session.finished


def test_json_ticks_go_one_by_one() -> None:
    left, right = Node("atlas"), Node("desk", ALL)
    left.spelling = right.spelling = JSON
    link = joined(left, right)
    for name in "ab":
        left.publish(host=m.Host(name, name))
    link.flow()
    assert [one.host for one in right.live] == ["a", "b"]


def test_another_sampling_interval_is_announced() -> None:
    link = joined()
    run(link, 3)
    link.left.feed.put_host(link.left.host, 0.5)
    for number in range(6):
        link.left.publish(now=link.now)
        link.step(0.5)
        assert number >= 0
    assert link.right.session is not None
    assert link.right.session.subscriber is not None
    assert link.right.session.subscriber.interval == 1.0, "it is wanted once a second"
    assert link.right.live[-1].catalog is link.right.live[0].catalog


def test_history_comes_in_blocks_that_the_peer_takes() -> None:
    left, right = Node("atlas"), Node("desk", ALL)
    left.use(catalog(400))
    right.limits = m.Limits(frame=40_000, interval=0.05)
    link = Link(left, right)
    dice = random.Random(5)
    for _ in range(50):
        left.publish([dice.random() for _ in left.catalog.series], now=link.now)
        link.now += 1.0
    link.connect()
    run(link, 60)
    blocks = [message for message in link.messages("left") if isinstance(message, m.Block)]
    assert len(blocks) > 3
    assert max(len(block.body) for block in blocks) <= 40_000
    assert link.right.session is not None
    assert not link.right.session.finished
    assert sorted(n for _, _, n in link.right.got) == list(range(1, left.sequence + 1))
