from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.peer import Found
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.found_list import FoundList

SPICA = Found("s", "spica", "192.0.2.41:4870", "Linux")
LYRA = Found("l", "lyra", "192.0.2.4:4870", "Linux", paired=True)


def test_rows_say_who_and_pick(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    shown = FoundList(theme, window)
    shown.resize(500, 200)
    picked: list[object] = []
    shown.picked.connect(picked.append)
    shown.set_found((SPICA, LYRA))
    first, second = shown.rows()
    assert first.accessibleName() == "spica, Linux · 192.0.2.41 · publishing"
    assert first.button.accessibleName() == "Pair with spica"
    assert not second.button.isEnabled()
    qtbot.mouseClick(first.button, Qt.MouseButton.LeftButton)
    assert picked == [SPICA]
    assert not shown.grab().isNull()


def test_rows_that_stay_are_the_same_ones(theme: Theme, window: QWidget) -> None:
    shown = FoundList(theme, window)
    shown.set_found((SPICA,))
    (row,) = shown.rows()
    moved = Found("s", "spica", "192.0.2.99:4870", "Linux")
    shown.set_found((LYRA, moved))
    assert row in shown.rows()
    assert row.machine is moved
    shown.set_found(())
    assert shown.rows() == ()


def test_names_of_strangers_are_harmless(theme: Theme, window: QWidget) -> None:
    shown = FoundList(theme, window)
    shown.set_found((Found("x", "<b>evil</b>\n", "192.0.2.66:4870"),))
    assert "\n" not in shown.rows()[0].accessibleName()
