"""Catalogs come back whole or as differences; lies are found before they cost anything."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model import names
from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.metric import Kind, MetricSpec, Series, series
from sysmon.model.sample import Catalog, Missing
from sysmon.protocol import catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec
from tests.protocol.made import catalog

HOST = m.Host("id", "atlas")
MOST = 1000


def sent(message: m.AnyMessage) -> m.AnyMessage:
    """``message`` after both spellings."""
    for name in (BINARY, JSON):
        codec = Codec(name)
        got = codec.decode(codec.encode(message))
        assert got == message
    return message


def same(one: Catalog, other: Catalog) -> bool:
    return [s.key for s in one.series] == [s.key for s in other.series] and (
        (one.digest, one.intervals, one.missing) == (other.digest, other.intervals, other.missing)
    )


def choose(places: list[int], pool: Catalog) -> Catalog:
    return Catalog(tuple(pool.series[n] for n in places), (), tuple(float(n % 3) for n in places))


POOL = catalog(30)
choices = st.lists(st.integers(0, 29), unique=True)


@given(choices)
def test_a_catalog_comes_back(places: list[int]) -> None:
    made = choose(places, POOL)
    message = sent(catalog_codec.whole(1, 1, HOST, made, 1.0))
    assert isinstance(message, m.Catalog)
    assert same(catalog_codec.read_whole(message, MOST), made)


@given(choices, choices)
def test_any_difference_comes_back(old: list[int], new: list[int]) -> None:
    before, after = choose(old, POOL), choose(new, POOL)
    message = catalog_codec.change(1, 1, before, 2, after)
    if message is not None:
        assert isinstance(sent(message), m.Change)
        assert same(catalog_codec.read_change(message, before, MOST), after)


def test_a_disk_that_is_plugged_in_costs_little() -> None:
    before = catalog(300)
    disk = Series(MetricSpec("disk", "By", Kind.COUNTER, 512.0, "", ("d",)), (("d", "sdb"),))
    after = Catalog((*before.series[:100], disk, *before.series[100:]))
    message = catalog_codec.change(1, 1, before, 2, after)
    assert message is not None
    assert message.parts == [(0, 100), (-1, 1), (100, 200)]
    assert len(Codec(BINARY).encode(message)) < 150


def test_a_series_that_is_declared_anew_is_new() -> None:
    before = Catalog((Series(MetricSpec("a", "1", Kind.GAUGE, 1.0, "")), *catalog(9).series))
    after = Catalog((Series(MetricSpec("a", "1", Kind.GAUGE, 0.5, "")), *before.series[1:]))
    message = catalog_codec.change(1, 1, before, 2, after)
    assert message is not None
    assert catalog_codec.read_change(message, before, MOST).series[0].metric.scale == 0.5


def test_quite_another_catalog_is_sent_whole() -> None:
    assert catalog_codec.change(1, 1, catalog(9), 2, catalog(9, prefix="x")) is None


def test_what_both_declare_is_the_same_declaration() -> None:
    made = Catalog((series(names.CPU_TIME, "user"),), (Missing("gpu", "there is none"),))
    got = catalog_codec.read_whole(catalog_codec.whole(1, 1, HOST, made, 1.0), MOST)
    assert got.series[0].metric is names.CPU_TIME
    assert got.select(names.CPU_TIME) == made.series
    assert got.reason("gpu") == "there is none"


def changed(**fields: object) -> m.Catalog:
    return msgspec.structs.replace(catalog_codec.whole(1, 1, HOST, catalog(3), 1.0), **fields)


ENTRY = catalog_codec.whole(1, 1, HOST, catalog(3), 1.0).metrics[0]


@pytest.mark.parametrize(
    "lie",
    [
        changed(digest="0" * 16),
        changed(series=[m.SeriesEntry(3, ["0"])]),
        changed(series=[m.SeriesEntry(0, [])]),
        changed(series=[m.SeriesEntry(0, ["0"], -1.0)]),
        changed(series=[m.SeriesEntry(0, ["0"], math.nan)]),
        changed(series=[m.SeriesEntry(0, ["0"])] * 900),
        changed(metrics=[msgspec.structs.replace(ENTRY, kind="histogram")]),
        changed(metrics=[msgspec.structs.replace(ENTRY, scale=0.0)]),
        changed(metrics=[msgspec.structs.replace(ENTRY, scale=math.inf)]),
        changed(metrics=[msgspec.structs.replace(ENTRY, scale=math.nan)]),
    ],
)
def test_a_catalog_that_lies_is_refused(lie: m.Catalog) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        catalog_codec.read_whole(lie, MOST)
    assert refused.value.reason is Reason.BAD_CATALOG


def test_more_series_than_agreed_are_refused_before_they_are_built() -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        catalog_codec.read_whole(catalog_codec.whole(1, 1, HOST, catalog(30), 1.0), 29)
    assert refused.value.reason is Reason.TOO_MANY_SERIES
    bomb = m.Change(1, 1, 2, "", [(0, 30)] * 20_000)
    with pytest.raises(RemoteProtocolError) as refused:
        catalog_codec.read_change(bomb, POOL, MOST)
    assert refused.value.reason is Reason.TOO_MANY_SERIES


@pytest.mark.parametrize("parts", [[(0, 31)], [(30, 1)], [(-1, 1)], [(29, 2)]])
def test_a_difference_stays_within_what_there_is(parts: list[tuple[int, int]]) -> None:
    with pytest.raises(RemoteProtocolError, match="do not exist"):
        catalog_codec.read_change(m.Change(1, 1, 2, "", parts), POOL, MOST)


def test_text_travels_without_what_is_no_text() -> None:
    assert catalog_codec.text("näme") == "näme"
    assert catalog_codec.text("a\udcffb") == "a?b"
    assert catalog_codec.text("x" * 9, 4) == "xxxx"
