from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.tables.link_model import AT
from sysmon.ui.tables.link_table import LinkTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.connections import ConnectionsModel
from sysmon.viewmodels.format import Units
from tests.ui.simulated_fleet import NOW, Simulated


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> LinkTable:
    window.resize(1140, 300)
    made = LinkTable(theme, window)
    made.resize(1140, 300)
    made.set_rows(ConnectionsModel(Simulated().fleet, Units()).view(NOW).links)
    with qtbot.waitExposed(window):
        window.show()
    made.show()
    return made


def cell(table: LinkTable, row: int, key: str) -> QImage:
    rect = table.visualRect(table.rows.index(row, AT[key]))
    return table.viewport().grab(rect).toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_strip_has_the_colours_of_its_stretches(table: LinkTable, theme: Theme) -> None:
    card = "card"
    calm, lost = colours(cell(table, 0, "strip")), colours(cell(table, 5, "strip"))
    green = theme.blend("ok", card, 0.78).name()
    grey = theme.blend("offline", card, 0.78).name()
    assert green in calm
    assert grey not in calm
    assert {green, grey} <= lost


def test_dots_and_sentences_have_the_hue_of_the_state(table: LinkTable, theme: Theme) -> None:
    assert theme.colour("ok").name() in colours(cell(table, 0, "name"))
    assert theme.colour("critical").name() in colours(cell(table, 6, "name"))
    assert theme.readable("critical").name() in colours(cell(table, 6, "state"))


def test_a_trace_is_drawn_while_the_link_is_open_only(table: LinkTable) -> None:
    assert len(colours(cell(table, 0, "trips"))) > 1
    assert len(colours(cell(table, 5, "trips"))) == 1


def test_the_ring_is_drawn_around_the_row_with_the_keyboard(table: LinkTable, theme: Theme) -> None:
    accent = theme.colour("accent").name()
    assert accent not in colours(cell(table, 2, "name"))
    table.cells.ringed = 2
    assert accent in colours(cell(table, 2, "name"))
    assert accent not in colours(cell(table, 1, "name"))


def test_only_actions_can_be_pressed(table: LinkTable) -> None:
    assert table.cells.helpful(table.rows.index(4, AT["action"]))
    assert not table.cells.helpful(table.rows.index(0, AT["action"]))
    assert not table.cells.helpful(table.rows.index(4, AT["name"]))
