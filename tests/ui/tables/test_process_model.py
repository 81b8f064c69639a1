from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QObject, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from sysmon.pipeline.process_rates import ProcessRate
from sysmon.ui.tables.process_model import SUM_ROLE, ProcessTableModel
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import COLUMNS, Phase, ProcessEntry
from tests.viewmodels.fake_processes import row

SEEN = (0, 30)


def entry(pid: int, cpu: float = 0.0) -> ProcessEntry:
    return ProcessEntry(row(pid, f"p{pid}"), ProcessRate(cpu, 0.0, 0.0))


def flat(*entries: ProcessEntry) -> list[TreeRow]:
    return [TreeRow(one, 0, 0, expanded=False, shown_for_child=False) for one in entries]


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
    model.set_rows(flat(*[entry(pid) for pid in range(100)]), SEEN)
    heard = Heard(model)
    model.set_rows(flat(*[entry(pid, 0.1) for pid in range(100)]), (10, 40))
    assert heard.changed == [(10, 40)]
    assert (heard.moved, heard.inserted, heard.removed) == (0, 0, 0)


def test_nothing_changed_is_told_to_nobody(model: ProcessTableModel) -> None:
    entries = [entry(pid) for pid in range(100)]
    model.set_rows(flat(*entries), SEEN)
    heard = Heard(model)
    model.set_rows(flat(*entries), SEEN)
    assert (heard.changed, heard.moved) == ([], 0)


def test_whatever_comes_and_goes_is_one_change(model: ProcessTableModel) -> None:
    model.set_rows(flat(*[entry(pid) for pid in range(20)]), SEEN)
    heard = Heard(model)
    model.set_rows(flat(*[entry(pid) for pid in [*range(5), *range(10, 20), 30, 31]]), SEEN)
    assert pids(model) == [*range(5), *range(10, 20), 30, 31]
    assert (heard.moved, heard.removed, heard.inserted) == (1, 0, 0)


def test_what_points_at_a_process_follows_it(model: ProcessTableModel) -> None:
    model.set_rows(flat(*[entry(pid) for pid in range(50)]), SEEN)
    held = QPersistentModelIndex(model.index(7, 3))
    gone = QPersistentModelIndex(model.index(8, 0))
    order = [pid for pid in reversed(range(50)) if pid != 8]
    model.set_rows(flat(*[entry(pid) for pid in order]), SEEN)
    assert model.entry(held.row()).key.pid == 7
    assert held.column() == 3
    assert not gone.isValid()


def test_while_frozen_every_row_stays_and_figures_change(model: ProcessTableModel) -> None:
    model.set_rows(flat(entry(1), entry(2), entry(3)), SEEN)
    fresh = flat(entry(4, 0.9), entry(3, 0.5), entry(1))
    model.set_rows(fresh, SEEN, frozen=True)
    assert pids(model) == [1, 2, 3]
    assert model.text(2, 3) == "50.0\u202f%"
    model.set_rows(fresh, SEEN)
    assert pids(model) == [4, 3, 1]


def test_any_sequence_of_tables_keeps_the_model_sound(model: ProcessTableModel) -> None:
    chance = random.Random(7)
    for step in range(60):
        alive = chance.sample(range(40), chance.randint(0, 40))
        model.set_rows(flat(*[entry(pid, chance.random()) for pid in alive]), SEEN, frozen=step % 5 == 0)
        if step % 5:
            assert pids(model) == alive


def test_head_and_cells(model: ProcessTableModel) -> None:
    model.set_rows(flat(*[entry(5, 0.987)]), SEEN)
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
    model.set_rows(flat(*[entry(5)]), SEEN)
    assert model.text(0, 5) == "977\u202fKiB"
    model.units = Units(size_base=10)
    model.set_rows(flat(*[entry(5)]), SEEN)
    assert model.text(0, 5) == "1.00\u202fMB"


def test_what_ended_has_no_heat_and_sums_stand_in_the_head(model: ProcessTableModel) -> None:
    ended = ProcessEntry(row(5), ProcessRate(0.9, 0.0, 0.0), Phase.ENDED)
    model.set_rows(flat(ended), SEEN)
    assert model.heat(0, 3) == 0.0
    model.show_sums({"cpu": "212 %"})
    assert model.headerData(3, Qt.Orientation.Horizontal, SUM_ROLE) == "212 %"
    assert "212 %" in str(model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))


def test_a_closed_branch_says_that_it_is_a_sum(model: ProcessTableModel) -> None:
    model.set_rows([TreeRow(entry(5, 0.5), 0, 3, expanded=False, shown_for_child=False)], SEEN)
    assert "whole branch" in str(model.data(model.index(0, 3), Qt.ItemDataRole.ToolTipRole))
