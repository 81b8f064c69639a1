from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.said import STAYS_MS, Said

LONG = "Not done: End – sleep (11998) belongs to another user, or this needs more rights. " * 4


@pytest.fixture
def said(theme: Theme, window: QWidget, qtbot: QtBot) -> Said:
    window.resize(900, 500)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return Said(theme, window)


def stay(said: Said) -> QTimer:
    return said.findChildren(QTimer)[0]


@pytest.mark.parametrize("width", [420, 900])
def test_long_words_are_there_in_full_inside_their_room(said: Said, window: QWidget, width: int) -> None:
    window.resize(width, 500)
    said.say(LONG, good=False)
    assert said.isVisible()
    assert window.rect().contains(said.geometry())
    assert said.height() >= said.heightForWidth(said.width())
    assert said.accessibleName() == LONG
    window.resize(width - 60, 460)
    QApplication.processEvents()
    assert window.rect().contains(said.geometry())


def test_words_go_by_themselves_later_where_they_have_to_be_read(said: Said, qtbot: QtBot) -> None:
    said.say("Stopped web (5).", good=True)
    assert stay(said).interval() == STAYS_MS[0]
    said.say("Not done.", good=False)
    assert stay(said).interval() == STAYS_MS[1]
    assert stay(said).isActive()
    stay(said).setInterval(0)
    stay(said).start()
    qtbot.waitUntil(lambda: not said.isVisible())


def test_a_pointer_keeps_them_and_a_click_dismisses_them(said: Said, qtbot: QtBot) -> None:
    said.say("Not done.", good=False)
    at = QPointF(4, 4)
    QApplication.sendEvent(said, QEnterEvent(at, at, at))
    assert not stay(said).isActive()
    QApplication.sendEvent(said, QEvent(QEvent.Type.Leave))
    assert stay(said).isActive()
    qtbot.mouseClick(said, Qt.MouseButton.LeftButton)
    assert not said.isVisible()


def test_good_and_bad_look_different_and_nothing_says_nothing(said: Said) -> None:
    said.say("It is done.", good=True)
    good = said.grab().toImage()
    said.say("It is done.", good=False)
    assert said.grab().toImage() != good
    said.say("", good=True)
    assert not said.isVisible()
