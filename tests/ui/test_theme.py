from __future__ import annotations

import math

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


_VISION = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""What is seen of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1.0)."""
_APART = 0.08
"""Distance in Oklab at which two thin lines are told apart without looking twice."""


def _seen(colour: QColor, vision: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """Oklab (https://bottosson.github.io/posts/oklab) of a colour as it is seen."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (min(1.0, max(0.0, sum(f * v for f, v in zip(row, linear, strict=True)))) for row in vision)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


@pytest.mark.parametrize("vision", _VISION)
@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
def test_lines_of_machines_can_be_told_apart_by_everybody(theme: Theme, scheme: Scheme, vision: str) -> None:
    theme.set_scheme(scheme)
    hues = [token for token in TOKENS if token.startswith("series-")]
    assert len(hues) == 8
    seen = [_seen(theme.colour(hue), _VISION[vision]) for hue in hues]
    apart = min(math.dist(one, other) for at, one in enumerate(seen) for other in seen[:at])
    assert apart >= _APART
    assert all(contrast(theme.colour(hue), theme.colour("card")) >= 3.0 for hue in hues), "WCAG 2.2, 1.4.11"
