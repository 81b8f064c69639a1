from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine
from sysmon.pipeline.demand import Demand
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.settings import Settings
from sysmon.ui.actions import Actions
from sysmon.ui.fleet_dialogs import FleetDialogs
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.main_window import MainWindow
from sysmon.ui.pages import registry
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units


class Scene:
    def __init__(self, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        self.store = Store()
        self.store.put_machine(Machine(LOCAL, "orion"))
        self.store.put_machine(Machine("vega", "vega"))
        self.settings = Settings(folder / "settings.toml")
        query = Query(self.store)
        self.window = MainWindow(theme, query, Demand(), Units(), kept=60.0)
        qtbot.addWidget(self.window)
        self.window.show_page("overview")
        self.window.show()
        self.left: list[bool] = []
        fleet = FleetDialogs(self.window, theme, FleetDoor(None), self.settings, query, self.window.want)
        self.fleet = fleet
        self.actions = Actions(self.window, theme, self.settings, query, lambda: self.left.append(True), fleet)

    def run(self, title: str) -> None:
        next(entry for entry in self.actions.entries() if entry.title == title).run()


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Scene:
    return Scene(theme, qtbot, tmp_path)


def test_the_palette_finds_every_page_machine_range_and_action(scene: Scene) -> None:
    titles = [entry.title for entry in scene.actions.entries()]
    assert {entry.title for entry in (*registry.TABS, *registry.PLACES)} <= set(titles)
    assert {"All machines", "All machines: Table", "All machines: Heat map"} <= set(titles)
    assert {"orion", "vega", "Time range 5 m", "Theme: light", "Settings", "Quit"} <= set(titles)
    assert len(titles) == len(set(titles))


def test_entries_do_what_they_say(scene: Scene) -> None:
    scene.run("CPU")
    assert scene.window.page_name == "cpu"
    scene.run("vega")
    assert scene.window.host == "vega"
    scene.run("Time range 1 h")
    assert scene.window.axis.key == "1h"
    scene.run("Theme: light")
    assert scene.settings.window_theme == "light"
    scene.run("All machines: Table")
    assert scene.window.page_name == "fleet-table"
    scene.run("Quit")
    assert scene.left == [True]


def test_one_thing_is_open_at_a_time(scene: Scene) -> None:
    scene.actions.open("palette")
    scene.actions.open("shortcuts")
    assert not scene.actions.palette.isVisible()
    assert scene.actions.sheet.isVisible()
    scene.actions.open("settings")
    assert not scene.actions.sheet.isVisible()
    dialog = scene.actions.dialog
    assert dialog is not None
    scene.actions.open("settings")
    assert scene.actions.dialog is dialog
    scene.actions.close()
    assert scene.actions.dialog is None


def test_what_cannot_be_saved_is_said_in_the_window(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    scene.run("Theme: dark")
    assert scene.settings.window_theme == "dark"


def test_machines_are_added_and_this_one_is_shared_from_the_palette_and_the_settings(scene: Scene) -> None:
    scene.run("Add machine")
    assert scene.fleet.add is not None
    assert not scene.fleet.add.isHidden()
    scene.fleet.add.close_box()
    scene.run("Share this machine")
    assert scene.fleet.share is not None
    assert not scene.fleet.share.isHidden()
    scene.actions.close()
    assert scene.fleet.share.isHidden()
    scene.run("Settings")
    dialog = scene.actions.dialog
    assert dialog is not None
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Share this machine…").click()
    assert scene.actions.dialog is None
    assert not scene.fleet.share.isHidden()
