from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.process import ProcessKey
from sysmon.ui.fleet.found_table import FoundTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet_search import FoundRow

ROWS = (
    FoundRow("vega", None, "vega", "2 processes"),
    FoundRow("vega", ProcessKey(7, 1.0), "nginx", "", "7", "www", "3.1 %", "12 MiB", 0.3),
    FoundRow("vega", ProcessKey(8, 1.0), "nginx", "", "8", "www", "0.1 %", "9 MiB", 0.0),
)


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> FoundTable:
    made = FoundTable(theme, window)
    made.resize(600, 300)
    window.show()
    qtbot.waitUntil(window.isVisible)
    made.set_rows(ROWS)
    return made


def test_a_click_and_enter_go_to_the_machine_or_the_process(table: FoundTable, qtbot: QtBot) -> None:
    went: list[tuple[str, object]] = []
    table.went.connect(lambda host, key: went.append((host, key)))
    for row in (0, 2):
        place = table.visualRect(table.rows.index(row, 0)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert went == [("vega", None), ("vega", ROWS[2].key), ("vega", ROWS[1].key)]


def test_rows_that_stay_keep_their_selection(table: FoundTable) -> None:
    table.selectRow(2)
    table.set_rows((FoundRow("atlas", None, "atlas", "1 process"), *ROWS))
    (index,) = table.selectionModel().selectedRows()
    assert table.rows.rows[index.row()].key == ROWS[2].key
    table.set_rows(ROWS[:2])
    assert table.selectionModel().selectedRows() == []
    table.set_rows(())
    assert table.rows.rowCount() == 0


def test_rows_of_the_same_processes_are_changed_in_their_place(table: FoundTable) -> None:
    assert table.rows.set_rows((ROWS[0], replace(ROWS[1], cpu="9.9 %"), ROWS[2])) == [1]
    assert table.rows.index(1, 3).data() == "9.9 %"


def test_machines_and_processes_look_different(table: FoundTable) -> None:
    first = table.grab().toImage()
    table.set_rows((ROWS[0], replace(ROWS[1], heat=1.0), ROWS[2]))
    second = table.grab().toImage()
    table.set_rows((replace(ROWS[0], name="lyra"), ROWS[1], ROWS[2]))
    assert len({first.cacheKey(), second.cacheKey()}) == 2
    assert first != second
    assert table.grab().toImage() != second
    assert table.rows.index(0, 0).data() == "lyra, 2 processes"
    assert table.rows.headerData(3, Qt.Orientation.Horizontal) == "CPU"
