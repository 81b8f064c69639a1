"""Both kinds of plots hand the mouse to their pointer in the same way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.big_plot import BigPlot
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.time_plot import TimePlot
from sysmon.viewmodels.plot import Line
from tests.ui.conftest import plot_view, wave


@pytest.mark.parametrize("kind", [TimePlot, BigPlot])
def test_pointing_and_a_double_click_reach_the_shared_cursor(
    kind: type[TimePlot | BigPlot], theme: Theme, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    cursor = TimeCursor(window)
    plot = kind(theme, cursor, window)
    plot.resize(400, 200)
    times, values = wave()
    plot.set_view(plot_view(Line("CPU", "cpu", times, values, "")))
    window.resize(400, 200)
    window.show()
    qtbot.mouseMove(plot, QPoint(200, 50))
    assert cursor.time is not None
    with qtbot.waitSignal(cursor.live_requested):
        qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
