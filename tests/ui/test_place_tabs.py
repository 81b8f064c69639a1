from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages import registry
from sysmon.ui.pages.page import Page
from sysmon.ui.pages.registry import Entry, Place
from sysmon.ui.place_tabs import PlaceTabs
from sysmon.ui.theme import Theme

MANY = Place("many", "Many", "link", (Entry("one", "One", lambda: Page), Entry("two", "Two", lambda: Page)))
SINGLE = Place("single", "Single", "link", (Entry("alone", "Alone", lambda: Page),))


@pytest.fixture
def tabs(theme: Theme, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> PlaceTabs:
    monkeypatch.setattr(registry, "FLEET", (MANY, SINGLE))
    made = PlaceTabs(theme, window)
    made.resize(900, 36)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def seen(tabs: PlaceTabs) -> list[str]:
    return [button.text() for button in tabs.findChildren(QAbstractButton) if button.isVisible()]


def test_each_place_has_its_own_tabs(tabs: PlaceTabs) -> None:
    tabs.show_tabs(None, "overview", None)
    assert seen(tabs) == [entry.title for entry in registry.TABS]
    tabs.show_tabs(MANY, "two", None)
    assert seen(tabs) == ["One", "Two"]
    assert [
        button.text() for button in tabs.findChildren(QAbstractButton) if button.isChecked() and button.isVisible()
    ] == ["Two"]
    tabs.show_tabs(SINGLE, "alone", None)
    assert not tabs.isVisible()
    tabs.show_tabs(None, "cpu", None)
    assert tabs.isVisible()


def test_tools_of_a_page_come_and_go_with_it(tabs: PlaceTabs, window: QWidget) -> None:
    tool = QLabel("Sort", window)
    tabs.show_tabs(MANY, "one", tool)
    assert tool.isVisible()
    assert tool.parent() is tabs
    tabs.show_tabs(SINGLE, "alone", None)
    assert not tool.isVisible()
    tabs.show_tabs(MANY, "one", tool)
    assert tool.isVisible()
