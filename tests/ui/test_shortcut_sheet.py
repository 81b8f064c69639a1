from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages import registry
from sysmon.ui.shortcut_sheet import ShortcutSheet, columns, spelled, words
from sysmon.ui.shortcuts import KEYS
from sysmon.ui.theme import Theme


def test_every_key_is_on_the_sheet_once() -> None:
    dealt = [key for column in columns(KEYS) for _, keys in column for key in keys]
    assert sorted(key.action for key in dealt) == sorted(key.action for key in KEYS)


def test_every_key_has_a_name() -> None:
    assert all(spelled(key) for key in KEYS)


def test_pages_are_called_by_their_names() -> None:
    named = [words(key) for key in KEYS if key.action.startswith("page-")]
    assert named[: len(registry.TABS)] == [entry.title for entry in registry.TABS[: len(named)]]


def test_any_key_closes_it_and_it_is_spoken(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    sheet = ShortcutSheet(theme, window)
    window.show()
    sheet.open()
    assert not window.grab().isNull()
    assert "Search or jump to: " in sheet.sheet.accessibleDescription()
    qtbot.keyClick(sheet, Qt.Key.Key_Shift)
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_A)
    assert not sheet.isVisible()


def test_it_fits_into_the_smallest_window(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    sheet = ShortcutSheet(theme, window)
    assert sheet.box.sizeHint().height() <= 600 - 64 - 24
