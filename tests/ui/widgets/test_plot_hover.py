from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRect

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import plot_hover
from sysmon.viewmodels.plot import Gap, Line
from tests.ui.conftest import END, plot_view, wave


def test_a_value_and_its_words() -> None:
    reading = plot_hover.read(plot_view(), END, 300)
    assert [text for _, _, text in reading.rows] == ["70 %"]
    assert reading.reason is None


def test_inside_a_gap_the_reason_is_told() -> None:
    view = plot_view(gaps=(Gap(END - 20, END - 10, "asleep"),))
    assert plot_hover.read(view, END - 15, 300).reason == "asleep"
    assert plot_hover.read(view, END - 5, 300).reason is None


def test_a_break_without_a_gap_is_no_data() -> None:
    times, values = wave()
    values[100] = math.nan
    view = plot_view(Line("CPU", "cpu", times, values, ""))
    reading = plot_hover.read(view, times[100], 300)
    assert reading.reason == "no data"
    assert reading.rows[0][2] == "–"


def test_a_stack_tells_each_part_and_not_the_sum() -> None:
    times, values = wave()
    upper = Line("Cache", "memory", times, [value + 10 for value in values], "")
    view = replace(plot_view(Line("Used", "memory", times, values, ""), upper), stacked=True)
    assert [text for _, _, text in plot_hover.read(view, END, 300).rows][1] == "10 %"


def test_lines_without_points_are_legend_only() -> None:
    view = plot_view(Line("CPU", "cpu", *wave(), ""), Line("Free", "line", (), (), "18 %"))
    assert len(plot_hover.read(view, END, 300).rows) == 1


def test_the_bubble_stays_inside_the_plot(theme: Theme) -> None:
    plot = QRect(0, 0, 300, 90)
    for seconds in range(0, 301, 20):
        reading = plot_hover.read(plot_view(), END - seconds, 300)
        rect = plot_hover.bubble_rect(reading, theme.family, 300 - seconds, plot, clock=True)
        assert plot.contains(rect)
