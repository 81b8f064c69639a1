from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.scroll import Scroll


@pytest.fixture
def scroll(theme: Theme, window: QWidget, qtbot: QtBot) -> Scroll:
    """Too low for its content; ``theme`` gives the colours."""
    content = QWidget()
    content.setMinimumHeight(900)
    made = Scroll(content, window)
    made.resize(600, 400)
    window.show()
    qtbot.waitUntil(lambda: made.verticalScrollBar().maximum() > 0)
    return made


def test_high_content_scrolls_up_and_down_only(scroll: Scroll, theme: Theme) -> None:
    content = scroll.widget()
    assert content is not None
    assert content.width() == scroll.viewport().width()
    assert scroll.horizontalScrollBar().maximum() == 0
    assert scroll.grab().toImage().pixelColor(10, 10) == theme.colour("window")


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_bar_that_changes_leaves_what_is_below_alone(
    scroll: Scroll, theme: Theme, window: QWidget, qtbot: QtBot
) -> None:
    window.grab()
    below, bar = Paints(scroll), Paints(scroll.verticalScrollBar())
    scroll.verticalScrollBar().update()
    qtbot.waitUntil(lambda: bar.count > 0)
    assert below.count == 0
    assert scroll.grab().toImage().pixelColor(scroll.width() - 1, 399) == theme.colour("window")
