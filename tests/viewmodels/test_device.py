from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.pipeline.query import Window
from sysmon.viewmodels.device import Choice, chosen_of, trace
from sysmon.viewmodels.plot import TimeScope


def window(*points: tuple[float, float]) -> Window:
    return Window(array("d", [at for at, _ in points]), array("d", [value for _, value in points]))


def test_a_trace_that_has_just_begun_stands_at_the_right() -> None:
    steps = trace(window((8, 1), (9, 2), (10, 4)), TimeScope(0, 10, live=True), 4.0)
    assert len(steps) == 11
    assert all(math.isnan(step) for step in steps[:8])
    assert steps[8:] == (0.25, 0.5, 1.0)


def test_a_gap_takes_its_time() -> None:
    steps = trace(window((0, 1), (1, 1), (2, 1), (8, 1), (9, 1), (10, 1)), TimeScope(0, 10, live=True), 1.0)
    # A point stands for what follows it, but not for a silence.
    assert len(steps) == 11
    assert [at for at, step in enumerate(steps) if step != step] == [7]


def test_a_long_gap_is_a_gap() -> None:
    points = [(at, 1.0) for at in range(100) if not 40 <= at < 60]
    steps = trace(window(*points), TimeScope(0, 99, live=True), 1.0)
    assert sum(1 for step in steps if step != step) == 18


def test_decimated_points_leave_no_holes() -> None:
    points = [(base + off, 1.0) for base in range(0, 120, 12) for off in (0, 11)]
    steps = trace(window(*points), TimeScope(0, 119, live=True), 1.0)
    assert not any(step != step for step in steps)


def test_values_outside_are_cut_and_unknown_ones_kept() -> None:
    assert trace(window((0, -1), (1, 9)), TimeScope(0, 1, live=True), 4.0) == (0.0, 1.0)
    assert math.isnan(trace(window((0, 1), (1, math.nan)), TimeScope(0, 1, live=True), 4.0)[1])


@pytest.mark.parametrize("top", [0.0, -1.0, math.nan])
def test_without_a_scale_there_is_no_trace(top: float) -> None:
    assert not any(step == step and step > 1 for step in trace(window((0, 1), (1, 2)), TimeScope(0, 1, live=True), top))


def test_one_point_is_no_trace() -> None:
    assert trace(window((0, 1)), TimeScope(0, 1, live=True), 1.0) == ()


@given(st.lists(st.floats(0, 300), min_size=2, max_size=60, unique=True).map(sorted))
def test_any_rhythm_stays_bounded(times: list[float]) -> None:
    steps = trace(Window(array("d", times), array("d", [0.5] * len(times))), TimeScope(0, 300, live=True), 1.0)
    assert len(steps) <= 2 * 4001
    assert 0.5 in steps


def test_choices() -> None:
    choices = (Choice("a", "A"), Choice("b", "B"))
    assert chosen_of(choices, "b") == "b"
    assert chosen_of(choices, "gone") == "a"
    assert chosen_of((), "a") == ""
