from __future__ import annotations

import logging

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication

from sysmon.resources import root
from sysmon.ui import icons


def colours(picture: QPixmap) -> set[str]:
    image = picture.toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}


def test_an_icon_takes_the_colour_it_is_given(qapp: QApplication) -> None:
    assert colours(icons.pixmap("cpu", QColor("#ff8800"), 24)) == {"#ff8800"}


def test_an_icon_is_drawn_once_for_each_size_and_colour(qapp: QApplication) -> None:
    first = icons.pixmap("memory", QColor("#123456"), 16)
    assert icons.pixmap("memory", QColor("#123456"), 16) is first
    assert icons.pixmap("memory", QColor("#123457"), 16) is not first
    sharp = icons.pixmap("memory", QColor("#123456"), 16, 2.0)
    assert (sharp.width(), sharp.devicePixelRatio()) == (32, 2.0)


@pytest.mark.parametrize("name", ["nowhere", "../fonts/Inter-Regular.ttf"])
def test_an_icon_that_is_missing_is_empty_and_logged_once(
    qapp: QApplication, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    with caplog.at_level(logging.WARNING):
        assert colours(icons.pixmap(name, QColor("#ff0000"), 16)) == set()
        icons.pixmap(name, QColor("#00ff00"), 16)
    assert len(caplog.records) == 1


def test_every_shipped_icon_can_be_drawn(qapp: QApplication) -> None:
    names = sorted(path.stem for path in (root() / "icons").glob("*.svg"))
    assert len(names) >= 40
    assert [name for name in names if not colours(icons.pixmap(name, QColor("#ffffff"), 24))] == []


def test_icons_for_controls_are_sharp_on_both_screens(qapp: QApplication) -> None:
    made = icons.icon("search", QColor("#ffffff"), 16)
    assert {size.width() for size in made.availableSizes()} == {16, 32}
