"""Another machine, looked at through a console: kept as if it were this one, whatever the answers are."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from sysmon.model import names
from sysmon.model.errors import SysmonError
from sysmon.model.host import LOCAL
from sysmon.model.metric import series
from sysmon.runtime.console import Console, Look, Looked
from sysmon.runtime.console_call import read_reply
from sysmon.runtime.far_machine import FarMachine
from sysmon.runtime.fleet_place import FleetOptions
from tests.runtime.machines_of_a_fleet import TestMachine


class Wire:
    """Asks a console, and notes what was asked; ``bend`` may change an answer on the way."""

    def __init__(self, machine: TestMachine) -> None:
        self.console = Console(machine.fleet, machine.engine.store, machine.engine.demand)
        self.asked: list[Look] = []
        self.bend = lambda looked: looked

    async def ask(self, question: Look) -> Looked:
        self.asked.append(question)
        return self.bend(read_reply(await self.console.answer(msgspec.json.encode(question)), Looked))


@pytest.fixture
def machine(tmp_path: Path) -> TestMachine:
    return TestMachine(tmp_path, "atlas", FleetOptions())


async def test_figures_are_kept_as_if_they_were_of_this_machine(machine: TestMachine) -> None:
    wire = Wire(machine)
    far = FarMachine("atlas", wire.ask, processes=False)
    assert not await far.look()
    machine.tick(7.0)
    assert await far.look()
    assert not await far.look(), "the same batch is no news"
    machine.tick(math.nan)
    assert await far.look()
    assert far.batches == 2
    assert far.query.latest(LOCAL, series(names.UPTIME)) == 2.0
    assert math.isnan(far.query.latest(LOCAL, series(names.MEMORY_LIMIT)))
    assert far.machine is not None
    assert far.machine.name == "atlas"


async def test_the_catalog_is_asked_for_once(machine: TestMachine) -> None:
    wire = Wire(machine)
    far = FarMachine("atlas", wire.ask, processes=True)
    machine.tick()
    await far.look()
    machine.tick()
    await far.look()
    assert [question.digest == "" for question in wire.asked] == [True, False]
    assert all(question.processes for question in wire.asked)
    wire.console.close()


async def test_figures_that_do_not_fit_are_said(machine: TestMachine) -> None:
    wire = Wire(machine)
    machine.tick()
    wire.bend = lambda looked: msgspec.structs.replace(looked, values=replace_values(looked))
    with pytest.raises(SysmonError, match="do not fit"):
        await FarMachine("atlas", wire.ask, processes=False).look()


def replace_values(looked: Looked) -> object:
    assert looked.values is not None
    return msgspec.structs.replace(looked.values, values=[1.0])
