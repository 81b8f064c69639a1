"""A ring gives back what it was given, marks what is missing, and stays bounded."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.model.sample import Catalog
from sysmon.pipeline.ring import MOST_BLOCKS, MOST_SERIES, ROWS, Ring
from tests.pipeline.made import batch, counters, gauges


def test_keeps_rows_across_blocks_and_codes_the_old_ones() -> None:
    catalog = Catalog(gauges(40))
    ring = Ring(keep=10_000.0)
    for n in range(3 * ROWS):
        ring.append(batch(catalog, n, [float(n % 7 + s) for s in range(40)]))
    column = ring.column(catalog.series[5], -1.0, 1e9)
    assert list(column.times) == [float(n) for n in range(3 * ROWS)]
    assert list(column.values) == [float(n % 7 + 5) for n in range(3 * ROWS)]
    assert column.breaks == [0]
    assert ring.size() < 40 * 3 * ROWS * 8 * 0.7


def test_an_hour_is_bounded() -> None:
    catalog = Catalog(gauges(3))
    ring = Ring(keep=600.0)
    sizes: list[int] = []
    for n in range(20 * ROWS):
        ring.append(batch(catalog, n, [1.0, float(n), math.nan]))
        if n % ROWS == ROWS - 1:
            sizes.append(ring.size())
    oldest, newest = ring.span()
    assert newest == 20 * ROWS - 1
    assert newest - oldest <= 600.0 + ROWS
    assert max(sizes[5:]) == pytest.approx(min(sizes[5:]), rel=0.1)


def test_a_hole_in_the_sequence_and_a_new_epoch_are_breaks() -> None:
    catalog = Catalog(gauges(1))
    ring = Ring()
    for sequence in (1, 2, 5, 6):
        ring.append(batch(catalog, sequence, [0.0]))
    ring.append(batch(catalog, 1, [0.0], epoch=2, time=20.0))
    assert ring.column(catalog.series[0], 0.0, 99.0).breaks == [0, 2, 4]
    assert ring.holes(0.0, 99.0) == [(2.0, 5.0, False), (6.0, 20.0, True)]


def test_a_new_catalog_is_no_break_for_series_that_stay_and_one_for_those_that_were_away() -> None:
    both, one = Catalog(gauges(2)), Catalog(gauges(1))
    ring = Ring()
    for n, catalog in enumerate((both, both, one, one, both)):
        ring.append(batch(catalog, n, [1.0] * len(catalog.series)))
    assert ring.column(both.series[0], 0.0, 9.0).breaks == [0]
    away = ring.column(both.series[1], 0.0, 9.0)
    assert list(away.times) == [0.0, 1.0, 4.0]
    assert away.breaks == [0, 2]


def test_the_row_before_the_start_comes_along_also_over_the_end_of_a_block() -> None:
    catalog = Catalog(gauges(1))
    ring = Ring(keep=math.inf)
    for n in range(ROWS + 5):
        ring.append(batch(catalog, n, [float(n)]))
    assert ring.column(catalog.series[0], ROWS - 0.5, ROWS + 1.0).times[0] == ROWS - 1.0


def test_values_that_do_not_fit_the_catalog_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 3 series"):
        Ring().append(batch(Catalog(gauges(3)), 1, [1.0, 2.0]))


def test_the_newest_rows_of_a_series() -> None:
    catalog = Catalog(counters(2))
    ring = Ring()
    assert ring.newest_column(catalog.series[0]) is None
    ring.append(batch(catalog, 1, [5.0, 50.0]))
    first = ring.newest_column(catalog.series[1])
    assert first is not None
    assert list(first.values) == [50.0]
    ring.append(batch(catalog, 2, [6.0, 60.0]))
    second = ring.newest_column(catalog.series[1])
    assert second is not None
    assert list(second.values) == [50.0, 60.0]
    assert second.breaks == []
    ring.append(batch(catalog, 9, [7.0, 70.0]))
    third = ring.newest_column(catalog.series[1])
    assert third is not None
    assert third.breaks == [1]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.sampled_from([1, 2, 3])), min_size=1, max_size=ROWS + 50),
    st.floats(0, 400),
    st.floats(0, 400),
)
def test_a_column_is_the_rows_of_the_span_whatever_happened(
    steps: list[tuple[int, bool, int]], one: float, other: float
) -> None:
    start, end = sorted((one, other))
    catalogs = {n: Catalog(gauges(n)) for n in (1, 2, 3)}
    ring = Ring(keep=math.inf)
    wanted: list[tuple[float, float]] = []
    sequence, epoch, time = 0, 1, 0.0
    for step, restart, width in steps:
        epoch, sequence = (epoch + 1, 1) if restart and step == 3 else (epoch, sequence + step)
        time += 1.0
        ring.append(batch(catalogs[width], sequence, [time + s for s in range(width)], epoch=epoch, time=time))
        if width >= 2:
            wanted.append((time, time + 1))
    column = ring.column(gauges(2)[1], start, end)
    inside = [(t, v) for t, v in wanted if start <= t <= end]
    got = list(zip(column.times, column.values, strict=True))
    assert [pair for pair in got if start <= pair[0] <= end] == inside
    assert set(got) <= set(wanted)
    assert column.breaks == sorted(set(column.breaks))
    assert isinstance(column.times, array)


def test_the_last_two_rows_of_all_series_at_once() -> None:
    catalog = Catalog(gauges(2))
    ring = Ring()
    assert ring.last_rows() is None
    ring.append(batch(catalog, 1, [1.0, 2.0]))
    alone = ring.last_rows()
    assert alone is not None
    assert math.isnan(alone.seconds)
    assert list(alone.values) == [1.0, 2.0]
    ring.append(batch(catalog, 2, [3.0, 4.0]))
    found = ring.last_rows()
    assert found is not None
    assert (found.catalog, found.seconds) == (catalog, 1.0)
    assert (list(found.before), list(found.values)) == ([1.0, 2.0], [3.0, 4.0])


def test_the_last_two_rows_reach_over_the_edge_of_a_block_but_over_nothing_that_is_missing() -> None:
    catalog = Catalog(gauges(2))
    ring = Ring()
    for n in range(3 * ROWS + 1):
        ring.append(batch(catalog, n, [float(n), 0.0]))
    found = ring.last_rows()
    assert found is not None
    assert (found.seconds, found.before[0], found.values[0]) == (1.0, 3.0 * ROWS - 1, 3.0 * ROWS)
    ring.append(batch(catalog, 3 * ROWS + 4, [9.0, 0.0]))
    for epoch, sequence in ((1, None), (2, 7)):
        if sequence is not None:
            ring.append(batch(catalog, sequence, [5.0, 0.0], epoch=epoch, time=9999.0))
        lost = ring.last_rows()
        assert lost is not None
        assert math.isnan(lost.seconds)


def test_the_last_two_rows_of_another_catalog_do_not_compare() -> None:
    one, two = Catalog(gauges(2)), Catalog(gauges(3))
    ring = Ring()
    ring.append(batch(one, 1, [1.0, 2.0]))
    ring.append(batch(two, 2, [1.0, 2.0, 3.0]))
    found = ring.last_rows()
    assert found is not None
    assert found.catalog is two
    assert math.isnan(found.seconds)
    assert len(found.before) == len(found.values) == 3


def test_a_clock_that_was_set_back_leaves_the_newest_rows_the_newest() -> None:
    catalog = Catalog(gauges(1))
    ring = Ring(keep=600.0)
    for n in range(300):
        ring.append(batch(catalog, n, [1.0], epoch=9, time=5000.0 + n))
    for n in range(100):
        ring.append(batch(catalog, n, [2.0], epoch=3, time=5200.0 + n))
    column = ring.column(catalog.series[0], 5000.0, 5299.0)
    assert list(column.times) == [5000.0 + n for n in range(300)]
    assert list(column.values) == [1.0] * 200 + [2.0] * 100
    assert ring.span() == (5000.0, 5299.0)
    # By a year: what lies in the future is of no use.
    for n in range(ROWS):
        ring.append(batch(catalog, n, [3.0], epoch=1, time=100.0 + n))
    assert ring.span() == (100.0, 99.0 + ROWS)
    assert ring.spans() == [(1, 0, ROWS - 1)]


def test_times_that_stand_still_do_not_fill_the_memory() -> None:
    catalogs = [Catalog(gauges(n)) for n in (1, 2)]
    ring = Ring()
    for n in range(MOST_BLOCKS + 50):
        ring.append(batch(catalogs[n % 2], n, [1.0] * (n % 2 + 1), time=7.0))
    assert ring.spans() == [(1, 50, MOST_BLOCKS + 49)]


def test_catalogs_that_change_with_every_tick_do_not_fill_the_memory() -> None:
    series = gauges(MOST_SERIES // 20)
    ring = Ring()
    for n in range(40):
        ring.append(batch(Catalog(series[n:]), n, [1.0] * (len(series) - n)))
    ((_, first, last),) = ring.spans()
    assert last == 39
    assert 40 - 22 <= first <= 40 - 20


def test_rows_that_come_twice_or_late_as_if_live_are_put_where_they_belong() -> None:
    catalog = Catalog(gauges(1))
    ring = Ring()
    for n in (1, 2, 5, 6, 4, 5, 3, 3):
        ring.append(batch(catalog, n, [float(n)]))
    ring.append(batch(catalog, 1, [9.0], epoch=2, time=9.0))
    ring.append(batch(catalog, 7, [7.0]))
    column = ring.column(catalog.series[0], 0.0, 99.0)
    assert list(column.values) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0]
    assert column.breaks == [0, 7]


def test_a_catalog_that_comes_again_over_another_link_is_the_same() -> None:
    ring = Ring()
    first, again = Catalog(gauges(2)), Catalog(gauges(2))
    ring.append(batch(first, 1, [1.0, 2.0]))
    ring.append(batch(again, 2, [3.0, 4.0]))
    assert ring.catalog is again
    assert list(ring.column(gauges(2)[1], 0.0, 9.0).values) == [2.0, 4.0]
    (stretch,) = ring.stretches("h", 1, 1, 2)
    assert stretch.catalog is again
