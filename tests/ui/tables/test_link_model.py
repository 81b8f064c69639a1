from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt

from sysmon.ui.tables.link_model import AT, COLUMNS, LinkModel
from sysmon.viewmodels.connections import ConnectionsModel, LinkRow
from sysmon.viewmodels.format import Units
from tests.ui.simulated_fleet import Simulated
from tests.viewmodels.links import NOW, MadeFleet, report


def rows_of(*reports: object) -> tuple[LinkRow, ...]:
    return ConnectionsModel(MadeFleet(reports), Units()).view(NOW).links  # type: ignore[arg-type]


@pytest.fixture
def watched() -> Watched:
    return Watched()


class Watched:
    def __init__(self) -> None:
        self.parent = QObject()
        self.model = LinkModel(self.parent)
        self.cells: set[tuple[int, str]] = set()
        self.resets = 0
        self.model.dataChanged.connect(self._changed)
        self.model.modelReset.connect(self._reset)

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        assert first == last
        self.cells.add((first.row(), COLUMNS[first.column()].key))

    def _reset(self) -> None:
        self.resets += 1


def test_only_cells_that_changed_are_told(watched: Watched) -> None:
    watched.model.set_rows(rows_of(report("a"), report("b"), report("c")))
    assert watched.resets == 1
    watched.model.set_rows(rows_of(report("a"), report("b", round_trip=0.05), report("c")))
    assert watched.cells == {(1, "trip")}
    watched.cells.clear()
    watched.model.set_rows(rows_of(report("a"), report("b", round_trip=0.05), report("c", missing=3)))
    assert watched.cells == {(2, "state"), (2, "action")}
    watched.cells.clear()
    watched.model.set_rows(rows_of(report("a"), report("b", round_trip=0.05), report("c", missing=3)))
    assert watched.cells == set()
    assert watched.resets == 1


def test_rows_come_and_go(watched: Watched) -> None:
    watched.model.set_rows(rows_of(report("a"), report("b")))
    assert watched.model.set_rows(rows_of(report("b")))
    assert watched.model.rowCount() == 1
    assert watched.model.row_of("b/out") == 0
    assert watched.model.row_of("a/out") == -1
    watched.model.set_rows(())
    assert watched.model.rowCount() == 0


def test_the_worst_comes_first_when_sorted_by_state(watched: Watched) -> None:
    model = watched.model
    model.set_rows(ConnectionsModel(Simulated().fleet, Units()).view(NOW).links)
    model.order_by(AT["state"], ascending=True)
    assert model.rows[0].name == "nova"
    model.order_by(AT["state"], ascending=False)
    assert model.rows[0].name == "atlas"
    model.order_by(AT["name"], ascending=True)
    assert [row.name for row in model.rows] == sorted(row.name for row in model.rows)
    model.order_by(AT["trip"], ascending=False)
    assert [row.name for row in model.rows][:2] == ["lyra", "vega"]


def test_cells_speak(watched: Watched) -> None:
    model = watched.model
    model.set_rows(rows_of(report("a")))
    spoken = [model.data(model.index(0, at), Qt.ItemDataRole.AccessibleTextRole) for at in range(len(COLUMNS))]
    assert spoken[0] == "a, live"
    assert "Last 6 h: live" in str(spoken[AT["strip"]])
    assert str(spoken[AT["trips"]]).startswith("Round trip: 12")
    assert spoken[AT["action"]] == "Back-fill: nothing"
    tip = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert str(tip).startswith("a: Live")


def test_without_traces_their_title_stands_over_the_figures(watched: Watched) -> None:
    model = watched.model
    across = Qt.Orientation.Horizontal
    assert model.headerData(AT["trip"], across) == ""
    model.set_traces(False)
    assert model.headerData(AT["trip"], across) == "Round trip"
    assert model.headerData(99, across) is None
