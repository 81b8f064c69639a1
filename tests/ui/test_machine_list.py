from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.machine_list import ROW, MachineCells, MachineList
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.machines import MachineRow

ONE = MachineRow("local", "orion", "This machine", "ok", "live", (0.1, 0.5, 0.3))


def rows(count: int) -> tuple[MachineRow, ...]:
    return tuple(MachineRow(f"m{at}", f"machine-{at}", "web", "ok", "live", (0.1, 0.2)) for at in range(count))


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the rows that were drawn."""
    drawn: list[int] = []
    paint = MachineCells.paint

    def note(
        self: MachineCells, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        drawn.append(index.row())
        paint(self, painter, option, index)

    monkeypatch.setattr(MachineCells, "paint", note)
    return drawn


@pytest.fixture
def machines(theme: Theme, window: QWidget, qtbot: QtBot) -> MachineList:
    made = MachineList(theme, window)
    made.resize(232, 6 * ROW)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def test_only_rows_that_can_be_seen_are_made_among_500(machines: MachineList, qtbot: QtBot, painted: list[int]) -> None:
    machines.set_rows(rows(500), "m0")
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) <= set(range(8))
    assert machines.seen() == frozenset(f"m{at}" for at in range(8))
    changes: list[int] = []
    machines.seen_changed.connect(lambda: changes.append(1))
    machines.verticalScrollBar().setValue(100 * ROW)
    assert changes
    assert "m100" in machines.seen()
    assert "m0" not in machines.seen()


def test_only_the_row_that_changed_is_drawn_again(machines: MachineList, qtbot: QtBot, painted: list[int]) -> None:
    made = rows(500)
    machines.set_rows(made, "m0")
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    machines.set_rows(tuple(replace(row) for row in made), "m0")
    qtbot.wait(50)
    assert painted == []
    machines.set_rows((*made[:3], replace(made[3], note="9 ms"), *made[4:]), "m0")
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {3}


def test_a_hidden_list_is_seen_by_nobody(machines: MachineList) -> None:
    machines.set_rows(rows(3), "m0")
    machines.hide()
    assert machines.seen() == frozenset()


def test_keys_choose_and_typing_finds(machines: MachineList, qtbot: QtBot) -> None:
    told: list[str] = []
    machines.chosen.connect(told.append)
    machines.set_rows((ONE, replace(ONE, host="vega", name="vega")), "local")
    machines.setFocus()
    qtbot.keyClick(machines, Qt.Key.Key_Down)
    qtbot.keyClick(machines, Qt.Key.Key_Return)
    qtbot.keyClicks(machines, "ori")
    qtbot.keyClick(machines, Qt.Key.Key_Return)
    assert told == ["vega", "local"]


def test_the_current_row_survives_machines_that_come(machines: MachineList) -> None:
    made = rows(40)
    machines.set_rows(made, "m0")
    machines.setCurrentIndex(machines.rows.index(30))
    machines.verticalScrollBar().setValue(20 * ROW)
    machines.set_rows((ONE, *made), "m0")
    assert machines.rows.row(machines.currentIndex()).host == "m30"
    assert machines.verticalScrollBar().value() == 20 * ROW


def test_a_machine_says_its_name_and_state(machines: MachineList) -> None:
    machines.set_rows((replace(ONE, state="offline", note="offline 3 h"),), "")
    index = machines.rows.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "orion, offline"
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "offline 3 h"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "orion: offline\noffline 3 h"


def test_everything_of_a_row_is_seen(machines: MachineList, theme: Theme) -> None:
    pictures = []
    for row in (
        ONE,
        replace(ONE, name="vega"),
        replace(ONE, note="build-01"),
        replace(ONE, hue="warning"),
        replace(ONE, state="alert"),
        replace(ONE, trace=()),
    ):
        machines.set_rows((row,), "")
        pictures.append(machines.grab().toImage())
    machines.set_rows((ONE,), "local")
    pictures.append(machines.grab().toImage())
    machines.set_narrow(True)
    pictures.append(machines.grab().toImage())
    theme.set_scheme(Scheme.LIGHT)
    pictures.append(machines.grab().toImage())
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_the_machine_that_is_shown_is_brought_into_sight_once(machines: MachineList) -> None:
    made = rows(200)
    machines.set_rows(made, "m0")
    machines.set_rows(made, "m150")
    assert "m150" in machines.seen()
    assert machines.rows.row(machines.currentIndex()).host == "m150"
    machines.verticalScrollBar().setValue(0)  # the user looks elsewhere
    machines.set_rows(made, "m150")
    assert "m150" not in machines.seen()
    machines.set_rows(made, "")
    assert machines.verticalScrollBar().value() == 0
