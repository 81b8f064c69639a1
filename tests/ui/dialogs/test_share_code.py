from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.peer import Sharing
from sysmon.runtime.demo_fleet import CODE_LIFE, CODES, LINK_LIFE
from sysmon.ui.dialogs.share_code import ShareCode
from sysmon.ui.theme import Theme
from tests.ui.simulated_fleet import Simulated


class Opened:
    def __init__(self, theme: Theme, window: QWidget) -> None:
        self.simulated = Simulated()
        self.code = ShareCode(theme, self.simulated.door, lambda: "orion", lambda: self.simulated.now, window)
        self.look()
        window.show()

    def look(self) -> None:
        self.code.show_state(self.simulated.fleet.sharing(), self.simulated.fleet.peers())


@pytest.fixture
def opened(theme: Theme, window: QWidget, qtbot: QtBot) -> Opened:
    return Opened(theme, window)


def test_a_code_is_shown_counts_down_and_is_renewed(opened: Opened, qtbot: QtBot) -> None:
    code = opened.code
    assert code.open_part.isHidden()
    qtbot.mouseClick(code.show_code, Qt.MouseButton.LeftButton)
    assert code.code.text() == CODES[0]
    first = code.code_note.text()
    opened.simulated.now += 17.0
    opened.look()
    assert code.code_note.text() != first
    assert code.code_note.text().startswith("Good for 1")
    opened.simulated.now += CODE_LIFE
    opened.look()
    assert code.code.text() == "–"
    assert code.code_note.text() == "This code has expired."
    assert not code.open_part.isHidden()
    qtbot.mouseClick(code.show_code, Qt.MouseButton.LeftButton)
    assert code.code.text() == CODES[1]
    opened.simulated.now += LINK_LIFE + 1.0
    opened.look()
    assert code.open_part.isHidden()
    assert "Pairing has ended" in code.note.text()


def test_the_link_can_be_copied_and_scanned(opened: Opened, qtbot: QtBot) -> None:
    code = opened.code
    qtbot.mouseClick(code.show_code, Qt.MouseButton.LeftButton)
    assert not code.qr.isHidden()
    qtbot.mouseClick(code.copy, Qt.MouseButton.LeftButton)
    invitation = opened.simulated.fleet.sharing().invitation
    assert invitation is not None
    assert QGuiApplication.clipboard().text() == invitation.link == code.link.text()


def test_pairing_is_stopped(opened: Opened, qtbot: QtBot) -> None:
    qtbot.mouseClick(opened.code.show_code, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(opened.code.stop, Qt.MouseButton.LeftButton)
    assert opened.simulated.fleet.sharing().invitation is None
    assert opened.code.open_part.isHidden()
    asked = len(opened.simulated.crossing.asked)
    opened.code.close_pairing()
    assert len(opened.simulated.crossing.asked) == asked


def test_where_nobody_can_connect_it_says_so(opened: Opened) -> None:
    opened.code.open_pairing()
    invitation = opened.simulated.fleet.sharing().invitation
    opened.code.show_state(Sharing(True, ("127.0.0.1:4870",), 4870, invitation=invitation), ())
    assert opened.code.note.text().startswith("No other machine can connect")


def test_what_cannot_be_done_is_said(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    simulated = Simulated(machines=1)
    code = ShareCode(theme, simulated.door, lambda: "orion", lambda: simulated.now, window)
    code.open_pairing()
    assert "not shared" in code.problem.text()


def test_who_came_in_is_named_with_the_words_to_compare(opened: Opened, qtbot: QtBot) -> None:
    qtbot.mouseClick(opened.code.show_code, Qt.MouseButton.LeftButton)
    invitation = opened.simulated.fleet.sharing().invitation
    assert invitation is not None
    assert opened.code.paired.isHidden()
    opened.simulated.door.pair("altair:4870", invitation.code, lambda _: None, print)
    opened.look()
    assert opened.code.paired.title.text() == "orion and altair are paired"
    assert len(opened.code.paired.words.text().split()) == 5
    assert opened.code.paired.done.isHidden()
    opened.simulated.door.uninvite()
    opened.look()
    assert "Pairing is closed" in opened.code.note.text()
    qtbot.mouseClick(opened.code.show_code, Qt.MouseButton.LeftButton)
    assert opened.code.paired.isHidden()
