from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.link_report import LinkCounts
from sysmon.ui.tables.link_model import AT, COLUMNS
from sysmon.ui.tables.link_table import LinkTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.connections import ConnectionsModel, LinkRow
from sysmon.viewmodels.format import Units
from tests.ui.simulated_fleet import NOW, Simulated
from tests.viewmodels.fake_host import plain
from tests.viewmodels.links import MadeFleet, report


class Shown:
    def __init__(self, theme: Theme, window: QWidget, qtbot: QtBot) -> None:
        window.resize(1140, 300)
        self.table = LinkTable(theme, window)
        self.table.resize(1140, 300)
        self.chosen: list[str] = []
        self.acted: list[str] = []
        self.table.chosen.connect(self.chosen.append)
        self.table.acted.connect(self.acted.append)
        self.simulated = Simulated()
        self.show_now()
        with qtbot.waitExposed(window):
            window.show()
        self.table.show()
        window.activateWindow()
        qtbot.waitActive(window)

    def show_now(self) -> None:
        self.table.set_rows(ConnectionsModel(self.simulated.fleet, Units()).view(self.simulated.now).links)

    def middle(self, row: int, key: str) -> QPoint:
        return self.table.visualRect(self.table.rows.index(row, AT[key])).center()


@pytest.fixture
def shown(theme: Theme, window: QWidget, qtbot: QtBot) -> Shown:
    return Shown(theme, window, qtbot)


def test_a_press_selects_and_the_selection_survives_refreshes_and_sorting(shown: Shown, qtbot: QtBot) -> None:
    table = shown.table
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=shown.middle(4, "name"))
    assert shown.chosen == ["mira/out"]
    shown.simulated.now += 30.0
    shown.show_now()
    qtbot.mouseClick(
        table.horizontalHeader().viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(table.columnViewportPosition(AT["state"]) + 20, 10),
    )
    assert table.rows.rows[0].name == "nova"
    picked = table.selectionModel().selectedRows()
    assert [table.rows.rows[index.row()].name for index in picked] == ["mira"]
    assert shown.chosen == ["mira/out"]


def test_a_link_that_goes_takes_its_selection_along(shown: Shown) -> None:
    shown.table.choose("vega/out")
    shown.table.set_rows(shown.table.rows.rows[:1])  # type: ignore[arg-type]
    assert shown.chosen == ["vega/out", ""]


def test_actions_by_pointer_and_by_keyboard(shown: Shown, qtbot: QtBot) -> None:
    table = shown.table
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=shown.middle(4, "action"))
    assert shown.acted == ["mira/out"]
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert shown.acted == ["mira/out", "deneb/out"]


def test_the_keyboard_walks_selects_and_leaves(shown: Shown, qtbot: QtBot) -> None:
    table = shown.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert table.cells.ringed == 0
    assert shown.chosen == []
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert shown.chosen == ["atlas/out", "vega/out"]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert shown.acted == []
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert shown.chosen[-1] == ""
    table.clearFocus()
    assert table.cells.ringed == -1


@pytest.mark.parametrize("width", [700, 772, 900, 1000, 1140, 2400])
def test_columns_fill_the_width_there_is(shown: Shown, width: int) -> None:
    table = shown.table
    table.resize(width, 300)
    head = table.horizontalHeader()
    assert head.length() == pytest.approx(table.viewport().width(), abs=len(COLUMNS))
    for key in ("name", "state", "strip", "trip", "action"):
        assert not table.isColumnHidden(AT[key])


@pytest.mark.parametrize("count", [0, 1, 7, 60])
def test_any_number_of_links_with_long_names(shown: Shown, count: int) -> None:
    reports = tuple(report(f"{'a very long name of a machine ' * 3}{at}") for at in range(count))
    rows = ConnectionsModel(MadeFleet(reports), Units()).view(NOW).links
    shown.table.set_rows(rows)
    assert shown.table.rows.rowCount() == count
    assert not shown.table.grab().isNull()


