"""Kept columns come back bit for bit, and are small where they should be."""

from __future__ import annotations

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline import columns

scales = st.sampled_from(
    [1e-9, 1e-6, 1e-4, 0.001, 0.01, 1.0, 7.0, 512.0, 1000.0, 1024.0, 4096.0, math.nan, math.inf, 0.0]
)
floats = st.floats(allow_nan=True, allow_infinity=True)
whole = st.integers(-(1 << 54), 1 << 54).map(float)
small = st.integers(-300, 300).map(lambda number: number / 100)
value = st.one_of(floats, whole, small, st.sampled_from([0.0, -0.0, math.nan, math.inf]))


def back(values: array[float], scale: float) -> array[float]:
    (found,) = columns.decode(columns.encode([values], [scale]), len(values), [0])
    return found


@st.composite
def column(draw: st.DrawFn, count: int) -> array[float]:
    kind = draw(st.sampled_from([value, floats, whole, small, st.just(0.5)]))
    found = array("d", draw(st.lists(kind, min_size=count, max_size=count)))
    if draw(st.booleans()):
        for row in range(draw(st.integers(0, 3)), count, draw(st.integers(1, 4))):
            found[row] = math.nan
    return found


@given(st.data(), st.integers(1, 60))
def test_any_doubles_come_back_bit_for_bit(data: st.DataObject, count: int) -> None:
    group = data.draw(st.lists(column(count), min_size=1, max_size=6))
    steps = data.draw(st.lists(scales, min_size=len(group), max_size=len(group)))
    wanted = sorted(data.draw(st.sets(st.integers(0, len(group) - 1), min_size=1)))
    got = columns.decode(columns.encode(group, steps), count, wanted)
    assert [one.tobytes() for one in got] == [group[place].tobytes() for place in wanted]


def test_patterns_of_nan_that_python_does_not_make_come_back_too() -> None:
    odd = array("d", bytes.fromhex("010000000000f8ff000000000000f03f000000000000f8ff"))
    assert back(odd, 1.0).tobytes() == odd.tobytes()


@given(st.lists(st.integers(0, 1 << 52), min_size=1, max_size=400), st.sampled_from([0.001, 0.01, 1.0, 512.0]))
def test_scaled_counters_come_back_bit_for_bit(steps: list[int], scale: float) -> None:
    inverse = round(1 / scale) if scale < 1 else 1 / scale
    values = array("d", [step / inverse for step in steps])
    assert back(values, scale).tobytes() == values.tobytes()


def test_constants_take_next_to_nothing() -> None:
    group = [array("d", [0.0]) * 300 for _ in range(30)]
    assert len(columns.encode(group, [1.0] * 30)) < 40


def test_a_counter_of_ticks_takes_less_than_a_byte_a_value() -> None:
    values = array("d", [(1000 + 7 * i + i % 3) / 100 for i in range(300)])
    assert len(columns.encode([values], [0.01])) < 200


def test_a_series_that_is_read_every_fifth_time_costs_a_fifth() -> None:
    values = array("d", [1e9 + 1000 * i**1.5 // 1 if i % 5 == 0 else math.nan for i in range(300)])
    assert len(columns.encode([values], [1.0])) < 300
    assert back(values, 1.0).tobytes() == values.tobytes()


def test_values_finer_than_the_scale_are_not_rounded() -> None:
    values = array("d", [0.1, 0.123456789, 0.2])
    assert back(values, 0.01) == values
