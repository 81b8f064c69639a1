from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.plot_pointer import ZOOM_STEP, PlotPointer
from sysmon.viewmodels.plot import PlotView
from tests.ui.conftest import END, plot_view


@pytest.fixture
def pointer(cursor: TimeCursor) -> PlotPointer:
    view = plot_view()
    return PlotPointer(cursor, lambda: view, lambda: QRect(10, 0, 300, 80))


def test_positions_are_moments(pointer: PlotPointer, cursor: TimeCursor) -> None:
    pointer.move(310)
    assert cursor.time == END
    pointer.move(10)
    assert cursor.time == END - 300
    assert pointer.moment() == END - 300
    pointer.leave()
    assert cursor.time is None


def test_a_moment_beyond_the_span_is_not_shown(pointer: PlotPointer, cursor: TimeCursor) -> None:
    cursor.point(END + 1)
    assert pointer.moment() is None


def test_dragging_pans_and_a_click_does_not(pointer: PlotPointer, cursor: TimeCursor) -> None:
    moved: list[float] = []
    cursor.pan_requested.connect(moved.append)
    pointer.press(100)
    pointer.move(102)
    assert moved == []
    pointer.move(150)
    assert moved == [-50.0]
    pointer.release()
    pointer.move(200)
    assert moved == [-50.0]


def test_the_wheel_zooms_around_the_pointer(pointer: PlotPointer, cursor: TimeCursor) -> None:
    zoomed: list[tuple[float, float]] = []
    cursor.zoom_requested.connect(lambda factor, time: zoomed.append((factor, time)))
    assert pointer.turn(120, 160)
    assert pointer.turn(-120, 160)
    assert zoomed == [(1 / ZOOM_STEP, END - 150), (ZOOM_STEP, END - 150)]
    assert not pointer.turn(0, 160)


def test_a_double_click_goes_live(pointer: PlotPointer, cursor: TimeCursor) -> None:
    lives: list[int] = []
    cursor.live_requested.connect(lambda: lives.append(1))
    pointer.double()
    assert lives == [1]


def test_without_a_view_nothing_happens(cursor: TimeCursor) -> None:
    def none() -> PlotView | None:
        return None

    pointer = PlotPointer(cursor, none, lambda: QRect(0, 0, 300, 80))
    pointer.press(10)
    pointer.move(90)
    pointer.release()
    pointer.move(20)
    assert cursor.time is None
    assert not pointer.turn(120, 20)
