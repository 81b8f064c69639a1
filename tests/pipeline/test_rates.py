"""Rates are never a spike, never negative, and 0 only where nothing happened."""

from __future__ import annotations

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.rates import latest_rate, rates
from sysmon.pipeline.ring import Column


def column(
    values: list[float], times: list[float] | None = None, breaks: list[int] | None = None, interval: float = 0.0
) -> Column:
    moments = [float(n) for n in range(len(values))] if times is None else times
    return Column(array("d", moments), array("d", values), breaks or [], interval)


def shown(values: array[float]) -> list[float | None]:
    return [None if value != value else value for value in values]


def test_by_measured_time() -> None:
    assert shown(rates(column([0.0, 10.0, 30.0, 30.0], [0.0, 1.0, 3.0, 4.0]))) == [None, 10.0, 10.0, 0.0]


def test_a_reset_is_a_gap() -> None:
    assert shown(rates(column([100.0, 110.0, 3.0, 5.0]))) == [None, 10.0, None, 2.0]


def test_a_missing_row_is_a_gap_though_the_counter_went_on() -> None:
    assert shown(rates(column([1.0, 2.0, 9.0, 10.0], breaks=[0, 2]))) == [None, 1.0, None, 1.0]


def test_unknown_values_are_gaps_on_both_sides() -> None:
    assert shown(rates(column([1.0, math.nan, 3.0, 4.0]))) == [None, None, None, 1.0]


def test_a_slow_counter_fills_the_rows_between() -> None:
    slow = column([0.0, math.nan, 20.0, math.nan, 40.0, math.nan], interval=2.0)
    assert shown(rates(slow)) == [None, 10.0, 10.0, 10.0, 10.0, None]
    assert latest_rate(slow) == 10.0


def test_a_slow_counter_that_was_away_too_long_is_a_gap() -> None:
    slow = column([0.0, math.nan, 20.0], [0.0, 2.0, 6.0], interval=2.0)
    assert shown(rates(slow)) == [None, None, None]
    assert math.isnan(latest_rate(slow))


def test_a_slow_counter_breaks_where_rows_are_missing() -> None:
    assert shown(rates(column([0.0, math.nan, 20.0], breaks=[2], interval=2.0))) == [None, None, None]


def test_the_latest_rate() -> None:
    assert latest_rate(column([1.0, 4.0])) == 3.0
    assert math.isnan(latest_rate(column([4.0, 1.0])))
    assert math.isnan(latest_rate(column([4.0])))
    assert math.isnan(latest_rate(column([1.0, 4.0], breaks=[1])))
    assert math.isnan(latest_rate(column([])))


values = st.lists(st.one_of(st.floats(0, 1e18), st.just(math.nan)), max_size=60)


@given(values, st.data(), st.sampled_from([0.0, 2.0]))
def test_never_negative_never_infinite_one_for_each_row(
    numbers: list[float], data: st.DataObject, interval: float
) -> None:
    gaps = data.draw(st.lists(st.floats(0, 5), min_size=len(numbers), max_size=len(numbers)))
    times, now = [], 0.0
    for gap in gaps:
        now += gap
        times.append(now)
    breaks = sorted(data.draw(st.sets(st.integers(0, max(0, len(numbers) - 1)), max_size=5))) if numbers else []
    found = rates(column(numbers, times, breaks, interval))
    assert len(found) == len(numbers)
    assert all(rate != rate or rate >= 0.0 for rate in found)
    if numbers:
        assert math.isnan(found[0])
    if not interval:
        assert all(math.isnan(found[row]) for row in breaks)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=60))
def test_rates_of_whole_seconds_add_up_to_the_growth(steps: list[int]) -> None:
    total, numbers = 0.0, []
    for step in steps:
        total += step
        numbers.append(total)
    assert sum(rates(column(numbers))[1:]) == numbers[-1] - numbers[0]
