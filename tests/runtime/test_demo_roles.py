from __future__ import annotations

import pytest

from sysmon.model.host import LOCAL
from sysmon.model.machine import DEMO_LABEL, MachineState
from sysmon.runtime.demo_roles import ROLES, devices_of, machine_of, roles

NOW = 1_800_000_000.0


@pytest.mark.parametrize("count", [1, 7, 60, 500, 1000])
def test_as_many_machines_as_wanted_each_with_a_name_of_its_own(count: int) -> None:
    made = roles(count)
    assert len(made) == count
    assert made[0].host == LOCAL
    assert made[: len(ROLES)] == ROLES[:count]
    assert len({role.host for role in made}) == len({role.name for role in made}) == count
    assert roles(count) == made, "the same ones each time"


def test_hundreds_are_in_every_state_and_most_are_live() -> None:
    states = [role.state for role in roles(500)]
    assert set(states) == set(MachineState)
    assert states.count(MachineState.LIVE) > 400


def test_silent_machines_are_those_that_cannot_be_reached() -> None:
    for role in roles(500):
        silent = role.state in (MachineState.OFFLINE, MachineState.RECONNECTING)
        assert (role.silent > 0) is silent
        assert 0 < role.hardware.load < 1
        assert 0 < role.hardware.used < 1


def test_every_machine_says_that_it_is_not_real() -> None:
    for role in roles(60):
        machine = machine_of(role, NOW)
        assert machine.facts.product == DEMO_LABEL
        assert machine.name == role.name
        assert devices_of(role).host == role.host


def test_no_machine_at_all_is_one() -> None:
    assert roles(0) == roles(-5) == ROLES[:1]
