from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.event_list import ROW, EventLine, EventList

LINE = EventLine("warning", "Off", "vega", "Sensors cannot be read", "2 min ago", "2026-11-23 03:11:58")


def test_events_are_spoken_with_their_state(theme: Theme, window: QWidget) -> None:
    events = EventList(theme, window)
    events.set_lines((LINE,))
    assert events.accessibleDescription() == "Off: vega Sensors cannot be read, 2 min ago"


def test_what_is_cut_and_the_exact_time_are_under_the_pointer(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    events = EventList(theme, window)
    events.resize(160, 3 * ROW)
    events.set_lines((LINE,))
    window.show()
    qtbot.waitUntil(window.isVisible)
    at = QPoint(20, ROW // 2)
    QApplication.sendEvent(events, QHelpEvent(QEvent.Type.ToolTip, at, events.mapToGlobal(at)))
    assert "Sensors cannot be read" in QToolTip.text()
    assert "2026-11-23" in QToolTip.text()
    QToolTip.hideText()


def test_only_whole_rows_are_drawn(theme: Theme, window: QWidget) -> None:
    events = EventList(theme, window)
    events.set_lines((LINE,) * 9)
    events.resize(300, ROW + ROW // 2)
    image = events.grab().toImage()
    assert all(image.pixelColor(x, ROW + 3) == theme.colour("card") for x in range(300))
