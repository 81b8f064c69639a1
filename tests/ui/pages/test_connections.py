from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.link import LinkState
from sysmon.ui.pages.connections import ConnectionsPage
from sysmon.ui.pages.page import PageContext
from sysmon.ui.tables.link_model import AT
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source
from tests.ui.simulated_fleet import Simulated
from tests.viewmodels.fake_host import HOST, FakeHost

SCOPE = TimeScope(0.0, 1.0, True)


class Shown:
    """The page over a simulated fleet, in a window of its own."""

    def __init__(
        self,
        theme: Theme,
        cursor: TimeCursor,
        window: QWidget,
        qtbot: QtBot,
        *,
        machines: int = 7,
        fleet: bool = True,
    ) -> None:
        self.simulated = Simulated(machines)
        self.asked: list[str] = []
        context = PageContext(theme, cursor, lambda _: None, ask=self.asked.append)
        if fleet:
            context = PageContext(theme, cursor, lambda _: None, ask=self.asked.append, fleet=self.simulated.door)
        self.page = ConnectionsPage(context, window, lambda: self.simulated.now)
        window.resize(1188, 812)
        self.page.resize(1188, 812)
        self.page.show_machine(Source(FakeHost().query, HOST, Units(), "orion"))
        with qtbot.waitExposed(window):
            window.show()
        self.page.show()
        self.page.shown()
        self.page.refresh(SCOPE)

    def later(self, seconds: float) -> None:
        self.simulated.now += seconds
        self.page.show_now()

    def state_of(self, name: str) -> str:
        return next(row.words.sentence for row in self.page.table.rows.rows if row.name == name)


