"""The running program hears commands, over the real socket, as a part of the engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sysmon.model.peer import Sharing
from sysmon.runtime.console import Share
from sysmon.runtime.console_call import NotRunning, call
from sysmon.runtime.console_part import ConsolePart
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine, running


def part(folder: Path, machine: TestMachine) -> ConsolePart:
    return ConsolePart(folder, machine.fleet, machine.engine.store, machine.engine.demand)


async def test_a_command_reaches_it_until_it_stops(tmp_path: Path) -> None:
    machine, folder = TestMachine(tmp_path, "atlas", FleetOptions()), tmp_path / "run"
    async with running(machine):
        console = part(folder, machine)
        await console.start()
        assert not (await asyncio.to_thread(call, folder, Share(), Sharing)).on
        await console.stop()
        await console.stop()
        with pytest.raises(NotRunning):
            await asyncio.to_thread(call, folder, Share(), Sharing)


async def test_the_second_program_leaves_it_to_the_first(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    machine, folder = TestMachine(tmp_path, "atlas", FleetOptions()), tmp_path / "run"
    first, second = part(folder, machine), part(folder, machine)
    async with running(machine):
        await first.start()
        with caplog.at_level("INFO"):
            await second.start()
        assert "another sysmon of this user answers" in caplog.text
        await second.stop()
        assert not (await asyncio.to_thread(call, folder, Share(), Sharing)).on
        await first.stop()


async def test_a_folder_that_cannot_be_made_is_logged_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    machine = TestMachine(tmp_path, "atlas", FleetOptions())
    async with running(machine):
        console = part(tmp_path / "file" / "run", machine)
        await console.start()
        assert "commands cannot reach this program" in caplog.text
        await console.stop()
