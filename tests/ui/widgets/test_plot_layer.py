from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.plot_layer import PlotLayer, line_pen, shaped
from sysmon.viewmodels.plot import Gap, Line, PlotView
from tests.ui.conftest import END, plot_view, wave

SIZE = QSize(300, 100)


def picture(theme: Theme, view: PlotView, size: QSize = SIZE) -> QImage:
    made = QPixmap(size)
    PlotLayer(theme, size, grid=False).draw(view, made)
    return made.toImage()


def inked(image: QImage, theme: Theme, x: int) -> int:
    """Pixels of column ``x`` that are not ground."""
    return sum(image.pixelColor(x, y) != theme.colour("card") for y in range(image.height()))


def test_a_marked_moment_is_a_line_over_the_whole_height(theme: Theme) -> None:
    times, values = wave()
    view = replace(plot_view(Line("CPU", "cpu", times, values, "", area=False)), marks=(END - 150.0, END - 9000.0))
    plain, marked = picture(theme, replace(view, marks=())), picture(theme, view)
    differing = {x for x in range(300) if any(plain.pixel(x, y) != marked.pixel(x, y) for y in range(100))}
    (column,) = differing
    assert inked(marked, theme, column) == 100


def test_a_break_is_a_break(theme: Theme) -> None:
    times, values = wave()
    for at in range(100, 200):
        values[at] = math.nan
    line = Line("CPU", "cpu", times, values, "")
    assert [len(stretch[0]) for stretch in shaped(line, 300).stretches] == [100, 101]
    image = picture(theme, plot_view(line))
    assert all(inked(image, theme, x) == 0 for x in range(102, 198))
    assert all(inked(image, theme, x) > 10 for x in (*range(2, 98), *range(202, 298)))


def test_a_gap_has_a_faint_band_and_no_area(theme: Theme) -> None:
    image = picture(theme, plot_view(gaps=(Gap(END - 200, END - 100, "asleep"),)))
    band = image.pixelColor(150, 2)
    assert band != theme.colour("card")
    assert image.pixelColor(150, 98) == band
    assert image.pixelColor(50, 2) == theme.colour("card")


def test_gaps_beyond_the_span_are_cut(theme: Theme) -> None:
    image = picture(theme, plot_view(gaps=(Gap(END - 9000, END - 8000, ""), Gap(END - 10, END + 500, ""))))
    assert image.pixelColor(297, 2) != theme.colour("card")
    assert image.pixelColor(100, 2) == theme.colour("card")


def test_one_sample_between_breaks_is_seen(theme: Theme) -> None:
    times, values = wave()
    values = array("d", [value if at == 150 else math.nan for at, value in enumerate(values)])
    image = picture(theme, plot_view(Line("CPU", "cpu", times, values, "", area=False)))
    assert sum(inked(image, theme, x) for x in range(300)) >= 1


def test_a_line_of_zero_is_a_line_at_the_foot(theme: Theme) -> None:
    times, _ = wave()
    image = picture(theme, plot_view(Line("CPU", "cpu", times, array("d", [0.0] * len(times)), "", area=False)))
    assert all(image.pixelColor(x, 99) != theme.colour("card") for x in range(5, 295))
    assert all(image.pixelColor(x, 50) == theme.colour("card") for x in range(5, 295))


def test_nothing_and_nonsense_draw_ground_only(theme: Theme) -> None:
    empty = plot_view(Line("CPU", "cpu", (), (), ""))
    for view in (
        empty,
        replace(plot_view(), top=0.0),
        replace(plot_view(), scope=replace(plot_view().scope, start=END)),
    ):
        image = picture(theme, view)
        assert {image.pixelColor(x, y).name() for x in range(0, 300, 7) for y in range(0, 100, 7)} == {"#181b21"}


def test_values_beyond_the_axis_stay_inside(theme: Theme) -> None:
    times, values = wave()
    view = plot_view(Line("CPU", "cpu", times, array("d", [value * 10 - 300 for value in values]), ""))
    assert picture(theme, view).size() == SIZE


@pytest.mark.parametrize("count", [300, 3000, 30_000])
def test_noise_is_thinned_to_about_a_point_a_pixel(count: int) -> None:
    times = array("d", range(count))
    noise = array("d", [at * 7919 % 101 for at in range(count)])
    points = sum(len(stretch[0]) for stretch in shaped(Line("", "cpu", times, noise, ""), 300).stretches)
    assert points <= 306


def test_lines_are_one_device_pixel_and_the_second_is_dashed(theme: Theme) -> None:
    plain = line_pen(theme, Line("Read", "disk", (), (), ""))
    dashed = line_pen(theme, Line("Write", "disk", (), (), "", dashed=True))
    assert plain.widthF() == dashed.widthF() == 1.0
    assert plain.isCosmetic()
    assert plain.style() is Qt.PenStyle.SolidLine
    assert dashed.style() is Qt.PenStyle.CustomDashLine
    assert plain.color() == dashed.color()
