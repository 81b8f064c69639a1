from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.tray_icon import column_heights, paint_icon


@pytest.fixture
def dark(qapp: QObject) -> Theme:
    return Theme(qapp, Scheme.DARK)


def counted(image: QImage, colour: QColor) -> int:
    return sum(
        image.pixelColor(x, y).rgb() == colour.rgb() for x in range(image.width()) for y in range(image.height())
    )


@given(st.lists(st.floats(-1.0, 3.0) | st.just(math.nan), max_size=200), st.integers(1, 64), st.integers(1, 64))
def test_heights_fit_for_any_values(values: list[float], columns: int, height: int) -> None:
    heights = column_heights(values, columns, height)
    assert len(heights) == columns
    assert all(0 <= tall <= height for tall in heights)


def test_unknown_is_empty_zero_is_a_pixel_and_peaks_are_seen() -> None:
    assert column_heights([math.nan, 0.0, 0.5, 1.0], 4, 10) == [0, 1, 5, 10]
    assert column_heights([0.1] * 99 + [1.0], 10, 10)[-1] == 10
    assert column_heights([], 5, 10) == [0] * 5


@pytest.mark.parametrize("size", [16, 22, 24, 32, 44, 64])
def test_the_picture_has_the_size_of_the_tray(dark: Theme, size: int) -> None:
    image = paint_icon(dark, size, [0.5] * 60)
    assert (image.width(), image.height()) == (size, size)
    assert counted(image, dark.colour("cpu")) > size


def test_equal_input_gives_equal_pixels_and_load_changes_them(dark: Theme) -> None:
    assert paint_icon(dark, 22, [0.5] * 60) == paint_icon(dark, 22, [0.5] * 60)
    assert paint_icon(dark, 22, [0.5] * 60) != paint_icon(dark, 22, [0.1] * 60)
    # Less than a pixel of difference is no difference: the panel is not bothered.
    assert paint_icon(dark, 22, [0.500] * 60) == paint_icon(dark, 22, [0.501] * 60)


def test_an_alert_is_a_red_dot(dark: Theme) -> None:
    red = dark.colour("critical")
    assert counted(paint_icon(dark, 44, [0.1] * 60), red) == 0
    assert counted(paint_icon(dark, 44, [0.1] * 60, alert=True), red) > 20
