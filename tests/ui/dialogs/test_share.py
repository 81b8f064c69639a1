from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.host import LOCAL, DeviceFacts
from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.share import ShareDialog
from sysmon.ui.fleet_door import NO_FLEET, FleetDoor
from sysmon.ui.theme import Theme
from tests.ui.simulated_fleet import Simulated


class Opened:
    def __init__(self, theme: Theme, window: QWidget, folder: Path, *, empty: bool = True) -> None:
        self.simulated = Simulated(1 if empty else 7)
        self.settings = Settings(folder / "settings.toml")
        self.dialog = ShareDialog(
            theme,
            self.simulated.door,
            self.settings,
            lambda: DeviceFacts(LOCAL),
            lambda: "orion",
            window,
            lambda: self.simulated.now,
        )
        window.show()
        self.dialog.open()


@pytest.fixture
def opened(theme: Theme, window: QWidget, tmp_path: Path, qtbot: QtBot) -> Opened:
    return Opened(theme, window, tmp_path)


def test_it_is_off_at_first_and_switched_on_by_the_user(opened: Opened, qtbot: QtBot) -> None:
    dialog = opened.dialog
    assert not dialog.switch.isChecked()
    assert dialog.badge.accessibleName() == "Off"
    assert not dialog.code.show_code.isEnabled()
    qtbot.keyClick(dialog.switch, Qt.Key.Key_Space)
    assert opened.simulated.fleet.sharing().on
    assert dialog.badge.accessibleName() == "On · port 4870"
    assert dialog.code.show_code.isEnabled()
    qtbot.keyClick(dialog.switch, Qt.Key.Key_Space)
    assert not opened.simulated.fleet.sharing().on


def test_closing_it_closes_pairing(opened: Opened, qtbot: QtBot) -> None:
    qtbot.keyClick(opened.dialog.switch, Qt.Key.Key_Space)
    opened.dialog.open_with_code()
    assert opened.simulated.fleet.sharing().invitation is not None
    opened.dialog.reject()
    assert opened.simulated.fleet.sharing().invitation is None
    assert not opened.dialog.seconds.running


def test_with_a_code_only_where_it_is_shared(opened: Opened) -> None:
    opened.dialog.open_with_code()
    assert opened.simulated.fleet.sharing().invitation is None
    assert opened.dialog.code.open_part.isHidden()


def test_it_follows_what_happens_elsewhere(opened: Opened) -> None:
    opened.simulated.door.share(True, lambda _: None, lambda _: None)
    opened.dialog.show_now()
    assert opened.dialog.switch.isChecked()


def test_what_cannot_be_done_is_said_and_the_switch_goes_back(
    theme: Theme, window: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    door = FleetDoor(Simulated(machines=1).fleet)
    settings = Settings(tmp_path / "settings.toml")
    dialog = ShareDialog(theme, door, settings, lambda: DeviceFacts(LOCAL), lambda: "orion", window)
    dialog.open()
    qtbot.keyClick(dialog.switch, Qt.Key.Key_Space)
    assert dialog.problem.text() == NO_FLEET
    assert not dialog.switch.isChecked()
    nothing = ShareDialog(theme, FleetDoor(None), settings, lambda: DeviceFacts(LOCAL), lambda: "orion", window)
    assert not nothing.switch.isEnabled()
    assert nothing.problem.text() == NO_FLEET


def test_it_fits_into_the_smallest_window(opened: Opened) -> None:
    assert opened.dialog.minimumSizeHint().width() <= 640
    assert opened.dialog.minimumSizeHint().height() <= 600
    assert not opened.dialog.grab().isNull()
