from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.metric import Kind
from sysmon.model.sample import Catalog
from sysmon.protocol.scales import EXACT, Scales
from tests.protocol.made import SCALES, catalog, same_bits, spec


@given(st.sampled_from(SCALES), st.floats())
def test_a_value_is_a_number_of_steps_only_where_nothing_is_lost(scale: float, value: float) -> None:
    scales = Scales(catalog(1, (scale,)))
    number = scales.number(0, value)
    if number is None:
        return
    assert abs(number) < EXACT
    assert same_bits([number * scales.multiply[0] / scales.divide[0]], [value])


@given(st.integers(0, 10**9))
def test_hundredths_and_kibibytes_are_whole_numbers(number: int) -> None:
    scales = Scales(catalog(2, (0.01, 1024.0)))
    assert scales.number(0, number / 100) == number
    assert scales.number(1, number * 1024.0) == number


def test_what_is_no_number_of_steps() -> None:
    scales = Scales(catalog(1, (1.0,)))
    assert [scales.number(0, v) for v in (0.5, -0.0, math.nan, math.inf, -math.inf, 2.0**60)] == [None] * 6
    assert scales.number(0, 0.0) == 0


def test_a_scale_that_makes_no_sense_counts_as_one() -> None:
    for scale in (0.0, -1.0, math.nan, math.inf, 5e-324):
        series = catalog(1).series[0]
        made = Scales(Catalog((type(series)(spec(0, Kind.GAUGE, scale), series.attributes),)))
        assert made.number(0, 3.0) in (3, None)


def test_counters_rise() -> None:
    assert Scales(catalog(2)).rising == (False, True)


values = st.one_of(
    st.floats(),
    st.integers(-(1 << 54), 1 << 54).map(float),
    st.integers(-500, 500).map(lambda number: number / 100),
    st.sampled_from([0.0, -0.0]),
)


@given(st.sampled_from(SCALES), st.lists(values, min_size=1, max_size=8))
def test_many_are_numbers_exactly_where_each_is(scale: float, made: list[float]) -> None:
    scales = Scales(catalog(1, (scale,)))
    each = [scales.number(0, value) for value in made]
    assert scales.numbers(0, made) == (None if None in each else each)


@given(st.sampled_from(SCALES), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20))
def test_many_whole_numbers_of_steps_are_found(scale: float, numbers: list[int]) -> None:
    scales = Scales(catalog(1, (scale,)))
    made = [number * scales.multiply[0] / scales.divide[0] for number in numbers]
    assert scales.numbers(0, made) == numbers
