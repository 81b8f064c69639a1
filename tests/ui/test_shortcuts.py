from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.shortcuts import KEYS, Shortcuts


class Host(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.button, self.line = QPushButton("Press", self), QLineEdit(self)
        self.button.clicked.connect(lambda: self.done.append("pressed"))
        column = QVBoxLayout(self)
        column.addWidget(self.button)
        column.addWidget(self.line)
        self.keys = Shortcuts(self, {key.action: lambda name=key.action: self.done.append(name) for key in KEYS})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.handle(event):
            super().keyPressEvent(event)


@pytest.fixture
def host(qtbot: QtBot) -> Host:
    made = Host()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    made.setFocus()
    return made


def test_no_key_means_two_things() -> None:
    names = Counter(name for key in KEYS for name in key.keys)
    assert [name for name, count in names.items() if count > 1] == []
    assert all(QKeySequence(name).toString() for name in names)


@pytest.mark.parametrize(
    ("key", "modifier", "action"),
    [
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "palette"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier, "page-3"),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, "refresh"),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "next-machine"),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, "pause"),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, "live"),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, "cursor-back"),
        (Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier, "shortcuts"),
    ],
)
def test_each_key(host: Host, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, action: str) -> None:
    qtbot.keyClick(host, key, modifier)
    assert host.done == [action]


def test_space_presses_the_button_that_has_the_keyboard(host: Host, qtbot: QtBot) -> None:
    host.button.setFocus()
    qtbot.keyClick(host.button, Qt.Key.Key_Space)
    assert host.done == ["pressed"]


def test_typing_is_typing(host: Host, qtbot: QtBot) -> None:
    host.line.setFocus()
    qtbot.keyClicks(host.line, "a b?")
    qtbot.keyClick(host.line, Qt.Key.Key_Left)
    assert host.line.text() == "a b?"
    assert host.done == []


def test_a_key_with_a_modifier_is_not_the_bare_key(host: Host, qtbot: QtBot) -> None:
    qtbot.keyClick(host, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert host.done == []


def test_actions_that_nobody_does_are_left_out(window: QWidget, qtbot: QtBot) -> None:
    keys = Shortcuts(window, {})
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    assert not keys.handle(event)
