from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from sysmon.ui.time_axis import LONGEST, RANGES, SHORTEST, TimeAxis, range_text

NOW = 1_700_000_000.0


@pytest.fixture
def axis(qapp: QApplication) -> TimeAxis:
    made = TimeAxis(qapp, "5m")
    made.scope(NOW)
    return made


def test_live_follows_the_newest_sample(axis: TimeAxis) -> None:
    assert axis.scope(NOW).end == NOW
    assert axis.scope(NOW + 1).end == NOW + 1
    assert axis.scope(NOW + 1).start == NOW - 299
    assert axis.scope(NOW + 1).live


def test_pause_stops_and_toggle_goes_on(axis: TimeAxis) -> None:
    axis.toggle()
    assert axis.scope(NOW + 60) == axis.scope(NOW + 120)
    assert not axis.scope(NOW).live
    axis.toggle()
    assert axis.scope(NOW + 120).end == NOW + 120


def test_nothing_to_pause_before_the_first_sample(qapp: QApplication) -> None:
    axis = TimeAxis(qapp)
    axis.scope(float("nan"))
    axis.pause()
    assert axis.live


@pytest.mark.parametrize("key", list(RANGES))
def test_each_range(axis: TimeAxis, key: str) -> None:
    axis.choose(key)
    assert axis.key == key
    assert axis.scope(NOW).end - axis.scope(NOW).start == RANGES[key]


def test_a_range_that_is_not_offered(axis: TimeAxis) -> None:
    with pytest.raises(KeyError):
        axis.choose("2h")
    assert TimeAxis(axis, "2h").key == "5m"


def test_zoom_keeps_the_moment_under_the_pointer(axis: TimeAxis) -> None:
    axis.pause()
    at = NOW - 100
    before = axis.scope(NOW)
    axis.zoom(0.5, at)
    after = axis.scope(NOW)
    assert (at - after.start) / (after.end - after.start) == pytest.approx((at - before.start) / 300)
    assert axis.key is None


def test_zoom_while_live_stays_live_and_in_bounds(axis: TimeAxis) -> None:
    axis.zoom(1e-9, NOW - 100)
    assert axis.span == SHORTEST
    axis.zoom(1e12, NOW - 100)
    assert axis.span == LONGEST
    assert axis.live


def test_pan_to_the_past_and_back_to_live(axis: TimeAxis) -> None:
    axis.pan(-40)
    assert axis.scope(NOW).end == NOW - 40
    axis.pan(100)
    assert axis.live


def test_only_changes_are_told(axis: TimeAxis) -> None:
    told: list[int] = []
    axis.changed.connect(lambda: told.append(1))
    axis.choose("5m")
    axis.go_live()
    assert told == []
    axis.choose("1h")
    assert told == [1]


def test_words_on_the_buttons() -> None:
    assert [range_text(key) for key in ("1m", "24h", "30d")] == ["1 m", "24 h", "30 d"]
