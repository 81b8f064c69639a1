"""The head: a total above each title, drawn anew only where it changed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.tables.process_head import HEIGHT
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import COLUMNS
from tests.ui.tables.test_process_model import entry, flat

CPU, MEMORY = ([column.key for column in COLUMNS].index(key) for key in ("cpu", "memory"))


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> ProcessTable:
    made = ProcessTable(theme, Units(), window)
    made.resize(900, 300)
    window.resize(900, 300)
    window.show()
    qtbot.waitUntil(made.isVisible)
    return made


def picture(table: ProcessTable, section: int) -> bytes:
    """The pixels of a section."""
    head = table.head
    shot = head.grab().copy(head.sectionViewportPosition(section), 0, head.sectionSize(section), HEIGHT).toImage()
    return bytes(shot.constBits())


def test_totals_stand_above_the_titles(table: ProcessTable) -> None:
    table.set_rows(flat(entry(1, 0.5)), {})
    before = picture(table, CPU), picture(table, MEMORY)
    table.set_rows(flat(entry(1, 0.5)), {"cpu": "212.4 %"})
    after = picture(table, CPU), picture(table, MEMORY)
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert table.head.sizeHint().height() == HEIGHT


def test_only_sections_whose_total_changed_are_drawn_anew(table: ProcessTable, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = {"cpu": "1 %", "memory": "2 GiB"}
    table.set_rows(flat(entry(1)), sums)
    asked: list[int] = []
    monkeypatch.setattr(table.head, "updateSection", asked.append)
    table.set_rows(flat(entry(1)), dict(sums))
    assert asked == []
    table.set_rows(flat(entry(1)), {**sums, "cpu": "3 %"})
    assert asked == [CPU]


def test_the_sorted_column_is_the_stronger_one(table: ProcessTable) -> None:
    table.set_rows(flat(entry(1)), {})
    before = picture(table, MEMORY)
    table.set_order("memory", False)
    assert picture(table, MEMORY) != before
    assert table.rows.title(MEMORY) == "Memory ↓"
