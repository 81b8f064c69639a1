"""The store keeps hosts apart and answers from any thread."""

from __future__ import annotations

import math
import threading
from array import array

from sysmon.model.events import Mark, MarkKind
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, Stretch
from sysmon.pipeline.past import Filled
from sysmon.pipeline.store import Store
from tests.pipeline.made import batch, gauges

CATALOG = Catalog(gauges(2))


def test_hosts_are_kept_apart_and_forgotten() -> None:
    store = Store()
    store.append(batch(CATALOG, 1, [1.0, 2.0], host="a"))
    store.append(batch(CATALOG, 1, [3.0, 4.0], host="b"))
    store.append(batch(CATALOG, 2, [5.0, 6.0], host="b"))
    store.put_processes(ProcessTable("b", 1.0, {}))
    store.put_mark(Mark("b", 1.0, MarkKind.STARTED, "began"))
    assert store.hosts() == ["a", "b"]
    assert (store.version("a"), store.version("b"), store.version("c")) == (1, 2, 0)
    assert list(store.column("b", CATALOG.series[1], 0.0, 9.0).values) == [4.0, 6.0]
    assert store.catalog("a") is CATALOG
    store.forget("b")
    store.forget("b")
    assert store.hosts() == ["a"]
    assert store.processes("b") is None
    assert store.marks("b") == []


def test_an_unknown_host_is_empty_not_an_error() -> None:
    store = Store()
    assert store.catalog("x") is None
    assert list(store.column("x", CATALOG.series[0], 0.0, 9.0).values) == []
    assert all(math.isnan(time) for time in store.span("x"))
    assert store.holes("x", 0.0, 9.0) == []
    assert store.newest("x", CATALOG.series[0]) is None
    assert store.size() == 0


def test_the_newest_process_table_wins() -> None:
    store = Store()
    first, second = ProcessTable("a", 1.0, {}), ProcessTable("a", 2.0, {})
    store.put_processes(first)
    store.put_processes(second)
    assert store.processes("a") is second
    assert store.earlier_processes("a") is first
    store.forget("a")
    assert store.earlier_processes("a") is None


def test_marks_are_bounded() -> None:
    store = Store()
    for n in range(2000):
        store.put_mark(Mark("a", float(n), MarkKind.SKIPPED, "busy"))
    marks = store.marks("a")
    assert len(marks) == 500
    assert marks[-1].time == 1999.0
    assert store.newest_mark("a") is marks[-1]
    assert store.newest_mark("b") is None


def test_reading_while_another_thread_writes_sees_whole_rows() -> None:
    store = Store(keep=1e9)
    stop = threading.Event()
    torn: list[str] = []

    def read() -> None:
        while not stop.is_set():
            one = store.column("a", CATALOG.series[0], 0.0, 1e9)
            if len(one.times) != len(one.values) or any(t != v for t, v in zip(one.times, one.values, strict=False)):
                torn.append("times and values differ")

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(3000):
        store.append(batch(CATALOG, n, [float(n), 0.0], host="a"))
    stop.set()
    reader.join()
    assert torn == []
    assert store.version("a") == 3000


def test_what_is_kept_can_be_told_fetched_and_filled_elsewhere() -> None:
    here, there = Store(), Store()
    for n in (*range(1, 150), *range(160, 300)):
        here.append(batch(CATALOG, n, [float(n), -1.0], host="local"))
    assert here.spans("local") == [(1, 1, 299)]
    assert here.spans("x") == []
    assert here.stretches("x", 1, 1, 9) == []
    assert here.stretches("local", 2, 1, 9) == []
    found = here.stretches("local", 1, 140, 170)
    assert [n for one in found for n in one.sequences] == [*range(140, 150), *range(160, 171)]
    there.append(batch(CATALOG, 299, [299.0, -1.0], host="local"))
    assert sum(there.fill(one) for one in here.stretches("local", 1, 1, 400)) == 149 + 139
    assert sum(there.fill(one) for one in here.stretches("local", 1, 1, 400)) == 0
    for series in CATALOG.series:
        assert there.column("local", series, 0.0, 999.0) == here.column("local", series, 0.0, 999.0)
    assert there.holes("local", 0.0, 999.0) == [(149.0, 160.0, False)]
    assert there.spans("local") == here.spans("local")


def test_who_asks_hears_that_the_past_changed() -> None:
    here, there = Store(), Store()
    for n in range(1, 500):
        here.append(batch(CATALOG, n, [float(n), -1.0], host="a"))
    there.append(batch(CATALOG, 400, [400.0, -1.0], host="a"))
    (stretch,) = here.stretches("a", 1, 100, 110)
    assert (there.filled("a").count, there.version("a")) == (0, 1)
    there.fill(stretch)
    there.fill(stretch)
    assert there.filled("a") == Filled(1, 100.0, 110.0)
    assert there.version("a") == 1, "the newest row is the same"
    (stretch,) = here.stretches("a", 1, 490, 490)
    there.fill(stretch)
    assert there.version("a") == 2
    there.forget("a")
    assert there.filled("a").count == 0


def test_filling_nothing_makes_no_host() -> None:
    store = Store()
    assert store.fill(Stretch("ghost", 1, CATALOG, array("q"), array("d"), array("d"))) == 0
    assert store.hosts() == []
