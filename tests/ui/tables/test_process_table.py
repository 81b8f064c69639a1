from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QEvent, QItemSelectionModel, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.tables.process_cells import ROW
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tree import TreeRow
from sysmon.viewmodels.processes import COLUMNS
from tests.ui.tables.test_process_model import entry, flat, pids


@pytest.fixture
def table(theme: Theme, window: QWidget, qtbot: QtBot) -> ProcessTable:
    made = ProcessTable(theme, Units(), window)
    made.resize(900, 400)
    window.resize(900, 400)
    window.show()
    qtbot.waitUntil(made.isVisible)
    made.set_rows(flat(*[entry(pid) for pid in range(1000)]), {})
    made.grab()
    return made


def reversed_rows(table: ProcessTable, cpu: float = 0.5) -> None:
    table.set_rows(flat(*[entry(pid, cpu) for pid in reversed(range(1000))]), {})


def test_selection_current_row_and_scroll_survive_a_refresh(table: ProcessTable) -> None:
    table.selectRow(500)
    table.verticalScrollBar().setValue(40 * ROW)
    reversed_rows(table)
    assert [found.key.pid for found in table.selected()] == [500]
    assert table.rows.entry(table.currentIndex().row()).key.pid == 500
    assert table.verticalScrollBar().value() == 40 * ROW


