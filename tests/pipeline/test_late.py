"""A ring that was filled in any order is the ring that had every row in time."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.model.sample import PIECE_ROWS, Catalog, SampleBatch, Stretch
from sysmon.pipeline import columns, late
from sysmon.pipeline.block import GROUP, ROWS
from sysmon.pipeline.rates import latest_rate, rates
from sysmon.pipeline.ring import Ring
from tests.pipeline.made import batch, counters, gauges

SERIES = (*counters(3), *gauges(2))
CATALOGS = (
    Catalog(SERIES, (), (0.0, 2.0, 0.0, 0.0, 0.0)),
    Catalog(SERIES, (), (0.0, 2.0, 0.0, 0.0, 0.0)),
    Catalog((SERIES[4], SERIES[0])),
)
"""The first two are the same, as two links would have them."""


@dataclass(frozen=True)
class Story:
    """All rows of a host in order; which came live, and in what pieces the others came late."""

    rows: list[SampleBatch]
    live: set[int]
    pieces: list[tuple[int, int]]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    rows: list[SampleBatch] = []
    time, epoch, sequence = 1000.0, 1, draw(st.integers(0, 3 * ROWS))
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["hole", "epoch", "catalog", "on"]))
        if kind == "epoch":
            epoch, sequence, time = epoch + draw(st.integers(1, 3)), 0, time + 30.0
        elif kind == "hole":
            gone = draw(st.integers(1, 2 * ROWS))
            sequence, time = sequence + gone, time + gone
        catalog = draw(st.sampled_from(CATALOGS))
        for _ in range(draw(st.sampled_from([1, 2, 5, ROWS // 2, ROWS + 3]))):
            sequence, time = sequence + 1, time + 1.0
            level = math.nan if sequence % 3 else 0.25
            values = [7.0 * sequence, sequence * 5.0 if sequence % 2 == 0 else math.nan, 1.0 * sequence, level, 9.0]
            row = [values[SERIES.index(one)] for one in catalog.series]
            rows.append(batch(catalog, sequence, row, epoch=epoch, time=time))
    cuts = sorted(draw(st.sets(st.integers(0, len(rows)), max_size=8)) | {0, len(rows)})
    runs = list(pairwise(cuts))
    live = {row for first, last in runs if draw(st.booleans()) for row in range(first, last)}
    more = [
        (first, min(len(rows), first + count))
        for first, count in draw(st.lists(st.tuples(st.integers(0, len(rows) - 1), st.integers(1, 90)), max_size=5))
    ]
    return Story(rows, live, draw(st.permutations([*runs, *more])))


def stretches(rows: list[SampleBatch]) -> list[Stretch]:
    """Rows that follow each other, cut where epoch or catalog change."""
    found: list[list[SampleBatch]] = []
    for row in rows:
        if found and found[-1][-1].epoch == row.epoch and found[-1][-1].catalog is row.catalog:
            found[-1].append(row)
        else:
            found.append([row])
    return [Stretch.of(run) for run in found]


def assert_same(one: Ring, other: Ring, start: float, end: float) -> None:
    for series in SERIES:
        first, second = one.column(series, start, end), other.column(series, start, end)
        assert first.times.tobytes() == second.times.tobytes()
        assert first.values.tobytes() == second.values.tobytes()
        assert first.breaks == second.breaks
        assert rates(first).tobytes() == rates(second).tobytes()
        newest, others = one.newest_column(series), other.newest_column(series)
        assert (newest is None) == (others is None)
        if newest is not None and others is not None:
            assert (newest.values.tobytes(), newest.breaks) == (others.values.tobytes(), others.breaks)
            assert math.isnan(latest_rate(newest)) == math.isnan(latest_rate(others))
    assert one.holes(start, end) == other.holes(start, end)
    assert one.spans() == other.spans()
    assert one.span() == other.span()


@settings(max_examples=60, deadline=None)
@given(stories(), st.data())
def test_any_order_of_live_and_late_rows_gives_the_same(story: Story, data: st.DataObject) -> None:
    in_time, mended = Ring(keep=math.inf), Ring(keep=math.inf)
    for row in story.rows:
        in_time.append(row)
    waiting = [row for number, row in enumerate(story.rows) if number in story.live]
    for first, last in story.pieces:
        count = data.draw(st.integers(0, 200))
        # Nobody tells the history of an epoch that has not begun.
        newest = max((row.epoch for row in story.rows[first:last]), default=0)
        while waiting and (count > 0 or waiting[0].epoch < newest):
            mended.append(waiting.pop(0))
            count -= 1
        for piece in stretches(story.rows[first:last]):
            mended.fill(piece)
    for row in waiting:
        mended.append(row)
    for first, last in story.pieces:
        for piece in stretches(story.rows[first:last]):
            assert mended.fill(piece) is None
    start, end = sorted(data.draw(st.lists(st.floats(900.0, 2500.0), min_size=2, max_size=2)))
    assert_same(mended, in_time, -math.inf, math.inf)
    assert_same(mended, in_time, start, end)
    assert mended.size() < in_time.size() + 3 * ROWS * 8 * (len(SERIES) + 1) + 20_000
    for epoch, oldest, newest in mended.spans():
        told = [row for stretch in mended.stretches("z", epoch, oldest, newest) for row in stretch.batches()]
        kept = [row for row in story.rows if row.epoch == epoch]
        assert [(row.sequence, row.time, row.values.tobytes()) for row in told] == [
            (row.sequence, row.time, row.values.tobytes()) for row in kept
        ]


def rising(sequences: list[int], catalog: Catalog = CATALOGS[0]) -> Stretch:
    return Stretch.of([batch(catalog, n, [1.0 * n, math.nan, 2.0 * n, 3.0, 4.0]) for n in sequences])


def test_what_is_older_than_kept_is_left_out() -> None:
    ring = Ring(keep=100.0)
    for row in rising(list(range(1000, 1010))).batches():
        ring.append(row)
    put = ring.fill(rising(list(range(800, 1000))))
    assert put is not None
    assert (put.rows, put.start, put.end) == (1000 - 909, 909.0, 999.0)
    assert ring.spans() == [(1, 909, 1009)]
    assert ring.fill(rising([5, 6])) is None
    assert ring.fill(replace(rising([5, 6]), epoch=0)) is None


def test_an_epoch_from_before_the_link_comes_before_and_a_hole_says_so() -> None:
    ring = Ring()
    ring.append(batch(CATALOGS[0], 1, [1.0] * 5, epoch=5, time=2000.0))
    assert ring.fill(replace(rising([1990, 1991]), epoch=3)) is not None
    assert ring.fill(replace(rising([1980, 1981]), epoch=2)) is not None
    assert ring.fill(replace(rising([1995]), epoch=4)) is not None
    assert ring.spans() == [(2, 1980, 1981), (3, 1990, 1991), (4, 1995, 1995), (5, 1, 1)]
    assert ring.holes(0.0, 3000.0) == [(1981.0, 1990.0, True), (1991.0, 1995.0, True), (1995.0, 2000.0, True)]


def test_the_parts_of_a_stretch_are_those_of_blocks() -> None:
    stretch = rising([ROWS - 2, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS])
    assert list(late.parts(stretch, -math.inf)) == [(0, 2), (2, 4), (4, 5)]
    assert list(late.parts(stretch, ROWS + 1.0)) == [(3, 4), (4, 5)]
    assert list(late.parts(stretch, 1e9)) == []


def test_rows_of_another_catalog_in_the_middle_part_a_block() -> None:
    ring = Ring()
    for row in rising([1, 2, 5, 6]).batches():
        ring.append(row)
    other = Stretch.of([batch(CATALOGS[2], n, [4.0, 1.0 * n]) for n in (3, 4)])
    assert ring.fill(other) is not None
    column = ring.column(SERIES[0], 0.0, 9.0)
    assert list(column.values) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert column.breaks == [0]
    assert ring.column(SERIES[2], 0.0, 9.0).breaks == [0, 2]


def test_a_stretch_that_does_not_fit_its_catalog_is_refused() -> None:
    ring = Ring()
    bad = replace(rising([1, 2]), times=array("d", [1.0]))
    with pytest.raises(ValueError, match="1 times and 10 values for 2 rows of 5"):
        ring.fill(bad)
    assert ring.spans() == []


def test_an_epoch_from_before_the_clock_was_set_back_does_not_hide_what_is_live() -> None:
    ring = Ring()
    live = [replace(row, epoch=5) for row in rising(list(range(1000, 1300))).batches()]
    for row in live[:10]:
        ring.append(row)
    # It began before what is live, and went on after it by the clock.
    assert ring.fill(replace(rising(list(range(990, 1005))), epoch=9)) is not None
    assert ring.span() == (990.0, 1009.0)
    assert ring.spans() == [(9, 990, 1004), (5, 1000, 1009)]
    column = ring.column(SERIES[0], 0.0, 2000.0)
    assert list(column.times) == [float(n) for n in range(990, 1010)]
    # All of it lies in what is the future now.
    assert ring.fill(replace(rising(list(range(1100, 1110))), epoch=11)) is not None
    for row in live[10:]:
        ring.append(row)
    assert ring.span() == (990.0, 1299.0)
    column = ring.column(SERIES[0], 0.0, 2000.0)
    assert list(column.times) == [float(n) for n in range(990, 1300)]
    assert column.breaks == [0, 10]


def test_a_live_epoch_of_which_history_came_first_goes_on_behind_it() -> None:
    ring = Ring()
    assert ring.fill(rising(list(range(1, 2 * ROWS + 5)))) is not None
    for row in rising(list(range(2 * ROWS + 3, 3 * ROWS))).batches():
        ring.append(row)
    assert ring.spans() == [(1, 1, 3 * ROWS - 1)]
    assert ring.holes(0.0, 9999.0) == []


def test_no_piece_of_an_hour_that_comes_late_pays_for_a_whole_block(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(gauges(30 * GROUP))
    coded: list[int] = []
    encode = columns.encode

    def counted(group: Sequence[array[float]], scales: Sequence[float]) -> bytes:
        coded.append(len(group))
        return encode(group, scales)

    monkeypatch.setattr(columns, "encode", counted)
    ring = Ring(7200.0)
    ring.append(batch(catalog, 4000, [1.0] * len(catalog.series)))
    most = 0
    for last in range(3600, 0, -PIECE_ROWS):
        rows = [batch(catalog, n, [float(n)] * len(catalog.series)) for n in range(last - PIECE_ROWS + 1, last + 1)]
        ring.fill(Stretch.of(rows))
        most = max(most, len(coded))
        coded.clear()
    assert 0 < most <= 2 + 2 * 31 * PIECE_ROWS // ROWS
    assert ring.spans() == [(1, 1, 4000)]
    plain = 8 * len(catalog.series) * ROWS
    assert ring.size() < 8 * plain, "what waits to be coded is bounded all the same"
