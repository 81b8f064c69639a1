from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.protocol.clock_offset import KEPT, ClockOffset

delays = st.floats(0.0, 2.0)


@given(st.floats(-1e8, 1e8), st.lists(st.tuples(delays, delays), min_size=1, max_size=20))
def test_the_error_is_at_most_half_the_smallest_round_trip(ahead: float, trips: list[tuple[float, float]]) -> None:
    clock = ClockOffset()
    for number, (there, back) in enumerate(trips):
        origin = 1e9 + number
        received = origin + there + ahead
        assert clock.add(origin, received, received + 0.001, origin + there + 0.001 + back) or there + back < 1e-6
    if clock.best is not None:
        assert abs(clock.best.offset - ahead) <= clock.best.round_trip / 2.0 + 1e-6


def test_the_smallest_round_trip_of_the_last_eight_counts() -> None:
    clock = ClockOffset()
    clock.add(0.0, 5.0, 5.0, 0.001)
    assert clock.best == pytest.approx((0.001, 4.9995))
    for number in range(KEPT):
        clock.add(float(number), number + 7.0, number + 7.0, number + 1.0)
    assert len(clock) == KEPT
    assert clock.best == pytest.approx((1.0, 6.5))


@pytest.mark.parametrize(
    "stamps", [(0.0, 5.0, 4.0, 1.0), (1.0, 5.0, 5.0, 0.0), (0.0, math.nan, 5.0, 1.0), (0.0, 1e400, 5.0, 1.0)]
)
def test_stamps_that_make_no_sense_are_left_out(stamps: tuple[float, float, float, float]) -> None:
    clock = ClockOffset()
    assert not clock.add(*stamps)
    assert clock.best is None
    assert not clock.alarming


def test_a_clock_that_is_off_by_a_year_is_alarming_and_no_error() -> None:
    clock = ClockOffset()
    year = 31_536_000.0
    clock.add(0.0, year, year, 0.01)
    assert clock.alarming
    slow = ClockOffset()
    slow.add(0.0, 2.0, 2.0, 4.0)
    assert not slow.alarming
