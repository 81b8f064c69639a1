"""Questions about processes go over real links to the machine that they are about, and every answer has its limits."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sysmon.collectors.processes import open_process_reader
from sysmon.model.action import Kill, Target, Trouble
from sysmon.model.host import LOCAL
from sysmon.model.link import PAIRED, Rights
from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.assembly import open_desk
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.runtime.fleet_questions import NO_LINK
from tests.runtime.machines_of_a_fleet import TestMachine, running, until

SHARED = FleetOptions(on=True, port=0)


def myself() -> ProcessKey:
    reader = open_process_reader()
    try:
        return reader.read(LOCAL, 0.0, False).rows[os.getpid()].key
    finally:
        reader.close()


async def watched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, rights: Rights = PAIRED
) -> tuple[TestMachine, TestMachine]:
    monkeypatch.setenv("SYSMON_HOME", str(folder / "home"))
    atlas, orion = TestMachine(folder, "atlas", SHARED), TestMachine(folder, "orion", FleetOptions())
    atlas.fleet.place = replace(atlas.fleet.place, desk=open_desk())
    atlas.know(orion, watched=False, rights=rights)
    await atlas.fleet.start()
    orion.know(atlas, address=atlas.address())
    return atlas, orion


async def test_a_process_of_another_machine_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas, orion = await watched(tmp_path, monkeypatch)
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the link")
        desk = orion.fleet.desk(atlas.id)
        assert not isinstance(desk, str)
        answer = await desk.details(myself(), Tab.THREADS)
        assert answer.details is not None, answer.missing
        refused = await desk.details(myself(), Tab.FILES)
        assert refused.details is None
        assert refused.missing is not None
        assert "does not show this machine" in refused.missing
        desk_of_atlas = atlas.fleet.place.desk
        assert desk_of_atlas is not None
        desk_of_atlas.close()


async def test_without_a_link_it_says_so_at_once(tmp_path: Path) -> None:
    orion = TestMachine(tmp_path, "orion", SHARED)
    async with running(orion):
        desk = orion.fleet.desk("nobody")
        assert not isinstance(desk, str)
        assert desk.refusal == NO_LINK
        answer = await desk.details(ProcessKey(1, 0.0), Tab.FACTS)
        assert answer.details is None
        assert NO_LINK in answer.missing


async def test_a_fleet_that_is_not_open_has_no_desks(tmp_path: Path) -> None:
    orion = TestMachine(tmp_path, "orion", FleetOptions())
    async with running(orion):
        assert orion.fleet.desk("nobody") == NO_LINK


async def test_a_question_that_hangs_ends_with_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas, orion = await watched(tmp_path, monkeypatch)
    async with running(orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the link")
        desk = orion.fleet.desk(atlas.id)
        assert not isinstance(desk, str)
        owner = TaskOwner("test")
        tasks = [owner.start("question", desk.details(myself(), Tab.THREADS)) for _ in range(5)]
        await asyncio.sleep(0)
        await atlas.fleet.stop()
        for answer in await asyncio.wait_for(asyncio.gather(*tasks), 10.0):
            assert isinstance(answer, TabAnswer)
            assert answer.details is not None or answer.missing


async def test_it_refuses_to_end_itself_and_the_first_process_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas, orion = await watched(tmp_path, monkeypatch, replace(PAIRED, actions=True))
    desk_of_atlas = atlas.fleet.place.desk
    assert desk_of_atlas is not None
    async with running(atlas, orion):
        atlas.tick()
        await until(lambda: orion.newest(atlas) == 1, "the link")
        desk = orion.fleet.desk(atlas.id)
        assert not isinstance(desk, str)
        reader = open_process_reader()
        table = reader.read(LOCAL, 0.0, False)
        reader.close()
        desk_of_atlas.watch.take(table)
        acted = await desk.act([Target(table.rows[pid].key, "web") for pid in (os.getpid(), 1)], Kill())
        assert [outcome.trouble for outcome in acted.outcomes] == [Trouble.GUARDED] * 2
        reasons = [outcome.reason for outcome in acted.outcomes]
        assert reasons[0] == "this is sysmon itself; use Quit"
        assert "first process of the system" in reasons[1], "by the name that it has there"
        desk_of_atlas.close()
