from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.head import Head
from sysmon.ui.theme import Theme
from sysmon.viewmodels.plot import TimeScope


@pytest.fixture
def head(theme: Theme, window: QWidget, qtbot: QtBot) -> Head:
    made = Head(theme, window)
    made.resize(844, 52)
    window.resize(900, 200)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def test_live_and_paused_say_what_a_press_does(head: Head) -> None:
    head.set_scope(TimeScope(0.0, 300.0, live=True), "5m", 3600.0)
    assert head.live.accessibleName() == "Live. Press to pause."
    width = head.live.sizeHint().width()
    head.set_scope(TimeScope(0.0, 300.0, live=False), "5m", 3600.0)
    assert head.live.accessibleName().startswith("Paused at ")
    assert head.live.sizeHint().width() > width


def test_ranges_longer_than_what_is_kept_explain_themselves(head: Head) -> None:
    head.set_scope(TimeScope(0.0, 300.0, live=True), "5m", 3600.0)
    assert head.ranges.choice() == "5m"
    tips = {button.text(): button.toolTip() for button in head.ranges.findChildren(QAbstractButton)}
    assert tips["1 h"] == ""
    assert "recording" in tips["6 h"]


def test_a_zoomed_span_has_no_range_button(head: Head) -> None:
    head.set_scope(TimeScope(0.0, 300.0, live=True), "5m", 3600.0)
    head.set_scope(TimeScope(0.0, 200.0, live=True), None, 3600.0)
    assert head.ranges.choice() is None


def test_presses_are_told(head: Head, qtbot: QtBot) -> None:
    told: list[str] = []
    head.range_chosen.connect(told.append)
    head.live_pressed.connect(lambda: told.append("live"))
    qtbot.mouseClick(head.live, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(head.ranges.findChildren(QAbstractButton)[2], Qt.MouseButton.LeftButton)
    assert told == ["live", "1h"]


def test_nothing_is_cut_in_the_smallest_window(head: Head) -> None:
    head.set_machine("a-machine-with-quite-a-long-name", "Debian 12 · Linux 6.18 · " + "facts " * 20, "all facts")
    head.set_scope(TimeScope(0.0, 300.0, live=False), "5m", 3600.0)
    head.layout().activate()
    assert head.rect().contains(head.ranges.geometry())
    assert not head.live.geometry().intersects(head.ranges.geometry())
    head.grab()
