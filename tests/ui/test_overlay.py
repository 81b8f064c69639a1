from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.overlay import Overlay
from sysmon.ui.theme import Theme


class Scene:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(900, 600)
        self.behind = QPushButton("behind", self.window)
        self.overlay = Overlay(theme, self.window, "Box", width=400, top=60)
        self.first, self.second = QLineEdit(self.overlay.box), QLineEdit(self.overlay.box)
        self.overlay.body.addWidget(self.first)
        self.overlay.body.addWidget(self.second)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.behind.setFocus()


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot) -> Scene:
    return Scene(theme, qtbot)


def test_it_covers_the_window_and_follows_its_size(scene: Scene) -> None:
    scene.overlay.open()
    assert scene.overlay.geometry() == scene.window.rect()
    scene.window.resize(700, 640)
    assert scene.overlay.geometry() == scene.window.rect()
    assert scene.window.rect().contains(scene.overlay.box.geometry())
    scene.window.resize(300, 200)
    assert scene.overlay.box.width() <= 300


def test_escape_closes_and_gives_the_keyboard_back(scene: Scene, qtbot: QtBot) -> None:
    scene.overlay.open()
    assert not scene.behind.hasFocus()
    qtbot.keyClick(scene.overlay.box, Qt.Key.Key_Escape)
    assert not scene.overlay.isVisible()
    assert scene.behind.hasFocus()


def test_a_press_beside_the_box_closes_one_inside_does_not(scene: Scene, qtbot: QtBot) -> None:
    scene.overlay.open()
    qtbot.mouseClick(scene.overlay.box, Qt.MouseButton.LeftButton)
    assert scene.overlay.isVisible()
    qtbot.mouseClick(scene.overlay, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not scene.overlay.isVisible()


def test_tab_stays_inside(scene: Scene, qtbot: QtBot) -> None:
    scene.overlay.open()
    scene.first.setFocus()
    qtbot.keyClick(scene.first, Qt.Key.Key_Tab)
    assert scene.second.hasFocus()
    for _ in range(4):
        qtbot.keyClick(scene.window.focusWidget(), Qt.Key.Key_Tab)
        assert not scene.behind.hasFocus()


def test_closing_twice_tells_once(scene: Scene) -> None:
    told: list[bool] = []
    scene.overlay.closed.connect(lambda: told.append(True))
    scene.overlay.close_box()
    scene.overlay.open()
    scene.overlay.close_box()
    scene.overlay.close_box()
    assert told == [True]


def test_the_top_can_be_moved_but_the_box_stays_inside(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    overlay = Overlay(theme, window, "Box", width=300, top=0)
    overlay.body.addWidget(QLabel("words", overlay.box))
    window.show()
    overlay.open()
    overlay.set_top(100)
    overlay.place()
    assert overlay.box.y() == 100
    overlay.set_top(5000)
    overlay.place()
    assert overlay.rect().contains(overlay.box.geometry())


def test_tab_passes_over_what_is_hidden_or_cannot_be_used(theme: Theme, qtbot: QtBot) -> None:
    scene = Scene(theme, qtbot)
    between, dead = QPushButton("hidden", scene.overlay.box), QPushButton("dead", scene.overlay.box)
    for widget in (between, dead):
        scene.overlay.body.addWidget(widget)
    between.hide()
    dead.setEnabled(False)
    scene.window.show()
    scene.window.activateWindow()
    scene.overlay.open()
    scene.first.setFocus()
    seen: list[QWidget | None] = []
    for _ in range(4):
        scene.overlay.focusNextPrevChild(True)
        seen.append(scene.window.focusWidget())
    assert seen == [scene.second, scene.first] * 2
