"""What is chosen in the table: shown beside it, acted on as a row, a group, a branch or an application."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from sysmon.model.action import End, Stop
from sysmon.model.process_tab import Tab
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.dialogs.details import DetailsDialog
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.source import Source
from tests.ui.door import MadeDoor
from tests.viewmodels.fake_host import HOST, FakeHost
from tests.viewmodels.fake_processes import row, table

ROWS = (
    row(1, "systemd", parent=0),
    row(20, "firefox", parent=1, memory=9e6),
    row(21, "Web", parent=20, memory=8e6),
    row(22, "Web", parent=20, memory=7e6),
    row(30, "db", parent=1),
)


class Scene:
    def __init__(self, context: PageContext, window: QWidget, door: MadeDoor) -> None:
        self.door = door
        self.host = FakeHost()
        self.page = ProcessesPage(replace(context, door=door), window)
        window.resize(1440, 900)
        self.page.resize(1188, 812)
        self.page.show_machine(Source(self.host.query, HOST, Units(), "orion"))
        self.second = 0
        self.tick(*ROWS)
        self.tick(*ROWS)
        window.show()
        self.page.show()
        self.tick(*ROWS)

    def tick(self, *rows: object) -> None:
        self.second += 1
        self.host.store.put_processes(table(self.second, *rows))  # pyright: ignore[reportArgumentType]
        self.page.refresh(self.host.scope())

    def choose(self, pid: int) -> None:
        assert self.page.table.go_to(next(each.key for each in ROWS if each.key.pid == pid))

    def menu(self) -> QMenu:
        self.page.acting.offer(QPoint(10, 10))
        return self.page.table.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]


@pytest.fixture
def context(theme: Theme, cursor: TimeCursor) -> PageContext:
    return PageContext(theme, cursor, lambda _: None)


@pytest.fixture
def scene(context: PageContext, window: QWidget, qtbot: QtBot) -> Scene:
    made = Scene(context, window, MadeDoor())
    qtbot.waitUntil(made.page.isVisible)
    return made


def test_the_panel_follows_the_choice_and_reads_once(scene: Scene) -> None:
    scene.choose(21)
    view = scene.page.panel.view()
    assert view is not None
    assert view.title == "Web"
    assert [kin.key.pid for kin in view.parents] == [1, 20]
    assert [tab for _, tab in scene.door.read] == [Tab.FACTS, Tab.FILES]
    scene.tick(*ROWS)
    assert len(scene.door.read) == 2


def test_going_to_a_parent_chooses_it(scene: Scene) -> None:
    scene.choose(21)
    scene.page.panel.gone_to.emit(ROWS[1].key)
    assert [found.key.pid for found in scene.page.table.selected()] == [20]
    view = scene.page.panel.view()
    assert view is not None
    assert view.title == "firefox"


def test_one_that_ended_stays_in_the_panel(scene: Scene) -> None:
    scene.choose(30)
    for _ in range(5):
        scene.tick(*ROWS[:4])
    view = scene.page.panel.view()
    assert view is not None
    assert view.note == "30 · ended"


def test_keys_act_on_the_selection(scene: Scene) -> None:
    scene.choose(30)
    scene.page.table.setFocus()
    QTest.keyClick(scene.page.table, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert [(action, [t.key.pid for t in targets]) for action, targets in scene.door.done] == [(Stop(), [30])]
    assert scene.page.said.accessibleName() == "Stopped db (30)."
    QTest.keyClick(scene.page.table, Qt.Key.Key_Delete)
    assert isinstance(scene.page.acting.hands.dialog, ConfirmDialog)


def test_a_group_stands_for_its_members(scene: Scene) -> None:
    scene.page.bar.views.chosen.emit("applications")
    rows = scene.page.table.rows
    at = next(n for n in range(rows.rowCount()) if rows.entry(n).row.name == "firefox")
    scene.page.table.selectRow(at)
    scene.page.acting.act(End())
    dialog = scene.page.acting.hands.dialog
    assert isinstance(dialog, ConfirmDialog)
    assert dialog.question.title == "End 3 processes of firefox?"


def test_the_menu_offers_branch_and_application(scene: Scene) -> None:
    scene.choose(20)
    menu = scene.menu()
    titles = [action.text() for action in menu.actions()]
    assert "With everything below (3)" in titles
    assert "Whole application (3)" in titles
    assert scene.page.table.frozen
    menu.close()
    assert not scene.page.table.frozen


def test_return_opens_the_details(scene: Scene) -> None:
    scene.choose(30)
    scene.page.acting.details()
    assert isinstance(scene.page.acting.hands.dialog, DetailsDialog)


def test_on_another_machine_nothing_is_done_and_the_panel_says_so(
    context: PageContext, window: QWidget, qtbot: QtBot
) -> None:
    scene = Scene(context, window, MadeDoor("this works for processes of this machine only"))
    qtbot.waitUntil(scene.page.isVisible)
    scene.choose(30)
    scene.page.acting.act(End())
    scene.page.acting.priority()
    scene.page.acting.details()
    assert scene.door.done == []
    assert scene.door.read == []
    assert scene.page.acting.hands.dialog is None
    assert "this machine only" in scene.page.panel.end.toolTip()
    assert "this machine only" in scene.page.said.accessibleName()
