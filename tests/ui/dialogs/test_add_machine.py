from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.peer import Invitation
from sysmon.runtime.demo_fleet import CODE_LIFE
from sysmon.ui.dialogs.add_machine import AddMachine
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fingerprint import fingerprint
from tests.ui.simulated_fleet import Simulated

WRONG = "silver-anchor-falcon"


class Opened:
    """The dialog over a simulated network in which everybody was found already."""

    def __init__(self, theme: Theme, window: QWidget, qtbot: QtBot) -> None:
        self.simulated = Simulated()
        window.resize(900, 600)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        self.qtbot = qtbot
        self.dialog = AddMachine(theme, window, self.simulated.door, lambda: "orion")
        self.added: list[str] = []
        self.dialog.added.connect(self.added.append)
        self.dialog.open_at()
        self.simulated.now += 5.0
        self.dialog._show_found()

    def invite(self) -> Invitation:
        made: list[Invitation] = []
        self.simulated.door.invite(made.append, print)
        return made[0]

    def type(self, text: str) -> None:
        self.dialog.field.clear()
        self.qtbot.keyClicks(self.dialog.field, text)
        self.qtbot.keyClick(self.dialog.field, Qt.Key.Key_Return)

    @property
    def said(self) -> str:
        return self.dialog.message.text()


@pytest.fixture
def opened(theme: Theme, window: QWidget, qtbot: QtBot) -> Opened:
    return Opened(theme, window, qtbot)


def test_it_listens_while_it_is_open(opened: Opened, qtbot: QtBot) -> None:
    assert [row.machine.name for row in opened.dialog.found.rows()] == ["spica", "altair", "lyra", "capella"]
    assert QApplication.focusWidget() is opened.dialog.field
    qtbot.keyClick(opened.dialog.field, Qt.Key.Key_Escape)
    assert opened.dialog.isHidden()
    assert opened.simulated.fleet.found() == ()
    assert not opened.dialog.seconds.running


def test_a_code_alone_finds_its_machine(opened: Opened) -> None:
    invitation = opened.invite()
    opened.type(invitation.code.upper().replace("-", "  "))
    assert opened.added == ["spica"]
    note = opened.dialog.paired
    assert note.title.text() == "orion and spica are paired"
    assert note.words.text() == " ".join(fingerprint(opened.simulated.fleet.own_id, "spica"))
    assert opened.dialog.entry.isHidden()
    assert "spica" in {peer.name for peer in opened.simulated.fleet.peers()}


def test_pair_beside_a_found_one_asks_for_its_code(opened: Opened, qtbot: QtBot) -> None:
    invitation = opened.invite()
    altair = opened.dialog.found.rows()[1]
    qtbot.mouseClick(altair.button, Qt.MouseButton.LeftButton)
    assert opened.dialog.heading.text() == "Enter the code that altair shows"
    assert opened.added == []
    opened.type(invitation.code)
    assert opened.added == ["altair"]


def test_with_a_code_in_the_field_pair_is_enough(opened: Opened, qtbot: QtBot) -> None:
    invitation = opened.invite()
    opened.dialog.field.setText(invitation.code)
    qtbot.mouseClick(opened.dialog.found.rows()[3].button, Qt.MouseButton.LeftButton)
    assert opened.added == ["capella"]


def test_an_address_comes_first_and_then_its_code(opened: Opened, qtbot: QtBot) -> None:
    invitation = opened.invite()
    opened.type("altair:4870")
    assert opened.dialog.heading.text() == "Enter the code that altair:4870 shows"
    assert opened.dialog.field.text() == ""
    qtbot.keyClick(opened.dialog.field, Qt.Key.Key_Return)
    assert opened.said == "Type the code that altair:4870 shows."
    qtbot.mouseClick(opened.dialog.other, Qt.MouseButton.LeftButton)
    assert opened.dialog.heading.text() == "Or enter its pairing code"
    opened.type(f"altair:4870 {invitation.code}")
    assert opened.added == ["altair"]


