"""Columns on demand: asked for only while shown, rows in view first, one question at a time, reasons told."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.model.sample import Missing
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.runtime.column_reading import ColumnsTold
from sysmon.ui.process_columns import ColumnDemand
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_filter import ProcessFilter
from sysmon.viewmodels.process_list import Arrangement, ListChoice, ProcessList
from sysmon.viewmodels.processes import COLUMNS
from tests.ui.door import MadeDoor
from tests.viewmodels.fake_host import HOST, FakeHost
from tests.viewmodels.fake_processes import row, table

LIVE = TimeScope(0.0, 300.0, live=True)
SECTION = {column.key: at for at, column in enumerate(COLUMNS)}


class AskedDoor(MadeDoor):
    """Keeps questions about columns until the test answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[list[ProcessKey], frozenset[Column], list[ProcessKey]]] = []
        self.answer: Callable[[ColumnsTold], None] = lambda _: None

    def columns(
        self,
        host: str,
        keys: Sequence[ProcessKey],
        wanted: Collection[Column],
        others: Sequence[ProcessKey],
        done: Callable[[ColumnsTold], None],
    ) -> None:
        self.asked.append((list(keys), frozenset(wanted), list(others)))
        self.answer = done


class Scene:
    def __init__(self, theme: Theme, window: QWidget) -> None:
        self.door, self.host = AskedDoor(), FakeHost()
        self.list = ProcessList(self.host.query, HOST, Units(), ProcessFilter())
        self.table = ProcessTable(theme, Units(), window)
        self.table.resize(900, 300)
        self.demand = ColumnDemand(self.door, self.table, QObject(window))
        self.demand.show_list(HOST, self.list)
        self.choice = ListChoice(Arrangement.FLAT)
        self.sort = "cpu"
        self.second = 0

    def tick(self) -> None:
        self.second += 1
        self.host.store.put_processes(table(self.second, *(row(pid) for pid in range(1, 101))))
        self.again()

    def again(self) -> None:
        view = self.list.view(LIVE, self.choice)
        self.table.set_rows(view.rows, view.sums, view.reasons)
        self.demand.look(self.sort)

    def text(self, pid: int, column: str) -> str:
        at = self.table.rows.row_of(row(pid).key)
        return self.table.rows.text(at, SECTION[column])


@pytest.fixture
def scene(theme: Theme, window: QWidget, qtbot: QtBot) -> Scene:
    made = Scene(theme, window)
    window.resize(900, 300)
    window.show()
    qtbot.waitUntil(made.table.isVisible)
    return made


def test_nothing_is_asked_while_no_such_column_is_shown(scene: Scene) -> None:
    scene.tick()
    scene.tick()
    assert scene.door.asked == []


def test_rows_in_view_are_asked_for_once_a_table_while_the_column_is_shown(scene: Scene) -> None:
    scene.tick()
    scene.table.toggle_column(SECTION["swap"])
    scene.again()
    scene.again()
    scene.tick()
    (keys, wanted, others) = scene.door.asked[0]
    assert len(scene.door.asked) == 1, "one question at a time"
    assert wanted == {Column.MEMORY}
    assert 5 <= len(keys) < 20
    assert others == []
    assert scene.text(keys[0].pid, "swap") == "–"
    scene.door.answer(ColumnsTold({keys[0]: ColumnFigures(pss=1.0, swap=1048576.0)}))
    scene.again()
    assert scene.text(keys[0].pid, "swap") == "1.00\u202fMiB"
    scene.tick()
    assert len(scene.door.asked) == 2
    assert scene.text(keys[0].pid, "swap") == "1.00\u202fMiB", "a new table leaves it as it is"


def test_a_sort_by_it_asks_for_the_others_too(scene: Scene) -> None:
    scene.table.toggle_column(SECTION["pss"])
    scene.sort = "pss"
    scene.tick()
    keys, _, others = scene.door.asked[0]
    assert len(others) == 100
    assert set(keys) < set(others)


def test_a_row_that_stands_for_several_asks_for_the_others_too(scene: Scene) -> None:
    scene.table.toggle_column(SECTION["pss"])
    scene.choice = ListChoice(Arrangement.APPLICATIONS)
    scene.tick()
    keys, _, others = scene.door.asked[0]
    assert keys == []
    assert len(others) == 100
    scene.door.answer(ColumnsTold({key: ColumnFigures(pss=1048576.0) for key in others}))
    scene.again()
    assert scene.table.rows.text(0, SECTION["pss"]) == "100\u202fMiB"


def test_a_column_that_is_hidden_is_asked_for_no_more_and_forgotten(scene: Scene) -> None:
    scene.table.toggle_column(SECTION["pss"])
    scene.tick()
    keys = scene.door.asked[0][0]
    scene.door.answer(ColumnsTold({keys[0]: ColumnFigures(pss=5.0)}))
    scene.table.toggle_column(SECTION["pss"])
    scene.tick()
    scene.tick()
    assert len(scene.door.asked) == 1
    assert math.isnan(scene.list.entries[keys[0].pid].extra.pss)


def test_what_cannot_be_read_says_why(scene: Scene) -> None:
    scene.table.toggle_column(SECTION["iowait"])
    scene.table.toggle_column(SECTION["swap"])
    scene.tick()
    keys = scene.door.asked[0][0]
    partly = Missing("PSS and swap of other users' processes", "needs administrator rights")
    scene.door.answer(
        ColumnsTold({keys[0]: ColumnFigures()}, (Missing("I/O wait", "the kernel does not count it"), partly))
    )
    scene.again()
    view = scene.list.view(LIVE, scene.choice)
    assert view.reasons["iowait"] == "the kernel does not count it"
    assert view.reasons["swap"] == "needs administrator rights"
    assert scene.text(keys[0].pid, "iowait") == "–"


def test_processes_of_other_machines_are_not_asked_for(scene: Scene) -> None:
    scene.door.why = "this works for processes of this machine only"
    scene.table.toggle_column(SECTION["pss"])
    scene.tick()
    assert scene.door.asked == []
    assert scene.list.view(LIVE, scene.choice).reasons["pss"] == scene.door.why
