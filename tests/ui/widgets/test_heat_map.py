from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.heat_map import HeatMap
from sysmon.viewmodels.cpu_page import HeatView
from sysmon.viewmodels.plot import TimeScope


def view(cores: int = 4, steps: int = 300) -> HeatView:
    rows = tuple(tuple((core + 1) / cores for _ in range(steps)) for core in range(cores))
    return HeatView(TimeScope(1000.0, 1300.0, live=True), tuple(map(str, range(cores))), rows, "Load of each core")


@pytest.fixture
def heat(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> HeatMap:
    made = HeatMap(theme, cursor, "Cores", window)
    made.resize(600, 220)
    window.show()
    qtbot.waitUntil(made.isVisible)
    return made


def test_the_busier_the_stronger(heat: HeatMap, theme: Theme) -> None:
    heat.set_view(view())
    picture = heat.grab().toImage()
    room = heat.map_rect()
    greens = [
        picture.pixelColor(room.center().x(), room.top() + at * room.height() // 4 + 20).blue() for at in range(4)
    ]
    assert greens == sorted(greens)
    assert greens[0] < greens[3]
    assert heat.accessibleDescription() == "Load of each core"


def test_what_is_unknown_is_neither_idle_nor_busy(heat: HeatMap) -> None:
    scope = TimeScope(0.0, 10.0, live=True)
    heat.set_view(HeatView(scope, ("0",), ((math.nan, 0.0, 1.0),), ""))
    picture = heat.grab().toImage()
    room = heat.map_rect()
    colours = {picture.pixelColor(room.left() + room.width() * at // 6, room.center().y()).name() for at in (1, 3, 5)}
    assert len(colours) == 3


@pytest.mark.parametrize("cores", [1, 17, 256])
def test_any_number_of_cores_and_rows_of_unlike_length(heat: HeatMap, cores: int) -> None:
    made = view(cores)
    rows = tuple(row[at % 3 :] for at, row in enumerate(made.rows))
    heat.set_view(HeatView(made.scope, made.labels, rows, ""))
    assert not heat.grab().isNull()


def test_the_pointer_moves_the_cursor_of_all_plots(heat: HeatMap, cursor: TimeCursor) -> None:
    heat.set_view(view())
    room = heat.map_rect()
    QTest.mouseMove(heat, QPoint(room.center().x(), room.center().y()))
    found = heat.share_at(room.center().x(), room.bottom() - 2)
    assert found is not None
    label, moment, share = found
    assert (label, share) == ("3", 1.0)
    assert moment == pytest.approx(1150.0, abs=2.0)
    assert heat.share_at(0, 0) is None


def test_nothing_to_show(heat: HeatMap) -> None:
    heat.set_view(None)
    assert heat.share_at(100, 100) is None
    assert not heat.grab().isNull()
