"""Hosts that lie about their epochs, their catalogs, their names, their clocks and who they are."""

from __future__ import annotations

import gc
import math
import tracemalloc

import msgspec
import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol import blocks, catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.events import ClockMeasured, Farewell, HostSeen
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.protocol.tick_codec import TickEncoder
from tests.protocol.dialogue import ALL, Node, joined, run
from tests.protocol.made import batch, catalog
from tests.protocol.victim import CATALOG, EVIL, Victim, encoded, key

NAN = math.nan

# Epochs and sequences.


def test_replayed_and_out_of_order_ticks_are_left_out() -> None:
    victim = Victim()
    victim.announce()
    for sequence in (5, 5, 3, 4, 7, 6, 5, 7, 8):
        victim.hear(key(1, sequence))
    assert [event.sequence for event in victim.events if isinstance(event, SampleBatch)] == [5, 7, 8]
    assert victim.ended() is None
    assert victim.session.subscriber is not None
    assert victim.session.subscriber.late == 6


def test_a_difference_that_is_replayed_costs_the_link_and_no_wrong_figure_comes_of_it() -> None:
    first, second, third = encoded(1, 1, [(1, 1, 1.0), (1, 2, 2.0), (1, 3, 3.0)])
    victim = Victim()
    victim.announce()
    victim.hear(m.Tick([first]), m.Tick([second]), m.Tick([third]), m.Tick([third]))
    batches = [event for event in victim.events if isinstance(event, SampleBatch)]
    # A difference says nothing of its place, so what is replayed looks like the next one; what it says differs once.
    assert [(one.sequence, one.values[0]) for one in batches[:3]] == [(1, 1.0), (2, 2.0), (3, 3.0)]
    assert all(one.sequence > 3 for one in batches[3:])
    assert victim.ended() in (None, Reason.BAD_TICK)


def test_an_epoch_that_is_over_and_one_that_never_was() -> None:
    victim = Victim()
    victim.announce()
    for epoch in (5, 4, 5, 0, (1 << 53) - 1, 5):
        victim.hear(key(epoch, 10))
    assert [event.epoch for event in victim.events if isinstance(event, SampleBatch)] == [5, 4, 0, (1 << 53) - 1]
    assert victim.ended() is None


def test_epochs_without_end_take_no_memory() -> None:
    victim = Victim()
    victim.announce()

    def flood(first: int, count: int) -> None:
        for epoch in range(first, first + count):
            victim.now += 0.01
            victim.hear(key(epoch, 10), m.Have(1, epoch, 1, 1000))
            victim.session.wake(victim.now)
            while victim.session.pull(victim.now) is not None:
                pass
            victim.events.clear()

    flood(1, 300)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    flood(1000, 1000)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 128 << 10
    assert victim.ended() is None


def test_a_block_of_another_epoch_and_of_what_was_not_asked_for() -> None:
    victim = Victim()
    victim.announce()
    body = blocks.encode(Stretch.of([batch(CATALOG, n, [1.0] * 4, host="evil") for n in range(1, 20)]))
    victim.hear(m.Block(1, 77, 1, body), m.Block(1, 1, 1, body))
    assert not any(isinstance(event, Stretch) for event in victim.events)
    assert victim.ended() is None


# Catalogs.


def wide(count: int) -> Catalog:
    """One metric with many attributes."""
    spec = MetricSpec("a.b", "1", Kind.GAUGE, 1.0, "", ("n",))
    return Catalog(tuple(Series(spec, (("n", str(number)),)) for number in range(count)))


@pytest.mark.parametrize(("count", "reason"), [(m.MAX_SERIES, None), (m.MAX_SERIES + 1, Reason.TOO_MANY_SERIES)])
def test_20001_series(count: int, reason: Reason | None) -> None:
    victim = Victim()
    victim.hear(catalog_codec.whole(1, 1, EVIL, wide(count), 1.0))
    assert any(isinstance(event, HostSeen) for event in victim.events) == (reason is None)
    assert victim.ended() is reason


def test_catalogs_that_change_each_tick() -> None:
    victim = Victim()
    variants = [catalog(4, prefix=str(number % 97)) for number in range(600)]

    def each(some: range) -> None:
        for number in some:
            victim.now += 0.02
            made = variants[number]
            victim.hear(catalog_codec.whole(1, number + 1, EVIL, made, 1.0))
            encoder = TickEncoder(1, number + 1, made, 1.0)
            victim.hear(m.Tick([encoder.encode(batch(made, number + 1, [1.0] * 4, host="evil"))]))
            assert isinstance(victim.events[-1], SampleBatch)
            victim.events.clear()

    each(range(200))
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    each(range(200, 600))
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 128 << 10
    assert victim.ended() is None


MARKUP = 'a\nb\r\x1b[31m<b>&amp;\u202e{peer}%s\x00"'


