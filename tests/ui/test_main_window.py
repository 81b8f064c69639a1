from __future__ import annotations

from array import array

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.model.metric import series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline.demand import Demand
from sysmon.ui.main_window import NARROW_BELOW, MainWindow
from sysmon.ui.pages import registry
from sysmon.ui.pages.fleet import FleetPage
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.side_rows import PlaceRow
from sysmon.ui.sidebar import NARROW, WIDTH
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_host import FakeHost, level, steady

FEEDS = {
    series(names.CPU_TIME, "user"): steady(0.5),
    series(names.CPU_TIME, "idle"): steady(1.5),
    series(names.CORE_TIME, "0", "busy"): steady(0.25),
    series(names.LOAD_1M): level(1.5),
}

ONE_LOAD = Catalog((series(names.LOAD_1M),))


class Live:
    """A window over a made-up machine."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.host = FakeHost()
        self.host.store.put_machine(Machine(LOCAL, "orion", note="This machine"))
        self.host.store.put_machine(Machine("vega", "vega"))
        self.host.run(30, FEEDS)
        self.demand = Demand()
        self.window = MainWindow(theme, self.host.query, self.demand, Units(), kept=3600.0)
        self.window.resize(1280, 800)
        self.window.show_page("overview")
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window)
        self.window.setFocus()
        self.window.draw_again()
        self.painted: list[float] = []
        self.window.painted.connect(self.painted.append)

    def scope_end(self) -> float:
        return self.window.axis.scope(self.host.query.newest(LOCAL)).end


@pytest.fixture
def live(theme: Theme, qtbot: QtBot) -> Live:
    return Live(theme, qtbot)


def test_new_data_is_one_frame_and_no_news_is_none(live: Live, qtbot: QtBot) -> None:
    qtbot.wait(80)
    live.painted.clear()
    live.host.run(1, FEEDS)
    for _ in range(10):
        live.window.clock.wake()
    qtbot.waitUntil(lambda: bool(live.painted))
    for _ in range(3):
        live.window.clock.wake()
        qtbot.wait(40)
    assert len(live.painted) == 1


def test_while_hidden_nothing_is_drawn_and_nothing_wanted(live: Live, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(live.demand) > 0)
    live.window.hide()
    qtbot.waitUntil(lambda: len(live.demand) == 0)
    live.painted.clear()
    for _ in range(5):
        live.host.run(1, FEEDS)
        live.window.clock.wake()
        qtbot.wait(30)
    assert live.painted == []
    live.window.show()
    qtbot.waitUntil(lambda: bool(live.painted))


def test_keys_of_time(live: Live, qtbot: QtBot) -> None:
    window = live.window
    qtbot.keyClick(window, Qt.Key.Key_Space)
    paused = live.scope_end()
    live.host.run(3, FEEDS)
    assert live.scope_end() == paused
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert window.time_cursor.time == paused - 1.0
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.time_cursor.time == paused
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert live.scope_end() == live.host.now


def test_m_marks_the_moment_under_the_cross_hair_or_the_newest_one(live: Live, qtbot: QtBot) -> None:
    marked: list[tuple[str, float]] = []
    live.window.marked.connect(lambda host, moment: marked.append((host, moment)))
    qtbot.keyClick(live.window, Qt.Key.Key_M)
    qtbot.keyClick(live.window, Qt.Key.Key_Left)
    qtbot.keyClick(live.window, Qt.Key.Key_M)
    assert marked == [(LOCAL, live.host.now), (LOCAL, live.window.time_cursor.time)]


def test_keys_of_pages_and_machines(live: Live, qtbot: QtBot) -> None:
    shown: list[str] = []
    live.window.page_changed.connect(shown.append)
    qtbot.keyClick(live.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert shown == [registry.TABS[1].name]
    qtbot.keyClick(live.window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert live.window.host == "vega"
    qtbot.keyClick(live.window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert live.window.host == LOCAL


def test_what_the_window_cannot_do_itself_is_asked_for(live: Live, qtbot: QtBot) -> None:
    asked: list[str] = []
    live.window.asked.connect(asked.append)
    qtbot.keyClick(live.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(live.window, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert asked == ["palette", "shortcuts"]


def test_the_user_is_asked_before_it_closes_but_quitting_is_not_held_up(live: Live) -> None:
    asked: list[int] = []
    live.window.close_asked.connect(lambda: asked.append(1))

    class ByUser(QCloseEvent):
        def spontaneous(self) -> bool:
            return True

    event = ByUser()
    live.window.closeEvent(event)
    assert not event.isAccepted()
    assert asked == [1]
    assert live.window.close()
    assert asked == [1]


def test_narrow_windows_have_icons_at_the_side(live: Live, qtbot: QtBot) -> None:
    live.window.resize(NARROW_BELOW - 1, 600)
    qtbot.waitUntil(lambda: live.window.side.width() == NARROW)
    live.window.resize(NARROW_BELOW, 600)
    qtbot.waitUntil(lambda: live.window.side.width() == WIDTH)


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (3840, 2160)])
def test_nothing_overlaps_or_is_cut(live: Live, qtbot: QtBot, size: tuple[int, int]) -> None:
    live.window.resize(*size)
    qtbot.wait(60)
    for parent in (live.window, *live.window.findChildren(QWidget)):
        shown = [
            child
            for child in parent.children()
            if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
        ]
        for at, one in enumerate(shown):
            for other in shown[:at]:
                assert not one.geometry().intersects(other.geometry()), (one, other)
    assert live.window.minimumSizeHint().width() <= 900


def test_long_ranges_say_what_they_lack(live: Live) -> None:
    assert not live.window.notice.isVisible()
    live.window.axis.choose("6h")
    assert "Only the last 1 hour is kept in memory" in live.window.notice.accessibleName()
    live.window.set_notes("Simulated machines.")
    assert live.window.notice.accessibleName().startswith("Simulated machines.")
    live.window.axis.choose("5m")
    live.window.set_notes()
    assert not live.window.notice.isVisible()


def test_every_control_has_a_name_and_can_be_reached(live: Live) -> None:
    for button in live.window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName(), button
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button


def test_a_change_of_theme_reaches_every_corner(live: Live, theme: Theme, qtbot: QtBot) -> None:
    theme.set_scheme(Scheme.LIGHT)
    qtbot.wait(60)
    image = live.window.grab().toImage()
    dark = sum(image.pixelColor(x, y).lightness() < 60 for x in range(0, 1280, 9) for y in range(0, 800, 9))
    assert dark < 300


def test_units_reach_the_page(live: Live) -> None:
    before = live.window.pages.page
    live.window.set_units(Units(fahrenheit=True))
    assert live.window.pages.page is before
    live.window.set_interval(0.5)
    assert live.demand.interval(LOCAL, "processes") == 0.5


def test_a_place_above_machines_has_its_own_head_and_tabs(live: Live, qtbot: QtBot) -> None:
    window = live.window
    assert window.show_place("machines")
    assert window.page_name == "fleet"
    assert window.place is not None
    assert window.windowTitle() == "All machines – sysmon"
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.page_name == "fleet-table"
    qtbot.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.page_name == "fleet-table", "there is no ninth tab here"
    assert not window.show_place("nowhere")


def test_machines_and_places_remember_the_page_they_were_left_on(live: Live) -> None:
    window = live.window
    window.show_page("cpu")
    window.show_page("fleet-heat")
    window.show_machine("vega")
    assert (window.page_name, window.host, window.place) == ("cpu", "vega", None)
    window.show_place("machines")
    assert window.page_name == "fleet-heat"
    window.visit("vega", "memory")
    assert window.page_name == "memory"


def test_alt_up_and_down_lead_from_all_machines_to_the_first_or_the_last(live: Live, qtbot: QtBot) -> None:
    window = live.window
    for key, host in ((Qt.Key.Key_Down, LOCAL), (Qt.Key.Key_Up, "vega")):
        window.show_place("machines")
        qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        assert (window.host, window.place) == (host, None)


def test_all_machines_are_drawn_when_any_of_them_is_new_and_only_then(live: Live, qtbot: QtBot) -> None:
    window = live.window
    window.show_place("machines")
    qtbot.wait(80)
    live.painted.clear()
    window.clock.wake()
    qtbot.wait(60)
    assert live.painted == []
    live.host.store.put_machine(Machine("vega", "vega", note="9 ms"))
    window.clock.wake()
    qtbot.waitUntil(lambda: len(live.painted) == 1)


def test_a_mark_on_all_machines_is_one_of_this_machine(live: Live, qtbot: QtBot) -> None:
    live.window.show_machine("vega")
    live.window.show_place("machines")
    live.window.setFocus()
    marked: list[tuple[str, float]] = []
    live.window.marked.connect(lambda host, moment: marked.append((host, moment)))
    qtbot.keyClick(live.window, Qt.Key.Key_M)
    assert marked == [(LOCAL, live.host.now)]


@pytest.mark.parametrize("page", ["fleet", "fleet-table", "fleet-heat"])
@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (2560, 1440)])
def test_nothing_of_all_machines_overlaps_or_is_cut(live: Live, qtbot: QtBot, size: tuple[int, int], page: str) -> None:
    live.window.show_page(page)
    test_nothing_overlaps_or_is_cut(live, qtbot, size)
    assert live.window.width() == size[0]


def test_what_is_looked_for_on_all_machines_is_looked_for_on_the_one_that_is_gone_to(live: Live) -> None:
    live.window.visit("vega", "processes", "name:nginx")
    page = live.window.pages.page
    assert isinstance(page, ProcessesPage)
    assert page.bar.filter.text() == "name:nginx"


def test_the_side_bar_counts_and_asks_for_a_machine(live: Live, qtbot: QtBot) -> None:
    asked: list[str] = []
    live.window.asked.connect(asked.append)
    live.window.side.add_pressed.emit()
    assert asked == ["add-machine"]
    (row,) = [row for row in live.window.side.findChildren(PlaceRow) if row.text() == "All machines"]
    assert row.accessibleDescription() == "2"
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert live.window.page_name == "fleet"
    assert row.isChecked()


def test_all_machines_cost_nothing_while_another_page_or_nobody_is_seen(live: Live, qtbot: QtBot) -> None:
    window = live.window
    window.show_page("fleet")
    page = window.pages.page
    assert isinstance(page, FleetPage)
    qtbot.waitUntil(lambda: page.tiles.cells.drawn > 0)
    page.bar.field.setText("name:nginx")
    assert live.demand.interval("vega", "processes") is not None
    page.bar.field.setText("")
    for away, back in ((lambda: window.show_page("cpu"), None), (window.hide, window.show)):
        window.show_page("fleet")
        page.bar.field.setText("name:nginx")
        away()
        qtbot.waitUntil(lambda: live.demand.interval("vega", "processes") is None)
        drawn, view = page.tiles.cells.drawn, page.compare.plot.view()
        for _ in range(3):
            live.host.run(1, FEEDS)
            window.clock.wake()
            qtbot.wait(30)
        assert page.tiles.cells.drawn == drawn
        assert page.compare.plot.view() is view
        assert page.behind > 0, "figures are not even read"
        if back is not None:
            back()
    qtbot.waitUntil(lambda: page.behind == 0)


def test_what_a_page_did_not_get_done_is_done_in_the_next_frames_without_any_news(live: Live, qtbot: QtBot) -> None:
    for number in range(300):
        host = f"m{number}"
        live.host.store.put_machine(Machine(host, host))
        live.host.store.append(SampleBatch(host, 1, 1, live.host.now, ONE_LOAD, array("d", [1.0])))
    live.window.show_page("fleet")
    page = live.window.pages.page
    assert isinstance(page, FleetPage)
    assert page.behind > 0
    qtbot.waitUntil(lambda: page.behind == 0)


def test_tiles_that_are_scrolled_into_sight_are_made_without_any_news(live: Live, qtbot: QtBot) -> None:
    for number in range(100):
        live.host.store.put_machine(Machine(f"m{number}", f"m{number}", state=MachineState.OFFLINE))
    live.window.show_page("fleet")
    page = live.window.pages.page
    assert isinstance(page, FleetPage)
    bar = page.tiles.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    last = page.tiles.rows.hosts[-1]
    qtbot.waitUntil(lambda: last in page.tiles.rows.tiles)
