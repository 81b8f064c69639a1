from __future__ import annotations

import math
from array import array

import pytest

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import MetricSpec, series
from sysmon.model.sample import Catalog
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.measures import FIXED, measure_of, most, others, title_of
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import Readings, last
from tests.viewmodels.fake_fleet import SERIES, FakeFleet, Loads
from tests.viewmodels.fake_host import FakeHost, level, plain, steady


def readings(loads: Loads) -> Readings:
    machines = FakeFleet()
    machines.add(LOCAL, loads)
    machines.run(20)
    found = Readings(machines.query, LOCAL, Units())
    found.look(TimeScope(machines.now - 60, machines.now, live=True), 300)
    return found


@pytest.mark.parametrize(
    ("key", "text"),
    [("cpu", "34 %"), ("memory", "61 %"), ("disk", "12.0 MB/s"), ("network", "3.00 MB/s"), ("temperature", "58 °C")],
)
def test_five_figures_that_everybody_asks_for(key: str, text: str) -> None:
    found = readings(Loads(0.34, 0.61, 12e6, 0.1, 3e6, 58.0))
    measure = measure_of(key)
    assert plain(measure.write(Units())(last(measure.line(found)))) == text
    assert measure in FIXED


@pytest.mark.parametrize("key", [measure.key for measure in FIXED])
def test_a_machine_that_measures_nothing_has_an_empty_line(key: str) -> None:
    host = FakeHost()
    host.run(3, {series(names.LOAD_1M): level(1.0)})
    assert not measure_of(key).line(host.readings()).times


def test_several_series_become_the_highest_or_the_sum_by_their_unit() -> None:
    host = FakeHost()
    host.run(
        10,
        {
            series(names.CPU_FREQUENCY, "0"): level(2e9),
            series(names.CPU_FREQUENCY, "1"): level(4e9),
            series(names.DISK_OPERATIONS, "sda", "read"): steady(20.0),
            series(names.DISK_OPERATIONS, "sdb", "read"): steady(30.0),
        },
    )
    found = host.readings()
    frequency, operations = measure_of(names.CPU_FREQUENCY.name), measure_of(names.DISK_OPERATIONS.name)
    assert last(frequency.line(found)) == 4e9
    assert last(operations.line(found)) == pytest.approx(50.0)
    assert plain(operations.write(Units())(50.0)) == "50 /s"


def test_the_highest_leaves_out_what_is_unknown() -> None:
    (line,) = most([array("d", (1.0, math.nan, math.nan)), array("d", (math.nan, 2.0, math.nan))])
    assert list(line)[:2] == [1.0, 2.0]
    assert math.isnan(line[2])


@pytest.mark.parametrize("metric", names.METRICS.values(), ids=list(names.METRICS))
def test_every_declared_metric_can_be_compared(metric: MetricSpec) -> None:
    measure = measure_of(metric.name)
    write = measure.write(Units())
    assert measure.title == title_of(metric)
    assert not measure.title.endswith(".")
    for value in (0.0, 0.5, 1e9, math.nan):
        assert write(value)
    host = FakeHost()
    own = series(metric, *("x" for _ in metric.attributes))
    host.run(5, {own: lambda passed: passed})
    assert len(measure.line(host.readings()).times) == 5


def test_a_key_that_nobody_declared_is_the_first_measure() -> None:
    assert measure_of("nonsense") is FIXED[0]


def test_metrics_that_are_there_are_offered_by_title_but_not_those_of_this_program() -> None:
    own = series(names.SELF_MEMORY)
    found = others([Catalog((*SERIES, own)), Catalog(SERIES[:2])])
    assert names.CPU_TIME in found
    assert names.SELF_MEMORY not in found
    assert found == sorted(found, key=lambda metric: title_of(metric).casefold())
    assert len(found) == len(set(found))
