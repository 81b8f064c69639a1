from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator

import pytest

from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Reading
from sysmon.runtime.reading import FamilyReading, MachineReading, read_machine
from tests.pipeline.made import MadeCollector, counters, gauges


def naps() -> tuple[list[float], Callable[[float], None]]:
    slept: list[float] = []
    return slept, slept.append


def answers(*readings: Reading) -> Callable[[], Reading]:
    following: Iterator[Reading] = iter(readings)
    return lambda: next(following)


def only(reading: MachineReading) -> FamilyReading:
    (family,) = reading.families
    return family


def test_counters_become_rates_over_the_measured_time_and_gauges_do_not() -> None:
    members = (*counters(1), *gauges(1))
    collector = MadeCollector("x", answers(Reading(members, [100.0, 5.0]), Reading(members, [130.0, 7.0])))
    slept, sleep = naps()
    family = only(read_machine([collector], None, 2.0, sleep))
    assert len(slept) == 1
    assert 1.9 < slept[0] <= 2.0
    counter, gauge = family.figures
    # Nobody really slept, so much less than two seconds passed: the rate is by the clock, not by the wish.
    assert counter.rate > 30.0 / 2.0
    assert (counter.value, gauge.value) == (130.0, 7.0)
    assert math.isnan(gauge.rate)


def test_a_counter_that_went_back_has_no_rate() -> None:
    members = counters(1)
    collector = MadeCollector("x", answers(Reading(members, [100.0]), Reading(members, [3.0])))
    assert math.isnan(only(read_machine([collector], None, 1.0, naps()[1])).figures[0].rate)


def test_one_reading_has_no_rates_and_does_not_wait() -> None:
    members = counters(1)
    collector = MadeCollector("x", lambda: Reading(members, [100.0]))
    slept, sleep = naps()
    family = only(read_machine([collector], None, 0.0, sleep))
    assert not slept
    assert collector.reads == 1
    assert math.isnan(family.figures[0].rate)


def test_a_device_that_came_between_the_readings_has_no_rate() -> None:
    collector = MadeCollector("x", answers(Reading(counters(1), [1.0]), Reading(counters(2), [2.0, 9.0])))
    old, new = only(read_machine([collector], None, 1.0, naps()[1])).figures
    assert old.rate > 0.0
    assert math.isnan(new.rate)


def test_what_cannot_be_read_has_a_reason_and_harms_nobody() -> None:
    def absent() -> Reading:
        raise CollectorUnavailable("no driver")

    def broken() -> Reading:
        raise OSError("input/output error")

    members = gauges(1)
    good = MadeCollector("good", lambda: Reading(members, [1.0]))
    reading = read_machine([MadeCollector("a", absent), MadeCollector("b", broken), good], None, 0.0)
    first, second, third = reading.families
    assert (first.reason, first.unavailable) == ("no driver", True)
    assert (second.reason, second.unavailable) == ("reading failed: input/output error", False)
    assert third.reason is None


def test_a_source_that_hangs_is_left_behind() -> None:
    release = threading.Event()

    def hang() -> Reading:
        release.wait(30.0)
        return Reading((), [])

    members = gauges(1)
    hanging = MadeCollector("hanging", hang, interval=5.0, limit=0.05)
    slow = MadeCollector("slow", lambda: Reading(members, [1.0]), interval=5.0)
    reading = read_machine([hanging, slow], None, 0.0)
    release.set()
    first, second = reading.families
    assert first.reason == "it did not answer within 0.05 s"
    assert second.reason is None
    assert second.figures[0].value == 1.0


class Processes:
    """A process that used half a second of CPU between two readings, or a failure."""

    def __init__(self, error: Exception | None = None) -> None:
        self.reads = 0
        self.error = error

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        if self.error is not None:
            raise self.error
        self.reads += 1
        row = ProcessRow(
            ProcessKey(7, 1.0), 1, "x", "root", "running", 0, 1, self.reads * 0.5, 1e6, 0.0, 0.0, "x", False
        )
        return ProcessTable(host, time, {7: row})

    def close(self) -> None:
        """Nothing is held."""


def test_processes_get_rates_too() -> None:
    reading = read_machine([], Processes(), 1.0, naps()[1])
    assert reading.processes is not None
    (row,) = reading.processes.rows.values()
    assert reading.process_rates.of(row).cpu > 0.0


def test_no_process_table_is_a_table_that_says_why() -> None:
    reading = read_machine([], Processes(CollectorUnavailable("hidden")), 1.0, naps()[1])
    assert reading.processes is not None
    assert not reading.processes.rows
    assert reading.processes.missing[0].reason == "hidden"


@pytest.mark.parametrize("span", [0.0, 0.01])
def test_without_processes_there_is_no_table(span: float) -> None:
    reading = read_machine([], None, span)
    assert reading.processes is None
    assert reading.span == span
