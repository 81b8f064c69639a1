from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.metric import Kind
from sysmon.runtime.demo_machine import Hardware, SimulatedMachine, Wander


@given(st.integers(0, 50), st.lists(st.floats(0.25, 10.0), min_size=2, max_size=20))
def test_counters_never_fall_and_nothing_is_negative(seed: int, steps: list[float]) -> None:
    machine = SimulatedMachine(Hardware(cores=2, gpu="card", gpu_memory=1e9), seed, 1e5)
    before = machine.step(1.0)
    for seconds in steps:
        values = machine.step(seconds)
        for s, old, new in zip(machine.catalog.series, before, values, strict=True):
            assert new >= 0.0
            if s.metric.kind is Kind.COUNTER:
                assert new >= old
        before = values


@given(st.integers(0, 1000), st.floats(0.01, 1e6))
def test_a_wander_stays_near_its_mean(seed: int, mean: float) -> None:
    wander = Wander(random.Random(seed), mean)
    values = [wander.step(1.0) for _ in range(300)]
    assert 0.3 * mean < sum(values) / len(values) < 3.0 * mean


def test_without_a_gpu_the_reason_is_said() -> None:
    machine = SimulatedMachine(Hardware(), 1, 1.0)
    assert machine.catalog.reason("gpu") == "this machine has no graphics processor"
