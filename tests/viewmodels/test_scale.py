from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.viewmodels.scale import PATIENCE, AxisScale, round_up


@pytest.mark.parametrize(
    ("value", "base", "top"),
    [
        (0, 10, 1),
        (1.2, 10, 2),
        (3, 10, 5),
        (501, 10, 1000),
        (1000, 10, 1000),
        (300, 2, 500),
        (501, 2, 1024),
        (3e6, 10, 5e6),
    ],
)
def test_round_up(value: float, base: int, top: float) -> None:
    assert round_up(value, base) == top


@given(st.floats(min_value=0, max_value=1e300), st.sampled_from((2, 10)))
def test_the_top_holds_the_value_and_wastes_little(value: float, base: int) -> None:
    top = round_up(value, base)
    assert top >= value
    assert top <= max(1.0, value * 2.5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -5.0])
def test_what_is_no_extent_gives_the_least_top(value: float) -> None:
    assert round_up(value) == 1.0


def test_grows_at_once_and_shrinks_after_a_minute() -> None:
    scale = AxisScale(1e6)
    assert scale.top(3e6, 300, 0) == 5e6
    assert scale.top(180e6, 300, 1) == 200e6
    assert scale.top(4e6, 300, 2) == 200e6
    assert scale.top(4e6, 300, 1 + PATIENCE) == 200e6
    assert scale.top(4e6, 300, 2 + PATIENCE) == 5e6


def test_a_peak_begins_the_minute_again() -> None:
    scale = AxisScale()
    scale.top(80, 300, 0)
    scale.top(1, 300, 1)
    scale.top(80, 300, 50)
    assert scale.top(1, 300, 62) == 100


def test_another_span_fits_at_once() -> None:
    scale = AxisScale()
    scale.top(80, 300, 0)
    assert scale.top(4, 3600, 1) == 5


def test_time_that_runs_backwards_does_not_hold_the_axis() -> None:
    scale = AxisScale()
    scale.top(80, 300, 1000)
    scale.top(4, 300, 1001)
    assert scale.top(4, 300, 10) == 5


def test_never_below_the_least() -> None:
    assert AxisScale(1e6).top(math.nan, 300, 0) == 1e6
    assert AxisScale(1e6).top(12.0, 300, 0) == 1e6


def test_small_units_have_steps_too() -> None:
    scale = AxisScale(1e-3)
    assert scale.top(0.0, 300, 0) == pytest.approx(1e-3)
    assert scale.top(0.0042, 300, 1) == pytest.approx(5e-3)
    assert scale.top(1.7, 300, 2) == pytest.approx(2.0)
