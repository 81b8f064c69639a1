from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine
from sysmon.pipeline.demand import DEVICES, Demand
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.settings import Settings
from sysmon.ui.fleet_dialogs import FleetDialogs
from sysmon.ui.main_window import MainWindow
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from tests.ui.simulated_fleet import Simulated


class Scene:
    """The window over a simulated fleet, on the page of connections."""

    def __init__(self, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        store = Store()
        store.put_machine(Machine(LOCAL, "orion"))
        store.put_machine(Machine("spica", "spica"))
        query, self.demand = Query(store), Demand()
        self.simulated = Simulated()
        self.window = MainWindow(theme, query, self.demand, Units(), kept=60.0, fleet=self.simulated.door)
        qtbot.addWidget(self.window)
        self.window.show_page("connections")
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.dialogs = FleetDialogs(
            self.window, theme, self.simulated.door, Settings(folder / "s.toml"), query, self.window.want
        )
        self.window.asked.connect(self.dialogs.open)


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Scene:
    return Scene(theme, qtbot, tmp_path)


def test_the_window_shows_the_page_and_its_head(scene: Scene) -> None:
    scene.window.draw_again()
    assert scene.window.page_name == "connections"
    assert "4 live" in scene.window.head.findChildren(type(scene.window.head._title))[0].accessibleName()
    assert scene.window.head.ranges.isHidden()
    scene.window.show_page("overview")
    assert not scene.window.head.ranges.isHidden()


def test_a_machine_is_added_and_shown(scene: Scene, qtbot: QtBot) -> None:
    assert scene.dialogs.open("add-machine")
    add = scene.dialogs.add
    assert add is not None
    assert not add.isHidden()
    codes: list[str] = []
    scene.simulated.door.invite(lambda made: codes.append(made.code), print)
    qtbot.keyClicks(add.field, f"spica:4870 {codes[0]}")
    qtbot.keyClick(add.field, Qt.Key.Key_Return)
    assert "orion and spica" in add.paired.title.text()
    qtbot.mouseClick(add.paired.look, Qt.MouseButton.LeftButton)
    assert add.isHidden()
    assert scene.window.host == "spica"
    scene.dialogs.open("add-machine 192.0.2.31:4870")
    assert "192.0.2.31" in add.heading.text()


def test_addresses_are_read_while_the_dialog_is_open(scene: Scene) -> None:
    assert scene.demand.interval(LOCAL, DEVICES) is None
    scene.dialogs.open("share")
    assert scene.dialogs.share is not None
    assert scene.demand.interval(LOCAL, DEVICES) is not None
    scene.dialogs.share.reject()
    assert scene.demand.interval(LOCAL, DEVICES) is None
    scene.dialogs.open("share code")
    assert not scene.dialogs.share.isHidden()
    assert scene.simulated.fleet.sharing().invitation is not None
    scene.dialogs.close()
    assert scene.simulated.fleet.sharing().invitation is None


def test_revoking_asks_and_names_the_machine(scene: Scene, qtbot: QtBot) -> None:
    scene.dialogs.open("forget laptop")
    question = scene.dialogs.question
    assert question is not None
    assert question.yes.text() == "Revoke laptop"
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert "laptop" in {peer.id for peer in scene.simulated.fleet.peers()}
    scene.dialogs.open("forget laptop")
    question = scene.dialogs.question
    assert question is not None
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    assert "laptop" not in {peer.id for peer in scene.simulated.fleet.peers()}
    scene.dialogs.open("forget nobody")
    assert scene.dialogs.question is None


def test_a_machine_that_went_meanwhile(scene: Scene, qtbot: QtBot) -> None:
    scene.dialogs.open("forget laptop")
    question = scene.dialogs.question
    assert question is not None
    scene.simulated.door.revoke("laptop", lambda _: None, lambda _: None)
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    assert "not among the paired ones" in scene.window.notice.accessibleName()


def test_the_audit_list(scene: Scene) -> None:
    scene.dialogs.open("fleet-audit")
    audit = scene.dialogs.audit
    assert audit is not None
    assert audit.windowTitle() == "What other machines did"
    assert "laptop was paired" in audit.table.rows.text(0, 0)
    audit.reject()
    assert scene.dialogs.audit is None


def test_other_words_are_not_for_us(scene: Scene) -> None:
    assert not scene.dialogs.open("settings")
    assert QApplication.activeModalWidget() is None


def test_the_tray_switches_sharing_and_shows_where(scene: Scene) -> None:
    scene.dialogs.open("share off")
    assert scene.dialogs.share is None
    assert not scene.simulated.fleet.sharing().on
    scene.dialogs.open("share on")
    assert scene.simulated.fleet.sharing().on
    assert scene.dialogs.share is not None
    assert scene.dialogs.share.switch.isChecked()
    scene.dialogs.open("share off")
    assert not scene.dialogs.share.switch.isChecked()
