"""Questions about kept samples: values now, spans at the width of a plot, gaps with reasons."""

from __future__ import annotations

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.events import Mark, MarkKind
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog
from sysmon.pipeline.query import Query, Window, decimate
from sysmon.pipeline.store import Store
from tests.pipeline.made import batch, counters, gauges

CATALOG = Catalog((*counters(1), *gauges(1)))
COUNT, LEVEL = CATALOG.series


def filled(rows: int) -> Query:
    store = Store()
    for n in range(rows):
        store.append(batch(CATALOG, n, [10.0 * n, float(n % 5)], host="a"))
    return Query(store)


def test_counters_answer_as_rates_and_gauges_as_they_are() -> None:
    query = filled(10)
    assert query.latest("a", COUNT) == 10.0
    assert query.latest("a", LEVEL) == 4.0
    assert query.total("a", COUNT) == 90.0
    assert math.isnan(query.latest("b", COUNT))
    assert math.isnan(query.total("b", COUNT))
    assert list(query.window("a", COUNT, 5.0, 8.0, 100).values)[1:] == [10.0] * 3
    assert query.newest("a") == 9.0


def test_the_last_rows_are_raw() -> None:
    rows = filled(10).last_rows("a")
    assert rows is not None
    assert (rows.catalog, rows.seconds) == (CATALOG, 1.0)
    assert (list(rows.before), list(rows.values)) == ([80.0, 3.0], [90.0, 4.0])
    assert filled(1).last_rows("b") is None


def test_process_tables_are_counted() -> None:
    store = Store()
    query = Query(store)
    assert query.tables() == 0
    store.put_processes(ProcessTable("a", 1.0, {}))
    store.put_processes(ProcessTable("b", 1.0, {}))
    assert query.tables() == 2


def test_a_plot_gets_no_more_than_two_points_a_pixel_and_keeps_the_peaks() -> None:
    store = Store()
    for n in range(2000):
        store.append(batch(CATALOG, n, [0.0, 100.0 if n == 1234 else 1.0], host="a"))
    window = Query(store).window("a", LEVEL, 0.0, 2000.0, 100)
    assert len(window.times) <= 202
    assert max(window.values) == 100.0


def test_a_gauge_is_not_joined_over_missing_rows() -> None:
    store = Store()
    for sequence in (1, 2, 9, 10):
        store.append(batch(CATALOG, sequence, [0.0, 3.0], host="a"))
    window = Query(store).window("a", LEVEL, 0.0, 20.0, 100)
    assert [None if v != v else v for v in window.values] == [3.0, 3.0, None, 3.0, 3.0]
    assert list(window.times) == [1.0, 2.0, 5.5, 9.0, 10.0]


def test_holes_say_why() -> None:
    store = Store()
    store.append(batch(CATALOG, 1, [0.0, 0.0], host="a"))
    store.append(batch(CATALOG, 5, [0.0, 0.0], host="a"))
    store.append(batch(CATALOG, 1, [0.0, 0.0], host="a", epoch=2, time=90.0))
    store.append(batch(CATALOG, 9, [0.0, 0.0], host="a", epoch=2, time=98.0))
    store.put_mark(Mark("a", 90.0, MarkKind.ASLEEP, "the machine slept for 80 s", 80.0))
    store.put_mark(Mark("a", 98.0, MarkKind.SKIPPED, "7 ticks skipped", 7.0))
    holes = Query(store).holes("a", 0.0, 100.0)
    assert [(hole.start, hole.end, hole.reason) for hole in holes] == [
        (1.0, 5.0, "no sample was taken"),
        (5.0, 90.0, "the machine slept for 80 s"),
        (90.0, 98.0, "7 ticks skipped"),
    ]


def test_no_line_leads_over_a_gap_however_few_columns_there_are() -> None:
    """The first row after a gap has no rate: its step must not be joined with the one before the gap."""
    times = array("d", [*range(20), *range(50, 70)])
    values = array("d", [1.0] * 20 + [math.nan] + [5.0] * 19)
    for step in (3.0, 7.0, 10.0):
        small = decimate(Window(times, values), step)
        after = next(at for at, moment in enumerate(small.times) if moment >= 50.0)
        assert math.isnan(small.values[after]) or math.isnan(small.values[after - 1])
        assert list(small.times) == sorted(small.times)


numbers = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan)), min_size=1, max_size=300)


@given(numbers, st.floats(0.5, 50.0))
def test_decimation_keeps_extremes_gaps_and_order(values: list[float], step: float) -> None:
    times = array("d", [float(n) for n in range(len(values))])
    small = decimate(Window(times, array("d", values)), step)
    known = [value for value in values if value == value]
    kept = [value for value in small.values if value == value]
    assert set(kept) <= set(known)
    if known:
        assert (min(kept), max(kept)) == (min(known), max(known))
    assert any(v != v for v in small.values) == any(v != v for v in values)
    assert list(small.times) == sorted(small.times)
    assert len(small.times) <= 4 * (len(values) / step + 2)


@given(st.integers(0, 200))
def test_decimation_of_a_moving_plot_does_not_flicker(shift: int) -> None:
    times = [float(n) for n in range(1000)]
    values = [math.sin(n * 1.7) for n in range(1000)]
    whole = decimate(Window(array("d", times), array("d", values)), 7.0)
    later = decimate(Window(array("d", times[shift:]), array("d", values[shift:])), 7.0)
    # Only the first step, which is cut, may differ.
    tail = list(later.values)[2:]
    assert list(whole.values)[-len(tail) :] == tail