def test_a_refresh_asks_only_for_what_is_seen(table: ProcessTable, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    row, data = table.rows.row, table.rows.data
    monkeypatch.setattr(table.rows, "row", lambda at: asked.append(at) or row(at))
    monkeypatch.setattr(table.rows, "data", lambda *args: asked.append(args[0].row()) or data(*args))
    reversed_rows(table)
    table.grab()
    first, last = table.seen()
    assert asked
    assert len(asked) <= 2 * (last - first + 1) * len(COLUMNS)
    assert max(asked) <= last


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        QApplication.processEvents()
        self.rects: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return False


def test_the_head_stays_while_rows_come_and_go(table: ProcessTable) -> None:
    resized: list[int] = []
    table.head.sectionResized.connect(lambda section, *_: resized.append(section))
    painted = Painted(table.head.viewport())
    for count in (900, 1100, 500):
        table.set_rows(flat(*[entry(pid) for pid in range(count)]), {})
        QApplication.processEvents()
        assert table.verticalHeader().count() == count
    assert resized == []
    assert painted.rects == []
    memory = next(section for section, column in enumerate(COLUMNS) if column.key == "memory")
    table.set_rows(flat(*[entry(pid) for pid in range(500)]), {"memory": "1 MiB"})
    QApplication.processEvents()
    assert [(rect.left(), rect.width()) for rect in painted.rects] == [
        (table.head.sectionViewportPosition(memory), table.head.sectionSize(memory))
    ]


class Frames(QObject):
    """Counts how often a window is painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        QApplication.processEvents()
        self.count = 0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.UpdateRequest
        return False


def test_the_table_is_painted_together_with_what_is_around_it(table: ProcessTable, window: QWidget) -> None:
    frames, rows = Frames(window), Painted(table.viewport())
    reversed_rows(table)
    window.update()
    QApplication.processEvents()
    assert len(rows.rects) == 1
    assert frames.count == 1


def test_rows_stay_while_the_pointer_is_pressed(table: ProcessTable) -> None:
    place = QPoint(60, ROW // 2)
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.frozen
    reversed_rows(table)
    assert pids(table.rows)[:3] == [0, 1, 2]
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    reversed_rows(table)
    assert pids(table.rows)[:3] == [999, 998, 997]


def test_rows_stay_while_a_menu_is_open(table: ProcessTable) -> None:
    menu = QMenu(table)
    menu.addAction("End process")
    table.open_menu(menu, table.mapToGlobal(QPoint(10, 10)))
    reversed_rows(table)
    assert pids(table.rows)[0] == 0
    menu.close()
    reversed_rows(table)
    assert pids(table.rows)[0] == 999


@pytest.mark.parametrize(("column", "ascending"), [("memory", False), ("name", True)])
def test_a_click_on_the_head_begins_with_what_one_looks_for(
    table: ProcessTable, column: str, ascending: bool, qtbot: QtBot
) -> None:
    section = next(at for at, each in enumerate(COLUMNS) if each.key == column)
    with qtbot.waitSignal(table.order_asked) as asked:
        table.horizontalHeader().sectionClicked.emit(section)
    assert asked.args == [column, ascending]
    table.set_order(column, ascending)
    with qtbot.waitSignal(table.order_asked) as asked:
        table.horizontalHeader().sectionClicked.emit(section)
    assert asked.args == [column, not ascending]


def test_columns_can_be_hidden_and_shown(table: ProcessTable) -> None:
    table.toggle_column(2)
    assert table.isColumnHidden(2)
    table.toggle_column(2)
    assert not table.isColumnHidden(2)


def test_rows_have_the_height_of_the_design(table: ProcessTable) -> None:
    assert ROW == 28
    assert table.rowHeight(0) == table.rowHeight(999) == ROW


def test_tab_leaves_the_table(table: ProcessTable) -> None:
    assert not table.tabKeyNavigation()


def test_other_units_are_written_at_once(table: ProcessTable) -> None:
    table.set_units(Units(size_base=10))
    table.set_rows(flat(entry(1)), {})
    assert table.rows.text(0, 5) == "1.00\u202fMB"


def branches(*shapes: tuple[int, int, int, bool]) -> list[TreeRow]:
    """Rows of (PID, depth, below, expanded)."""
    return [
        TreeRow(entry(pid), depth, below, expanded, shown_for_child=False) for pid, depth, below, expanded in shapes
    ]


@pytest.fixture
def tree(table: ProcessTable) -> ProcessTable:
    table.set_tree(tree=True)
    table.set_rows(branches((1, 0, 3, True), (2, 1, 1, False), (4, 1, 0, False)), {})
    table.grab()
    return table


def test_a_click_on_a_chevron_folds_and_selects_nothing(tree: ProcessTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tree.fold_asked) as asked:
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(13, ROW // 2))
    assert asked.args is not None
    assert asked.args[0].pid == 1
    assert asked.args[1] is False
    assert tree.selected() == []
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, ROW // 2))
    assert [found.key.pid for found in tree.selected()] == [1]


def test_left_and_right_fold_and_walk(tree: ProcessTable) -> None:
    asked: list[tuple[int, bool]] = []
    tree.fold_asked.connect(lambda key, open_: asked.append((key.pid, open_)))
    tree.selectRow(1)
    QTest.keyClick(tree, Qt.Key.Key_Right)
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert asked == [(2, True)]
    assert tree.currentIndex().row() == 0
    QTest.keyClick(tree, Qt.Key.Key_Right)
    assert tree.currentIndex().row() == 1
    tree.selectRow(0)
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert asked[-1] == (1, False)


def test_going_to_a_process(table: ProcessTable) -> None:
    assert table.go_to(entry(700).key)
    assert table.current() is table.rows.entry(700)
    assert table.seen()[0] > 600
    assert not table.go_to(entry(5000).key)


def test_columns_are_remembered_and_nonsense_is_not(table: ProcessTable, theme: Theme, window: QWidget) -> None:
    table.toggle_column(2)
    table.horizontalHeader().moveSection(3, 1)
    table.horizontalHeader().resizeSection(3, 123)
    table.set_order("memory", True)
    other = ProcessTable(theme, Units(), window)
    assert other.restore_columns(table.columns_state()) == ("memory", True)
    assert other.isColumnHidden(2)
    assert other.columnWidth(3) == 123
    assert other.horizontalHeader().visualIndex(3) == 1
    assert other.restore_columns(QByteArray(b"nonsense")) is None
    assert other.isColumnHidden(2)


def test_the_menu_key_and_a_right_click_ask_for_a_menu(table: ProcessTable, qtbot: QtBot) -> None:
    table.selectRow(0)
    for reason in (QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse):
        with qtbot.waitSignal(table.menu_asked):
            table.contextMenuEvent(QContextMenuEvent(reason, QPoint(5, 5), QPoint(50, 50)))
    assert not table.frozen


def test_a_column_comes_by_itself_unless_the_user_decided(table: ProcessTable, theme: Theme, window: QWidget) -> None:
    gpu = next(at for at, each in enumerate(COLUMNS) if each.key == "gpu")
    assert table.isColumnHidden(gpu)
    table.offer_column("gpu")
    assert not table.isColumnHidden(gpu)
    table.toggle_column(gpu)
    table.offer_column("gpu")
    assert table.isColumnHidden(gpu)
    other = ProcessTable(theme, Units(), window)
    other.restore_columns(table.columns_state())
    other.offer_column("gpu")
    assert other.isColumnHidden(gpu)


def test_names_get_the_room_that_is_left(table: ProcessTable) -> None:
    def widths() -> int:
        return sum(table.columnWidth(at) for at in range(len(COLUMNS)) if not table.isColumnHidden(at))

    assert widths() == table.viewport().width()
    table.toggle_column(2)
    assert widths() == table.viewport().width()
    for at in range(1, len(COLUMNS)):
        if table.isColumnHidden(at):
            table.toggle_column(at)
    assert table.columnWidth(0) >= 120
    assert widths() > table.viewport().width(), "the rest is scrolled to"


def test_every_run_of_chosen_rows_is_seen(table: ProcessTable, theme: Theme) -> None:
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in (1, 2, 4):
        table.selectionModel().select(table.rows.index(row, 0), flags)
    shot = table.viewport().grab().toImage()
    seen = [shot.pixelColor(1, table.rowViewportPosition(row) + ROW - 2) for row in range(6)]
    assert [row for row, colour in enumerate(seen) if colour == theme.colour("selection")] == [1, 2, 4]


def test_whoever_enters_by_the_keyboard_has_the_first_row_that_was_looked_for(table: ProcessTable) -> None:
    rows = flat(*[entry(pid) for pid in range(5)])
    way = [row._replace(shown_for_child=True) for row in rows[:2]]
    table.set_rows([*way, *rows[2:]], {})
    table.enter()
    assert [found.key.pid for found in table.selected()] == [2]
    table.selectRow(4)
    table.enter()
    assert [found.key.pid for found in table.selected()] == [4]
    table.clearSelection()
    table.set_rows([], {})
    table.enter()
    assert table.selected() == []
