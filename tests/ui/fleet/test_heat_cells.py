from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.heat_cells import HeatCells
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.fleet_heat import LEVELS, HeatCell, HeatView


def view(count: int, level: int = 5, hue: str = "cpu") -> HeatView:
    cells = tuple(HeatCell(f"m{at}", f"machine-{at}", level, f"{at} %", "live") for at in range(count))
    return HeatView(cells, hue, "CPU of many")


@pytest.fixture
def cells(theme: Theme, window: QWidget, qtbot: QtBot) -> HeatCells:
    made = HeatCells(theme, window)
    window.resize(1120, 520)
    made.resize(1100, 500)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


@pytest.mark.parametrize("count", [1, 7, 60, 500, 1000])
@pytest.mark.parametrize("size", [(1100, 500), (780, 200), (240, 120)])
def test_all_cells_are_inside_and_none_lies_over_another(cells: HeatCells, count: int, size: tuple[int, int]) -> None:
    cells.resize(*size)
    cells.set_view(view(count))
    rects = [cells.cell_rect(at) for at in range(count)]
    room = cells.rect().adjusted(0, 0, 3, 3)
    if size[0] * size[1] >= count * 60:
        assert all(room.contains(rect) for rect in rects)
    columns, _ = cells.grid()
    for at, rect in enumerate(rects):
        for other in (at + 1, at + columns):
            if other < count:
                assert not rect.intersects(rects[other])
    assert all(cells.cell_at(rect.center().x(), rect.center().y()) == at for at, rect in enumerate(rects))


def test_only_cells_that_changed_their_colour_are_drawn_again(cells: HeatCells, qtbot: QtBot) -> None:
    before = view(500)
    cells.set_view(before)
    qtbot.waitUntil(lambda: cells.drawn >= 500)
    qtbot.wait(30)
    drawn = cells.drawn
    cells.set_view(HeatView(before.cells, "cpu", "the same"))
    qtbot.wait(30)
    assert cells.drawn == drawn
    changed = list(before.cells)
    changed[7] = HeatCell("m7", "machine-7", LEVELS, "99 %", "live")
    changed[490] = HeatCell("m490", "machine-490", LEVELS, "99 %", "live")
    cells.set_view(HeatView(tuple(changed), "cpu", "two"))
    qtbot.waitUntil(lambda: cells.drawn > drawn)
    qtbot.wait(30)
    assert cells.drawn == drawn + 2
    # A text that nobody can read on a small cell is no reason to draw.
    drawn = cells.drawn
    changed[3] = HeatCell("m3", "machine-3", 5, "4 %", "live")
    cells.set_view(HeatView(tuple(changed), "cpu", "text"))
    qtbot.wait(30)
    assert cells.drawn == drawn


def test_a_click_and_enter_open(cells: HeatCells, qtbot: QtBot) -> None:
    opened: list[str] = []
    cells.opened.connect(opened.append)
    cells.set_view(view(60))
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell_rect(17).center())
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=QPoint(cells.cell_rect(0).right() + 1, 5))
    cells.setFocus(Qt.FocusReason.TabFocusReason)
    columns, _ = cells.grid()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(cells, key)
    qtbot.keyClick(cells, Qt.Key.Key_Return)
    assert opened[0] == "m17"
    assert len(opened) == 2
    current = cells.current
    assert current is not None
    assert opened[1] == current.host
    assert columns > 1


def test_what_is_current_is_told(cells: HeatCells, window: QWidget, qtbot: QtBot) -> None:
    cells.set_view(view(60))
    window.activateWindow()
    cells.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(cells.hasFocus)
    qtbot.keyClick(cells, Qt.Key.Key_Right)
    assert cells.accessibleDescription().startswith("machine-1: 1 %, live. ")
    cells.clearFocus()
    cells.set_view(view(60))
    assert cells.accessibleDescription() == "CPU of many"


def test_hovering_tells(cells: HeatCells) -> None:
    cells.set_view(view(60))
    place = cells.cell_rect(5).center()
    QApplication.sendEvent(cells, QHelpEvent(QEvent.Type.ToolTip, place, cells.mapToGlobal(place)))
    assert QToolTip.text() == "machine-5: 5 %\nlive"
    QToolTip.hideText()


def test_fewer_machines_and_another_hue_are_drawn_anew(cells: HeatCells, theme: Theme, qtbot: QtBot) -> None:
    cells.set_view(view(60))
    cells.setFocus()
    for _ in range(30):
        qtbot.keyClick(cells, Qt.Key.Key_Right)
    cells.set_view(view(3))
    assert cells.current is not None
    assert cells.current.host == "m2"
    pictures = [cells.grab().toImage()]
    cells.set_view(view(3, hue="memory"))
    pictures.append(cells.grab().toImage())
    cells.set_view(view(3, level=-1, hue="memory"))
    pictures.append(cells.grab().toImage())
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(cells.grab().toImage())
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])
    cells.set_view(view(0))
    assert cells.current is None
    assert cells.cell_at(5, 5) == -1


def test_the_menu_of_a_cell_is_asked_for(cells: HeatCells) -> None:
    asked: list[str] = []
    cells.menu_asked.connect(lambda host, _: asked.append(host))
    cells.set_view(view(60))
    cells.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
    place = cells.cell_rect(9).center()
    cells.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, QPoint(7, 7)))
    outside = QPoint(cells.width() - 1, cells.height() - 1)
    cells.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, outside, QPoint(7, 7)))
    assert asked == ["m0", "m9"]
