from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.dialogs.tags import TagsDialog
from sysmon.ui.theme import Theme


@pytest.fixture
def dialog(theme: Theme, window: QWidget, qtbot: QtBot) -> TagsDialog:
    window.show()
    made = TagsDialog(theme, "<b>vega</b>", ("servers", "prod"), window)
    made.open()
    qtbot.waitUntil(made.isVisible)
    return made


def test_it_begins_with_what_there_is_and_tells_what_was_typed(dialog: TagsDialog, qtbot: QtBot) -> None:
    told: list[tuple[str, ...]] = []
    dialog.given.connect(told.append)
    assert dialog.field.text() == "servers, prod"
    dialog.field.setText("edge,  web")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert told == [("edge", "web")]


def test_what_is_wrong_is_said_and_nothing_told(dialog: TagsDialog, qtbot: QtBot) -> None:
    told: list[tuple[str, ...]] = []
    dialog.given.connect(told.append)
    dialog.field.setText("x" * 50)
    save = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    assert told == []
    assert dialog.isVisible()
    assert "at most" in dialog.problem.text()
    dialog.field.setText("")
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    assert told == [()]


def test_giving_up_tells_nothing_and_names_are_no_markup(dialog: TagsDialog, qtbot: QtBot) -> None:
    told: list[tuple[str, ...]] = []
    dialog.given.connect(told.append)
    assert "Tags of <b>vega</b>" in [label.text() for label in dialog.findChildren(QLabel)]
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel) if "vega" in label.text()
    )
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert told == []
