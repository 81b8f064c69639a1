from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.simple_table import HEAD, ROW, Column, SimpleTable, TableRow

COLUMNS = (Column("Name", 2.0), Column("CPU", 1.0, "cpu"), Column("Memory", 1.0))


def rows(count: int, heat: float = 0.5) -> tuple[TableRow, ...]:
    return tuple(TableRow(f"key {at}", f"name {at}", "2 processes", ("50 %", "1 GiB"), heat) for at in range(count))


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> SimpleTable:
    made = SimpleTable(theme, "Top applications", COLUMNS, window)
    made.resize(400, HEAD + 4 * ROW)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def test_rows_that_do_not_fit_cannot_be_reached(table: SimpleTable) -> None:
    table.set_rows(rows(9))
    assert table.fitting() == 4
    row = table.row_at(HEAD + 3 * ROW + 2)
    assert row is not None
    assert row.key == "key 3"
    assert table.row_at(HEAD + 4 * ROW + 2) is None
    assert table.row_at(3) is None


def test_heat_is_seen_and_stronger_is_stronger(table: SimpleTable, theme: Theme) -> None:
    table.set_rows((*rows(1, 0.0), *rows(1, 0.2), *rows(1, 1.0)))
    image = table.grab().toImage()
    colours = [image.pixelColor(210, HEAD + at * ROW + 3) for at in range(3)]
    assert colours[0] == theme.colour("card")
    assert colours[1].blue() < colours[2].blue()


def test_keyboard_and_double_click_activate_a_row(table: SimpleTable, qtbot: QtBot) -> None:
    table.set_rows(rows(3))
    asked: list[str] = []
    table.activated.connect(asked.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(table, key)
    qtbot.mouseDClick(table, Qt.MouseButton.LeftButton, pos=QPoint(10, HEAD + 2 * ROW + 5))
    assert asked == ["key 1", "key 2"]


def test_an_empty_table_has_nothing_to_activate(table: SimpleTable, qtbot: QtBot) -> None:
    asked: list[str] = []
    table.activated.connect(asked.append)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert asked == []


def test_rows_are_spoken(table: SimpleTable) -> None:
    table.set_rows(rows(1))
    assert table.accessibleDescription() == "name 0 50 % 1 GiB"


def test_a_column_without_room_is_not_there(theme: Theme, window: QWidget) -> None:
    columns = (Column("Name", 1.0), Column("CPU", 1.0), Column("Memory", 1.0, from_width=300))
    wide, narrow = (SimpleTable(theme, "T", columns, window) for _ in range(2))
    few = SimpleTable(theme, "T", columns[:2], window)
    wide.resize(300, 200)
    narrow.resize(299, 200)
    few.resize(299, 200)
    wide.set_rows(rows(3))
    narrow.set_rows(rows(3))
    few.set_rows(tuple(TableRow(row.key, row.name, row.note, row.cells[:1], row.heat) for row in rows(3)))
    assert narrow.grab().toImage() == few.grab().toImage()
    assert wide.grab().toImage().copy(0, 0, 299, 200) != few.grab().toImage()
