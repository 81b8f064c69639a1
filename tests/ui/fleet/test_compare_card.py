from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.fleet.compare_card import CompareCard
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.measures import FIXED
from sysmon.viewmodels.plot import Line
from tests.ui.conftest import plot_view, wave


@pytest.fixture
def card(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> CompareCard:
    made = CompareCard(theme, cursor, [(m.key, m.title) for m in FIXED], window)
    window.resize(1200, 220)
    made.resize(1148, 192)
    window.show()
    qtbot.waitUntil(window.isVisible)
    return made


def lines(count: int) -> tuple[Line, ...]:
    return tuple(Line(f"machine-{at}", f"series-{at + 1}", *wave(), f"{at} %", area=False) for at in range(count))


def test_measures_are_told_and_marked(card: CompareCard, qtbot: QtBot) -> None:
    told: list[str] = []
    card.chosen.connect(told.append)
    memory = next(b for b in card.findChildren(QAbstractButton) if b.text() == "Memory")
    qtbot.mouseClick(memory, Qt.MouseButton.LeftButton)
    card.set_others((("hw.fan.speed", "Speed of a fan"), ("system.uptime", "Time since the machine booted")))
    card.others.activated.emit(1)
    assert told == ["memory", "system.uptime"]
    card.choose("hw.fan.speed", "Speed of a fan")
    assert card.measures.choice() is None
    assert card.others.currentText() == "Speed of a fan"
    assert card.plot.accessibleName() == "Compare Speed of a fan"
    card.choose("cpu", "CPU")
    assert card.measures.choice() == "cpu"
    assert card.others.currentIndex() == -1


def test_a_metric_that_was_remembered_is_shown_before_the_list_is_there(card: CompareCard) -> None:
    card.choose("system.uptime", "Time since the machine booted")
    assert card.others.currentData() == "system.uptime"
    card.set_others((("hw.fan.speed", "Speed of a fan"), ("system.uptime", "Time since the machine booted")))
    assert card.others.currentData() == "system.uptime"


def test_the_list_of_metrics_is_asked_for_when_it_opens(card: CompareCard) -> None:
    asked: list[int] = []
    card.offered.connect(lambda: asked.append(1))
    card.others.showPopup()
    card.others.hidePopup()
    assert asked == [1]


@pytest.mark.parametrize(("count", "width", "in_head"), [(3, 1148, True), (8, 1148, False), (3, 700, False)])
def test_the_legend_stands_in_the_head_where_it_fits_and_never_over_anything(
    card: CompareCard, qtbot: QtBot, count: int, width: int, in_head: bool
) -> None:
    card.resize(width, 192)
    card.set_view(plot_view(*lines(count)))
    qtbot.wait(30)
    assert (card.legend.geometry().bottom() < card.plot.geometry().top()) is in_head
    for other in (card.tools, card.plot):
        assert not card.legend.geometry().intersects(other.geometry())
    assert card.rect().contains(card.legend.geometry())


def test_the_legend_and_the_plot_can_be_heard(card: CompareCard) -> None:
    view = plot_view(*lines(2))
    card.set_view(view)
    assert card.legend.accessibleName() == "machine-0 0 %, machine-1 1 %"
    assert card.plot.accessibleDescription() == view.spoken
