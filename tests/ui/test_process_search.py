"""Looks into every process: one question at a time, late answers dropped, none for other machines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from sysmon.model.process import ProcessKey
from sysmon.runtime.process_desk import Searched
from sysmon.ui.process_search import ProcessSearch
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_list import Arrangement, ListChoice, ProcessList
from tests.ui.door import MadeDoor
from tests.viewmodels.fake_host import HOST, FakeHost
from tests.viewmodels.fake_processes import row, table

LIVE = TimeScope(0.0, 300.0, live=True)
FLAT = ListChoice(Arrangement.FLAT)


class Scene:
    def __init__(self, parent: QObject, refusal: str = "") -> None:
        self.door = MadeDoor(refusal)
        self.search = ProcessSearch(self.door, parent)
        self.search.show_host(HOST)
        self.host = FakeHost()
        self.list = ProcessList(self.host.query, HOST, Units(), self.search.filter)
        self.found = 0
        self.search.found.connect(self._count)
        self.second = 0
        self.tick()

    def _count(self) -> None:
        self.found += 1
        self.list.changed()

    def tick(self) -> None:
        self.second += 1
        self.host.store.put_processes(table(self.second, row(5), row(6)))
        self.list.view(LIVE, FLAT)
        self.search.look(self.list)

    def pids(self) -> list[int]:
        return [found.entry.key.pid for found in self.list.view(LIVE, FLAT).rows]


@pytest.fixture
def scene(qapp: QObject) -> Scene:
    return Scene(qapp)


def key(pid: int) -> ProcessKey:
    return row(pid).key


def test_plain_filters_ask_nobody(scene: Scene) -> None:
    assert scene.search.set_text("worker")
    scene.tick()
    assert scene.door.searches == []


def test_one_question_for_each_table(scene: Scene) -> None:
    scene.search.set_text("port:80")
    scene.search.look(scene.list)
    scene.search.look(scene.list)
    scene.tick()
    assert [text for text, _ in scene.door.searches] == ["port:80"]
    scene.door.searches[0][1](Searched(frozenset({key(5)})))
    assert (scene.found, scene.pids()) == (1, [5])
    scene.tick()
    assert len(scene.door.searches) == 2
    scene.door.searches[1][1](Searched(frozenset({key(5)})))
    assert scene.found == 1, "nothing new was found"


def test_what_could_not_be_looked_into_is_told_until_another_filter_is_typed(scene: Scene) -> None:
    scene.search.set_text("port:80")
    scene.search.look(scene.list)
    scene.door.searches[0][1](Searched(frozenset({key(5)}), refused=3))
    assert scene.search.unseen == "3 processes of other users could not be looked into; root may"
    scene.tick()
    scene.door.searches[1][1](Searched(frozenset({key(5)}), refused=3, cut=1))
    assert scene.found == 2, "the same rows, but other words"
    assert "too much" in scene.search.unseen
    scene.search.set_text("worker")
    assert scene.search.unseen == ""


def test_what_is_typed_meanwhile_is_asked_next(scene: Scene) -> None:
    scene.search.set_text("port:80")
    scene.search.look(scene.list)
    scene.search.set_text("port:443")
    scene.door.searches[0][1](Searched(frozenset({key(5)})))
    assert [text for text, _ in scene.door.searches] == ["port:80", "port:443"]
    assert scene.search.filter.waiting


def test_services_are_asked_for_while_they_are_shown(scene: Scene) -> None:
    assert scene.door.placed == []
    scene.search.place_services = True
    scene.tick()
    scene.tick()
    assert scene.door.placed == [[key(5), key(6)]]


def test_processes_of_other_machines_are_not_looked_into(qapp: QObject) -> None:
    scene = Scene(qapp, "this machine only")
    scene.search.place_services = True
    scene.search.set_text("port:80")
    scene.tick()
    assert scene.door.searches == []
    assert scene.door.placed == []
    assert not scene.search.filter.waiting
    assert scene.pids() == []
