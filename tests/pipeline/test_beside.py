"""Slow families never delay a tick: they answer later, or are left behind and tried again."""

from __future__ import annotations

import threading

from sysmon.model.sample import Reading
from sysmon.pipeline.beside import BesideReader
from sysmon.pipeline.family import RETRY_FAILED, Family
from tests.pipeline.made import MadeCollector, gauges

SERIES = gauges(1)


class HandTime:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def answering(family: str, interval: float = 2.0) -> Family:
    return Family(MadeCollector(family, lambda: Reading(SERIES, [1.0]), interval, 1.0))


def wanted(_family: Family) -> bool:
    return True


def until(reader: BesideReader, done: object, tries: int = 500) -> list[Family]:
    """Poll until ``done()`` or too often; the worker runs beside."""
    changed: list[Family] = []
    pause = threading.Event()
    for _ in range(tries):
        changed += reader.poll(wanted)
        if callable(done) and done():
            return changed
        pause.wait(0.005)
    raise AssertionError("the slow reader did not get there")


def test_all_due_families_are_read_without_waiting_for_ticks() -> None:
    time = HandTime()
    families = [answering(name) for name in ("a", "b", "c")]
    reader = BesideReader(families, time)
    until(reader, lambda: all(family.working for family in families))
    assert [family.collector.reads for family in families] == [1, 1, 1]
    reader.poll(wanted)
    assert reader.close(5.0)
    assert [family.collector.closed for family in families] == [1, 1, 1]


def test_each_at_its_own_interval() -> None:
    time = HandTime()
    often, seldom = answering("often", 1.0), answering("seldom", 10.0)
    reader = BesideReader([often, seldom], time)
    until(reader, lambda: often.working and seldom.working)
    for _ in range(5):
        time.now += 1.0
        reads = often.collector.reads
        until(reader, lambda: often.read_at == time.now and often.collector.reads > reads)  # noqa: B023
    assert seldom.collector.reads == 1
    reader.close(5.0)


def test_one_that_hangs_goes_off_and_the_others_go_on() -> None:
    time = HandTime()
    release = threading.Event()

    def hang() -> Reading:
        release.wait()
        return Reading(SERIES, [1.0])

    hung = Family(MadeCollector("hung", hang, 2.0, 1.0))
    other = answering("other")
    reader = BesideReader([hung, other], time)
    reader.poll(wanted)
    until_running = threading.Event()
    while hung.collector.reads == 0:
        until_running.wait(0.002)
    time.now = 1.5
    assert reader.poll(wanted) == [hung]
    assert hung.reason == "did not answer within 1 s"
    assert reader.stuck == 1
    until(reader, lambda: other.working)
    # While its thread hangs it is not tried again, however long that takes.
    time.now += 10 * RETRY_FAILED[1]
    reader.poll(wanted)
    assert hung.collector.reads == 1
    release.set()
    until(reader, lambda: hung.working)
    assert reader.stuck == 0
    assert reader.close(5.0)


def test_closing_while_one_hangs_is_bounded_and_leaves_its_source_open() -> None:
    release = threading.Event()
    hung = Family(MadeCollector("hung", lambda: (release.wait(), Reading(SERIES, [1.0]))[1], 2.0, 1.0))
    reader = BesideReader([hung], HandTime())
    reader.poll(wanted)
    pause = threading.Event()
    while hung.collector.reads == 0:
        pause.wait(0.002)
    assert not reader.close(0.05)
    assert hung.collector.closed == 0
    release.set()


def test_what_nobody_wants_is_not_read() -> None:
    family = answering("a")
    reader = BesideReader([family], HandTime())
    reader.poll(lambda _family: False)
    assert reader.close()
    assert family.collector.reads == 0
