from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.fleet_bar import FleetBar
from sysmon.ui.theme import Theme


@pytest.fixture
def bar(theme: Theme, window: QWidget, qtbot: QtBot) -> FleetBar:
    made = FleetBar(theme, lambda before: (), window)
    made.resize(600, 36)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def test_orders_are_told(bar: FleetBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.order_chosen.connect(told.append)
    name = next(b for b in bar.findChildren(QAbstractButton) if b.text() == "By name")
    qtbot.mouseClick(name, Qt.MouseButton.LeftButton)
    assert told == ["name"]


def test_without_tags_there_is_nothing_about_tags(bar: FleetBar) -> None:
    bar.set_tags((), None)
    by_tag = next(b for b in bar.findChildren(QAbstractButton) if b.text() == "By tag")
    assert not bar.tags.isVisible()
    assert not by_tag.isVisible()
    bar.set_tags(("db", "web"), None)
    assert bar.tags.isVisible()
    assert by_tag.isVisible()


def test_a_tag_is_told_and_kept(bar: FleetBar) -> None:
    told: list[object] = []
    bar.tag_chosen.connect(told.append)
    bar.set_tags(("db", "web"), None)
    assert [bar.tags.itemText(at) for at in range(bar.tags.count())] == ["All tags", "db", "web", "Without a tag"]
    for at in (1, 3, 0):
        bar.tags.activated.emit(at)
    assert told == ["db", "", None]
    bar.set_tags(("db", "web"), "web")
    assert bar.tags.currentText() == "web"
    bar.set_tags(("db",), "web")
    assert bar.tags.currentText() == "All tags"


def test_everything_has_a_name(bar: FleetBar) -> None:
    assert bar.field.accessibleName() == "Find a process on all machines"
    assert bar.tags.accessibleName()
    assert all(button.accessibleName() for button in bar.orders.findChildren(QAbstractButton))
