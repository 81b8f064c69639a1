from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.marks import Dot, LinkButton, Pill


def test_a_dot_has_a_word(theme: Theme, window: QWidget) -> None:
    dot = Dot(theme, "ok", "live", window)
    before = dot.grab().toImage()
    dot.set_state("offline", "offline 3 h")
    assert (dot.accessibleName(), dot.toolTip()) == ("offline 3 h", "offline 3 h")
    assert dot.grab().toImage() != before


def test_a_pill_grows_with_its_word(theme: Theme, window: QWidget) -> None:
    pill = Pill(theme, window)
    pill.set_state("Live", "ok")
    narrow = pill.sizeHint().width()
    pill.set_state("Reconnecting", "warning")
    assert pill.sizeHint().width() > narrow
    assert pill.accessibleName() == "Reconnecting"


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
