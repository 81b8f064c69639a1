from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.tabs import Tabs


def test_tabs(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    tabs = Tabs(theme, "Pages", (("overview", "Overview"), ("cpu", "CPU")), window)
    window.show()
    qtbot.waitUntil(window.isVisible)
    told: list[str] = []
    tabs.chosen.connect(told.append)
    tabs.choose("overview")
    assert told == []
    overview, cpu = tabs.findChildren(QAbstractButton)
    assert overview.isChecked()
    qtbot.mouseClick(cpu, Qt.MouseButton.LeftButton)
    assert told == ["cpu"]
    tabs.choose("about")
    assert not overview.isChecked()
    assert not cpu.isChecked()
    assert cpu.accessibleName() == "CPU"


def test_tabs_shrink_before_they_are_cut(theme: Theme, window: QWidget) -> None:
    names = ("Overview", "CPU", "Memory", "Disks", "Network", "GPU", "Sensors", "Processes", "Events")
    tabs = Tabs(theme, "Pages", tuple((name, name) for name in names), window)
    assert tabs.minimumSizeHint().width() < 800
