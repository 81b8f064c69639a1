from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.palette import Palette, PaletteEntry
from sysmon.ui.theme import Theme


class Scene:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.ran: list[str] = []
        self.names = ["Overview", "CPU", "Memory", "vega", "Theme: dark", "Theme: light", "Quit"]
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(900, 600)
        self.palette = Palette(theme, self.window, self.entries)
        self.window.show()
        self.qtbot = qtbot

    def entries(self) -> list[PaletteEntry]:
        return [PaletteEntry(name, "Page", "overview", lambda name=name: self.ran.append(name)) for name in self.names]

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.palette.field, key)


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot) -> Scene:
    made = Scene(theme, qtbot)
    made.palette.open()
    return made


def test_typing_and_enter_is_all_it_takes(scene: Scene, qtbot: QtBot) -> None:
    qtbot.keyClicks(scene.palette.field, "td")
    assert scene.palette.titles == ["Theme: dark"]
    scene.key(Qt.Key.Key_Return)
    assert scene.ran == ["Theme: dark"]
    assert not scene.palette.isVisible()


def test_arrows_and_tab_move_and_wrap(scene: Scene) -> None:
    scene.key(Qt.Key.Key_Down)
    scene.key(Qt.Key.Key_Tab)
    scene.key(Qt.Key.Key_Enter)
    scene.palette.open()
    scene.key(Qt.Key.Key_Up)
    scene.key(Qt.Key.Key_Return)
    assert scene.ran == ["Memory", "Quit"]


def test_nothing_found_says_so_and_enter_does_nothing(scene: Scene, qtbot: QtBot) -> None:
    qtbot.keyClicks(scene.palette.field, "zzz")
    assert scene.palette.titles == []
    assert scene.palette.list.item(0).text() == "Nothing has that name"
    scene.key(Qt.Key.Key_Return)
    assert scene.ran == []
    assert scene.palette.isVisible()


def test_it_asks_anew_each_time_it_opens(scene: Scene) -> None:
    scene.key(Qt.Key.Key_Escape)
    scene.names = ["rigel"]
    scene.palette.open()
    assert scene.palette.field.text() == ""
    assert scene.palette.titles == ["rigel"]


def test_a_click_runs(scene: Scene, qtbot: QtBot) -> None:
    row = scene.palette.list.visualItemRect(scene.palette.list.item(1))
    qtbot.mouseClick(scene.palette.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert scene.ran == ["CPU"]


def test_it_is_drawn_and_spoken(scene: Scene) -> None:
    assert not scene.window.grab().isNull()
    item = scene.palette.list.item(0)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Overview, Page"
