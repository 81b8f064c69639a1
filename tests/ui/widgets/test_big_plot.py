from __future__ import annotations

import math
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.big_plot import BigPlot
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import Line
from tests.ui.conftest import END, plot_view, wave


@pytest.fixture
def plot(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> BigPlot:
    made = BigPlot(theme, cursor, window)
    made.resize(500, 240)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def shot(plot: BigPlot) -> QImage:
    return plot.grab().toImage()


def test_a_line_and_its_area_are_drawn(plot: BigPlot, theme: Theme) -> None:
    plot.set_view(plot_view())
    image = shot(plot)
    seen = {image.pixelColor(x, y).name() for x in range(0, 500, 3) for y in range(215)}
    assert theme.colour("cpu").name() in seen or len(seen) > 20
    assert image.pixelColor(250, 2) == theme.colour("card")


def test_a_break_is_not_joined(plot: BigPlot, theme: Theme) -> None:
    times, values = wave()
    for at in range(100, 200):
        values[at] = math.nan
    plot.set_view(plot_view(Line("CPU", "cpu", times, values, "", area=False)))
    image = shot(plot)
    grid = {image.pixelColor(250, y).name() for y in range(220)}
    assert theme.colour("cpu").name() not in grid
    assert len(grid) <= 2


def test_fewer_lines_leave_no_old_one_behind(plot: BigPlot) -> None:
    one = plot_view(Line("CPU", "cpu", *wave(), ""))
    two = plot_view(Line("CPU", "cpu", *wave(), ""), Line("Steal", "warning", *wave(), "", dashed=True))
    plot.set_view(one)
    first = shot(plot)
    plot.set_view(two)
    shot(plot)
    plot.set_view(plot_view(Line("CPU", "cpu", *wave(), "")))
    assert shot(plot) == first


def test_the_cross_hair_is_shared(plot: BigPlot, cursor: TimeCursor) -> None:
    plot.set_view(plot_view())
    cursor.point(None)  # off-screen, the pointer may rest on it
    before = shot(plot)
    cursor.point(END - 100)
    assert shot(plot) != before
    cursor.point(None)
    assert shot(plot) == before


def test_colours_follow_the_theme(plot: BigPlot, theme: Theme) -> None:
    plot.set_view(plot_view())
    theme.set_scheme(Scheme.LIGHT)
    assert shot(plot).pixelColor(250, 2).name() == "#ffffff"


def test_nothing_to_show_and_odd_sizes(plot: BigPlot) -> None:
    for view in (None, plot_view(missing="no such device"), plot_view(Line("", "cpu", (), (), ""))):
        plot.set_view(view)
        for width, height in ((300, 60), (1, 1), (900, 500)):
            plot.resize(width, height)
            shot(plot)


def test_keyboard_and_screen_reader_reach_it(plot: BigPlot) -> None:
    plot.set_view(plot_view())
    assert plot.accessibleDescription() == "CPU: 50 %"
    assert plot.focusPolicy() is Qt.FocusPolicy.TabFocus


def test_the_overview_needs_neither_pyqtgraph_nor_numpy() -> None:
    code = "import sys, sysmon.ui.pages.overview, sysmon.ui.main_window; sys.exit('numpy' in sys.modules or 'pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