def test_links_and_ssh_need_no_code(opened: Opened, qtbot: QtBot) -> None:
    opened.type(opened.invite().link)
    assert opened.added == ["spica"]
    opened.dialog.open_at()
    opened.type("ada@capella")
    assert opened.added == ["spica", "ssh:ssh://ada@capella"]
    assert opened.dialog.paired.words.isHidden()


def test_mistakes_get_plain_words_under_the_field(opened: Opened) -> None:
    invitation = opened.invite()
    opened.type("granite-lantren-otter")
    assert "Is it lantern" in opened.said
    opened.type("spica:4870 " + WRONG)
    assert opened.said == "That code is wrong. Ask for a new one on spica."
    assert opened.dialog.field.accessibleDescription() == opened.said
    opened.type("nowhere:1 " + invitation.code)
    assert opened.said == "The name of nowhere leads to no address."
    opened.type(WRONG)
    assert opened.said.startswith("None of the 3 machines that were found takes that code.")
    opened.simulated.now += CODE_LIFE + 1.0
    opened.type("altair:4870 " + invitation.code)
    assert opened.said == "That code has expired. Ask for a new one on altair."
    opened.type("orion " + invitation.code)
    assert opened.said == "That is this machine itself."
    assert opened.added == []


def test_three_wrong_codes_and_it_says_what_to_do(opened: Opened) -> None:
    opened.invite()
    for _ in range(4):
        opened.type("spica:4870 " + WRONG)
    assert opened.said == "spica is not pairing. Open pairing there first."


def test_it_can_be_given_up_and_nothing_has_changed(opened: Opened, qtbot: QtBot) -> None:
    invitation = opened.invite()
    peers = opened.simulated.fleet.peers()
    opened.simulated.crossing.held = True
    opened.type("spica:4870 " + invitation.code)
    assert opened.dialog.busy
    assert opened.said == "Pairing with spica:4870…"
    assert opened.dialog.go.text() == "Cancel"
    opened.dialog.submit()
    assert len(opened.simulated.crossing.waiting) == 1
    qtbot.keyClick(opened.dialog.field, Qt.Key.Key_Escape)
    assert not opened.dialog.isHidden()
    assert not opened.dialog.busy
    assert opened.said == "Given up. Nothing was changed here."
    opened.simulated.crossing.go()
    assert opened.added == []
    assert opened.simulated.fleet.peers() == peers


def test_closing_gives_up_too(opened: Opened) -> None:
    opened.invite()
    opened.simulated.crossing.held = True
    opened.type("spica:4870 " + WRONG)
    opened.dialog.close_box()
    assert not opened.dialog.busy
    opened.simulated.crossing.go()
    assert opened.said != "That code is wrong. Ask for a new one on spica."


def test_it_opens_for_a_machine_that_is_known(opened: Opened) -> None:
    opened.dialog.open_at("192.0.2.31:4870")
    assert opened.dialog.heading.text() == "Enter the code that 192.0.2.31:4870 shows"
    opened.dialog.open_at("ssh://ada@capella")
    opened.dialog.submit()
    assert opened.added == ["ssh:ssh://ada@capella"]


def test_it_fits_into_the_smallest_window(opened: Opened) -> None:
    box = opened.dialog.box.geometry()
    assert opened.dialog.rect().contains(box)
    assert opened.dialog.promise.geometry().bottom() <= opened.dialog.entry.height()
    assert not opened.dialog.grab().isNull()


def test_tab_reaches_everything_inside_and_nothing_else(opened: Opened, qtbot: QtBot) -> None:
    seen: list[QWidget | None] = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert opened.dialog.go in seen
    assert opened.dialog.found.rows()[0].button in seen
    assert all(widget is not None and opened.dialog.box.isAncestorOf(widget) for widget in seen)
