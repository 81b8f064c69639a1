from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.ui.side_rows import AddButton, PlaceRow, SearchButton
from sysmon.ui.theme import Scheme, Theme


def test_places_and_search_have_names(theme: Theme, window: QWidget) -> None:
    place, search = PlaceRow(theme, "settings", "Settings", window), SearchButton(theme, window)
    place.set_note("2")
    assert (place.accessibleName(), place.accessibleDescription()) == ("Settings", "2")
    assert search.accessibleDescription() == "Ctrl+K"
    add = AddButton(theme, window)
    assert add.accessibleName() == "Add machine"
    for row in (place, search, add):
        row.resize(232, row.height())
        wide = row.grab().toImage()
        row.set_narrow(True)
        assert row.grab().toImage() != wide


@pytest.mark.parametrize("narrow", [False, True])
def test_a_dot_shows_the_state_in_a_wide_bar_and_gives_way_to_the_icon_in_a_narrow_one(
    theme: Theme, window: QWidget, narrow: bool
) -> None:
    row = PlaceRow(theme, "link", "Connections", window, dot="accent")
    row.resize(232, 35)
    row.set_narrow(narrow)
    row.set_note("5 live", "ok")
    good = row.grab().toImage()
    row.set_note("5 live", "warning")
    assert (row.grab().toImage() == good) is narrow
    row.setChecked(True)
    chosen = row.grab().toImage()
    theme.set_scheme(Scheme.LIGHT)
    assert row.grab().toImage() != chosen
