"""The question before an action: Enter means Cancel until the button is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.action import End, Target
from sysmon.model.process import ProcessKey
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.theme import Scheme, Theme, contrast
from sysmon.viewmodels.process_actions import Chosen, Question, question


def asked(*pids: int) -> Question:
    return question(End(), Chosen(tuple(Target(ProcessKey(pid, 1.0), "web") for pid in pids)))


@pytest.fixture
def answers() -> list[object]:
    return []


def opened(theme: Theme, window: QWidget, qtbot: QtBot, wanted: Question, answers: list[object]) -> ConfirmDialog:
    window.show()
    dialog = ConfirmDialog(theme, wanted, window)
    dialog.confirmed.connect(answers.append)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_enter_at_once_does_nothing(theme: Theme, window: QWidget, qtbot: QtBot, answers: list[object]) -> None:
    dialog = opened(theme, window, qtbot, asked(5), answers)
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert answers == []


def test_enter_on_the_button_is_a_yes(theme: Theme, window: QWidget, qtbot: QtBot, answers: list[object]) -> None:
    wanted = asked(5)
    dialog = opened(theme, window, qtbot, wanted, answers)
    dialog.yes.setFocus()
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog.yes, Qt.Key.Key_Return)
    assert answers == [wanted]


def test_escape_is_a_no(theme: Theme, window: QWidget, qtbot: QtBot, answers: list[object]) -> None:
    dialog = opened(theme, window, qtbot, asked(5, 6), answers)
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == []


def test_everybody_is_named_and_what_is_left_alone_too(
    theme: Theme, window: QWidget, qtbot: QtBot, answers: list[object]
) -> None:
    dialog = opened(theme, window, qtbot, asked(1, *range(100, 140)), answers)
    lists = dialog.findChildren(QListWidget)
    assert [found.count() for found in lists] == [40, 1]
    assert lists[0].item(39).text() == "web (139)"
    assert dialog.yes.text() == "End 40 processes"


def test_nobody_to_hit_cannot_be_confirmed(theme: Theme, window: QWidget, qtbot: QtBot, answers: list[object]) -> None:
    assert not opened(theme, window, qtbot, asked(1), answers).yes.isEnabled()


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
def test_the_button_that_does_it_can_be_read_with_the_keyboard_on_it(
    theme: Theme, window: QWidget, qtbot: QtBot, scheme: Scheme
) -> None:
    theme.set_scheme(scheme)
    theme.apply()
    window.show()
    dialog = ConfirmDialog(theme, asked(5), window)
    dialog.open()
    dialog.yes.setFocus()
    dialog.yes.setDefault(True)
    qtbot.wait(1)
    image = dialog.yes.grab().toImage()
    ground = image.pixelColor(6, image.height() // 2)
    ink = max(
        (image.pixelColor(x, y) for x in range(6, image.width() - 6) for y in range(6, image.height() - 6)),
        key=lambda colour: contrast(colour, ground),
    )
    assert ground == theme.colour("critical")
    assert contrast(ink, ground) >= 4.0
