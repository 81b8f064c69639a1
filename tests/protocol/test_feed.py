"""A tick is coded once, whoever follows; a follower is a place in the stream and nothing else."""

from __future__ import annotations

import math

import pytest

from sysmon.model.errors import LocalProtocolError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import DeviceFacts, DiskFacts
from sysmon.model.link import Reason
from sysmon.model.process import ProcessTable
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.feed import KEPT_BYTES, KEPT_MARKS, KEPT_TICKS, Feed, Published, Selection
from sysmon.protocol.tick_codec import TickDecoder, head
from tests.protocol.made import batch, catalog

CATALOG = catalog(6)
HOST = m.Host("h", "Host")
ALL = Selection((), 1.0, True)


class Ear:
    """A listener that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def host_changed(self, host: Published) -> None:
        self.heard.append(f"changed {host.revision}")

    def host_left(self, host: Published, reason: Reason) -> None:
        self.heard.append(f"left {reason.name}")

    def tick_ready(self, host: Published) -> None:
        self.heard.append("tick")

    def table_ready(self, host: Published) -> None:
        self.heard.append("table")

    def news_ready(self, host: Published) -> None:
        self.heard.append("news")

    def filled(self, host: Published, epoch: int, first: int, last: int) -> None:
        self.heard.append(f"filled {epoch}: {first} to {last}")


def made(feed: Feed, sequence: int, *, of: object = None, time: float | None = None) -> None:
    chosen = CATALOG if of is None else of
    assert chosen is not None
    row = [float(sequence)] * len(CATALOG.series)
    feed.publish(batch(CATALOG, sequence, row, time=time))


def test_one_stream_for_all_who_want_the_same() -> None:
    feed, ears = Feed(), [Ear(), Ear()]
    host = feed.put_host(HOST)
    streams = {id(feed.follow(host, ALL, ear)) for ear in ears}
    made(feed, 1)
    (stream,) = host.streams.values()
    assert len(streams) == 1
    first, again = stream.since(0), stream.since(0)
    assert first is not None
    assert again is not None
    assert first[0].message is again[0].message, "the very same bytes go to both"
    for ear in ears:
        feed.unfollow(host, ALL, ear)
        feed.unfollow(host, ALL, ear)
    assert not host.streams


def test_nobody_follows_nothing_is_coded() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    made(feed, 1)
    assert not host.streams


def test_who_comes_later_gets_the_last_tick_at_once() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    made(feed, 1)
    stream = feed.follow(host, ALL, Ear())
    key = stream.key()
    assert key is not None
    assert key.sequence == 1
    assert stream.key() is key
    made(feed, 2)
    assert stream.key() is not key


def test_the_kept_ticks_are_bounded_in_number_and_bytes() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    stream = feed.follow(host, ALL, Ear())
    for sequence in range(1, 100):
        made(feed, sequence)
    assert stream.position == 99
    kept = stream.since(99 - KEPT_TICKS)
    assert kept is not None
    assert [frame.sequence for frame in kept] == list(range(92, 100))
    assert stream.since(98 - KEPT_TICKS) is None
    assert stream.since(99) == []
    wide = catalog(20_000, (1e-9,))
    for sequence in range(100, 110):
        feed.publish(batch(wide, sequence, [math.pi * sequence] * 20_000))
    kept = next(found for back in range(KEPT_TICKS, 0, -1) if (found := stream.since(109 - back)) is not None)
    assert sum(len(frame.tick) for frame in kept) <= KEPT_BYTES or len(kept) == 1


def test_a_slow_follower_has_a_stream_of_its_own_pace() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    slow = feed.follow(host, Selection((), 5.0, True), Ear())
    for sequence in range(1, 21):
        made(feed, sequence, time=1e9 + sequence + (0.05 if sequence % 2 else -0.05))
    kept = slow.since(0)
    assert kept is not None
    assert [frame.sequence for frame in kept] == [1, 6, 11, 16]


def test_groups_hide_the_rest() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    stream = feed.follow(host, Selection(("test.m1", "test.m5"), 1.0, True), Ear())
    made(feed, 1)
    key = stream.key()
    assert key is not None
    _, flags, at = head(key.tick)
    got = TickDecoder("h", host.revision, CATALOG).decode(key.tick, at, flags)
    assert [math.isnan(value) for value in got.values] == [True, False, True, True, True, False]


def test_a_new_catalog_is_told_before_its_ticks_and_old_ticks_are_dropped() -> None:
    feed, ear = Feed(), Ear()
    feed.attach(ear)
    host = feed.put_host(HOST)
    stream = feed.follow(host, ALL, ear)
    made(feed, 1)
    made(feed, 2)
    other = catalog(7)
    feed.publish(batch(other, 3, [0.0] * 7))
    assert ear.heard == ["changed 1", "tick", "tick", "changed 2", "tick"]
    assert stream.since(1) is None
    kept = stream.since(2)
    assert kept is not None
    assert head(kept[0].tick)[1] & 1, "a key frame"
    assert host.revision_of(CATALOG) == 1
    feed.publish(batch(CATALOG, 4, [0.0] * 6))
    assert host.revision == 1


def test_hosts_that_leave_are_told_and_free() -> None:
    feed, ear = Feed(), Ear()
    feed.attach(ear)
    host = feed.put_host(HOST)
    assert feed.by_channel(host.channel) is host
    assert feed.put_host(HOST) is host
    feed.leave("h", Reason.CUT)
    feed.leave("h", Reason.CUT)
    assert ear.heard == ["left CUT"]
    assert feed.get("h") is None
    assert feed.by_channel(host.channel) is None
    with pytest.raises(LocalProtocolError):
        made(feed, 1)


def test_who_detaches_hears_nothing_any_more() -> None:
    feed, ear = Feed(), Ear()
    feed.attach(ear)
    host = feed.put_host(HOST)
    feed.follow(host, ALL, ear)
    host.table_listeners.add(ear)
    feed.detach(ear)
    feed.detach(ear)
    made(feed, 1)
    feed.put_table(ProcessTable("h", 1.0, {}))
    assert ear.heard == []
    assert not host.streams


def test_json_followers_get_the_values_themselves() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    stream = feed.follow(host, Selection((), 1.0, False), Ear())
    feed.publish(batch(CATALOG, 1, [math.nan, math.inf, 1.5, 0.0, -1.0, 2.0]))
    key = stream.key()
    assert key is not None
    message = Codec(JSON).decode(key.message)
    assert message == m.Values("h", 1, 1, 1e9 + 1, [None, None, 1.5, 0.0, -1.0, 2.0])


def test_a_process_table_is_written_once_for_all_who_have_the_same() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    assert feed.table_message(host, None, commands=False, binary=True) is None
    table = ProcessTable("h", 1.0, {})
    feed.put_table(table)
    first = feed.table_message(host, None, commands=False, binary=True)
    assert first is feed.table_message(host, None, commands=False, binary=True)
    feed.put_table(ProcessTable("h", 2.0, {}))
    later = feed.table_message(host, table, commands=False, binary=True)
    assert later is not None
    message = Codec(BINARY).decode(later)
    assert isinstance(message, m.Processes)
    assert (message.time, message.base) == (2.0, 1.0)


def test_numbers_of_catalogs_are_remembered_in_bounds() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    for number in range(500):
        feed.publish(batch(catalog(2, prefix=f"{number}-"), number + 1, [0.0, 0.0]))
    assert host.revision == 500
    assert len(host.revisions) <= 64


def test_devices_are_news_only_where_they_differ() -> None:
    feed, ear = Feed(), Ear()
    feed.put_host(m.Host("h", "H"))
    feed.attach(ear)
    feed.put_devices(DeviceFacts("h", (DiskFacts("sda", "ssd"),)))
    feed.put_devices(DeviceFacts("h", (DiskFacts("sda", "ssd"),)))
    assert ear.heard == ["news"]
    feed.put_devices(DeviceFacts("h"))
    assert ear.heard == ["news"] * 2


def test_the_last_marks_are_remembered_and_all_are_counted() -> None:
    feed = Feed()
    host = feed.put_host(m.Host("h", "H"))
    for number in range(KEPT_MARKS + 5):
        feed.put_mark(Mark("h", float(number), MarkKind.USER, "here"))
    assert host.mark_count == KEPT_MARKS + 5
    assert [mark.time for mark in host.marks] == [float(number) for number in range(5, KEPT_MARKS + 5)]
    with pytest.raises(LocalProtocolError):
        feed.put_mark(Mark("nobody", 0.0, MarkKind.USER, ""))


def test_in_the_clear_too_only_what_is_wanted_is_told() -> None:
    feed = Feed()
    host = feed.put_host(HOST)
    wanted = Selection(("test.m1", "test.m3"), 1.0, False)
    stream = feed.follow(host, wanted, Ear())
    made(feed, 7)
    for frame in (stream.newest, stream.key()):
        assert frame is not None
        message = Codec(JSON).decode(frame.message)
        assert isinstance(message, m.Values)
        assert message.values == [None, 7.0, None, 7.0, None, None]


def test_a_key_frame_is_of_the_catalog_that_was_told_last_whether_its_tick_was_due_or_not() -> None:
    feed = Feed()
    published = feed.put_host(m.Host("h", "h"))
    made(feed, 1, time=100.0)
    stream = feed.follow(published, Selection((), 5.0, True), Ear())
    made(feed, 2, time=101.0)
    other = catalog(len(CATALOG.series) + 1)
    feed.publish(batch(other, 3, [1.0] * len(other.series), time=102.0))
    key = stream.key()
    assert key is not None
    assert key.sequence == 3
    decoder = TickDecoder("h", published.revision, other)
    _, flags, at = head(key.tick)
    assert decoder.decode(key.tick, at, flags).sequence == 3
