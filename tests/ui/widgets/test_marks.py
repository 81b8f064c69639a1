from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.marks import LinkButton


def test_a_link_is_pressed_by_pointer_and_keyboard(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    link = LinkButton(theme, "All processes", window)
    link.resize(link.sizeHint())
    window.show()
    qtbot.waitUntil(window.isVisible)
    pressed: list[int] = []
    link.clicked.connect(lambda: pressed.append(1))
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert pressed == [1, 1]
    assert link.accessibleName() == "All processes"
