from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages.device import Chooser, DevicePage, SmallPlots
from sysmon.ui.pages.page import PageContext
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels.device import Choice, DeviceView
from sysmon.viewmodels.plot import CardView, FactView, TimeScope
from tests.ui.conftest import plot_view


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"k{at}", f"disk {at}") for at in range(count))


def view(*, plot: bool = True, facts: int = 3, small: int = 3, choice_count: int = 3) -> DeviceView:
    card = CardView("CPU", "cpu", "34 %", "context", plot_view() if plot else None, None if plot else "no driver")
    return DeviceView(
        choices(choice_count),
        "k1",
        card,
        tuple(FactView(f"Fact {at}", "1") for at in range(facts)),
        tuple(CardView(f"Small {at}", "cpu", "1", "", plot_view()) for at in range(small)),
    )


class MadePage(DevicePage):
    name = "made"
    title = "Made"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.drawn: list[str] = []

    def draw(self, scope: TimeScope) -> None:
        self.drawn.append(self.choice)
        self.show_device(view())


def test_few_choices_are_buttons_and_many_are_a_list(context: PageContext, window: QWidget) -> None:
    chooser = Chooser(context, "Disks", window)
    chooser.set_choices(choices(3), "k1")
    buttons = chooser.findChild(Segmented)
    assert buttons is not None
    assert buttons.choice() == "k1"
    chooser.set_choices(choices(9), "k8")
    box = chooser.findChild(QComboBox)
    assert box is not None
    assert box.currentText() == "disk 8"
    chooser.set_choices((), "")
    assert chooser.set_choices((), "") is False


def test_controls_are_kept_while_the_choices_stay(context: PageContext, window: QWidget) -> None:
    chooser = Chooser(context, "Disks", window)
    assert chooser.set_choices(choices(3), "k1") is True
    assert chooser.set_choices(choices(3), "k2") is False


def test_a_choice_is_shown_at_once(context: PageContext, window: QWidget, qtbot: QtBot) -> None:
    page = MadePage(context, window)
    page.refresh(TimeScope(0, 300, live=True))
    with qtbot.waitSignal(page.big.chooser.chosen):
        page.big.chooser.chosen.emit("k2")
    assert page.drawn == ["", "k2"]


def test_nothing_is_drawn_before_the_first_refresh(context: PageContext, window: QWidget) -> None:
    page = MadePage(context, window)
    page.big.chooser.chosen.emit("k2")
    assert page.drawn == []


def test_a_device_that_is_not_there_leaves_a_note(context: PageContext, window: QWidget) -> None:
    page = MadePage(context, window)
    page.show_device(view(plot=False, facts=0, small=0))
    assert page.big.stack.currentWidget() is page.big.note
    assert "No driver" in page.big.note.accessibleName()
    assert page.side.isHidden()
    page.show_device(view())
    assert page.big.stack.currentWidget() is page.big.plot
    assert not page.side.isHidden()


def test_small_plots_are_made_once_and_stand_in_columns_that_fit(
    context: PageContext, window: QWidget, qtbot: QtBot
) -> None:
    plots = SmallPlots(context, window)
    plots.resize(1000, 400)
    plots.set_views(view(small=4).small)
    made = list(plots.cards())
    plots.set_views(view(small=2).small)
    assert plots.cards() == made
    assert [card.isHidden() for card in made] == [False, False, True, True]
    plots.set_views(view(small=4).small)
    window.resize(1000, 400)
    window.show()
    assert made[3].geometry().top() == made[0].geometry().top()
    plots.resize(520, 800)
    qtbot.waitUntil(lambda: made[2].geometry().top() > made[0].geometry().top())


def test_facts_move_under_the_plot_where_it_is_narrow(context: PageContext, window: QWidget, qtbot: QtBot) -> None:
    page = MadePage(context, window)
    page.resize(1100, 700)
    window.resize(1100, 700)
    window.show()
    page.refresh(TimeScope(0, 300, live=True))
    page.grab()
    assert page.side.geometry().left() > page.big.geometry().right()
    page.resize(560, 700)
    qtbot.waitUntil(lambda: page.side.geometry().top() > page.big.geometry().bottom())


def test_every_control_is_reached_by_tab(context: PageContext, window: QWidget) -> None:
    page = MadePage(context, window)
    page.refresh(TimeScope(0, 300, live=True))
    assert page.big.plot.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert all(card.plot.focusPolicy() & Qt.FocusPolicy.TabFocus for card in page.small.cards())
