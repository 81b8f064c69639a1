"""The filter field: completion without losing the keyboard, errors with their place, Escape in steps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.filter_field import FilterField
from sysmon.viewmodels.process_filter import Problem, Suggestion


def suggest(before: str) -> Sequence[Suggestion]:
    words = ("user:", "us_other:") if before.endswith("us") else ()
    return [Suggestion(word, len(before) - 2, "what it means") for word in words]


@pytest.fixture
def field(theme: Theme, window: QWidget, qtbot: QtBot) -> FilterField:
    made = FilterField(theme, window, suggest)
    made.setGeometry(10, 10, 300, 32)
    window.show()
    qtbot.waitUntil(made.isVisible)
    made.setFocus()
    return made


def test_the_list_opens_while_typing_and_the_field_keeps_the_keyboard(field: FilterField) -> None:
    QTest.keyClicks(field, "x us")
    assert field.popup.isVisible()
    assert [field.popup.item(at).text() for at in range(field.popup.count())] == ["user:", "us_other:"]
    assert not field.popup.hasFocus()
    assert not field.popup.grab().isNull()
    QTest.keyClicks(field, "z")
    assert not field.popup.isVisible()


def test_tab_takes_the_first_and_replaces_the_word(field: FilterField) -> None:
    QTest.keyClicks(field, "x us")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "x user:"
    assert not field.popup.isVisible()


def test_down_and_return_take_another(field: FilterField) -> None:
    left: list[None] = []
    field.left.connect(lambda: left.append(None))
    QTest.keyClicks(field, "us")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(field, key)
    assert field.text() == "us_other:"
    assert left == []


def test_return_without_a_choice_goes_to_the_rows(field: FilterField) -> None:
    left: list[None] = []
    field.left.connect(lambda: left.append(None))
    QTest.keyClicks(field, "us")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "us"
    assert len(left) == 1


def test_escape_closes_the_list_then_clears_then_leaves(field: FilterField) -> None:
    left: list[None] = []
    field.left.connect(lambda: left.append(None))
    QTest.keyClicks(field, "us")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.popup.isVisible(), field.text()) == (False, "us")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert len(left) == 1


def test_what_is_wrong_is_said_below_and_marked(field: FilterField) -> None:
    before = field.grab().toImage()
    field.setText("cpu>x")
    plain = field.grab().toImage()
    field.set_problem(Problem("cpu needs a share such as 5", 4))
    assert field.bubble.isVisible()
    assert field.bubble.text() == "cpu needs a share such as 5"
    assert field.accessibleDescription() == "cpu needs a share such as 5"
    assert field.grab().toImage() != plain != before
    field.set_problem(None)
    assert not field.bubble.isVisible()
    assert field.problem() is None


def test_what_is_long_stays_inside_the_window(field: FilterField, window: QWidget) -> None:
    field.set_problem(Problem("fields are " + "name, " * 100, 0))
    assert field.bubble.geometry().right() <= window.width()


def test_hiding_the_field_hides_what_belongs_to_it(field: FilterField) -> None:
    QTest.keyClicks(field, "us")
    field.hide()
    assert not field.popup.isVisible()