def test_names_with_newlines_and_markup_are_only_names() -> None:
    victim = Victim()
    host = m.Host("evil", MARKUP, m.Facts(hostname=MARKUP, os_name=MARKUP))
    victim.announce(host)
    (seen,) = (event for event in victim.events if isinstance(event, HostSeen))
    assert seen.host.name == MARKUP, "whoever shows it makes it harmless"
    entry = m.ProcessEntry(5, 1.0, 1, MARKUP, MARKUP, MARKUP, 0, 1, 1.0, 1.0, 1.0, 1.0, MARKUP)
    victim.hear(m.Processes(1, 1.0, rows=[entry]), m.Devices(1, [m.DiskEntry(MARKUP, MARKUP, MARKUP)]))
    victim.hear(m.Marks(1, [m.MarkEntry(1.0, "marked", MARKUP)]))
    assert victim.ended() is None
    # In what ends up in a log they are harmless: `ended` looks at the text.
    victim.hear(msgspec.msgpack.encode({"type": "pace", "interval": MARKUP}))
    assert victim.ended() is Reason.BAD_FRAME


def test_a_farewell_may_say_anything() -> None:
    victim = Victim()
    victim.hear(m.Goaway(99999, MARKUP, NAN, [MARKUP]))
    (farewell,) = (event for event in victim.events if isinstance(event, Farewell))
    assert (farewell.reason, farewell.after) == (Reason.UNKNOWN, None)
    assert victim.session.finished


# Who the other is.


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        (greeting("x", m.Host("desk", "me too"), 1), Reason.SELF),
        (greeting("x", m.Host("evil", "x", path=["a", "desk"]), 1), Reason.LOOP),
        (msgspec.structs.replace(greeting("x", EVIL, 1), first=2, last=9), Reason.VERSION),
        (msgspec.structs.replace(greeting("x", EVIL, 1), first=0, last=0), Reason.VERSION),
        (msgspec.structs.replace(greeting("x", EVIL, 1), first=9, last=2), Reason.VERSION),
        (msgspec.structs.replace(greeting("x", EVIL, 1), limits=m.Limits(frame=0)), Reason.BAD_FRAME),
        (msgspec.structs.replace(greeting("x", EVIL, 1), limits=m.Limits(interval=NAN)), Reason.BAD_FRAME),
    ],
)
def test_who_is_refused_at_the_door(hello: m.Hello, reason: Reason) -> None:
    session = Session(Side(greeting("test", m.Host("desk", "Desk"), 1)), Feed(), Holdings(), None, lambda: None)
    session.start(0.0)
    session.receive(Codec(BINARY).encode(hello), 1.0)
    assert session.reason is reason
    assert session.state is (LinkState.REFUSED if reason.needs_user else LinkState.BACKOFF)


def test_a_later_version_may_say_more() -> None:
    hello = msgspec.to_builtins(greeting("x 9", EVIL, 1)) | {"type": "hello", "last": 9, "mood": "good"}
    hello["capabilities"] = [*hello["capabilities"], "teleport"]
    session = Session(Side(greeting("test", m.Host("desk", "Desk"), 1)), Feed(), Holdings(), None, lambda: None)
    session.start(0.0)
    session.receive(msgspec.msgpack.encode(hello), 1.0)
    session.receive(msgspec.msgpack.encode({"type": "teleport", "to": [1, {"x": 2}]}), 1.0)
    session.receive(msgspec.msgpack.encode([77, "a", b"b"]), 1.0)
    assert session.state is LinkState.SYNCING


def test_two_hosts_that_call_themselves_the_same() -> None:
    victim = Victim()
    victim.announce()
    victim.announce(m.Host("evil", "Another"), channel=2)
    assert victim.ended() is Reason.BAD_CATALOG


# Clocks.


@pytest.mark.parametrize("years", [-1, 1, -50, 200])
def test_a_clock_that_is_years_off_is_measured_and_nothing_else(years: int) -> None:
    off = years * 365.25 * 86400.0
    link = joined(Node("atlas"), Node("desk", ALL))
    assert link.left.session is not None
    assert link.right.session is not None
    link.left.session.wall_ahead = 1.8e9 + off
    link.right.session.wall_ahead = 1.8e9
    run(link, 12)
    measured = [event for event in link.right.events if isinstance(event, ClockMeasured)]
    assert measured[-1].offset == pytest.approx(off, abs=1.0)
    assert link.right.session.state is LinkState.LIVE
    assert len(link.right.live) == 12


def test_figures_from_a_year_ahead_are_kept_as_they_are_said() -> None:
    victim = Victim()
    victim.announce()
    ahead = 1e9 + 365 * 86400.0
    victim.hear(m.Values("evil", 1, 1, ahead, [1.0] * 4), m.Values("evil", 1, 2, 5.0, [1.0] * 4))
    assert [event.time for event in victim.events if isinstance(event, SampleBatch)] == [ahead, 5.0]
    assert victim.ended() is None
