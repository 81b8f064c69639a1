from __future__ import annotations

import math

import pytest

from sysmon.cli.watch_figures import Cpu, Flow, Memory, Now, line, now
from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import Series, series
from sysmon.model.sample import Catalog
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.viewmodels.format import Units
from tests.pipeline.made import batch

NAN = math.nan


def query(*rows: dict[Series, float]) -> Query:
    """A store with one batch a second."""
    catalog = Catalog(tuple(rows[0]))
    store = Store()
    for number, row in enumerate(rows, 1):
        store.append(batch(catalog, number, list(row.values()), host=LOCAL))
    return Query(store)


def cpu(user: float, idle: float, iowait: float) -> dict[Series, float]:
    return {
        series(names.CPU_TIME, "user"): user,
        series(names.CPU_TIME, "idle"): idle,
        series(names.CPU_TIME, "iowait"): iowait,
        series(names.CORE_TIME, "0", "busy"): user,
        series(names.CORE_TIME, "0", "idle"): idle + iowait,
    }


def test_an_empty_store_shows_nothing_as_unknown() -> None:
    found = now(Query(Store()), None, ())
    assert math.isnan(found.cpu.busy)
    assert math.isnan(found.memory.used)
    assert (found.disks, found.networks, found.processes) == ((), (), None)


def test_shares_of_cpu_are_of_all_cpus_together_and_waiting_is_not_busy() -> None:
    found = now(query(cpu(10.0, 100.0, 5.0), cpu(10.5, 101.0, 5.5)), 7, ()).cpu
    assert found.busy == pytest.approx(0.25)
    assert found.user != found.user  # nice is not told here
    assert found.iowait == pytest.approx(0.25)
    assert found.cores == (("0", pytest.approx(0.25)),)


def test_memory_and_swap() -> None:
    row = {
        series(names.MEMORY_USAGE, "used"): 3.0,
        series(names.MEMORY_USAGE, "cached"): 2.0,
        series(names.MEMORY_USAGE, "buffers"): 1.0,
        series(names.MEMORY_LIMIT): 10.0,
        series(names.SWAP_USAGE, "used"): 1.0,
        series(names.SWAP_USAGE, "free"): 3.0,
    }
    found = now(query(row), None, ()).memory
    assert (found.used, found.limit, found.cached, found.swap_used, found.swap_limit) == (3.0, 10.0, 3.0, 1.0, 4.0)
    assert math.isnan(found.available)


def test_disks_and_interfaces() -> None:
    def row(moved: float, busy: float) -> dict[Series, float]:
        return {
            series(names.DISK_IO, "sda", "read"): moved,
            series(names.DISK_IO, "sda", "write"): 0.0,
            series(names.DISK_IO_TIME, "sda"): busy,
            series(names.NETWORK_IO, "lo", "receive"): 9e9 + moved,
            series(names.NETWORK_IO, "lo", "transmit"): 9e9,
            series(names.NETWORK_IO, "eth0", "receive"): 1000.0,
            series(names.NETWORK_IO, "eth0", "transmit"): 1000.0 + moved,
            series(names.NETWORK_IO, "wlan0", "receive"): 50_000.0,
            series(names.NETWORK_IO, "wlan0", "transmit"): 0.0,
        }

    found = now(query(row(0.0, 0.0), row(500.0, 0.5)), None, ())
    assert found.disks == (Flow("sda", 500.0, 0.0, 0.5),)
    assert [flow.name for flow in found.networks] == ["wlan0", "eth0", "lo"]
    assert found.networks[1].out == 500.0


def test_the_hottest_sensor_comes_first_and_pressure_is_some_not_full() -> None:
    def row(stalled: float) -> dict[Series, float]:
        return {
            series(names.TEMPERATURE, "a", "board"): 40.0,
            series(names.TEMPERATURE, "b", "cpu"): 61.0,
            series(names.TEMPERATURE, "c", "dead"): NAN,
            series(names.PRESSURE_TIME, "memory", "some"): stalled,
            series(names.PRESSURE_TIME, "memory", "full"): stalled,
        }

    found = now(query(row(1.0), row(1.25)), None, ())
    assert found.temperatures == (("cpu", 61.0), ("board", 40.0))
    assert found.pressure == (("memory", 0.25),)


def test_a_line_leaves_out_the_loopback_and_says_unknown_as_such() -> None:
    figures = Now(
        time=0.0,
        cpu=Cpu(busy=0.34, load=(0.84, NAN, NAN)),
        memory=Memory(used=3 * 2.0**30, limit=16 * 2.0**30, swap_used=0.0),
        networks=(Flow("eth0", 1e6, 2e6), Flow("lo", 5e9, 5e9), Flow("down", NAN, NAN)),
    )
    text = line(figures, Units())
    assert "cpu 34 %  load 0.84  mem 3.0 of 16 GiB  swap 0 B" in text
    assert "disk read – write –" in text
    assert "net in 1.00 MB/s out 2.00 MB/s" in text
