from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.pipeline.process_rates import ProcessRate
from sysmon.ui.tables.process_cells import ROW, chevron_left
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import Phase, ProcessEntry
from tests.ui.tables.test_process_model import entry, flat
from tests.viewmodels.fake_processes import row

CPU = 3


def ground(table: ProcessTable, row: int, column: int) -> QColor:
    """The colour at the left edge of a cell, where no text is."""
    left = table.columnViewportPosition(column) + 2
    return table.viewport().grab().toImage().pixelColor(left, row * ROW + ROW // 2)


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> ProcessTable:
    made = ProcessTable(theme, Units(), window)
    made.resize(900, 200)
    window.show()
    qtbot.waitUntil(made.isVisible)
    made.set_rows(flat(entry(1, 1.0), entry(2, 0.3), entry(3, 0.0)), {})
    return made


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
def test_the_busier_the_stronger(table: ProcessTable, theme: Theme, scheme: Scheme) -> None:
    theme.set_scheme(scheme)
    card, hue = theme.colour("card"), theme.colour("cpu")

    def distance(colour: QColor) -> int:
        return abs(colour.red() - hue.red()) + abs(colour.green() - hue.green()) + abs(colour.blue() - hue.blue())

    strong, weak, none = (ground(table, row, CPU) for row in range(3))
    assert distance(strong) < distance(weak) < distance(none)
    assert none == card


def test_a_selected_row_is_seen(table: ProcessTable, theme: Theme) -> None:
    table.selectRow(2)
    assert ground(table, 2, 1) == theme.colour("selection")
    assert ground(table, 1, 1) == theme.colour("card")


def test_a_new_process_glows_and_one_that_ended_does_not(table: ProcessTable, theme: Theme) -> None:
    new = ProcessEntry(row(8), ProcessRate(0.0, 0.0, 0.0), Phase.FRESH)
    ended = ProcessEntry(row(9), ProcessRate(0.0, 0.0, 0.0), Phase.ENDED)
    table.set_rows(flat(new, ended), {})
    assert ground(table, 0, 1) == theme.blend("ok", "card", 0.16)
    assert ground(table, 1, 1) == theme.colour("card")


def test_deep_names_keep_half_of_the_column() -> None:
    cell = QRect(0, 0, 200, ROW)
    assert chevron_left(cell, 0) < chevron_left(cell, 1) < chevron_left(cell, 2)
    assert chevron_left(cell, 60) <= 110
