from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.time_plot import TimePlot
from sysmon.viewmodels.plot import Gap
from tests.ui.conftest import END, plot_view

Make = Callable[[], TimePlot]


@pytest.fixture
def make(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> Make:
    count = [0]

    def made() -> TimePlot:
        plot = TimePlot(theme, cursor, window)
        plot.setGeometry(0, 190 * count[0], 400, 180)
        plot.show()
        count[0] += 1
        return plot

    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def shot(plot: TimePlot) -> QImage:
    return plot.grab().toImage()


def test_a_view_is_drawn_once_however_often_it_is_painted(make: Make) -> None:
    plot = make()
    plot.set_view(plot_view())
    for _ in range(5):
        plot.repaint()
    assert plot.painted == 1
    plot.set_view(plot.view())
    plot.repaint()
    assert plot.painted == 1


def test_views_that_nobody_sees_are_never_drawn(make: Make, window: QWidget) -> None:
    plot = make()
    window.hide()
    for end in range(20):
        plot.set_view(plot_view(end=END + end))
    assert plot.painted == 0


def test_several_views_before_a_frame_are_one_drawing(make: Make, qtbot: QtBot) -> None:
    plot = make()
    for end in range(20):
        plot.set_view(plot_view(end=END + end))
    qtbot.waitUntil(lambda: plot.painted > 0)
    assert plot.painted == 1


def test_hovering_draws_no_view_again(make: Make, cursor: TimeCursor) -> None:
    plot = make()
    plot.set_view(plot_view())
    plot.repaint()
    cursor.point(None)  # off-screen, the pointer may rest on it
    before = shot(plot)
    cursor.point(END - 150)
    plot.repaint()
    assert shot(plot) != before
    assert plot.painted == 1
    cursor.point(None)
    plot.repaint()
    assert shot(plot) == before


def test_the_cross_hair_is_on_every_plot(make: Make, cursor: TimeCursor, theme: Theme, qtbot: QtBot) -> None:
    first, second = make(), make()
    for plot in (first, second):
        plot.set_view(plot_view())
    qtbot.mouseMove(first, QPoint(100, 20))
    qtbot.waitUntil(lambda: cursor.time is not None)
    assert cursor.time == pytest.approx(END - 225, abs=1)
    grey = theme.colour("tertiary")
    column = round((cursor.time or 0 - END) and (cursor.time or 0.0) - (END - 300)) * 400 // 300
    seen = [second.grab().toImage().pixelColor(x, 5) for x in range(column - 2, column + 3)]
    assert any(colour != theme.colour("card") and colour == grey for colour in seen)


def test_colours_follow_the_theme(make: Make, theme: Theme) -> None:
    plot = make()
    plot.set_view(plot_view())
    assert shot(plot).pixelColor(200, 2) == QColor("#181b21")
    theme.set_scheme(Scheme.LIGHT)
    assert shot(plot).pixelColor(200, 2) == QColor("#ffffff")


def test_it_fits_every_size(make: Make) -> None:
    plot = make()
    plot.set_view(plot_view(gaps=(Gap(END - 50, END - 40, "asleep"),)))
    for width, height in ((1, 1), (20, 22), (4000, 30), (80, 1200)):
        plot.resize(width, height)
        shot(plot)
    assert plot.columns() >= 16


def test_without_anything_to_show_the_reason_stands_there(make: Make) -> None:
    plot = make()
    blank = shot(plot)
    plot.set_view(plot_view(missing="no GPU driver was found"))
    assert shot(plot) != blank
    plot.set_view(None)
    plot.set_missing("no GPU driver was found")
    assert shot(plot) != blank
    assert plot.painted == 0


def test_a_screen_reader_gets_the_sentence(make: Make) -> None:
    plot = make()
    plot.set_view(plot_view())
    assert plot.accessibleDescription() == "CPU: 50 %"


def test_it_can_be_reached_with_tab_and_shows_so(make: Make, theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    plot = make()
    plot.set_view(plot_view())
    window.activateWindow()
    qtbot.waitActive(window)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert shot(plot).pixelColor(0, 0) == theme.colour("accent")
    plot.clearFocus()
    plot.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
    assert shot(plot).pixelColor(0, 0) != theme.colour("accent")


def test_pointer_events_become_wishes(make: Make, cursor: TimeCursor, qtbot: QtBot) -> None:
    plot = make()
    plot.set_view(plot_view())
    wishes: list[str] = []
    cursor.live_requested.connect(lambda: wishes.append("live"))
    cursor.pan_requested.connect(lambda seconds: wishes.append(f"pan {seconds:.0f}"))
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mouseMove(plot, QPoint(240, 50))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(240, 50))
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    assert wishes == ["pan -30", "live"]