@pytest.fixture
def shown(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> Shown:
    return Shown(theme, cursor, window, qtbot)


def test_links_watchers_and_what_happened(shown: Shown) -> None:
    page = shown.page
    assert len(page.table.rows.rows) == 7
    assert page.headline().startswith("4 live · 1 retrying")
    assert page.share.badge.accessibleName() == "On · port 4870"
    assert "atlas" in page.share.table.accessibleDescription()
    assert "BACKOFF" in page.steps.accessibleDescription()
    assert page.link.isHidden()
    assert page.empty_views() == {"hubs"}
    assert not page.grab().isNull()


def test_the_countdown_ticks_while_somebody_looks(shown: Shown) -> None:
    before = shown.state_of("mira")
    shown.later(1.0)
    assert shown.state_of("mira") != before
    assert shown.page.seconds.running
    shown.page.hidden()
    assert not shown.page.seconds.running
    shown.page.refresh(SCOPE)
    assert not shown.page.seconds.running
    shown.page.shown()
    shown.page.refresh(SCOPE)
    assert shown.page.seconds.running


def test_nothing_ticks_where_nothing_counts_down(shown: Shown) -> None:
    for link in list(shown.simulated.fleet._links.values()):
        if link.state is LinkState.BACKOFF:
            link.come_up(shown.simulated.now)
    shown.later(5.0)
    assert not shown.page.seconds.running


def test_retry_tries_at_once(shown: Shown, qtbot: QtBot) -> None:
    before = shown.state_of("mira")
    shown.page.table.acted.emit("mira/out")
    assert shown.simulated.crossing.asked == ["retry"]
    shown.later(0.0)
    assert "attempt 7" in shown.state_of("mira")
    assert "attempt 6" in before


def test_details_of_a_link_take_the_place_of_sharing(shown: Shown, qtbot: QtBot) -> None:
    page = shown.page
    page.table.choose("mira/out")
    assert not page.link.isHidden()
    assert page.share.isHidden()
    assert page.selected == "mira/out"
    assert page.link.sentence.text() == "mira is up, but sysmon does not share there."
    assert "Called by this machine" in page.link.facts.accessibleName()
    assert "Connections" in page.link.counters.accessibleName()
    assert "vega" not in page.steps.accessibleDescription()
    qtbot.mouseClick(page.link.retry, Qt.MouseButton.LeftButton)
    assert shown.simulated.crossing.asked == ["retry"]
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.link.isHidden()
    assert not page.share.isHidden()
    assert "vega" in page.steps.accessibleDescription()


def test_review_shows_why_and_offers_what_helps(shown: Shown, qtbot: QtBot) -> None:
    page = shown.page
    page.table.acted.emit("nova/out")
    assert "Another machine answers in the place of nova" in page.link.sentence.text()
    qtbot.mouseClick(page.link.pair, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.link.forget, Qt.MouseButton.LeftButton)
    assert shown.asked == ["add-machine 192.0.2.31:4870", "forget nova"]


def test_a_link_that_goes_while_it_is_shown(shown: Shown) -> None:
    shown.page.table.choose("nova/out")
    for peer in ("nova",):
        shown.page.context.fleet.revoke(peer, lambda _: None, lambda _: None)
    shown.later(0.0)
    assert shown.page.link.isHidden()
    assert shown.page.selected == ""
    assert len(shown.page.table.rows.rows) == 6


def test_a_watcher_has_details_too(shown: Shown) -> None:
    shown.page.share.watcher_chosen.emit("laptop/in")
    assert "Called by laptop" in shown.page.link.facts.accessibleName()


def test_buttons_open_what_they_say(shown: Shown, qtbot: QtBot) -> None:
    qtbot.mouseClick(shown.page.share.code, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(shown.page.share.audit, Qt.MouseButton.LeftButton)
    assert shown.asked == ["share code", "fleet-audit"]


def test_an_empty_fleet_offers_the_next_step(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> None:
    shown = Shown(theme, cursor, window, qtbot, machines=1)
    page = shown.page
    assert page.table.isHidden()
    assert "No other machines yet" in page.note.accessibleName()
    page.note.acted.emit()
    qtbot.mouseClick(page.share.code, Qt.MouseButton.LeftButton)
    assert shown.asked == ["add-machine", "share code"]
    assert page.share.badge.accessibleName() == "Off"
    assert page.headline() == "No other machines yet"
    assert not page.seconds.running


def test_without_a_fleet_it_says_so(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> None:
    page = Shown(theme, cursor, window, qtbot, fleet=False).page
    assert "There are no links" in page.note.accessibleName()
    assert page.share.isHidden()


def test_the_view_of_hubs_lists_hubs_only(shown: Shown) -> None:
    shown.page.choose_view("hubs")
    shown.page.show_now()
    assert shown.page.table.isHidden()
    assert "No hubs" in shown.page.note.accessibleName()


@pytest.mark.parametrize("size", [(1188, 812), (844, 470), (700, 400)])
def test_cards_keep_their_place_at_every_size(shown: Shown, size: tuple[int, int]) -> None:
    page = shown.page
    page.resize(*size)
    page.grab()
    assert page.card.geometry().bottom() < page.share.geometry().top()
    assert page.share.geometry().right() < page.happened.geometry().left()
    assert page.share.height() >= 220


def test_a_link_is_chosen_by_the_name_of_its_machine(shown: Shown) -> None:
    assert shown.page.choose("mira")
    assert shown.page.selected == "mira/out"
    assert not shown.page.choose("nobody")
    assert shown.page.selected == ""


def test_of_sixty_links_those_in_sight_have_traces(
    theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot
) -> None:
    page = Shown(theme, cursor, window, qtbot, machines=60).page
    page.grab()
    page.show_now()
    rows = page.table.rows.rows
    assert len(rows) >= 60
    assert rows[0].trips
    assert not rows[-1].trips
    page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum())
    rows = page.table.rows.rows
    assert rows[-1].trips
    assert not rows[0].trips


def test_columns_that_the_user_hid_stay_hidden(shown: Shown, window: QWidget) -> None:
    {action.text(): action for action in shown.page.table.columns_menu().actions()}["Gaps"].trigger()
    shown.page.hidden()
    again = ConnectionsPage(shown.page.context, window)
    assert again.table.isColumnHidden(AT["gaps"])
    assert again.table.columns_state() == shown.page.table.columns_state()
