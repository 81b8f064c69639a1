from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.check_box import CheckBox, RadioButton


def test_a_check_box_is_checked_by_pointer_and_keyboard(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    box = CheckBox(theme, "Command lines", window)
    box.resize(box.sizeHint())
    window.show()
    empty = box.grab().toImage()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert box.isChecked()
    assert box.grab().toImage() != empty
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()
    box.setEnabled(False)
    assert box.grab().toImage() != empty


def test_of_radio_buttons_one_is_taken(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    one, other = RadioButton(theme, "This machine only", window), RadioButton(theme, "All networks", window)
    for button in (one, other):
        button.resize(button.sizeHint())
    other.move(0, 40)
    window.show()
    one.setChecked(True)
    taken = one.grab().toImage()
    qtbot.mouseClick(other, Qt.MouseButton.LeftButton, pos=other.rect().center())
    assert other.isChecked()
    assert not one.isChecked()
    assert one.grab().toImage() != taken
