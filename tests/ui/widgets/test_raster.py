from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets import raster


def drawn(made: list[bytes], height: int) -> QImage:
    image = QImage(len(made) + 2, height + 2, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    raster.paint_columns(painter, QPoint(1, 1), made, height)
    painter.end()
    return image


def test_an_area_stands_on_the_bottom(theme: Theme) -> None:
    strips = raster.Strips(theme, 40, grid=False)
    image = drawn(raster.columns(strips, [(strips.area("cpu", 40), [0, 10, 40])], 3), 40)
    card = theme.colour("card")
    assert all(image.pixelColor(1, 1 + y) == card for y in range(40))
    assert [image.pixelColor(2, 1 + y) != card for y in range(40)] == [False] * 30 + [True] * 10
    assert all(image.pixelColor(3, 1 + y) != card for y in range(39))


def test_nothing_is_painted_outside(theme: Theme) -> None:
    image = drawn(raster.columns(raster.Strips(theme, 8), [], 5), 8)
    edge = [(x, y) for x in range(7) for y in range(10) if x in (0, 6) or y in (0, 9)]
    assert {image.pixelColor(x, y).name() for x, y in edge} == {"#ff00ff"}


def test_three_grid_lines_and_not_one_more(theme: Theme) -> None:
    image = drawn(raster.columns(raster.Strips(theme, 100), [], 1), 100)
    rows = [y for y in range(100) if image.pixelColor(1, 1 + y) != theme.colour("card")]
    assert len(rows) == 3


def test_the_lowest_area_shows_where_they_overlap(theme: Theme) -> None:
    strips = raster.Strips(theme, 20, grid=False)
    areas = [(strips.area("memory", 20), [5]), (strips.area("disk", 20), [15])]
    for order in (areas, areas[::-1]):
        column = raster.columns(strips, order, 1)[0]
        assert column[:20] == areas[0][0][:20]
        assert column[20:60] == areas[1][0][20:60]
        assert column[60:] == strips.plain[60:]


def test_colours_are_opaque_and_follow_the_theme(theme: Theme) -> None:
    dark = raster.Strips(theme, 4, grid=False).plain
    theme.set_scheme(Scheme.LIGHT)
    light = raster.Strips(theme, 4, grid=False).plain
    assert dark[3::4] == light[3::4] == b"\xff" * 4
    assert light == b"\xff" * 16
    assert dark != light


def test_strips_are_prepared_once_for_each_height_of_a_peak(theme: Theme) -> None:
    strips = raster.Strips(theme, 100)
    assert strips.area("cpu", 96) is strips.area("cpu", 98)
    assert strips.area("cpu", 40) is not strips.area("cpu", 98)
    assert strips.area("cpu", 98, faint=True) is not strips.area("cpu", 98)


def test_nothing_to_paint(theme: Theme) -> None:
    assert drawn([], 8).pixelColor(0, 0).name() == "#ff00ff"
