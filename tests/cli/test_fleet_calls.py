"""Whoever can answer a command answers it: the program that runs, else a fleet for the moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sysmon.cli.fleet_calls import ask_once, asking
from sysmon.model.peer import Sharing
from sysmon.runtime.console import Known, Peers, Share
from sysmon.runtime.console_part import ConsolePart
from sysmon.runtime.fleet_place import FleetOptions
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from tests.runtime.machines_of_a_fleet import TestMachine, running


def paths(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


def test_without_a_running_program_a_fleet_of_our_own_answers(tmp_path: Path) -> None:
    assert ask_once(Values(), paths(tmp_path), Peers(), list[Known]) == []


async def test_a_running_program_is_asked(tmp_path: Path) -> None:
    machine = TestMachine(tmp_path, "atlas", FleetOptions(on=True, port=0))
    async with running(machine):
        part = ConsolePart(tmp_path / "run", machine.fleet, machine.engine.store, machine.engine.demand)
        await part.start()
        async with asking(Values(), paths(tmp_path)) as asker:
            assert not asker.here
            assert (await asker.ask(Share(), Sharing)).on
        answer = await asyncio.to_thread(ask_once, Values(), paths(tmp_path), Share(), Sharing)
        assert answer.on
        await part.stop()
