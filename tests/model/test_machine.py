"""A machine that told nothing of itself is live, named and without facts."""

from __future__ import annotations

from sysmon.model.machine import NO_FACTS, Machine, MachineState


def test_what_nobody_told_is_not_made_up() -> None:
    machine = Machine("id", "vega")
    assert machine.state is MachineState.LIVE
    assert machine.facts is NO_FACTS
    assert machine.facts.cpu_model is None
    assert machine.note == ""