def test_the_place_in_a_long_list_is_kept(shown: Shown) -> None:
    reports = tuple(report(f"m{at:02}") for at in range(60))
    model = ConnectionsModel(MadeFleet(reports), Units())
    rows: tuple[LinkRow, ...] = model.view(NOW).links
    shown.table.set_rows(rows)
    shown.table.doItemsLayout()
    bar = shown.table.verticalScrollBar()
    bar.setValue(400)
    shown.table.set_rows(tuple(replace(row, round_trip="9 ms") for row in rows))
    assert bar.value() == 400
    shown.table.set_rows(rows[:-1])
    assert bar.value() == 400


def test_it_says_which_rows_are_in_sight(shown: Shown) -> None:
    assert shown.table.in_sight() == {row.link for row in shown.table.rows.rows}
    reports = tuple(report(f"m{at:02}") for at in range(60))
    shown.table.set_rows(ConnectionsModel(MadeFleet(reports), Units()).view(NOW).links)
    shown.table.doItemsLayout()
    shown.table.verticalScrollBar().setValue(0)
    seen = shown.table.in_sight()
    assert seen is not None
    assert "m00/out" in seen
    assert 5 <= len(seen) <= 12
    shown.table.verticalScrollBar().setValue(shown.table.verticalScrollBar().maximum())
    assert "m59/out" in (shown.table.in_sight() or ())
    shown.table.set_rows(())
    assert shown.table.in_sight() is None


def shown_columns(table: LinkTable) -> set[str]:
    return {column.key for at, column in enumerate(COLUMNS) if not table.isColumnHidden(at)}


def test_everything_is_there_in_a_large_window_and_what_matters_in_a_small_one(shown: Shown) -> None:
    shown.table.resize(1136, 300)
    assert shown_columns(shown.table) == {column.key for column in COLUMNS}
    shown.table.resize(790, 300)
    assert shown_columns(shown.table).isdisjoint({"gaps", "drops", "flight"})


def test_columns_are_hidden_and_shown_by_the_user_and_that_is_kept(shown: Shown) -> None:
    table = shown.table
    actions = {action.text(): action for action in table.columns_menu().actions()}
    actions["Gaps"].trigger()
    actions["B/sample"].trigger()
    assert shown_columns(table).isdisjoint({"gaps", "sample"})
    state = table.columns_state()
    actions["As many as fit"].trigger()
    assert "gaps" in shown_columns(table)
    table.restore_columns(state)
    assert shown_columns(table).isdisjoint({"gaps", "sample"})
    for nonsense in (b"", b"[]", b"\xff", b'{"name": false, "nobody": true}'):
        table.restore_columns(QByteArray(nonsense))
    assert "name" in shown_columns(table)


def test_a_column_that_the_user_wants_is_there_in_a_small_window_too(shown: Shown) -> None:
    table = shown.table
    table.resize(700, 300)
    {action.text(): action for action in table.columns_menu().actions()}["Drops"].trigger()
    assert "drops" in shown_columns(table)
    assert table.columnWidth(AT["drops"]) >= COLUMNS[AT["drops"]].least


@pytest.mark.parametrize("key", ["gaps", "drops", "flight"])
def test_the_worst_comes_first_by_each_figure(shown: Shown, key: str) -> None:
    counts = LinkCounts(connections=1)
    reports = (
        report("a", counts=counts),
        report("b", counts=replace(counts, gaps=3, skipped_in=7, skipped_out=2), in_flight=4096),
    )
    shown.table.set_rows(ConnectionsModel(MadeFleet(reports), Units()).view(NOW).links)
    shown.table.rows.order_by(AT[key], ascending=True)
    row = shown.table.rows.rows[0]
    assert (row.name, row.gaps, row.drops, plain(row.in_flight)) == ("b", "3", "9", "4.10 kB")
    tip = shown.table.rows.headerData(AT[key], Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip
