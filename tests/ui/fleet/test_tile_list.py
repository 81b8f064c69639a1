from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.machine import Machine, MachineState
from sysmon.ui.fleet import tile_cells
from sysmon.ui.fleet.tile_list import GAP, TileList, fitting, inner
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet_groups import Heading
from sysmon.viewmodels.fleet_tiles import TileView
from sysmon.viewmodels.plot import TimeScope
from tests.ui.fleet.conftest import Machines


@pytest.fixture
def tiles(theme: Theme, window: QWidget, qtbot: QtBot, machines: Machines) -> TileList:
    made = TileList(theme, window)
    window.resize(1188, 600)
    made.resize(1188, 600)
    window.show()
    qtbot.waitUntil(window.isVisible)
    fill(made, machines.tiles())
    qtbot.waitUntil(lambda: made.cells.drawn >= 4)
    return made


def fill(view: TileList, tiles: list[TileView]) -> None:
    view.set_hosts(tuple(tile.host for tile in tiles), {tile.host: tile.name for tile in tiles})
    view.set_tiles(tiles)


def many(count: int) -> list[TileView]:
    scope = TimeScope(0, 60, live=True)
    return [
        TileView(f"m{at}", f"machine-{at}", "", "Live", "ok", scope, (), None, f"machine-{at}") for at in range(count)
    ]


def middle(view: TileList, host: str) -> QPoint:
    return inner(view.visualRect(view.rows.index(list(view.rows.hosts).index(host)))).center()


def test_as_many_columns_as_fit_and_all_of_one_width(tiles: TileList) -> None:
    assert tiles.columns() == 3
    places = [inner(tiles.visualRect(tiles.rows.index(at))) for at in range(4)]
    assert {place.top() for place in places[:3]} == {places[0].top()}
    assert places[3].left() == places[0].left()
    assert places[3].top() == places[0].top() + tiles.cells.cell.height()
    assert len({place.width() for place in places}) == 1
    assert all(place.right() < tiles.viewport().width() for place in places)


@pytest.mark.parametrize(("width", "columns"), [(400, 1), (844, 2), (2000, 6)])
def test_columns_follow_the_width(tiles: TileList, window: QWidget, qtbot: QtBot, width: int, columns: int) -> None:
    window.resize(width, 600)
    tiles.resize(width, 600)
    fill(tiles, many(20))
    qtbot.waitUntil(lambda: tiles.columns() == columns)
    qtbot.waitUntil(
        lambda: tiles.visualRect(tiles.rows.index(columns)).top() > tiles.visualRect(tiles.rows.index(0)).top()
    )
    tops = {tiles.visualRect(tiles.rows.index(at)).top() for at in range(columns)}
    assert len(tops) == 1


def test_only_the_tile_that_changed_is_drawn_again(tiles: TileList, machines: Machines, qtbot: QtBot) -> None:
    for silent in ("mira", "deneb"):  # they count seconds
        machines.fake.store.forget(silent)
    fill(tiles, machines.tiles())
    qtbot.wait(50)
    drawn = tiles.cells.drawn
    tiles.set_tiles(machines.tiles())
    qtbot.wait(50)
    assert tiles.cells.drawn == drawn, "nothing is new"
    machines.fake.run(1, "vega")
    tiles.set_tiles(machines.tiles())
    qtbot.waitUntil(lambda: tiles.cells.drawn > drawn)
    qtbot.wait(50)
    assert tiles.cells.drawn == drawn + 1


def test_two_far_tiles_draw_none_between(tiles: TileList, qtbot: QtBot) -> None:
    first = many(9)
    fill(tiles, first)
    qtbot.wait(80)
    drawn = tiles.cells.drawn
    fresh = many(9)
    tiles.set_tiles([fresh[0], *first[1:8], fresh[8]])
    qtbot.waitUntil(lambda: tiles.cells.drawn > drawn)
    qtbot.wait(50)
    assert tiles.cells.drawn == drawn + 2


def test_of_500_only_those_that_can_be_seen_are_asked_for(tiles: TileList, qtbot: QtBot) -> None:
    every = many(500)
    tiles.set_hosts(tuple(tile.host for tile in every), {})
    assert len(tiles.seen()) <= 12
    changes: list[int] = []
    tiles.seen_changed.connect(lambda: changes.append(1))
    tiles.verticalScrollBar().setValue(tiles.verticalScrollBar().maximum())
    assert changes
    assert "m499" in tiles.seen()
    assert "m0" not in tiles.seen()
    drawn = tiles.cells.drawn
    tiles.set_tiles([every[int(host[1:])] for host in tiles.seen()])
    qtbot.waitUntil(lambda: tiles.cells.drawn > drawn)
    assert tiles.cells.drawn - drawn <= 12


def test_a_click_opens_and_the_words_of_a_silent_tile_do_what_they_say(
    tiles: TileList, machines: Machines, theme: Theme, qtbot: QtBot
) -> None:
    opened: list[str] = []
    retried: list[str] = []
    tiles.opened.connect(opened.append)
    tiles.retry_asked.connect(retried.append)
    button = Qt.MouseButton.LeftButton
    qtbot.mouseClick(tiles.viewport(), button, pos=middle(tiles, "vega"))
    by_host = {tile.host: tile for tile in machines.tiles()}
    for host in ("mira", "deneb"):
        rect = inner(tiles.visualRect(tiles.rows.index(list(tiles.rows.hosts).index(host))))
        qtbot.mouseClick(
            tiles.viewport(), button, pos=tile_cells.offer_rect(rect, by_host[host], theme.family).center()
        )
    assert opened == ["vega", "deneb"]
    assert retried == ["mira"]


def test_a_press_that_is_let_go_elsewhere_or_between_tiles_opens_nothing(tiles: TileList, qtbot: QtBot) -> None:
    opened: list[str] = []
    tiles.opened.connect(opened.append)
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(tiles.viewport(), button, pos=middle(tiles, "vega"))
    assert tiles.held
    qtbot.mouseRelease(tiles.viewport(), button, pos=middle(tiles, "mira"))
    assert not tiles.held
    gap = QPoint(inner(tiles.visualRect(tiles.rows.index(0))).right() + GAP // 2, 30)
    qtbot.mouseClick(tiles.viewport(), button, pos=gap)
    assert opened == []


def test_arrows_move_enter_opens_typing_finds(tiles: TileList, qtbot: QtBot) -> None:
    opened: list[str] = []
    tiles.opened.connect(opened.append)
    tiles.setFocus()
    order = list(tiles.rows.hosts)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(tiles, key)
    qtbot.keyClick(tiles, Qt.Key.Key_Up)
    qtbot.keyClick(tiles, Qt.Key.Key_Return)
    qtbot.keyClicks(tiles, "veg")
    qtbot.keyClick(tiles, Qt.Key.Key_Return)
    assert opened[0] in order
    assert opened[-1] == "vega"
    qtbot.keyClick(tiles, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # the window's


def test_the_current_tile_follows_its_machine(tiles: TileList, machines: Machines) -> None:
    tiles.setCurrentIndex(tiles.rows.index(list(tiles.rows.hosts).index("vega")))
    reordered = sorted(machines.tiles(), key=lambda tile: tile.host, reverse=True)
    fill(tiles, reordered)
    assert tiles.rows.hosts[tiles.currentIndex().row()] == "vega"
    fill(tiles, [tile for tile in reordered if tile.host != "vega"])
    assert tiles.currentIndex().isValid()


def test_the_menu_of_a_tile_is_asked_for_by_pointer_and_key(tiles: TileList) -> None:
    asked: list[tuple[str, QPoint]] = []
    tiles.menu_asked.connect(lambda host, place: asked.append((host, place)))
    tiles.setCurrentIndex(tiles.rows.index(1))
    tiles.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
    there = middle(tiles, "vega")
    tiles.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, there, QPoint(7, 7)))
    tiles.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 590), QPoint(7, 7)))
    current = tiles.rows.hosts[1]
    assert asked == [(current, tiles.viewport().mapToGlobal(middle(tiles, current))), ("vega", QPoint(7, 7))]


def test_what_a_screen_reader_hears(tiles: TileList, machines: Machines) -> None:
    for at, host in enumerate(tiles.rows.hosts):
        tile = tiles.rows.tiles[host]
        assert tiles.rows.index(at).data(Qt.ItemDataRole.AccessibleTextRole) == tile.spoken
    tiles.set_hosts((*tiles.rows.hosts, "new"), {"new": "newcomer"})
    last = tiles.rows.index(len(tiles.rows.hosts) - 1)
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == "newcomer"


