from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.fleet_bodies import MARGIN, FoundCard, HeatCard, HeatScroll, TableCard
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet_groups import Heading
from sysmon.viewmodels.fleet_heat import CHOICES, HeatCell, HeatView
from sysmon.viewmodels.fleet_search import FoundRow, FoundView
from tests.ui.fleet.conftest import Machines


def test_cards_stand_inside_the_margins_of_the_page(
    theme: Theme, window: QWidget, machines: Machines, qtbot: QtBot
) -> None:
    stack = QStackedWidget(window)
    stack.resize(1000, 500)
    table = TableCard(theme, stack)
    stack.addWidget(table.frame)
    window.resize(1000, 500)
    window.show()
    qtbot.waitUntil(lambda: table.isVisible() and table.width() > 600)
    assert (table.x(), table.geometry().right()) == (MARGIN, 1000 - MARGIN - 1)
    table.rows.set_members(machines.members())
    assert table.rows.rows.rowCount() == 4


def test_the_heat_map_tells_what_it_shall_be_coloured_by(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    card = HeatCard(theme, window)
    card.frame.resize(1000, 500)
    window.show()
    told: list[str] = []
    card.chosen.connect(told.append)
    buttons = card.choices.findChildren(QAbstractButton)
    assert len(buttons) == len(CHOICES)
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert told == ["memory"]
    card.set_view(HeatView((HeatCell("m", "m", 3, "9 %", "live"),), "cpu", "one"), "cpu")
    assert card.choices.choice() == "cpu"
    assert card.cells.current is not None


def test_what_was_found_or_why_there_is_nothing(theme: Theme, window: QWidget) -> None:
    card = FoundCard(theme, window)
    card.set_view(FoundView((), "0 processes on 0 of 3 machines"))
    assert card.stack.currentWidget() is card.note
    assert "0 of 3 machines" in card.note.accessibleName()
    card.set_view(FoundView((FoundRow("vega", None, "vega", "1 process"),), "1 process on 1 of 3 machines"))
    assert card.stack.currentWidget() is card.table
    assert card.accessibleDescription() == "1 process on 1 of 3 machines"


def test_many_groups_scroll_and_the_keyboard_is_followed(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    card = HeatCard(theme, window)
    window.resize(600, 300)
    card.resize(600, 300)
    window.show()
    heads = [Heading(f"t{at}", f"t{at}", "1 machine", "Live", "ok", "1 live") for at in range(40)]
    card.set_view(HeatView(tuple(heads), "cpu", "many"), "cpu")
    scroll = card.findChildren(HeatScroll)[0]
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 300)
    for _ in range(39):
        qtbot.keyClick(card.cells, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().value() > 300)
    card.set_view(HeatView(tuple(heads[:2]), "cpu", "few"), "cpu")
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
