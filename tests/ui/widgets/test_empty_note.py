from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.empty_note import EmptyNote


def test_the_next_step_can_be_taken(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    note = EmptyNote(theme, window)
    note.resize(400, 200)
    note.set_note("No other machines yet", "Machines that you add appear here.", "Add machine")
    window.show()
    qtbot.waitUntil(window.isVisible)
    taken: list[int] = []
    note.acted.connect(lambda: taken.append(1))
    link = note.findChildren(QAbstractButton)[0]
    assert link.isVisible()
    assert note.rect().contains(link.geometry())
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert taken == [1]
    assert note.accessibleName() == "No other machines yet. Machines that you add appear here."


def test_without_a_next_step_there_is_no_link(theme: Theme, window: QWidget) -> None:
    note = EmptyNote(theme, window)
    note.set_note("Nothing happened yet")
    window.show()
    assert not note.findChildren(QAbstractButton)[0].isVisible()
    note.resize(10, 10)
    note.grab()
