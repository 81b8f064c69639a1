from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.scroll import Scroll


def test_high_content_scrolls_up_and_down_only(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    content = QWidget()
    content.setMinimumHeight(900)
    scroll = Scroll(content, window)
    scroll.resize(600, 400)
    window.show()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert content.width() == scroll.viewport().width()
    assert scroll.horizontalScrollBar().maximum() == 0
    assert scroll.grab().toImage().pixelColor(10, 10) == theme.colour("window")
