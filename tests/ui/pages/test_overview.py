from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages.overview import OverviewPage
from sysmon.ui.pages.page import PageContext
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.marks import LinkButton
from sysmon.viewmodels.applications import AppRow
from sysmon.viewmodels.events import EventRow
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.overview import OverviewView
from sysmon.viewmodels.plot import CardView, CellView
from sysmon.viewmodels.source import Source
from tests.ui.conftest import END, plot_view
from tests.viewmodels.fake_host import FakeHost

NAN = float("nan")


def card(title: str) -> CardView:
    return CardView(title, "cpu", "34 %", "context", plot_view())


def view(applications: tuple[AppRow, ...] = (), events: tuple[EventRow, ...] = (), cores: int = 32) -> OverviewView:
    return OverviewView(
        card("CPU"),
        card("Memory"),
        card("Disks"),
        card("Network"),
        CardView("GPU", "gpu", "–", "", None, "no GPU was found"),
        tuple(CellView(str(at), 0.5, "50 %") for at in range(cores)),
        applications,
        None if applications else "reading the processes",
        events,
    )


def app(name: str, share: float) -> AppRow:
    return AppRow(name, "2 processes", "50 %", share, "1 GiB", "0")


class Shown:
    def __init__(self, theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> None:
        self.went: list[str] = []
        self.page = OverviewPage(PageContext(theme, cursor, self.went.append), window)
        window.resize(1188, 812)
        self.page.resize(1188, 812)
        window.show()
        qtbot.waitUntil(window.isVisible)


@pytest.fixture
def shown(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> Shown:
    return Shown(theme, cursor, window, qtbot)


def test_every_card_gets_its_part(shown: Shown) -> None:
    page = shown.page
    page.show_view(view((app("cargo", 2.1),), (EventRow("ok", "on", "orion", "Sensors are back", "now", ""),)))
    for one in (page.cpu, page.memory, page.disks, page.network):
        assert one.accessibleName().endswith("34 %")
        assert one.plot.view() is not None
    assert page.gpu.plot.view() is None
    assert page.gpu.accessibleDescription() == "no GPU was found"
    assert page.applications.table.isVisible()
    assert page.events.list.isVisible()
    assert page.cores.accessibleDescription().startswith("32 cores")


def test_nothing_to_list_says_why(shown: Shown) -> None:
    shown.page.show_view(view())
    assert shown.page.applications.note.isVisible()
    assert "reading the processes" in shown.page.applications.note.accessibleName()
    assert shown.page.events.note.isVisible()
    assert not shown.page.events.list.isVisible()


def test_the_cross_hair_is_on_all_plots(shown: Shown, cursor: TimeCursor) -> None:
    page = shown.page
    page.show_view(view())
    plots = [one.plot for one in (page.cpu, page.memory, page.disks, page.network)]
    cursor.point(None)
    before = [plot.grab().toImage() for plot in plots]
    cursor.point(END - 100)
    assert all(plot.grab().toImage() != image for plot, image in zip(plots, before, strict=True))


def test_one_refresh_draws_each_plot_once(shown: Shown, qtbot: QtBot) -> None:
    page = shown.page
    page.show_view(view())
    qtbot.wait(50)
    page.grab()
    plots = [one.plot for one in (page.cpu, page.memory, page.disks, page.network)]
    before = [plot.painted for plot in plots]
    page.show_view(view())
    page.grab()
    qtbot.wait(30)
    assert [plot.painted for plot in plots] == [count + 1 for count in before]


def test_three_columns_where_there_is_room_and_two_where_not(shown: Shown, qtbot: QtBot) -> None:
    page = shown.page
    page.show_view(view())
    assert page.memory.x() > page.cpu.geometry().right()
    page.resize(844, 512)
    qtbot.waitUntil(lambda: page.memory.y() > page.cpu.geometry().bottom())
    cards = (page.cpu, page.memory, page.disks, page.network, page.gpu, page.applications, page.events)
    for at, one in enumerate(cards):
        assert one.geometry().right() < 844
        assert not any(one.geometry().intersects(other.geometry()) for other in cards[:at])


def test_the_way_to_all_processes(shown: Shown, qtbot: QtBot) -> None:
    shown.page.show_view(view((app("cargo", NAN), app("firefox", 0.2))))
    link = next(found for found in shown.page.applications.findChildren(LinkButton) if found.text() == "All processes")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.page.applications.table.fitting() > 0)
    qtbot.keyClick(shown.page.applications.table, Qt.Key.Key_Return)
    assert shown.went == ["processes", "processes"]


@pytest.mark.parametrize("cores", [0, 1, 2, 12, 64, 256])
def test_any_number_of_cores(shown: Shown, cores: int) -> None:
    shown.page.show_view(view(cores=cores))
    shown.page.grab()


def test_a_machine_without_a_sample_is_shown_as_unknown(shown: Shown) -> None:
    host = FakeHost()
    shown.page.refresh(host.scope())
    shown.page.show_machine(Source(host.query, "local", Units(), "orion"))
    shown.page.refresh(host.scope())
    shown.page.grab()
    assert shown.page.cpu.accessibleName() == "CPU –"
