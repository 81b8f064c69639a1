from __future__ import annotations

import math

import pytest

from sysmon.collectors.own_process import OwnUsage
from sysmon.model import names
from sysmon.model.errors import CollectorFailed
from sysmon.model.sample import Reading
from sysmon.runtime.self_monitor import STORE_EVERY, SelfMonitor

USAGE = OwnUsage(1.5, 4096.0, 3.0, 20.0)


class Process:
    """An own process that costs what the test says."""

    def __init__(self, usage: OwnUsage | None = USAGE) -> None:
        self.usage = usage
        self.closed = 0

    def read(self) -> OwnUsage:
        if self.usage is None:
            raise CollectorFailed("gone")
        return self.usage

    def close(self) -> None:
        self.closed += 1


def values(reading: Reading) -> dict[str, float]:
    return {series.metric.name: value for series, value in zip(reading.series, reading.values, strict=True)}


def test_what_the_system_tells_and_what_others_tell() -> None:
    monitor = SelfMonitor(Process())
    monitor.tasks = lambda: 4.0
    monitor.store_memory = lambda: 1000.0
    monitor.painted(0.002)
    assert values(monitor.read()) == {
        names.SELF_CPU_TIME.name: 1.5,
        names.SELF_MEMORY.name: 4096.0,
        names.SELF_THREADS.name: 3.0,
        names.SELF_DESCRIPTORS.name: 20.0,
        names.SELF_TASKS.name: 4.0,
        names.SELF_STORE_MEMORY.name: 1000.0,
        names.SELF_PAINT_TIME.name: 0.002,
    }


def test_before_anybody_told_anything_it_is_unknown_not_zero() -> None:
    reading = SelfMonitor(Process()).read()
    found = values(reading)
    assert math.isnan(found[names.SELF_TASKS.name])
    assert math.isnan(found[names.SELF_STORE_MEMORY.name])
    assert names.SELF_PAINT_TIME.name not in found
    assert reading.missing[0].subject == names.SELF_PAINT_TIME.name


def test_the_layout_is_the_same_object_while_nothing_changed() -> None:
    monitor = SelfMonitor(Process())
    assert monitor.read().series is monitor.read().series
    monitor.painted(0.001)
    after = monitor.read()
    assert after.series is monitor.read().series
    assert not after.missing


def test_what_is_dear_to_count_is_counted_seldom() -> None:
    monitor = SelfMonitor(Process())
    sizes = iter(range(1, 100))
    monitor.store_memory = lambda: float(next(sizes))
    found = [values(monitor.read())[names.SELF_STORE_MEMORY.name] for _ in range(3 * STORE_EVERY)]
    assert found == [*range(1, 11), *[11.0] * 10, *[12.0] * 10]


def test_a_failure_goes_to_the_sampler() -> None:
    with pytest.raises(CollectorFailed, match="gone"):
        SelfMonitor(Process(None)).read()


def test_it_closes_what_it_reads_from() -> None:
    process = Process()
    SelfMonitor(process).close()
    assert process.closed == 1


def test_this_program_has_memory_and_a_thread() -> None:
    monitor = SelfMonitor()
    found = values(monitor.read())
    monitor.close()
    assert monitor.family == "self_monitor"
    assert monitor.pace.interval == 0.0
    assert found[names.SELF_MEMORY.name] > 1e6
    assert found[names.SELF_THREADS.name] >= 1.0
