from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPolygonF

from sysmon.ui.widgets import curve

NAN = math.nan
some_values = st.lists(st.one_of(st.just(NAN), st.floats(0, 100)), max_size=60)


@given(some_values)
def test_runs_hold_every_number_and_no_break(values: list[float]) -> None:
    found = curve.runs(values)
    inside = [at for begin, end in found for at in range(begin, end)]
    assert inside == [at for at, value in enumerate(values) if value == value]
    assert all(values[end] != values[end] for _, end in found if end < len(values))


def test_runs_of_infinities_that_cancel_out() -> None:
    assert curve.runs([math.inf, -math.inf]) == [(0, 2)]


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=400), st.integers(4, 100))
def test_thinning_keeps_peaks_ends_and_order(values: list[float], limit: int) -> None:
    times = [1_700_000_000.0 + at for at in range(len(values))]
    kept_times, kept = curve.thinned(times, values, (0, len(values)), limit)
    assert len(kept) == len(kept_times)
    assert len(kept) <= max(limit, 4) + 6
    assert (max(kept), min(kept)) == (max(values), min(values))
    assert (kept_times[0], kept_times[-1]) == (times[0], times[-1])
    assert list(kept_times) == sorted(kept_times)


def test_thinning_does_not_flicker_as_time_moves_on() -> None:
    times = [float(at) for at in range(2000)]
    values = [float(at * 7919 % 101) for at in range(2000)]
    first = curve.thinned(times, values, (0, 1000), 100)
    later = curve.thinned(times, values, (1, 1001), 100)
    same = set(zip(*first, strict=True)) & set(zip(*later, strict=True))
    assert len(same) >= len(first[0]) - 8


def test_few_points_are_not_copied() -> None:
    values = array("d", [1.0, 2.0])
    assert curve.thinned(values, values, (0, 2), 100)[1] == values


def test_a_polygon_gets_the_points_and_shrinks_again() -> None:
    polygon = QPolygonF()
    curve.fill_polygon(polygon, array("d", [1, 2, 3]), array("d", [4, 5, 6]))
    assert [(point.x(), point.y()) for point in polygon] == [(1, 4), (2, 5), (3, 6)]
    curve.fill_polygon(polygon, array("d", [9]), array("d", [8]))
    assert [(point.x(), point.y()) for point in polygon] == [(9, 8)]
    curve.fill_polygon(polygon, array("d"), array("d"))
    assert polygon.size() == 0


def heights(times: list[float], values: list[float], width: int = 10, limit: int = 100) -> list[int]:
    out = [0] * width
    curve.fill_heights(times, values, 0.0, 1.0, 1.0, limit, out)
    return out


def test_heights_between_samples_are_interpolated() -> None:
    assert heights([0.5, 4.5], [10, 50]) == [10, 20, 30, 40, 50, 0, 0, 0, 0, 0]


def test_heights_stay_inside_the_plot() -> None:
    assert heights([0.5, 1.5, 2.5], [-5, 500, 20], 4) == [0, 100, 20, 0]


def test_one_sample_fills_its_column_only() -> None:
    assert heights([3.2], [40]) == [0, 0, 0, 40, 0, 0, 0, 0, 0, 0]
    assert heights([12.0], [40]) == [0] * 10
    assert heights([], []) == [0] * 10


def test_samples_outside_the_span_do_not_leak_in() -> None:
    assert heights([-9.5, -0.5], [50, 50]) == [0] * 10
    assert heights([-1.5, 1.5], [30, 60], 3) == [50, 60, 0]


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=50), st.integers(1, 80))
def test_heights_never_leave_the_plot(values: list[float], width: int) -> None:
    out = [0] * width
    times = [float(at) for at in range(len(values))]
    curve.fill_heights(times, values, 0.0, len(values) / width, 0.5, 60, out)
    assert all(0 <= height <= 60 for height in out)


@pytest.mark.parametrize(("at", "expected"), [(0.0, 1.0), (1.4, 2.0), (1.6, 3.0), (2.9, 3.0)])
def test_nearest(at: float, expected: float) -> None:
    assert curve.nearest([0.0, 1.0, 2.0], [1.0, 2.0, 3.0], at, 1.0) == expected


def test_nearest_is_unknown_in_a_break_and_far_away() -> None:
    assert math.isnan(curve.nearest([0.0, 1.0, 2.0], [1.0, NAN, 3.0], 1.1, 1.0))
    assert math.isnan(curve.nearest([0.0], [1.0], 5.0, 1.0))
    assert math.isnan(curve.nearest([], [], 5.0, 1.0))


@pytest.mark.parametrize("shift", [0.0, 0.3, 0.99])
def test_dense_even_samples_take_the_nearest_and_uneven_ones_are_interpolated(shift: float) -> None:
    times = array("d", [shift + n for n in range(300)])
    values = array("d", [50.0 + 40.0 * math.sin(n / 9.0) for n in range(300)])
    dense, sparse = [0] * 345, [0] * 345
    curve.fill_heights(times, values, 0.0, 300 / 345, 1.0, 100, dense)
    curve._interpolate(times, values, 150 / 345, 300 / 345, 1.0, sparse, range(2, 343))
    assert max(abs(a - b) for a, b in zip(dense[2:343], sparse[2:343], strict=True)) <= 4
    uneven = array("d", [n * n / 300 for n in range(300)])
    assert not curve._even(uneven, (uneven[-1] - uneven[0]) / 299)
