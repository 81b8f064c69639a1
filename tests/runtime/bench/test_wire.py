from __future__ import annotations

import random

import pytest

from sysmon.model.sample import SampleBatch
from sysmon.runtime.bench.wire import BOUND, measure
from tests.protocol.made import batch, catalog


def quiet_machine(ticks: int) -> list[SampleBatch]:
    """150 whole counters and gauges of which one in six changes."""
    dice = random.Random(3)
    of = catalog(150, (1.0,))
    row = [float(dice.randrange(10**6)) for _ in of.series]
    made: list[SampleBatch] = []
    for sequence in range(1, ticks + 1):
        row = [value + (dice.randrange(60) if dice.random() < 0.16 else 0) for value in row]
        made.append(batch(of, sequence, row))
    return made


def test_the_bound_is_judged_and_peers_stand_beside_it() -> None:
    results = {result.metric: result for result in measure(quiet_machine(120), "made")}
    ours = results["bytes_per_sample"]
    assert ours.bound == BOUND
    assert ours.value is not None
    assert 0.1 < ours.value <= BOUND
    for peer in ("json", "msgpack", "msgpack_positional", "remote_write", "remote_write_15"):
        value = results[f"{peer}_bytes_per_sample"].value
        assert value is not None
        assert value > 5 * ours.value


def test_size_is_counted_not_guessed() -> None:
    made = quiet_machine(10)
    first = {result.metric: result.value for result in measure(made, "made")}
    again = {result.metric: result.value for result in measure(made, "made")}
    assert first["bytes_per_tick"] == again["bytes_per_tick"]
    assert first["changed_pct"] == pytest.approx(16, abs=3)
