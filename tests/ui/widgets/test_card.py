from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.card import Card, PlotCard
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import CardView
from tests.ui.conftest import plot_view


class Paints(QObject):
    """Remembers what of a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.rects: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return False


@pytest.fixture
def card(theme: Theme, window: QWidget, qtbot: QtBot) -> Card:
    made = Card(theme, "CPU", window)
    made.resize(400, 220)
    made.set_head("CPU", "34 %", "5.1 GHz")
    window.show()
    qtbot.waitUntil(window.isVisible)
    made.grab()
    return made


def test_only_the_figure_is_painted_when_only_the_figure_changes(card: Card, qtbot: QtBot) -> None:
    qtbot.wait(20)
    paints = Paints(card)
    card.set_head("CPU", "35 %", "5.1 GHz")
    qtbot.waitUntil(lambda: bool(paints.rects))
    assert len(paints.rects) == 1
    assert paints.rects[0].height() < 40
    assert paints.rects[0].left() > 100


def test_nothing_is_painted_when_nothing_changes(card: Card, qtbot: QtBot) -> None:
    qtbot.wait(20)
    paints = Paints(card)
    card.set_head("CPU", "34 %", "5.1 GHz")
    qtbot.wait(30)
    assert paints.rects == []


def test_a_screen_reader_hears_figure_and_context_or_the_reason(card: Card) -> None:
    assert (card.accessibleName(), card.accessibleDescription()) == ("CPU 34 %", "5.1 GHz")
    card.set_head("CPU", "–", "", "no permission")
    assert (card.accessibleName(), card.accessibleDescription()) == ("CPU –", "no permission")


def test_a_tool_stands_in_the_head(card: Card) -> None:
    left, right = QPushButton("Mode", card), QPushButton("All", card)
    card.set_tool(left)
    assert 40 < left.x() < 120
    card.set_tool(right, right=True)
    assert right.geometry().right() > 360
    assert right.geometry().bottom() < card.head_height()


def test_heads_without_figure_or_context_are_lower(theme: Theme, window: QWidget) -> None:
    full = Card(theme, "CPU", window)
    plain = Card(theme, "Events", window, figure=False, context=False)
    bare = Card(theme, "", window, figure=False, context=False)
    assert full.head_height() > plain.head_height() > bare.head_height()


def test_a_plot_card_shows_all_of_its_view(theme: Theme, cursor: TimeCursor, window: QWidget) -> None:
    card = PlotCard(theme, cursor, "CPU", window)
    view = plot_view()
    card.set_view(CardView("CPU", "cpu", "34 %", "load 4.2", view))
    assert card.plot.view() is view
    assert card.legend is not None
    assert card.legend.accessibleName() == "CPU 50 %"


def test_a_plot_card_without_a_plot_says_why(theme: Theme, cursor: TimeCursor, window: QWidget) -> None:
    card = PlotCard(theme, cursor, "GPU", window)
    card.resize(400, 200)
    blank = card.plot.grab().toImage()
    card.set_view(CardView("GPU", "gpu", "–", "", None, "no GPU was found"))
    assert card.plot.grab().toImage() != blank
