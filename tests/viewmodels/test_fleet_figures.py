from __future__ import annotations

import math
from array import array

import pytest

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.viewmodels.fleet_figures import UNKNOWN, FigureReader, Figures
from tests.viewmodels.fake_fleet import FakeFleet, Loads
from tests.viewmodels.fake_host import HOST, FakeHost


def test_key_figures_of_a_machine() -> None:
    fleet = FakeFleet()
    fleet.add(LOCAL, Loads(cpu=0.4, memory=0.25, disk=8e6, busy=0.6, network=1e6, heat=61.0))
    fleet.run(3)
    figures = FigureReader(fleet.query, LOCAL).read()
    assert figures.cpu == pytest.approx(0.4)
    assert figures.memory == pytest.approx(0.25)
    assert figures.disk == pytest.approx(8e6)
    assert figures.disk_busy == pytest.approx(0.6)
    assert figures.network == pytest.approx(1e6)
    assert (figures.temperature, figures.load) == (61.0, 1.5)
    assert figures.pressure == pytest.approx(0.6)
    assert math.isnan(figures.gpu)
    assert math.isnan(figures.fullest)


def test_nothing_is_read_twice() -> None:
    fleet = FakeFleet()
    fleet.add()
    reader = FigureReader(fleet.query, LOCAL)
    assert reader.read() is UNKNOWN
    fleet.run(2)
    assert reader.stale
    first = reader.read()
    assert not reader.stale
    assert reader.read() is first
    fleet.run(1)
    assert reader.read() is not first


def test_the_fullest_file_system_leaves_out_what_is_kept_for_root() -> None:
    fleet = FakeFleet()
    fleet.add()
    parts = [(mount, state) for mount in ("/", "/home") for state in ("used", "free", "reserved")]
    catalog = Catalog(tuple(series(names.FILESYSTEM_USAGE, "sda", m, "ext4", s) for m, s in parts))
    fleet.store.append(SampleBatch(LOCAL, 1, 1, fleet.now, catalog, array("d", (10, 90, 5, 60, 20, 20))))
    assert FigureReader(fleet.query, LOCAL).read().fullest == pytest.approx(0.75)


def test_another_catalog_is_looked_at_anew() -> None:
    fleet = FakeFleet()
    fleet.add()
    fleet.run(2)
    reader = FigureReader(fleet.query, LOCAL)
    assert reader.read().load == 1.5
    other = Catalog((series(names.MEMORY_LIMIT), series(names.MEMORY_USAGE, "used")))
    fleet.store.append(SampleBatch(LOCAL, 2, 1, fleet.now + 1, other, array("d", (100.0, 40.0))))
    figures = reader.read()
    assert figures.memory == pytest.approx(0.4)
    assert math.isnan(figures.load)
    assert math.isnan(figures.cpu)


def test_another_catalog_leaves_no_hole_in_rates() -> None:
    busy, load = series(names.DISK_IO_TIME, "sda"), series(names.LOAD_1M)
    host = FakeHost()
    host.tick({busy: 1.0})
    host.tick({busy: 1.5})
    reader = FigureReader(host.query, HOST)
    assert reader.read().disk_busy == pytest.approx(0.5)
    host.tick({busy: 1.75, load: 3.0})
    assert reader.read().disk_busy == pytest.approx(0.25)


def test_what_is_unknown_presses_nobody() -> None:
    assert UNKNOWN.pressure == 0.0
    assert Figures(memory=0.3).pressure == 0.3


def test_a_counter_that_is_read_less_often_keeps_its_rate_between_its_readings() -> None:
    slow = series(names.DISK_IO, "sda", "read")
    host = FakeHost(intervals={slow: 2.0})
    for second in range(1, 8):
        host.tick({slow: 10e6 * second if second % 2 == 0 else math.nan})
    assert FigureReader(host.query, HOST).read().disk == pytest.approx(10e6)


def test_a_counter_that_went_back_or_a_tick_that_is_missing_is_unknown() -> None:
    busy = series(names.DISK_IO_TIME, "sda")
    host = FakeHost()
    for value in (5.0, 5.5, 0.1):
        host.tick({busy: value})
    assert math.isnan(FigureReader(host.query, HOST).read().disk_busy)
    host.tick({busy: 0.2}, skipped=3)
    assert math.isnan(FigureReader(host.query, HOST).read().disk_busy)
    host.tick({busy: 0.7})
    assert FigureReader(host.query, HOST).read().disk_busy == pytest.approx(0.5)
