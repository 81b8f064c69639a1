from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.badge import Badge


def test_it_says_its_state_and_fits_its_word(theme: Theme, window: QWidget) -> None:
    badge = Badge(theme, window)
    badge.set_state("Off", "offline")
    narrow = badge.width()
    badge.set_state("On · port 4870", "ok")
    assert badge.accessibleName() == "On · port 4870"
    assert badge.width() > narrow
    dark = badge.grab().toImage()
    theme.set_scheme(Scheme.LIGHT)
    assert badge.grab().toImage() != dark
    theme.set_scheme(Scheme.DARK)
