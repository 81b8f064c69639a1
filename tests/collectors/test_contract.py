"""Every collector of this machine keeps the rules of the contract."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import pytest

from sysmon.collectors.contract import Collector, Pace
from sysmon.collectors.registry import local_collectors, psutil_factories
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Kind
from sysmon.model.sample import Reading


def every_collector() -> dict[str, Collector]:
    own = {f"{sys.platform}-{collector.family}": collector for collector in local_collectors()}
    return own | {f"psutil-{collector.family}": collector for collector in (make() for make in psutil_factories())}


NOTHING = Reading((), ())
NAMES = sorted(every_collector())


@pytest.fixture(params=NAMES)
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    found = every_collector()[request.param]
    yield found
    found.close()


def read(collector: Collector) -> Reading:
    """A reading; an empty one where this machine lacks the family, which must have a reason then."""
    try:
        return collector.read()
    except CollectorUnavailable as error:
        if not str(error):
            pytest.fail(f"{collector.family} is unavailable without a reason")
        return NOTHING


def test_the_default_pace_is_every_tick() -> None:
    assert Pace() == Pace(interval=0.0, limit=2.0)


def test_a_reading_has_a_value_for_each_series_and_no_series_twice(collector: Collector) -> None:
    reading = read(collector)
    assert len(reading.values) == len(reading.series) == len(set(reading.series))
    assert all(isinstance(value, int | float) for value in reading.values)


def test_what_is_missing_names_its_reason(collector: Collector) -> None:
    assert all(missing.subject and missing.reason for missing in read(collector).missing)


def test_counters_are_finite_and_not_negative(collector: Collector) -> None:
    reading = read(collector)
    counted = [
        value
        for each, value in zip(reading.series, reading.values, strict=True)
        if each.metric.kind is Kind.COUNTER and not math.isnan(value)
    ]
    assert all(0.0 <= value < math.inf for value in counted)


def test_reading_on_gives_the_same_layout_object_while_nothing_changes(collector: Collector) -> None:
    last = read(collector)
    # Processes, mounts and groups come and go on a living machine: of a few readings in a row some stay.
    for _ in range(5):
        reading = read(collector)
        if reading.series is last.series:
            return
        assert set(reading.series) != set(last.series), "the layout is equal but another object"
        last = reading
    pytest.fail("the layout is another one on every reading")


def test_close_is_idempotent(collector: Collector) -> None:
    read(collector)
    collector.close()
    collector.close()
