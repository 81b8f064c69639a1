from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet import heading
from sysmon.ui.fleet.machine_table import MachineTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet import Member
from sysmon.viewmodels.fleet_groups import Heading
from sysmon.viewmodels.fleet_table import COLUMNS
from sysmon.viewmodels.format import Units
from tests.ui.fleet.conftest import Machines
from tests.viewmodels.fake_fleet import Loads

WIDTH = len(COLUMNS)


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot, machines: Machines) -> MachineTable:
    made = MachineTable(theme, Units(), window)
    window.resize(1200, 400)
    made.resize(1200, 400)
    window.show()
    qtbot.waitUntil(window.isVisible)
    made.set_members(machines.members())
    qtbot.waitUntil(lambda: made.cells.drawn >= 4 * WIDTH)
    return made


def hosts(table: MachineTable) -> list[str]:
    return [member.host for member in table.rows.members]


def click_head(table: MachineTable, key: str, qtbot: QtBot) -> None:
    at = [column.key for column in COLUMNS].index(key)
    head = table.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(at) + 20, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_rows_keep_the_order_of_the_page_until_a_head_is_clicked(
    table: MachineTable, machines: Machines, qtbot: QtBot
) -> None:
    assert hosts(table) == [member.host for member in machines.members()]
    told: list[int] = []
    table.order_changed.connect(lambda: told.append(1))
    click_head(table, "cpu", qtbot)
    table.set_members(machines.members())
    assert told
    assert hosts(table)[:2] == ["vega", "local"], "what is unknown comes last"
    click_head(table, "cpu", qtbot)
    table.set_members(machines.members())
    assert hosts(table)[:2] == ["local", "vega"]
    assert table.rows.headerData(3, Qt.Orientation.Horizontal) == "CPU ↑"
    click_head(table, "cpu", qtbot)
    table.set_members(machines.members())
    assert hosts(table) == [member.host for member in machines.members()]
    assert table.rows.headerData(3, Qt.Orientation.Horizontal) == "CPU"


def test_columns_can_be_hidden_and_that_is_kept(table: MachineTable) -> None:
    menu = table.columns_menu()
    assert [action.text() for action in menu.actions()] == [column.title for column in COLUMNS[1:]]
    menu.actions()[0].trigger()
    assert table.isColumnHidden(1)
    state = table.columns_state()
    table.columns_menu().actions()[0].trigger()
    assert not table.isColumnHidden(1)
    table.restore_columns(state)
    assert table.isColumnHidden(1)


def test_only_the_row_that_changed_is_drawn_again(table: MachineTable, machines: Machines, qtbot: QtBot) -> None:
    qtbot.wait(50)
    drawn = table.cells.drawn
    table.set_members(machines.members())
    qtbot.wait(50)
    assert table.cells.drawn == drawn
    machines.fake.loads["vega"] = Loads(0.2)
    machines.fake.run(2, "vega")
    table.set_members(machines.members())
    qtbot.waitUntil(lambda: table.cells.drawn > drawn)
    qtbot.wait(50)
    assert 0 < table.cells.drawn - drawn <= WIDTH


def test_rows_stay_while_the_pointer_is_pressed(table: MachineTable, machines: Machines, qtbot: QtBot) -> None:
    click_head(table, "cpu", qtbot)
    table.set_members(machines.members())
    qtbot.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    machines.fake.loads["vega"], machines.fake.loads["local"] = Loads(0.05), Loads(0.99)
    machines.fake.run(3)
    table.set_members(machines.members())
    assert hosts(table)[0] == "vega"
    qtbot.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    table.set_members(machines.members())
    assert hosts(table)[0] == "local"


def test_the_selection_follows_its_machine(table: MachineTable, machines: Machines, qtbot: QtBot) -> None:
    table.selectRow(hosts(table).index("vega"))
    click_head(table, "name", qtbot)
    click_head(table, "name", qtbot)
    table.set_members(machines.members())
    (index,) = table.selectionModel().selectedRows()
    assert hosts(table)[index.row()] == "vega"


def test_nothing_is_selected_at_first_and_enter_opens(table: MachineTable, qtbot: QtBot) -> None:
    assert table.selectionModel().selectedRows() == []
    opened: list[str] = []
    table.opened.connect(opened.append)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == hosts(table)[:2]


