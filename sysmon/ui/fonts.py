"""The font of the program: Inter as shipped, the system's own where it cannot be read.

Figures get tabular digits, so that one that changes does not move. Knows no colour and no widget.
"""

from __future__ import annotations

import logging

from PySide6.QtGui import QFont, QFontDatabase

from sysmon.resources import resource

log = logging.getLogger(__name__)

BODY = 13
FIGURE = 22
HEADING = 18
CAPTION = 12
SMALL = 11
"""Sizes in logical pixels."""

FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")

_fonts: dict[tuple[str, int, QFont.Weight, bool], QFont] = {}


def load() -> str:
    """Make Inter known to Qt; the family to use: "Inter", or the system's where a file is missing."""
    family = ""
    for name in FILES:
        try:
            number = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        except FileNotFoundError as error:
            log.warning("%s; the system's font is used", error)
            return _system_family()
        if number >= 0 and not family:
            family = QFontDatabase.applicationFontFamilies(number)[0]
    return family or _system_family()


def _system_family() -> str:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def font(
    family: str, pixels: int = BODY, weight: QFont.Weight = QFont.Weight.Normal, *, tabular: bool = False
) -> QFont:
    """A font of ``pixels``; ``tabular`` gives all digits (in Inter also the hyphen) one width. The same object for the same request: do not change it."""
    key = (family, pixels, weight, tabular)
    found = _fonts.get(key)
    if found is None:
        found = QFont(family)
        found.setPixelSize(pixels)
        found.setWeight(weight)
        found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular:
            found.setFeature(QFont.Tag("tnum"), 1)
        _fonts[key] = found
    return found
