from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QObject, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from sysmon.pipeline.process_rates import ProcessRate
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import COLUMNS, ProcessEntry
from tests.viewmodels.fake_processes import row

SEEN = (0, 30)


def entry(pid: int, cpu: float = 0.0) -> ProcessEntry:
    return ProcessEntry(row(pid, f"p{pid}"), ProcessRate(cpu, 0.0, 0.0))


@pytest.fixture
def model(qapp: QObject) -> ProcessTableModel:
    made = ProcessTableModel(qapp, Units())
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def pids(model: ProcessTableModel) -> list[int]:
    return [model.entry(at).key.pid for at in range(model.rowCount())]


class Heard:
    """Counts what the model tells its views."""

    def __init__(self, model: ProcessTableModel) -> None:
        self.changed: list[tuple[int, int]] = []
        self.moved = self.inserted = self.removed = 0
        model.dataChanged.connect(lambda first, last: self.changed.append((first.row(), last.row())))
        model.layoutChanged.connect(self._moved)
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)

    def _moved(self) -> None:
        self.moved += 1

    def _inserted(self) -> None:
        self.inserted += 1

    def _removed(self) -> None:
        self.removed += 1


def test_a_refresh_in_the_same_order_is_one_change_of_the_rows_that_are_seen(model: ProcessTableModel) -> None:
    model.set_entries([entry(pid) for pid in range(100)], SEEN)
    heard = Heard(model)
    model.set_entries([entry(pid, 0.1) for pid in range(100)], (10, 40))
    assert heard.changed == [(10, 40)]
    assert (heard.moved, heard.inserted, heard.removed) == (0, 0, 0)


def test_nothing_changed_is_told_to_nobody(model: ProcessTableModel) -> None:
    entries = [entry(pid) for pid in range(100)]
    model.set_entries(entries, SEEN)
    heard = Heard(model)
    model.set_entries(list(entries), SEEN)
    assert (heard.changed, heard.moved) == ([], 0)


def test_processes_come_and_go_as_ranges(model: ProcessTableModel) -> None:
    model.set_entries([entry(pid) for pid in range(20)], SEEN)
    heard = Heard(model)
    model.set_entries([entry(pid) for pid in [*range(5), *range(10, 20), 30, 31]], SEEN)
    assert pids(model) == [*range(5), *range(10, 20), 30, 31]
    assert (heard.removed, heard.inserted) == (1, 1)


def test_what_points_at_a_process_follows_it(model: ProcessTableModel) -> None:
    model.set_entries([entry(pid) for pid in range(50)], SEEN)
    held = QPersistentModelIndex(model.index(7, 3))
    gone = QPersistentModelIndex(model.index(8, 0))
    order = [pid for pid in reversed(range(50)) if pid != 8]
    model.set_entries([entry(pid) for pid in order], SEEN)
    assert model.entry(held.row()).key.pid == 7
    assert held.column() == 3
    assert not gone.isValid()


def test_while_frozen_rows_stay_and_new_ones_join_at_the_end(model: ProcessTableModel) -> None:
    model.set_entries([entry(1), entry(2), entry(3)], SEEN)
    model.set_entries([entry(4, 0.9), entry(3, 0.5), entry(1)], SEEN, frozen=True)
    assert pids(model) == [1, 3, 4]
    assert model.text(1, 3) == "50.0\u202f%"
    model.set_entries([entry(4, 0.9), entry(3, 0.5), entry(1)], SEEN)
    assert pids(model) == [4, 3, 1]


def test_any_sequence_of_tables_keeps_the_model_sound(model: ProcessTableModel) -> None:
    chance = random.Random(7)
    for step in range(60):
        alive = chance.sample(range(40), chance.randint(0, 40))
        model.set_entries([entry(pid, chance.random()) for pid in alive], SEEN, frozen=step % 5 == 0)
        assert sorted(pids(model)) == sorted(alive)
        if step % 5:
            assert pids(model) == alive


def test_head_and_cells(model: ProcessTableModel) -> None:
    model.set_entries([entry(5, 0.987)], SEEN)
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(at, horizontal) for at in (0, 3)] == ["Name", "CPU ↓"]
    model.show_order("name", True)
    assert [model.headerData(at, horizontal) for at in (0, 3)] == ["Name ↑", "CPU"]
    assert model.headerData(99, horizontal) is None
    assert model.columnCount() == len(COLUMNS)
    assert model.data(model.index(0, 0)) == "p5"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole) == "/usr/bin/p5"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.DecorationRole) is None
    assert model.heat(0, 3) == pytest.approx(0.987)
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.row_of(model.entry(0).key) == 0
    assert model.row_of(entry(6).key) == -1


def test_other_units_write_every_text_anew(model: ProcessTableModel, qtbot: QtBot) -> None:
    model.set_entries([entry(5)], SEEN)
    assert model.text(0, 4) == "977\u202fKiB"
    model.units = Units(size_base=10)
    model.set_entries([entry(5)], SEEN)
    assert model.text(0, 4) == "1.00\u202fMB"