def test_unknown_figures_have_a_reason(table: MachineTable) -> None:
    row, cpu = hosts(table).index("deneb"), [c.key for c in COLUMNS].index("cpu")
    index = table.rows.index(row, cpu)
    assert index.data() == "–"
    assert "offline" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_units_and_columns_are_kept(table: MachineTable, machines: Machines) -> None:
    network = [c.key for c in COLUMNS].index("network")
    before = table.rows.index(hosts(table).index("local"), network).data()
    table.set_units(Units(network_bits=True))
    table.set_members(machines.members())
    assert table.rows.index(hosts(table).index("local"), network).data() != before
    table.horizontalHeader().resizeSection(3, 131)
    state = table.columns_state()
    table.horizontalHeader().resizeSection(3, 60)
    table.restore_columns(state)
    assert table.columnWidth(3) == 131
    table.restore_columns(QByteArray(b"nonsense"))
    assert table.columnWidth(3) == 131


def test_of_500_rows_only_those_that_are_seen_are_drawn(table: MachineTable, machines: Machines, qtbot: QtBot) -> None:
    for number in range(496):
        machines.fake.add(f"m{number}")
    qtbot.wait(30)
    drawn = table.cells.drawn
    table.set_members(machines.members())
    qtbot.waitUntil(lambda: table.cells.drawn > drawn)
    assert table.rows.rowCount() == 500
    assert table.cells.drawn - drawn <= 16 * WIDTH


def test_the_menu_of_a_row_is_asked_for(table: MachineTable) -> None:
    asked: list[str] = []
    table.menu_asked.connect(lambda host, _: asked.append(host))
    table.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
    place = table.visualRect(table.rows.index(2, 3)).center()
    table.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, QPoint(7, 7)))
    assert asked == [hosts(table)[0], hosts(table)[2]]


def test_rows_stay_while_a_menu_is_open(table: MachineTable, machines: Machines) -> None:
    before = hosts(table)
    table.set_members(tuple(reversed(machines.members())), held=True)
    assert hosts(table) == before
    table.set_members(tuple(reversed(machines.members())))
    assert hosts(table) == before[::-1]


def in_groups(machines: Machines) -> list[Member]:
    tags = {"local": (), "vega": ("web",), "mira": ("web",), "deneb": ("db",)}
    return [replace(member, tags=tags[member.host]) for member in machines.members()]


def shown(table: MachineTable) -> list[str]:
    return [row.title if isinstance(row, Heading) else row.host for row in table.rows.members]


def test_groups_are_sorted_inside_and_fold(table: MachineTable, machines: Machines, qtbot: QtBot) -> None:
    folded: list[str] = []
    opened: list[str] = []
    table.folded.connect(folded.append)
    table.opened.connect(opened.append)
    table.set_members(in_groups(machines), folded=())
    assert shown(table) == ["db", "deneb", "web", "mira", "vega", "No tag", "local"]
    table.sort_by("cpu", ascending=False)
    table.set_members(in_groups(machines), folded=())
    assert shown(table) == ["db", "deneb", "web", "vega", "mira", "No tag", "local"]
    place = table.visualRect(table.rows.index(2, 5)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert folded == ["web", "web", "web"]
    table.set_members(in_groups(machines), folded={"web"})
    assert shown(table) == ["db", "deneb", "web", "No tag", "local"]
    assert table.rows.index(table.currentIndex().row(), 0).data() == "web", "the keyboard stays on it"
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert folded == ["web"] * 4
    assert opened == []
    table.set_members(in_groups(machines))
    assert len(shown(table)) == 4


def test_a_heading_is_drawn_over_all_columns_and_offers_no_menu(table: MachineTable, machines: Machines) -> None:
    asked: list[str] = []
    table.menu_asked.connect(lambda host, _: asked.append(host))
    table.set_members(in_groups(machines), folded=())
    place = table.visualRect(table.rows.index(0, 3)).center()
    table.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, QPoint(7, 7)))
    assert asked == []
    width = table.columnWidth(0)
    before = table.viewport().grab().toImage()
    long = [
        replace(m, tags=("a tag of thirty-two letters, that",)) if m.tags == ("db",) else m for m in in_groups(machines)
    ]
    table.set_members(long, folded=())
    after = table.viewport().grab().toImage()
    strip = (width, 0, 150, heading.HEIGHT)
    assert before.copy(*strip) != after.copy(*strip), "the name goes on beside the first column"
    tip = table.rows.index(0, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "0 live · 1 offline"
