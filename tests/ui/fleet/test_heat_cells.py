from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.heat_cells import HeatCells
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.fleet_groups import Heading
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


def in_groups(*sizes: int) -> HeatView:
    """Groups a, b, … of so many machines each; 0 is one that is folded."""
    cells = iter(view(sum(sizes)).cells)
    found: list[HeatCell | Heading] = []
    for at, size in enumerate(sizes):
        found.append(Heading(chr(97 + at), chr(97 + at), "", "Live", "ok", f"{size} live", not size))
        found += [next(cells) for _ in range(size)]
    return HeatView(tuple(found), "cpu", "CPU of many")


@pytest.mark.parametrize("sizes", [(1,), (3, 0, 2), (100, 120, 80, 100, 100), (5,) * 60])
@pytest.mark.parametrize("size", [(1100, 500), (780, 200)])
def test_groups_have_room_or_the_map_grows(cells: HeatCells, sizes: tuple[int, ...], size: tuple[int, int]) -> None:
    cells.resize(*size)
    cells.fit(size[1])
    shown = in_groups(*sizes)
    cells.set_view(shown)
    rects = [cells.cell_rect(at) for at in range(len(shown.cells))]
    assert all(not one.intersects(other) for one, other in pairwise(rects))
    assert all(place.width() >= 10 and place.height() >= 8 for place in rects)
    assert max(place.bottom() for place in rects) < max(size[1], cells.minimumHeight())
    assert all(place.right() < size[0] for place in rects)


def test_keys_go_through_headings_and_fold_them(cells: HeatCells, qtbot: QtBot) -> None:
    folded: list[str] = []
    opened: list[str] = []
    cells.folded.connect(folded.append)
    cells.opened.connect(opened.append)
    cells.set_view(in_groups(3, 0, 2))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(cells, key)
    assert folded == ["a", "b"]
    assert opened == ["m0"]
    qtbot.keyClick(cells, Qt.Key.Key_Up)
    assert isinstance(cells.current, HeatCell)
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell_rect(0).center())
    assert folded == ["a", "b", "a"]


def test_the_keyboard_stays_on_a_heading(cells: HeatCells, qtbot: QtBot) -> None:
    cells.set_view(in_groups(3, 2))
    for _ in range(4):
        qtbot.keyClick(cells, Qt.Key.Key_Right)
    assert isinstance(cells.current, Heading)
    cells.set_view(in_groups(0, 2))
    assert cells.current is not None
    assert cells.current.host == in_groups(0, 2).cells[1].host
    cells.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
