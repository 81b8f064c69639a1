from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.ui.side_rows import MachineButton, PlaceRow, SearchButton
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.machines import MachineRow

ROW = MachineRow("local", "orion", "This machine", "ok", "live", (0.1, 0.5, 0.3))


@pytest.fixture
def button(theme: Theme, window: QWidget) -> MachineButton:
    made = MachineButton(theme, ROW, window)
    made.resize(232, 50)
    return made


def test_a_machine_says_its_name_and_state(button: MachineButton) -> None:
    assert button.accessibleName() == "orion, live"
    button.set_row(replace(ROW, state="offline", hue="offline", note="offline 3 h"))
    assert button.accessibleName() == "orion, offline"
    assert button.accessibleDescription() == "offline 3 h"


def test_everything_of_a_row_is_seen(button: MachineButton, theme: Theme) -> None:
    pictures = [button.grab().toImage()]
    for row in (
        replace(ROW, name="vega"),
        replace(ROW, note="build-01"),
        replace(ROW, hue="warning"),
        replace(ROW, state="alert"),
        replace(ROW, trace=()),
    ):
        button.set_row(row)
        pictures.append(button.grab().toImage())
    button.set_row(ROW)
    button.setChecked(True)
    pictures.append(button.grab().toImage())
    button.set_narrow(True)
    pictures.append(button.grab().toImage())
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(button.grab().toImage())
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_places_and_search_have_names(theme: Theme, window: QWidget) -> None:
    place, search = PlaceRow(theme, "settings", "Settings", window), SearchButton(theme, window)
    place.set_note("2")
    assert (place.accessibleName(), place.accessibleDescription()) == ("Settings", "2")
    assert search.accessibleDescription() == "Ctrl+K"
    for row in (place, search):
        wide = row.grab().toImage()
        row.set_narrow(True)
        assert row.grab().toImage() != wide
