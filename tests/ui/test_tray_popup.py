from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.tray_popup import WIDTH, TrayPopup, place
from sysmon.viewmodels.tray import MachineRow, TraceRow, TrayView

SCREEN = QRect(0, 0, 1440, 900)
SIZE = QSize(300, 150)
ROWS = (
    TraceRow("CPU", "cpu", [0.1, 0.4, 0.34], 1.0, "34 %"),
    TraceRow("Memory", "memory", [0.6] * 3, 1.0, "61 %"),
    TraceRow("Disk", "disk", [], 1.0, "–"),
)
OTHERS = (MachineRow("vega", TraceRow("vega", "cpu", [0.9] * 3, 1.0, "93 %"), "warning", "alert"),)


@pytest.fixture
def popup(qapp: QObject, qtbot: QtBot) -> TrayPopup:
    made = TrayPopup(Theme(qapp, Scheme.DARK))
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    "icon",
    [
        QRect(1400, 870, 22, 22),
        QRect(0, 0, 22, 22),
        QRect(1430, 0, 22, 22),
        QRect(700, 880, 22, 22),
        QRect(-50, 2000, 22, 22),
    ],
)
def test_the_pop_up_is_wholly_on_the_screen(icon: QRect) -> None:
    assert SCREEN.contains(QRect(place(icon, SCREEN, SIZE), SIZE))


def test_it_opens_above_a_panel_at_the_bottom_and_below_one_at_the_top() -> None:
    assert place(QRect(700, 876, 24, 24), SCREEN, SIZE).y() + SIZE.height() <= 876
    assert place(QRect(700, 0, 24, 24), SCREEN, SIZE).y() >= 24


def test_without_a_known_place_it_stands_in_the_usual_corner() -> None:
    assert place(QRect(), SCREEN, SIZE) == QPoint(1440 - 300 - 8, 900 - 150 - 8)


def test_it_is_as_wide_as_designed_and_grows_with_machines(popup: TrayPopup) -> None:
    popup.set_view(TrayView("orion", "up 12 d 4 h", ROWS, ()))
    alone = popup.height()
    popup.set_view(TrayView("orion", "up 12 d 4 h", ROWS, OTHERS))
    assert popup.width() == WIDTH
    assert popup.height() > alone
    assert popup.accessibleDescription() == "CPU 34 %, Memory 61 %, Disk –"


def test_a_press_on_a_machine_asks_for_it(popup: TrayPopup, qtbot: QtBot) -> None:
    popup.set_view(TrayView("orion", "", ROWS, OTHERS))
    asked: list[str] = []
    popup.opened.connect(asked.append)
    popup.show_at(QRect())
    popup.grab()
    qtbot.mouseClick(popup, Qt.MouseButton.LeftButton, pos=QPoint(50, popup.height() - 20))
    assert asked == ["vega"]
    assert not popup.isVisible()


def test_keys_open_this_machine_or_close(popup: TrayPopup, qtbot: QtBot) -> None:
    popup.set_view(TrayView("orion", "", ROWS, ()))
    asked: list[str] = []
    popup.opened.connect(asked.append)
    popup.show_at(QRect())
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert asked == []
    popup.show_at(QRect())
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert asked == [""]
