from __future__ import annotations

import platform

from sysmon.model.host import LOCAL
from sysmon.model.machine import MachineState
from sysmon.runtime.this_machine import this_machine


def test_this_machine_is_live_and_has_its_own_name() -> None:
    machine = this_machine()
    assert machine.host == LOCAL
    assert machine.state is MachineState.LIVE
    assert machine.name == (machine.facts.hostname or platform.node())
    assert machine.note == "This machine"


def test_its_facts_are_those_of_the_interpreter() -> None:
    facts = this_machine().facts
    assert facts.architecture == platform.machine()
    assert facts.kernel is not None
    assert platform.release() in facts.kernel
