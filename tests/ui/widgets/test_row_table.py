from __future__ import annotations

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.row_table import RowTable


def test_rows_of_one_height_are_selected_whole(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    table = RowTable(theme, "Things", 28, window, least=48)
    model = QStandardItemModel(3, 2, table)
    for at in range(3):
        model.setItem(at, 0, QStandardItem(f"a long name that needs two lines, or does it not? {at}"))
    table.setModel(model)
    window.show()
    assert [table.rowHeight(at) for at in range(3)] == [28, 28, 28]
    table.setColumnWidth(1, 3)
    assert table.columnWidth(1) == 48
    table.selectRow(1)
    table.selectRow(2)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]
    assert table.accessibleName() == "Things"
    dark = table.grab().toImage()
    theme.set_scheme(Scheme.LIGHT)
    qtbot.wait(1)
    assert table.grab().toImage() != dark