def test_a_machine_that_falls_silent_loses_its_figures(tiles: TileList, machines: Machines) -> None:
    machines.fake.store.put_machine(Machine("vega", "vega", state=MachineState.OFFLINE))
    tiles.set_tiles(machines.tiles())
    assert tiles.rows.tiles["vega"].trends == ()


def head(tag: str, count: int, *, folded: bool = False) -> Heading:
    return Heading(tag, tag.upper(), f"{count} machines", "Live", "ok", f"{count} live", folded)


def grouped(view: TileList, *sizes: int) -> list[TileView]:
    """Groups a, b, … of so many machines each; 0 is one that is folded."""
    tiles = iter(many(sum(sizes)))
    heads = [head(chr(97 + at), size, folded=not size) for at, size in enumerate(sizes)]
    shown = [(one, [next(tiles) for _ in range(size)]) for one, size in zip(heads, sizes, strict=True)]
    hosts = [host for one, own in shown for host in (one.host, *(tile.host for tile in own))]
    every = [tile for _, own in shown for tile in own]
    view.set_hosts(tuple(hosts), {tile.host: tile.name for tile in every}, {one.host: one for one in heads})
    view.set_tiles(every)
    return every


def test_headings_have_a_row_for_themselves(tiles: TileList) -> None:
    grouped(tiles, 4, 0, 1)
    places = [inner(tiles.visualRect(tiles.rows.index(at))) for at in range(8)]
    tops = [place.top() for place in places]
    assert tops[0] < tops[1] == tops[2] == tops[3] < tops[4] < tops[5] < tops[6] < tops[7]
    assert places[0].width() > 2 * places[1].width()
    assert all(not one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    fill(tiles, many(6))
    assert tiles.visualRect(tiles.rows.index(3)).height() == tiles.cells.cell.height(), "and tiles alone again"


@pytest.mark.parametrize("share", [0.0, 0.37, 1.0])
def test_who_is_seen_in_groups_is_who_is_in_sight(tiles: TileList, share: float) -> None:
    grouped(tiles, 1, 0, 7, 30, 2, 0, 0, 100)
    bar = tiles.verticalScrollBar()
    bar.setValue(round(bar.maximum() * share))
    sight = tiles.viewport().rect()
    inside = {
        host
        for at, host in enumerate(tiles.rows.hosts)
        if host not in tiles.rows.heads and tiles.visualRect(tiles.rows.index(at)).intersects(sight)
    }
    assert inside <= set(tiles.seen())
    assert len(tiles.seen()) <= len(inside) + 2 * tiles.columns()


def test_a_click_and_keys_fold_and_tiles_open(tiles: TileList, qtbot: QtBot) -> None:
    folded: list[str] = []
    opened: list[str] = []
    tiles.folded.connect(folded.append)
    tiles.opened.connect(opened.append)
    grouped(tiles, 4, 0, 1)
    qtbot.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle(tiles, head("b", 0).host))
    assert folded == ["b"]
    tiles.setFocus()
    tiles.setCurrentIndex(tiles.rows.index(0))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(tiles, key)
    assert folded == ["b", "a"]
    assert opened == ["m0"]
    assert tiles.rows.head(tiles.currentIndex()) is not None
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert folded == ["b", "a", "b"]
    tiles.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))


def test_the_current_heading_stays_where_its_group_is_folded(tiles: TileList) -> None:
    grouped(tiles, 4, 2)
    tiles.setCurrentIndex(tiles.rows.index(5))
    grouped(tiles, 0, 2)
    assert tiles.rows.hosts[tiles.currentIndex().row()] == head("b", 2).host
    index = tiles.rows.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "A, 0 machines: 0 live. Folded"
    assert index.data() == "A"


@pytest.mark.parametrize("room", range(300, 2000, 37))
def test_whole_rows_fill_the_room(room: int) -> None:
    pitch = fitting(room)
    assert tile_cells.LOWEST <= pitch - GAP <= tile_cells.HIGHEST
    assert room % pitch < room // pitch, "but for what cannot be shared"


def test_a_room_too_low_for_a_tile_has_one_that_can_be_read() -> None:
    assert fitting(10) == tile_cells.LOWEST + GAP
    assert fitting(280) == tile_cells.HIGHEST + GAP
