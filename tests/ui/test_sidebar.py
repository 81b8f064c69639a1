from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.side_rows import MachineButton, PlaceRow, SearchButton
from sysmon.ui.sidebar import LEAST, MOST, NARROW, WIDTH, Place, SideBar
from sysmon.ui.theme import Theme
from sysmon.viewmodels.machines import MachineRow


def rows(*hosts: str) -> tuple[MachineRow, ...]:
    return tuple(MachineRow(host, host.title(), "", "ok", "live", ()) for host in hosts)


@pytest.fixture
def bar(theme: Theme, window: QWidget, qtbot: QtBot) -> SideBar:
    made = SideBar(theme, (Place("settings", "settings", "Settings"),), window)
    made.resize(WIDTH, 400)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def machines(bar: SideBar) -> list[MachineButton]:
    return sorted(bar.findChildren(MachineButton), key=lambda button: button.y())


def test_machines_come_go_and_change_places(bar: SideBar, qtbot: QtBot) -> None:
    bar.set_machines(rows("local", "vega"), "local")
    first = machines(bar)[0]
    bar.set_machines(rows("vega", "local", "mira"), "vega")
    qtbot.waitUntil(lambda: [button.host for button in machines(bar)] == ["vega", "local", "mira"])
    assert first in machines(bar)
    assert [button.isChecked() for button in machines(bar)] == [True, False, False]
    bar.set_machines(rows("mira"), "mira")
    qtbot.waitUntil(lambda: len(machines(bar)) == 1)


def test_presses_are_told(bar: SideBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.machine_chosen.connect(told.append)
    bar.place_chosen.connect(told.append)
    bar.search_pressed.connect(lambda: told.append("search"))
    bar.set_machines(rows("local", "vega"), "local")
    qtbot.waitUntil(lambda: machines(bar)[1].y() > 0)
    for button in (machines(bar)[1], *bar.findChildren(PlaceRow), *bar.findChildren(SearchButton)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == ["vega", "settings", "search"]


def test_pressing_the_machine_that_is_shown_keeps_it_marked(bar: SideBar, qtbot: QtBot) -> None:
    bar.set_machines(rows("local"), "local")
    qtbot.mouseClick(machines(bar)[0], Qt.MouseButton.LeftButton)
    assert machines(bar)[0].isChecked()


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
