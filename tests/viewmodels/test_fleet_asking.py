"""Machines are asked a few at a time, again after a while, and answer for themselves: also over a real link."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

import pytest

from sysmon.collectors.processes import open_process_reader
from sysmon.model.host import LOCAL
from sysmon.model.link import PAIRED, Rights
from sysmon.model.process import ProcessKey, ProcessTable
from sysmon.pipeline.query import Query
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.assembly import open_desk
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.runtime.remote_desk import RemoteDesk
from sysmon.viewmodels.fleet import Choice, Fleet, Order
from sysmon.viewmodels.fleet_asking import AFTER_TROUBLE, AGAIN, AT_A_TIME, PATIENCE, FleetAsking, Pairs, Told
from sysmon.viewmodels.fleet_search import FleetSearch
from sysmon.viewmodels.format import Units
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

SEEING = replace(PAIRED, commands=True)


@dataclass
class Said:
    keys: frozenset[ProcessKey] = frozenset()
    refused: int = 0
    trouble: str = ""
    cut: int = 0


@dataclass
class Machines:
    """Whoever is asked, with what was asked so far."""

    reasons: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    waiting: list[Callable[[Told], None]] = field(default_factory=list[Callable[[Told], None]])

    def refusal(self, host: str) -> str:
        return self.reasons.get(host, "")

    def search(self, host: str, rows: Pairs, text: str, done: Callable[[Told], None]) -> None:
        del rows
        self.asked.append((host, text))
        self.waiting.append(done)

    def answer(self, said: Said | None = None) -> None:
        self.waiting.pop(0)(said or Said())


class Scene:
    def __init__(self) -> None:
        self.machines = Machines()
        self.now = 1000.0
        self.arrived = 0
        self.asking = FleetAsking(self.machines, lambda: self.now, self._count)

    def _count(self) -> None:
        self.arrived += 1

    def ask(self, host: str, text: str = "port:80") -> None:
        self.asking.ask(host, text, lambda: ())


def test_a_machine_is_asked_once_and_again_after_a_while() -> None:
    scene = Scene()
    for _ in range(3):
        scene.ask("vega")
    assert scene.machines.asked == [("vega", "port:80")]
    assert scene.asking.answer("vega", "port:80") is None
    scene.machines.answer(Said(refused=3, cut=1))
    answer = scene.asking.answer("vega", "port:80")
    assert answer is not None
    assert "3 processes of other users" in answer.unseen
    assert "1 process holds too much" in answer.unseen
    assert scene.arrived == 1
    scene.ask("vega")
    assert len(scene.machines.asked) == 1
    scene.now += AGAIN
    scene.ask("vega")
    assert len(scene.machines.asked) == 2
    assert scene.asking.answer("vega", "port:80") is answer, "what it said last stays until it says something else"


def test_another_filter_waits_for_the_answer_to_the_one_before() -> None:
    scene = Scene()
    scene.ask("vega", "port:8")
    scene.ask("vega", "port:80")
    assert scene.machines.asked == [("vega", "port:8")]
    scene.machines.answer()
    assert scene.asking.answer("vega", "port:80") is None
    scene.ask("vega", "port:80")
    assert scene.machines.asked[1:] == [("vega", "port:80")]


def test_only_so_many_are_asked_at_a_time() -> None:
    scene = Scene()
    for at in range(500):
        scene.ask(f"m{at}")
    assert len(scene.machines.asked) == AT_A_TIME
    scene.machines.answer()
    for at in range(500):
        scene.ask(f"m{at}")
    assert len(scene.machines.asked) == AT_A_TIME + 1


def test_who_cannot_answer_is_not_asked_and_tried_again_later() -> None:
    scene = Scene()
    scene.machines.reasons["vega"] = "vega does not show its processes to this machine"
    scene.ask("vega")
    answer = scene.asking.answer("vega", "port:80")
    assert answer is not None
    assert answer.trouble == "vega does not show its processes to this machine"
    assert scene.machines.asked == []
    scene.machines.reasons.clear()
    scene.now += AGAIN
    scene.ask("vega")
    assert scene.machines.asked == []
    scene.now += AFTER_TROUBLE
    scene.ask("vega")
    assert scene.machines.asked == [("vega", "port:80")]


def test_an_answer_that_never_comes_holds_up_nobody_for_ever() -> None:
    scene = Scene()
    for at in range(AT_A_TIME):
        scene.ask(f"m{at}")
    scene.ask("vega")
    assert ("vega", "port:80") not in scene.machines.asked
    scene.now += AFTER_TROUBLE
    scene.ask("vega")
    assert scene.machines.asked[-1] == ("vega", "port:80")
    scene.now -= 1e6  # the clock was set back
    scene.ask("m0")
    assert scene.machines.asked[-1] == ("m0", "port:80")


def test_why_a_machine_is_mute_is_asked_when_it_had_time_to_tell() -> None:
    scene = Scene()
    scene.machines.reasons["vega"] = "it is of another version"
    assert scene.asking.why_mute("vega") == ""
    scene.now += PATIENCE
    assert scene.asking.why_mute("vega") == "it is of another version"
    scene.asking.keep_only(())
    assert scene.asking.why_mute("vega") == ""


# --- over a real link ------------------------------------------------------------------------------


class OverLinks:
    """Asks the desks of other machines on the loop of the test, as the door of the window does from outside."""

    def __init__(self, machine: TestMachine) -> None:
        self._machine = machine
        self._tasks = TaskOwner("test")

    def _desk(self, host: str) -> RemoteDesk:
        desk = self._machine.fleet.desk(host)
        assert isinstance(desk, RemoteDesk)
        return desk

    def refusal(self, host: str) -> str:
        return self._desk(host).refusal

    def search(self, host: str, rows: Pairs, text: str, done: Callable[[Told], None]) -> None:
        async def ask() -> None:
            done(await self._desk(host).search(rows, text))

        self._tasks.start("search", ask())

    async def close(self) -> None:
        await self._tasks.close(2.0)


def this_machine(host: str) -> ProcessTable:
    reader = open_process_reader()
    try:
        return replace(reader.read(LOCAL, 5.0, False), host=host)
    finally:
        reader.close()


class Search:
    """A search of orion over atlas, whose processes are those of this machine."""

    def __init__(self, atlas: TestMachine, orion: TestMachine, deep: OverLinks) -> None:
        self.ahead = 0.0
        """Seconds that passed for the search only."""
        query = Query(orion.engine.store)
        self._fleet = Fleet(query, orion.fleet, lambda: 0.0)
        self._atlas = atlas.id
        self.finder = FleetSearch(query, Units(), FleetAsking(deep, lambda: monotonic() + self.ahead, lambda: None))

    def rows(self) -> list[str]:
        """What it shows."""
        self._fleet.look()
        members = [m for m in self._fleet.members(Choice(Order.NAME)) if m.host == self._atlas]
        self.finder.step(members)
        found = self.finder.view(members).rows
        return [f"{row.name}: {row.note}" if row.key is None else f"{row.pid} {row.name}" for row in found]


@asynccontextmanager
async def search_over(folder: Path, rights: Rights) -> AsyncGenerator[Search]:
    atlas = TestMachine(folder, "atlas", FleetOptions(on=True, port=0))
    orion = TestMachine(folder, "orion", FleetOptions())
    desk = open_desk()
    atlas.fleet.place = replace(atlas.fleet.place, desk=desk)
    atlas.know(orion, watched=False, rights=rights)
    await atlas.fleet.start()
    orion.know(atlas, address=atlas.address())
    deep = OverLinks(orion)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the link")
        desk.watch.take(this_machine(LOCAL))
        if rights.processes:
            orion.engine.store.put_processes(this_machine(atlas.id))
        yield Search(atlas, orion, deep)
        await deep.close()
        desk.close()


async def test_the_holder_of_a_port_and_of_a_file_is_found_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSMON_HOME", str(tmp_path / "home"))
    held, own = tmp_path / "held-by-this-test", f"{os.getpid()} "
    async with search_over(tmp_path, SEEING) as search:
        with closing(socket.socket()) as listening, held.open("w"):
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            for text in (f"port:{listening.getsockname()[1]}", f"file:{held}", f"not port:1 and pid:{os.getpid()}"):
                assert search.finder.set_text(text)
                await until(lambda: any(row.startswith(own) for row in search.rows()), text)
                assert search.rows()[0].startswith("atlas: 1 process"), search.rows()


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        (PAIRED, "atlas does not show this machine what its processes run and have open"),
        (replace(PAIRED, processes=False), "atlas does not show its processes to this machine"),
    ],
)
async def test_a_machine_that_does_not_allow_it_says_so_in_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: Rights, reason: str
) -> None:
    monkeypatch.setenv("SYSMON_HOME", str(tmp_path / "home"))
    async with search_over(tmp_path, rights) as search:
        search.finder.set_text("port:1")
        await until(lambda: search.rows() == [f"atlas: {reason}"], "its reason")
        if not rights.processes:
            search.finder.set_text("bash")
            search.rows()
            search.ahead += PATIENCE
            await until(lambda: search.rows() == [f"atlas: {reason}"], "the same where no table comes")
