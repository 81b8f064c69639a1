from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.tables import process_table
from sysmon.ui.tables.process_cells import ROW
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.tables.row_pictures import fits
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import Phase, ProcessEntry
from tests.ui.tables.test_process_model import entry, flat

ENTRIES = [entry(pid, pid / 40) for pid in range(40)]
MIXED = [
    TreeRow(ENTRIES[0], 0, 3, expanded=True, shown_for_child=False),
    TreeRow(ENTRIES[1], 1, 2, expanded=False, shown_for_child=False),
    TreeRow(ENTRIES[2], 1, 0, expanded=False, shown_for_child=True),
    TreeRow(ProcessEntry(ENTRIES[3].row, ENTRIES[3].rate, Phase.FRESH), 2, 0, expanded=False, shown_for_child=False),
    TreeRow(ProcessEntry(ENTRIES[4].row, ENTRIES[4].rate, Phase.ENDED), 2, 0, expanded=False, shown_for_child=False),
    *flat(*ENTRIES[5:]),
]


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> ProcessTable:
    made = ProcessTable(theme, Units(), window)
    made.resize(900, 30 + 8 * ROW)
    window.show()
    qtbot.waitUntil(made.isVisible)
    made.set_tree(tree=True)
    made.set_rows(MIXED, {})
    return made


def picture(table: ProcessTable) -> QImage:
    return table.viewport().grab().toImage()


def painted(table: ProcessTable) -> int:
    """How many rows had to be painted for a picture of the table."""
    before = table.pictures.painted
    picture(table)
    return table.pictures.painted - before


def settle(table: ProcessTable) -> None:
    """Draw until every row that is seen has a picture."""
    while painted(table):
        pass


def test_copies_look_exactly_like_what_is_painted(table: ProcessTable, monkeypatch: pytest.MonkeyPatch) -> None:
    table.selectRow(2)
    for across, down in ((0, 0), (37, 0), (0, 45), (200, 100)):
        table.horizontalScrollBar().setValue(across)
        table.verticalScrollBar().setValue(down)
        settle(table)
        copied = picture(table)
        with monkeypatch.context() as patch:
            patch.setattr(process_table, "fits", lambda _: False)
            assert picture(table) == copied


def test_what_is_drawn_for_the_third_time_is_copied(table: ProcessTable) -> None:
    table.pictures.clear()
    rows = painted(table)
    assert rows >= 7
    assert len(table.pictures) == 0, "a row that is another with every table has no use for a picture"
    assert painted(table) == rows
    assert painted(table) == 0
    assert len(table.pictures) == rows


def test_only_what_is_new_is_painted(table: ProcessTable) -> None:
    settle(table)
    rows = list(MIXED)
    rows[1], rows[2] = rows[2], rows[1]
    rows[5] = flat(entry(5, 0.9))[0]
    table.set_rows(rows, {})
    assert painted(table) == 1


def test_a_row_looks_otherwise_once_it_is_chosen_folded_or_deeper(table: ProcessTable) -> None:
    settle(table)
    table.selectRow(2)
    assert painted(table) == 1
    settle(table)
    table.set_rows([MIXED[0]._replace(expanded=False), MIXED[1]._replace(depth=3), *MIXED[2:]], {})
    assert painted(table) == 2


def test_all_are_painted_anew_in_other_columns_units_and_colours(table: ProcessTable, theme: Theme) -> None:
    table.pictures.clear()
    rows = painted(table)
    assert rows >= 7
    table.toggle_column(2)
    assert painted(table) == rows
    table.setColumnWidth(3, 140)
    assert painted(table) == rows
    table.set_units(Units(size_base=10))
    assert painted(table) == rows
    table.set_tree(tree=False)
    assert painted(table) == rows
    before = picture(table)
    theme.set_scheme(Scheme.LIGHT)
    assert painted(table) == rows
    assert picture(table) != before


def test_where_the_keyboard_is_nothing_is_copied(table: ProcessTable, qtbot: QtBot) -> None:
    table.selectRow(3)
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    with_focus = picture(table)
    table.clearFocus()
    assert picture(table) != with_focus


def test_no_more_are_kept_than_are_seen(table: ProcessTable) -> None:
    for round_ in range(20):
        table.set_rows(flat(*(entry(pid, round_ / 20) for pid in range(40))), {})
        for _ in range(round_ % 3 + 1):
            picture(table)
    first, last = table.seen()
    assert len(table.pictures) <= last - first + 1 + 4
    table.pictures.clear()
    assert len(table.pictures) == 0


@pytest.mark.parametrize(("ratio", "whole"), [(1.0, True), (2.0, True), (1.25, False), (1.5, False)])
def test_a_copy_would_be_blurred_between_two_pixels(ratio: float, whole: bool) -> None:
    assert fits(ratio) is whole
