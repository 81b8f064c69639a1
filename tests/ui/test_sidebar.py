from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.side_rows import AddButton, PlaceRow, SearchButton
from sysmon.ui.sidebar import LEAST, MOST, NARROW, WIDTH, Destination, SideBar
from sysmon.ui.theme import Theme
from sysmon.viewmodels.machines import MachineRow


def rows(*hosts: str) -> tuple[MachineRow, ...]:
    return tuple(MachineRow(host, host.title(), "", "ok", "live", ()) for host in hosts)


@pytest.fixture
def bar(theme: Theme, window: QWidget, qtbot: QtBot) -> SideBar:
    above = (Destination("machines", "server", "All machines"), Destination("connections", "link", "Connections"))
    made = SideBar(theme, above, (Destination("settings", "settings", "Settings"),), window)
    made.resize(WIDTH, 400)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def press(bar: SideBar, host: str, qtbot: QtBot) -> None:
    view = bar.machines
    at = [row.host for row in view.rows.rows].index(host)
    middle = view.visualRect(view.rows.index(at)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def test_presses_are_told(bar: SideBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.machine_chosen.connect(told.append)
    bar.place_chosen.connect(told.append)
    bar.search_pressed.connect(lambda: told.append("search"))
    bar.add_pressed.connect(lambda: told.append("add"))
    bar.set_machines(rows("local", "vega"), "local")
    press(bar, "vega", qtbot)
    for button in (*bar.findChildren(PlaceRow), *bar.findChildren(SearchButton), *bar.findChildren(AddButton)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == ["vega", "machines", "connections", "settings", "search", "add"]


def test_the_place_that_is_shown_is_marked_also_when_it_is_pressed_again(bar: SideBar, qtbot: QtBot) -> None:
    above = bar.findChildren(PlaceRow)[:2]
    bar.set_place("machines")
    assert [row.isChecked() for row in above] == [True, False]
    qtbot.mouseClick(above[0], Qt.MouseButton.LeftButton)
    assert above[0].isChecked()
    bar.set_place("")
    assert not any(row.isChecked() for row in above)


def test_a_place_tells_how_many_there_are(bar: SideBar) -> None:
    bar.set_note("machines", "7", "accent")
    bar.set_note("nowhere", "9", "accent")
    row = bar.findChildren(PlaceRow)[0]
    assert row.accessibleDescription() == "7"
    assert row.toolTip() == "All machines: 7"


def test_narrow_and_back_keeps_the_width(bar: SideBar) -> None:
    bar.set_wide_width(300)
    bar.set_narrow(True)
    assert bar.width() == NARROW
    assert bar.wide_width == 300
    bar.set_narrow(False)
    assert bar.width() == 300


def test_the_edge_can_be_dragged_within_bounds(bar: SideBar, qtbot: QtBot) -> None:
    edge = QPoint(bar.width() - 2, 200)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseMove(bar, QPoint(320, 200))
    assert bar.wide_width == 320
    qtbot.mouseMove(bar, QPoint(9000, 200))
    assert bar.wide_width == MOST
    qtbot.mouseMove(bar, QPoint(1, 200))
    assert bar.wide_width == LEAST
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(LEAST - 2, 200))
    qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(LEAST - 2, 200))
    assert bar.wide_width == WIDTH
