from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter

from sysmon.ui.fleet.tile_cells import HEIGHT, TileBrush, offer_rect, paint_pill, tip_at
from sysmon.ui.theme import Scheme, Theme, contrast
from sysmon.viewmodels.fleet_tiles import TileView
from tests.ui.fleet.conftest import Machines

RECT = QRect(0, 0, 375, HEIGHT)


def picture(theme: Theme, tile: TileView, *, hovered: bool = False, focused: bool = False, width: int = 375) -> QImage:
    image = QImage(width, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(theme.colour("window"))
    painter = QPainter(image)
    TileBrush(theme, QSize(width, HEIGHT), 1.0).paint(
        painter, QRect(0, 0, width, HEIGHT), tile, hovered=hovered, focused=focused
    )
    painter.end()
    return image


def test_every_state_looks_different_and_so_do_pointer_and_keyboard(theme: Theme, machines: Machines) -> None:
    pictures = [picture(theme, tile) for tile in machines.tiles()]
    tile = machines.tiles()[0]
    pictures += [picture(theme, tile, hovered=True), picture(theme, tile, focused=True)]
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(picture(theme, tile))
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_only_silent_tiles_offer_something_inside_of_them(theme: Theme, machines: Machines) -> None:
    for tile in machines.tiles():
        area = offer_rect(RECT, tile, theme.family)
        if tile.silence is None:
            assert area.isNull()
        else:
            assert RECT.contains(area)
            assert area.height() >= 20


def test_the_pointer_tells_figures_and_reasons(machines: Machines) -> None:
    tiles = {tile.host: tile for tile in machines.tiles()}
    assert tip_at(RECT, tiles["local"], QPoint(100, 54)).startswith("CPU 34")
    assert tip_at(RECT, tiles["local"], QPoint(100, 10)) == tiles["local"].spoken
    assert tip_at(RECT, tiles["local"], QPoint(100, HEIGHT - 1)) == tiles["local"].spoken
    assert "mira" in tip_at(RECT, tiles["mira"], QPoint(100, 54))


@pytest.mark.parametrize("width", [120, 300, 1200])
def test_a_tile_can_be_of_any_width(theme: Theme, machines: Machines, width: int) -> None:
    for tile in machines.tiles():
        picture(theme, tile, width=width)


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
@pytest.mark.parametrize("hue", ["ok", "warning", "offline", "critical"])
def test_words_on_a_pill_can_be_read(theme: Theme, scheme: Scheme, hue: str) -> None:
    theme.set_scheme(scheme)
    ground, text = theme.pill(hue)
    assert contrast(text, ground) >= 4.5
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    left = paint_pill(painter, theme, QPoint(190, 20), "Reconnecting", hue)
    painter.end()
    assert 60 < left < 120
