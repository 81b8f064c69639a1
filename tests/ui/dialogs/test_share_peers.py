from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.link import Rights
from sysmon.ui.dialogs.share_peers import SharePeers
from sysmon.ui.theme import Theme
from sysmon.viewmodels.sharing import peer_rows
from tests.ui.simulated_fleet import Simulated


class Opened:
    def __init__(self, theme: Theme, window: QWidget, *, empty: bool = False) -> None:
        self.simulated = Simulated(1 if empty else 7)
        self.peers = SharePeers(theme, self.simulated.door, self.look, window)
        self.peers.resize(580, 400)
        self.forgotten: list[str] = []
        self.peers.forget_asked.connect(self.forgotten.append)
        self.look()
        window.show()

    def look(self) -> None:
        fleet = self.simulated.fleet
        self.peers.show_rows(peer_rows(fleet.peers(), fleet.links(), self.simulated.now))

    def rights(self, peer: str) -> Rights:
        return next(known.rights for known in self.simulated.fleet.peers() if known.id == peer)

    def pick(self, name: str) -> None:
        texts = [self.peers.table.rows.text(at, 0) for at in range(self.peers.table.rows.rowCount())]
        self.peers.table.selectRow(texts.index(name))


@pytest.fixture
def opened(theme: Theme, window: QWidget, qtbot: QtBot) -> Opened:
    return Opened(theme, window)


def test_rights_are_explained_given_and_taken(opened: Opened, qtbot: QtBot) -> None:
    peers = opened.peers
    assert peers.rights.isHidden()
    opened.pick("laptop")
    assert peers.heading.text() == "What laptop may see of this machine"
    assert all(box.accessibleDescription() for box in peers.boxes.values())
    assert not peers.boxes["commands"].isEnabled()
    qtbot.keyClick(peers.boxes["processes"], Qt.Key.Key_Space)
    assert opened.rights("laptop") == Rights(processes=True, history=False)
    qtbot.keyClick(peers.boxes["actions"], Qt.Key.Key_Space)
    assert opened.rights("laptop").actions
    qtbot.keyClick(peers.boxes["processes"], Qt.Key.Key_Space)
    assert opened.rights("laptop") == Rights(processes=False, history=False)
    assert not peers.boxes["actions"].isChecked()
    assert opened.rights("atlas") == Rights()


def test_who_is_picked_stays_picked_while_others_come_and_go(opened: Opened) -> None:
    opened.pick("laptop")
    opened.simulated.door.revoke("atlas", lambda _: None, lambda _: None)
    opened.look()
    assert opened.peers.heading.text().startswith("What laptop")
    opened.simulated.door.revoke("laptop", lambda _: None, lambda _: None)
    opened.look()
    assert opened.peers.rights.isHidden()


def test_revoking_asks_first_elsewhere(opened: Opened, qtbot: QtBot) -> None:
    opened.pick("laptop")
    assert opened.peers.forget.text() == "Revoke laptop…"
    qtbot.mouseClick(opened.peers.forget, Qt.MouseButton.LeftButton)
    assert opened.forgotten == ["laptop"]
    assert "laptop" in {peer.id for peer in opened.simulated.fleet.peers()}


def test_a_change_that_fails_is_said_and_undone_on_the_screen(opened: Opened, qtbot: QtBot) -> None:
    opened.pick("laptop")
    del opened.simulated.fleet._peers["laptop"]
    qtbot.keyClick(opened.peers.boxes["history"], Qt.Key.Key_Space)
    assert "not among the paired ones" in opened.peers.problem.text()
    assert not opened.peers.boxes["history"].isChecked()


def test_nobody_is_paired_yet(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    opened = Opened(theme, window, empty=True)
    assert opened.peers.table.isHidden()
    assert not opened.peers.note.isHidden()


def test_who_comes_by_keyboard_finds_the_first_row_selected(opened: Opened, window: QWidget, qtbot: QtBot) -> None:
    opened.peers.show()
    window.activateWindow()
    opened.peers.table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert opened.peers.rights.isHidden()
    opened.peers.table.clearFocus()
    opened.peers.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert opened.peers.heading.text() == "What atlas may see of this machine"
