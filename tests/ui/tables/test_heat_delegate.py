from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.tables.heat_delegate import ROW
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units
from tests.ui.tables.test_process_model import entry

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
    made.set_entries([entry(1, 1.0), entry(2, 0.3), entry(3, 0.0)])
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
