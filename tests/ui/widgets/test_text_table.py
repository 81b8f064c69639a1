"""Rows of text: few changes told, selection kept, copied as lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.text_table import TextTable
from sysmon.viewmodels.process_tabs import TabColumn

COLUMNS = (TabColumn("No.", 0.2, number=True), TabColumn("Path", 0.8))


@pytest.fixture
def table(theme: Theme, window: QWidget) -> TextTable:
    made = TextTable(theme, "Files", window)
    made.resize(500, 300)
    QAbstractItemModelTester(made.rows, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.set_rows(COLUMNS, [("1", "/a"), ("2", "/b"), ("3", "/c")])
    window.show()
    return made


def test_cells_and_heads(table: TextTable) -> None:
    rows = table.rows
    assert rows.data(rows.index(1, 1)) == "/b"
    assert rows.headerData(0, Qt.Orientation.Horizontal) == "No."
    assert rows.headerData(9, Qt.Orientation.Horizontal) is None
    assert rows.data(rows.index(1, 1), Qt.ItemDataRole.DecorationRole) is None
    assert not table.grab().isNull()


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_more_or_fewer_rows_keep_the_selection_of_those_that_stay(table: TextTable, count: int) -> None:
    table.selectRow(0)
    table.set_rows(COLUMNS, [(str(at), "/x") for at in range(count)])
    assert table.rows.rowCount() == count
    assert [index.row() for index in table.selectionModel().selectedRows()] == ([0] if count else [])


def test_other_columns_are_another_table(table: TextTable) -> None:
    table.set_rows((TabColumn("One", 1.0),), [("x",)])
    assert (table.rows.rowCount(), table.rows.columnCount()) == (1, 1)


def test_selected_rows_are_copied(table: TextTable) -> None:
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\t/a\n2\t/b\n3\t/c"
