from __future__ import annotations

import pytest

from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.machines import MachinesModel
from tests.viewmodels.fake_host import HOST, CountingStore, FakeHost
from tests.viewmodels.test_cpu import modes


def test_rows_in_their_order_with_a_trace() -> None:
    host = FakeHost()
    host.run(60, modes(1.0, 0.0, 0.0))
    rows = MachinesModel(host.query, Units()).rows(
        (Machine(HOST, "orion", note="This machine"), Machine("far", "atlas"))
    )
    assert [(row.name, row.note, row.state) for row in rows] == [
        ("orion", "This machine", "live"),
        ("atlas", "", "live"),
    ]
    assert rows[0].trace[-1] == pytest.approx(0.25)
    assert rows[1].trace == ()


@pytest.mark.parametrize("state", list(MachineState))
def test_every_state_has_a_hue_and_a_word(state: MachineState) -> None:
    row = MachinesModel(FakeHost().query, Units()).rows((Machine(HOST, "orion", state=state),))[0]
    assert row.state == state.value
    assert row.hue


def test_a_machine_that_is_removed_is_forgotten_and_may_come_back() -> None:
    host = FakeHost()
    host.run(60, modes(1.0, 0.0, 0.0))
    model = MachinesModel(host.query, Units())
    machine = Machine(HOST, "orion")
    first = model.rows((machine,))
    assert model.rows(()) == ()
    assert model.rows((machine,))[0].trace == first[0].trace


def test_machines_that_nobody_sees_cost_no_look_into_the_store_and_keep_their_row() -> None:
    store = CountingStore()
    host = FakeHost(store=store)
    host.run(60, modes(1.0, 0.0, 0.0))
    model = MachinesModel(host.query, Units())
    machine = Machine(HOST, "orion")
    (unseen,) = model.rows((machine,), ())
    assert unseen.trace == ()
    assert store.rows == 0
    (seen,) = model.rows((machine,), {HOST})
    assert seen.trace
    host.run(30, modes(1.0, 0.0, 0.0))
    assert model.rows((machine,), ())[0] is seen
    (changed,) = model.rows((Machine(HOST, "orion", note="9 ms"),), ())
    assert (changed.note, changed.trace) == ("9 ms", seen.trace)
