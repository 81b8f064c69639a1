from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.errors import SysmonError
from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.model.peer import Peer
from sysmon.ui.dialogs.tags import TagsDialog
from sysmon.ui.fleet import tile_cells
from sysmon.ui.fleet.machine_menu import MachineOffer
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.pages.fleet import HEAT, TABLE, FleetPage
from sysmon.ui.pages.page import PageContext, Remembered
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.fleet import Order
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source
from tests.viewmodels.fake_fleet import FakeFacts, FakeFleet, Loads


class Door(FleetDoor):
    """Reads a made-up fleet and notes what is tried again."""

    def __init__(self, facts: FakeFacts) -> None:
        super().__init__(None)
        self.facts = facts  # type: ignore[assignment]
        self.retried: list[str] = []
        self.tagged: list[tuple[str, tuple[str, ...]]] = []

    def set_tags(
        self, peer: str, tags: tuple[str, ...], done: Callable[[Peer], object], failed: Callable[[SysmonError], object]
    ) -> Callable[[], None]:
        self.tagged.append((peer, tags))
        done(Peer(peer, peer, tags=tags))
        return lambda: None

    def retry(self, link: str = "") -> None:
        self.retried.append(link)


class Scene:
    """The page over some machines, with everything that it does to the window noted."""

    def __init__(self, theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> None:
        self.fake = FakeFleet()
        self.fake.add(LOCAL, Loads(0.34, 0.61), note="This machine")
        self.fake.add("vega", Loads(0.93), MachineState.ALERT, note="build-01 · 9 ms")
        self.fake.add("mira", state=MachineState.RECONNECTING, note="pi-4 · retry in 4 s")
        self.fake.run(30)
        report = LinkReport("mira/out", "mira", "mira", True, LinkState.BACKOFF, 0.0, next_try=self.fake.now + 4)
        self.fake.facts.reports.append(report)
        self.door = Door(self.fake.facts)
        self.visited: list[tuple[str, str, str]] = []
        self.asked: list[str] = []
        self.again: list[int] = []
        self.wanted: list[tuple[str, str]] = []
        self.looks = Remembered()
        self.context = PageContext(
            theme, cursor, lambda _: None, looks=self.looks, fleet=self.door, ask=self.asked.append, want=self.want,
            visit=lambda *where: self.visited.append(where), again=lambda: self.again.append(1),
        )  # fmt: skip
        self.window, self.qtbot = window, qtbot
        self.page = self.make()

    def make(self) -> FleetPage:
        page = FleetPage(self.context, self.window)
        page.now = self.fake.clock
        self.window.resize(1188, 812)
        page.resize(1188, 812)
        page.show_machine(Source(self.fake.query, LOCAL, Units()))
        page.bar.setParent(self.window)
        page.bar.setGeometry(600, 0, 560, 36)
        self.window.show()
        page.show()
        self.qtbot.waitUntil(page.isVisible)
        page.shown()
        return page

    def want(self, host: str, topic: str) -> Callable[[], None]:
        self.wanted.append((host, topic))
        return lambda: self.wanted.remove((host, topic))

    def refresh(self) -> None:
        self.page.refresh(TimeScope(self.fake.now - 60, self.fake.now, live=True))


@pytest.fixture
def scene(theme: Theme, cursor: TimeCursor, window: QWidget, qtbot: QtBot) -> Scene:
    made = Scene(theme, cursor, window, qtbot)
    made.refresh()
    return made


def test_tiles_in_their_order_and_a_plot_of_the_live_ones(scene: Scene) -> None:
    assert list(scene.page.tiles.rows.hosts) == ["vega", "mira", LOCAL]
    assert set(scene.page.tiles.rows.tiles) == {"vega", "mira", LOCAL}
    view = scene.page.compare.plot.view()
    assert view is not None
    assert {line.name for line in view.lines} == {"vega", "orion"}


def test_an_order_is_chosen_and_remembered(scene: Scene, qtbot: QtBot) -> None:
    by_name = next(b for b in scene.page.bar.findChildren(QAbstractButton) if b.text() == "By name")
    qtbot.mouseClick(by_name, Qt.MouseButton.LeftButton)
    assert list(scene.page.tiles.rows.hosts) == ["mira", LOCAL, "vega"]
    scene.page.compare.chosen.emit("system.cpu.load_average.1m")
    scene.page.heat.chosen.emit("memory")
    scene.page.hidden()
    other = scene.make()
    assert other.choice.order is Order.NAME
    assert other.measure.key == "system.cpu.load_average.1m"
    assert other.heat_key == "memory"


@pytest.mark.parametrize(
    "kept", [b"", b"nonsense", b"[]", b'["sideways", "cpu", "cpu"]', b'{"a": 1}', b"\xff\xfe", b"[1, 2, 3]"]
)
def test_what_was_remembered_wrongly_is_as_if_it_were_not(scene: Scene, kept: bytes) -> None:
    scene.looks.remember("fleet/choice", QByteArray(kept))
    scene.looks.remember("fleet/columns", QByteArray(kept))
    other = scene.make()
    assert other.choice.order is Order.WORST
    assert other.measure.key == "cpu"


def test_views_of_the_same_machines(scene: Scene) -> None:
    page = scene.page
    page.choose_view(TABLE)
    scene.refresh()
    assert page.stack.currentWidget() is page.table.frame
    assert page.table.rows.rows.rowCount() == 3
    page.choose_view(HEAT)
    scene.refresh()
    assert page.stack.currentWidget() is page.heat.frame
    assert page.heat.cells.current is not None
    page.choose_view("fleet")
    assert page.stack.currentWidget() is page.tiles


def test_every_view_opens_a_machine(scene: Scene) -> None:
    scene.page.tiles.opened.emit("vega")
    scene.page.table.rows.opened.emit("mira")
    scene.page.heat.cells.opened.emit(LOCAL)
    assert scene.visited == [("vega", "", ""), ("mira", "", ""), (LOCAL, "", "")]


def test_retry_reaches_the_link(scene: Scene) -> None:
    scene.page.tiles.retry_asked.emit("mira")
    scene.page.tiles.retry_asked.emit("vega")  # has no link
    assert scene.door.retried == ["mira/out"]


def test_a_count_down_counts_without_any_sample(scene: Scene) -> None:
    before = scene.page.tiles.rows.tiles["mira"]
    vega = scene.page.tiles.rows.tiles["vega"]
    scene.fake.now += 1.0
    scene.page.refresh(TimeScope(scene.fake.now - 61, scene.fake.now - 1, live=True))
    assert scene.page.tiles.rows.tiles["mira"] is not before
    assert scene.page.tiles.rows.tiles["vega"] is vega


def test_alone_there_is_a_next_step(scene: Scene, qtbot: QtBot) -> None:
    assert not scene.page.note.isVisible()
    for host in ("vega", "mira"):
        scene.fake.store.forget(host)
    scene.refresh()
    assert scene.page.note.isVisible()
    qtbot.mouseClick(scene.page.note.findChildren(QAbstractButton)[0], Qt.MouseButton.LeftButton)
    assert scene.asked == ["add-machine"]


def test_processes_are_wanted_of_live_machines_while_somebody_looks_for_them(scene: Scene) -> None:
    field = scene.page.bar.field
    field.setText("name:nginx")
    assert sorted(scene.wanted) == [(LOCAL, "processes"), ("vega", "processes")]
    scene.fake.store.put_machine(Machine("vega", "vega", state=MachineState.OFFLINE))
    scene.refresh()
    assert scene.wanted == [(LOCAL, "processes")]
    scene.page.hidden()
    assert scene.wanted == []
    scene.page.shown()
    scene.refresh()
    assert scene.wanted == [(LOCAL, "processes")]
    field.clear()
    assert scene.wanted == []


def test_processes_are_found_and_gone_to(scene: Scene) -> None:
    scene.fake.processes("vega", "nginx", "bash")
    scene.fake.processes(LOCAL, "bash")
    scene.page.bar.field.setText("name:nginx")
    page = scene.page
    assert page.stack.currentWidget() is page.found.frame
    assert not page.compare.isVisible()
    rows = page.found.table.rows.rows
    assert [row.name for row in rows] == ["vega", "nginx"]
    page.found.table.went.emit(rows[1].host, rows[1].key)
    page.found.table.went.emit("vega", None)
    assert scene.visited == [("vega", "processes", "name:nginx"), ("vega", "processes", "")]
    page.bar.field.clear()
    assert page.stack.currentWidget() is page.tiles
    assert page.compare.isVisible()


def test_a_wrong_filter_is_said_and_wants_nothing(scene: Scene) -> None:
    scene.page.bar.field.setText("cpu>")
    assert scene.page.bar.field.problem() is not None
    assert scene.wanted == []


def test_a_filter_that_looks_into_processes_says_why_it_cannot(scene: Scene) -> None:
    scene.fake.processes("vega", "nginx")
    scene.page.bar.field.setText("port:80")
    assert scene.page.bar.field.problem() is None
    scene.refresh()
    rows = scene.page.found.table.rows.rows
    assert ("vega", "this works for processes of this machine only") in [(row.name, row.note) for row in rows]


def test_a_tag_chooses_and_tags_that_nobody_gave_are_not_there(scene: Scene) -> None:
    assert not scene.page.bar.tags.isVisible()
    scene.fake.add("web", tags=("prod",))
    scene.fake.run(2)
    scene.refresh()
    assert scene.page.bar.tags.isVisible()
    scene.page.bar.tag_chosen.emit("prod")
    assert list(scene.page.tiles.rows.hosts) == ["web"]
    scene.page.bar.tag_chosen.emit(None)
    assert len(scene.page.tiles.rows.hosts) == 4


def test_the_plot_is_drawn_once_a_tick_of_this_machine_whatever_the_others_send(scene: Scene, qtbot: QtBot) -> None:
    plot = scene.page.compare.plot
    qtbot.waitUntil(lambda: plot.painted > 0)
    qtbot.wait(30)
    painted = plot.painted
    end = scene.fake.now
    for _ in range(5):
        scene.fake.run(1, "vega")
        scene.page.refresh(TimeScope(end - 60, end, live=True))
        qtbot.wait(15)
    assert plot.painted == painted
    scene.fake.run(1)
    scene.refresh()
    qtbot.waitUntil(lambda: plot.painted == painted + 1)


def test_machines_are_picked_to_be_compared(scene: Scene) -> None:
    scene.page.menu.compare_asked.emit("vega")
    view = scene.page.compare.plot.view()
    assert view is not None
    assert [line.name for line in view.lines] == ["vega"]
    scene.page.menu.compare_asked.emit("vega")
    view = scene.page.compare.plot.view()
    assert view is not None
    assert len(view.lines) == 2


def test_any_metric_that_a_machine_has_can_be_compared(scene: Scene) -> None:
    scene.page.compare.offered.emit()
    others = scene.page.compare.others
    at = others.findData("system.uptime")
    assert at >= 0
    others.setCurrentIndex(at)
    others.activated.emit(at)
    view = scene.page.compare.plot.view()
    assert view is not None
    assert scene.page.measure.key == "system.uptime"
    assert {line.name for line in view.lines} == {"vega", "orion"}


def test_hundreds_of_machines_are_read_over_several_frames(scene: Scene) -> None:
    for number in range(400):
        scene.fake.add(f"m{number}")
    scene.fake.run(2)
    scene.again.clear()
    frames = 0
    while True:
        scene.refresh()
        frames += 1
        if len(scene.again) < frames:
            break
    assert 3 <= frames <= 5
    assert len(scene.page.tiles.rows.tiles) <= 12 + 3


def test_another_machine_of_the_window_changes_nothing_but_other_units_do(scene: Scene) -> None:
    models = scene.page._models
    scene.page.show_machine(Source(scene.fake.query, "vega", Units()))
    assert scene.page._models is models
    scene.page.show_machine(Source(scene.fake.query, "vega", Units(network_bits=True)))
    assert scene.page._models is not models
    scene.refresh()
    assert scene.page.tiles.rows.tiles[LOCAL].trends[3].unit.endswith("b/s")


def test_the_keyboard_reaches_the_field_and_comes_back(scene: Scene, qtbot: QtBot) -> None:
    scene.window.activateWindow()
    assert scene.page.focus_filter()
    qtbot.waitUntil(scene.page.bar.field.hasFocus)
    qtbot.keyClick(scene.page.bar.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(scene.page.tiles.hasFocus)
    scene.page.choose_view(HEAT)
    scene.page.focus_body()
    qtbot.waitUntil(scene.page.heat.cells.hasFocus)


@pytest.mark.parametrize("height", [500, 812])
def test_a_low_page_has_room_for_tiles(scene: Scene, height: int) -> None:
    scene.page.resize(1188, height)
    scene.refresh()
    assert scene.page.tiles.height() > 1.5 * tile_cells.HEIGHT


def offers(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> dict[str, MachineOffer]:
    """What the menu of each machine offers, asked for from each view in turn."""
    found: list[MachineOffer] = []
    monkeypatch.setattr(scene.page.menu, "popup", lambda offer, place: found.append(offer))
    views = (scene.page.tiles, scene.page.table.rows, scene.page.heat.cells)
    for host, view in zip((LOCAL, "vega", "mira"), views, strict=True):
        view.menu_asked.emit(host, QPoint(1, 1))
    scene.page.tiles.menu_asked.emit("nowhere", QPoint(1, 1))
    return {offer.host: offer for offer in found}


def test_the_menu_offers_what_can_be_done_about_a_machine(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.fake.facts.known.append(Peer("vega", "vega"))
    scene.fake.facts.changed()
    scene.refresh()
    scene.page.menu.compare_asked.emit("vega")
    assert offers(scene, monkeypatch) == {
        LOCAL: MachineOffer(LOCAL),
        "vega": MachineOffer("vega", compared=True, tags=True),
        "mira": MachineOffer("mira", retry=True),
    }
    scene.fake.run(3, "mira")
    assert offers(scene, monkeypatch)["mira"].last


def test_tags_are_typed_and_kept(scene: Scene, qtbot: QtBot) -> None:
    scene.fake.facts.known.append(Peer("vega", "vega", tags=("builders",)))
    scene.fake.facts.changed()
    scene.refresh()
    scene.page.menu.tags_asked.emit("vega")
    (dialog,) = scene.window.findChildren(TagsDialog)
    assert dialog.field.text() == "builders"
    scene.again.clear()
    dialog.field.setText("builders, fast")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert scene.door.tagged == [("vega", ("builders", "fast"))]
    assert scene.again, "they are drawn in the next frame"


def test_a_tag_that_the_last_machine_lost_is_chosen_no_longer(scene: Scene) -> None:
    scene.fake.facts.known.append(Peer("vega", "vega", tags=("builders",)))
    scene.fake.facts.changed()
    scene.refresh()
    scene.page.bar.tag_chosen.emit("builders")
    assert list(scene.page.tiles.rows.hosts) == ["vega"]
    scene.fake.facts.known.clear()
    scene.fake.facts.changed()
    scene.refresh()
    assert len(scene.page.tiles.rows.hosts) == 3


def test_groups_fold_in_every_view_and_that_is_remembered(scene: Scene) -> None:
    page = scene.page
    page.bar.order_chosen.emit(Order.TAG.value)
    assert page.tiles.rows.heads == {}, "without tags there are no groups"
    scene.fake.facts.known += [Peer("vega", "vega", tags=("builders",)), Peer("mira", "mira", tags=("edge",))]
    scene.fake.facts.changed()
    scene.refresh()
    assert [head.title for head in page.tiles.rows.heads.values()] == ["builders", "edge", "No tag"]
    page.tiles.folded.emit("builders")
    assert "vega" not in page.tiles.rows.hosts
    page.choose_view(TABLE)
    scene.refresh()
    assert [member.host for member in page.table.rows.rows.members][2:] == ["mira", "\n", LOCAL]
    page.table.rows.folded.emit("edge")
    page.choose_view(HEAT)
    scene.refresh()
    assert page.heat.cells.grid() == (1, 1)
    page.heat.cells.folded.emit("edge")
    page.hidden()
    other = scene.make()
    assert other.folded == {"builders"}
    other.bar.order_chosen.emit(Order.NAME.value)
    scene.page = other
    scene.refresh()
    assert "vega" in other.tiles.rows.hosts
