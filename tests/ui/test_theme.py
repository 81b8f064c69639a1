from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from sysmon.ui.theme import CONTRAST, TOKENS, Scheme, Theme, contrast, mixed

GROUNDS = ("window", "side", "card", "hover", "selection")
WORDS = ("text", "secondary", "tertiary", "accent", "ok", "warning", "critical", "offline")


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_can_be_read(theme: Theme, scheme: Scheme, ground: str) -> None:
    theme.set_scheme(scheme)
    for token in WORDS:
        assert contrast(theme.readable(token, ground), theme.colour(ground)) >= CONTRAST, token


def test_colours_that_can_be_read_stay_as_they_are(theme: Theme) -> None:
    assert theme.readable("secondary", "card") == theme.colour("secondary")


def test_contrast_of_black_and_white() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("white"), QColor("white")) == 1.0


def test_mixed_is_opaque_and_between() -> None:
    made = mixed(QColor(200, 100, 0), QColor(0, 100, 200), 0.25)
    assert (made.red(), made.green(), made.blue(), made.alpha()) == (50, 100, 150, 255)


def test_a_change_of_scheme_is_announced_once_and_reaches_the_palette(theme: Theme, qapp: QApplication) -> None:
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.dark))
    before = theme.blend("cpu", "card", 0.5)
    theme.set_scheme(Scheme.LIGHT)
    assert told == [False]
    theme.set_scheme(Scheme.LIGHT)
    assert told == [False]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(TOKENS["window"][1])
    assert TOKENS["text"][1] in qapp.styleSheet()
    assert theme.blend("cpu", "card", 0.5) != before


def test_style_is_fusion_everywhere(theme: Theme, qapp: QApplication) -> None:
    assert theme.dark
    assert "#181b21" in qapp.styleSheet()
    assert QWidget().style().objectName() in ("fusion", "")


def test_a_token_that_is_not_declared(theme: Theme) -> None:
    with pytest.raises(KeyError):
        theme.colour("turquoise")


def test_pens_are_one_device_pixel(theme: Theme) -> None:
    pen = theme.pen("cpu")
    assert pen.isCosmetic()
    assert pen.widthF() == 1.0


def test_the_system_decides_where_it_is_asked_to(qapp: QApplication) -> None:
    theme = Theme(qapp, Scheme.SYSTEM)
    assert theme.scheme is Scheme.SYSTEM
    assert theme.dark  # off-screen no desktop tells
    theme.deleteLater()
