from __future__ import annotations

import math
from array import array

import pytest

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.viewmodels.fleet_head import counts, fleet_head, newest_of_all

LIVE, ALERT, AGAIN, OFF = MachineState.LIVE, MachineState.ALERT, MachineState.RECONNECTING, MachineState.OFFLINE


def machines(*states: MachineState) -> list[Machine]:
    return [Machine(f"m{at}", f"machine-{at}", state=state) for at, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((), "0 live"),
        ((LIVE,), "1 live"),
        ((LIVE, ALERT, LIVE, LIVE, LIVE, AGAIN, OFF), "5 live · 1 reconnecting · 1 offline · 1 alert"),
        ((OFF, ALERT, ALERT), "2 live · 1 offline · 2 alerts"),
    ],
)
def test_counts(states: tuple[MachineState, ...], words: str) -> None:
    assert counts(machines(*states)) == words


def test_the_tool_tip_names_a_bounded_number_of_silent_machines() -> None:
    shown = fleet_head("All machines", machines(LIVE, *[OFF] * 500))
    assert shown.name == "All machines"
    lines = shown.tip.splitlines()
    assert lines[0] == "machine-1: offline"
    assert len(lines) == 13
    assert lines[-1] == "and 488 more"


def batch(host: str, time: float) -> SampleBatch:
    return SampleBatch(host, 1, 1, time, Catalog(()), array("d"))


def test_a_clock_that_is_ahead_does_not_move_the_axis_of_all() -> None:
    store = Store()
    query = Query(store)
    assert math.isnan(newest_of_all(query))
    store.append(batch("vega", 500.0))
    store.append(batch("mira", 40_000_000.0))
    assert newest_of_all(query) == 40_000_000.0
    store.append(batch(LOCAL, 501.0))
    assert newest_of_all(query) == 501.0
