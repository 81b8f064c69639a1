"""What a hostile or confused publisher can do: lose its link, and nothing else."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.sample import SampleBatch, Stretch
from sysmon.protocol import blocks, catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.events import HostSeen, NeverRecorded
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.subscriber import Subscriber
from sysmon.protocol.tick_codec import TickEncoder
from sysmon.protocol.told import KEPT_CATALOGS
from tests.protocol.made import batch, catalog

CATALOG = catalog(4)
HOST = m.Host("h", "Host")
WISHES = {"*": m.Wish("*", 1.0)}


def announced(limits: m.Limits | None = None, backfill: bool = True) -> Subscriber:
    subscriber = Subscriber("me", limits or m.Limits(), Holdings(keep=1000), backfill)
    subscriber.expect(WISHES, 0.0)
    assert list(subscriber.catalog(catalog_codec.whole(1, 1, HOST, CATALOG, 1.0), 0.0))
    return subscriber


def tick(encoder: TickEncoder, sequence: int, epoch: int = 1) -> m.Tick:
    return m.Tick([encoder.encode(batch(CATALOG, sequence, [float(sequence)] * 4, epoch=epoch))])


def live(subscriber: Subscriber, *sequences: int) -> TickEncoder:
    encoder = TickEncoder(1, 1, CATALOG, 1.0)
    for sequence in sequences:
        list(subscriber.tick(tick(encoder, sequence), 0.0))
    return encoder


def body(*sequences: int) -> bytes:
    return blocks.encode(Stretch.of([batch(CATALOG, n, [float(n)] * 4) for n in sequences]))


def test_holes_are_asked_for_once_newest_first() -> None:
    subscriber = announced()
    live(subscriber, 1, 2, 5, 9)
    assert subscriber.plan_at < 1.0
    assert list(subscriber.plan()) == [m.Want(1, 1, [(6, 8), (3, 4)])]
    assert list(subscriber.plan()) == []
    assert subscriber.awaited == 5


def test_a_block_fills_and_a_word_of_never_closes() -> None:
    subscriber = announced()
    live(subscriber, 1, 9)
    list(subscriber.plan())
    (got,) = subscriber.block(m.Block(1, 1, 1, body(5, 6, 7, 8)), 0.0)
    assert isinstance(got, Stretch)
    assert list(got.sequences) == [5, 6, 7, 8]
    assert list(subscriber.block(m.Block(1, 1, never=[(2, 4)]), 0.0)) == [NeverRecorded("h", 1, ((2, 4),))]
    assert subscriber.awaited == 0
    assert list(subscriber.plan()) == []


def test_a_block_that_comes_twice_or_was_not_asked_for_does_nothing() -> None:
    subscriber = announced()
    assert list(subscriber.block(m.Block(1, 1, 1, body(1, 2)), 0.0)) == []
    live(subscriber, 1, 5)
    list(subscriber.plan())
    (got,) = subscriber.block(m.Block(1, 1, 1, body(1, 2, 3, 5, 6)), 0.0)
    assert isinstance(got, Stretch)
    assert list(got.sequences) == [2, 3], "only what was asked for"
    assert list(subscriber.block(m.Block(1, 1, 1, body(1, 2, 3)), 0.0)) == []
    assert list(subscriber.block(m.Block(1, 1, never=[(1, 3), (7, 10**12)]), 0.0)) == []


def test_what_is_offered_is_asked_for_within_the_time_that_matters() -> None:
    subscriber = announced()
    assert subscriber.have(m.Have(1, 7, 1, 5000), 0.0) == ()
    assert list(subscriber.plan()) == [m.Want(1, 7, [(4001, 5000)])]


def test_without_the_capability_nothing_is_asked_for() -> None:
    subscriber = announced(backfill=False)
    live(subscriber, 1, 9)
    assert subscriber.plan_at == float("inf")


def test_holes_of_a_stream_that_is_wanted_rarely_are_none() -> None:
    subscriber = announced()
    subscriber.expect({"*": m.Wish("*", 5.0)}, 0.0)
    live(subscriber, 1, 6, 11)
    assert list(subscriber.plan()) == []


def test_ticks_that_come_twice_are_left_out() -> None:
    subscriber = announced()
    live(subscriber, 1, 2, 3)
    replay = live(subscriber, 2)
    assert subscriber.late == 1
    assert [one.sequence for one in subscriber.tick(tick(replay, 4), 0.0)] == [4]


def test_the_memory_of_a_reconnect() -> None:
    holdings = Holdings()
    for sequences in ((1, 2, 3), (3, 4, 9)):
        subscriber = Subscriber("me", m.Limits(), holdings, backfill=True)
        subscriber.expect(WISHES, 0.0)
        list(subscriber.catalog(catalog_codec.whole(1, 1, HOST, CATALOG, 1.0), 0.0))
        live(subscriber, *sequences)
    assert list(subscriber.plan()) == [m.Want(1, 1, [(5, 8)])]


@pytest.mark.parametrize(
    "message",
    [
        catalog_codec.whole(1, 2, m.Host("other", "x"), CATALOG, 1.0),
        catalog_codec.whole(2, 1, HOST, CATALOG, 1.0),
        catalog_codec.whole(2, 1, m.Host("x", "x"), CATALOG, 0.0),
        catalog_codec.whole(2, 1, m.Host("x", "x"), CATALOG, float("inf")),
    ],
)
def test_catalogs_that_contradict_are_refused(message: m.Catalog) -> None:
    subscriber = announced()
    with pytest.raises(RemoteProtocolError) as refused:
        list(subscriber.catalog(message, 0.0))
    assert refused.value.reason is Reason.BAD_CATALOG


def test_no_more_hosts_and_series_than_agreed() -> None:
    subscriber = announced(m.Limits(hosts=1, series=4))
    for message in (
        catalog_codec.whole(2, 1, m.Host("x", "x"), CATALOG, 1.0),
        catalog_codec.whole(1, 2, HOST, catalog(5), 1.0),
    ):
        with pytest.raises(RemoteProtocolError) as refused:
            list(subscriber.catalog(message, 0.0))
        assert refused.value.reason is Reason.TOO_MANY_SERIES


def test_catalogs_that_change_each_tick_take_no_memory() -> None:
    subscriber = announced()
    for revision in range(2, 200):
        made = catalog(4, prefix=f"{revision}-")
        list(subscriber.catalog(catalog_codec.whole(1, revision, HOST, made, 1.0), 0.0))
    known = subscriber._channels[1]
    assert len(known.older) == KEPT_CATALOGS
    assert subscriber.hosts == 1


def test_an_older_catalog_serves_blocks_and_not_ticks() -> None:
    subscriber = announced()
    live(subscriber, 1, 9)
    list(subscriber.plan())
    old = catalog(2)
    older = msgspec.structs.replace(catalog_codec.whole(1, 7, HOST, old, 1.0), live=False)
    assert list(subscriber.catalog(older, 0.0)) == []
    stretch = Stretch.of([batch(old, n, [1.0, 2.0]) for n in (3, 4)])
    (got,) = subscriber.block(m.Block(1, 1, 7, blocks.encode(stretch)), 0.0)
    assert isinstance(got, Stretch)
    assert got.catalog.digest == old.digest
    with pytest.raises(RemoteProtocolError, match="catalog 8"):
        list(subscriber.block(m.Block(1, 1, 8, body(5)), 0.0))


def test_spans_that_are_none_are_refused() -> None:
    subscriber = announced()
    with pytest.raises(RemoteProtocolError):
        list(subscriber.gap(m.Gap(1, 1, 5, 4), 0.0))
    with pytest.raises(RemoteProtocolError):
        subscriber.have(m.Have(1, 1, 5, 4), 0.0)
    with pytest.raises(RemoteProtocolError):
        list(subscriber.block(m.Block(1, 1, never=[(5, 4)]), 0.0))


def test_after_a_gap_only_a_key_frame_makes_sense() -> None:
    subscriber = announced()
    encoder = live(subscriber, 1, 2)
    list(subscriber.gap(m.Gap(1, 1, 3, 5), 0.0))
    with pytest.raises(RemoteProtocolError, match="key frame"):
        list(subscriber.tick(tick(encoder, 6), 0.0))


def test_offers_of_many_epochs_take_no_memory() -> None:
    subscriber = announced()
    for epoch in range(1000):
        subscriber.have(m.Have(1, epoch, 1, 10), 0.0)
    assert len(list(subscriber.plan())) <= 8


def test_values_in_the_clear_are_checked_too() -> None:
    subscriber = announced()
    (got,) = subscriber.values(m.Values("h", 1, 1, 5.0, [1.0, None, 2.0, 3.0]), 0.0)
    assert isinstance(got, SampleBatch)
    assert got.values[0] == 1.0
    for wrong in (
        m.Values("x", 1, 1, 5.0, [1.0] * 4),
        m.Values("h", 1, 2, 5.0, [1.0] * 3),
        m.Values("h", 1, 2, float("nan"), [1.0] * 4),
        m.Values("h", 1, 2, -5.0, [1.0] * 4),
    ):
        with pytest.raises(RemoteProtocolError):
            list(subscriber.values(wrong, 0.0))


def test_a_host_is_seen_again_when_it_says_something_new() -> None:
    subscriber = announced()
    named = catalog_codec.whole(1, 1, m.Host("h", "New name"), CATALOG, 0.5)
    (seen,) = subscriber.catalog(named, 0.0)
    assert isinstance(seen, HostSeen)
    assert (seen.host.name, seen.interval) == ("New name", 0.5)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_ticks_are_batches_or_refused(data: list[bytes]) -> None:
    subscriber = announced()
    live(subscriber, 1)
    try:
        got = list(subscriber.tick(m.Tick(data), 0.0))
    except RemoteProtocolError:
        return
    assert all(len(one.values) == 4 for one in got)
