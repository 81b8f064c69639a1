from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from sysmon.model.machine import Machine
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.demo import DemoEngine
from sysmon.runtime.demo_roles import ROLES
from sysmon.runtime.engine import EngineOptions
from sysmon.ui import tray as module
from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.tray import Tray
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.tray import Tray as TrayModel


class CountingModel(TrayModel):
    """Counts how often the icon is drawn."""

    drawn = 0

    def cpu_trace(self) -> list[float]:
        self.drawn += 1
        return list(super().cpu_trace())


class PresentTray(Tray):
    """A tray on a desktop that has one, or has not."""

    present = True
    asked = 0

    @property
    def available(self) -> bool:
        self.asked += 1
        return self.present


@pytest.fixture
def model() -> CountingModel:
    engine = DemoEngine(EngineOptions(), lambda: 1_800_000_000.0)

    async def publish_past() -> None:
        await engine.start()
        for _ in range(2 * len(ROLES)):
            await asyncio.sleep(0)
        await engine.stop()

    asyncio.run(publish_past())
    return CountingModel(engine.query, Units())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def tray(qapp: QObject, model: CountingModel, clock: list[float]) -> Iterator[PresentTray]:
    made = PresentTray(Theme(qapp, Scheme.DARK), model, qapp)
    yield made
    made.close()
    made.close()


def test_the_icon_is_drawn_at_most_every_two_seconds(
    tray: PresentTray, model: CountingModel, clock: list[float]
) -> None:
    tray.show()
    assert model.drawn == 1
    for _ in range(10):
        clock[0] += 0.25
        tray.arrived()
    assert model.drawn == 3  # once to begin with


def test_equal_pixels_are_not_handed_over_again(tray: PresentTray, clock: list[float]) -> None:
    tray.show()
    first = tray.icon
    clock[0] += 2.0
    tray.arrived()
    assert tray.icon is first


def test_without_a_tray_nothing_is_drawn_and_it_is_seldom_asked_for(
    tray: PresentTray, model: CountingModel, clock: list[float]
) -> None:
    tray.present = False
    tray.show()
    for _ in range(30):
        clock[0] += 1.0
        tray.arrived()
    assert model.drawn == 1
    assert tray.asked <= 3
    tray.present = True
    for _ in range(25):
        clock[0] += 1.0
        tray.arrived()
    assert model.drawn > 1


def test_an_alert_shows_at_once(tray: PresentTray, model: CountingModel) -> None:
    tray.show()
    before = tray.icon
    tray.set_alert(True)
    assert tray.icon != before
    tray.set_alert(True)
    assert model.drawn == 2


def test_the_tool_tip_has_the_figures(model: CountingModel) -> None:
    tip = model.tip()
    assert tip.startswith("orion\nCPU ")
    assert "Memory " in tip
    assert "–" not in tip


def test_the_menu_says_what_the_user_wants(tray: PresentTray) -> None:
    said: list[object] = []
    tray.open_asked.connect(said.append)
    tray.pause_asked.connect(said.append)
    tray.settings_asked.connect(lambda: said.append("settings"))
    tray.quit_asked.connect(lambda: said.append("quit"))
    for action in tray.menu.actions():
        action.trigger()
    assert said == ["", True, "settings", "quit"]
    tray.set_paused(False)
    assert said == ["", True, "settings", "quit"]


def test_the_pop_up_opens_follows_and_closes(tray: PresentTray, qtbot: QtBot) -> None:
    tray.show()
    tray.toggle_popup()
    tray.arrived()
    tray.toggle_popup()


def test_the_pop_up_lists_the_worst_machines_first(model: CountingModel) -> None:
    others = model.view().others
    assert [row.host for row in others][:3] == ["vega", "deneb", "mira"]
    assert others[1].trace.text == "offline"
    assert "local" not in [row.host for row in others]


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_this_machine_is_shared_from_the_menu(tray: PresentTray) -> None:
    asked: list[bool] = []
    tray.share_asked.connect(asked.append)
    share = next(action for action in tray.menu.actions() if action.text() == "Share this machine")
    assert not share.isEnabled()
    tray.set_sharing(False)
    assert asked == []
    share.trigger()
    assert asked == [True]
    tray.set_sharing(True)
    assert share.isChecked()
    share.trigger()
    assert asked == [True, False]
    tray.set_sharing(None)
    assert not share.isEnabled()


def test_machines_are_in_the_menu_the_worst_first(tray: PresentTray) -> None:
    opened: list[str] = []
    tray.open_asked.connect(opened.append)
    machines = next(action for action in tray.menu.actions() if action.text() == "Machines").menu()
    assert isinstance(machines, QMenu)
    assert entries(machines)[:3] == ["orion · live", "vega · alert", "deneb · offline"]
    machines.actions()[2].trigger()
    assert opened == ["deneb"]


def test_of_many_machines_the_menu_names_some(
    qapp: QObject, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    for number in range(500):
        store.put_machine(Machine(f"m{number}", f"m & {number}"))
    made = PresentTray(Theme(qapp, Scheme.DARK), TrayModel(Query(store), Units()), qapp)
    asked: list[None] = []
    made.all_asked.connect(lambda: asked.append(None))
    machines = next(action for action in made.menu.actions() if action.text() == "Machines").menu()
    assert isinstance(machines, QMenu)
    assert len(entries(machines)) == 16
    assert entries(machines)[0] == "m && 0 · live"
    machines.actions()[-1].trigger()
    assert asked == [None]
    made.close()
