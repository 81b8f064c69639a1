"""A family is on with values, or off with a reason; what changes is told once."""

from __future__ import annotations

import logging
import math

import pytest

from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.sample import Reading
from sysmon.pipeline.family import RETRY_FAILED, RETRY_UNAVAILABLE, Family, attempt
from tests.pipeline.made import MadeCollector, counters, gauges

BOTH = (*counters(1), *gauges(1))


def reading() -> Reading:
    return Reading(BOTH, [7.0, 0.5])


def failing(error: Exception) -> Reading:
    raise error


def test_a_quick_family_gives_its_reading() -> None:
    family = Family(MadeCollector("cpu", reading))
    assert not family.working
    assert not family.take(attempt(family.collector), 10.0)
    assert family.working
    assert list(family.values(10.0)) == [7.0, 0.5]
    assert family.series is BOTH


def test_between_readings_a_slow_family_carries_gauges_but_no_counters_and_not_for_ever() -> None:
    family = Family(MadeCollector("sensors", reading, interval=2.0, limit=1.0))
    family.take(attempt(family.collector), 10.0)
    assert list(family.values(10.0)) == [7.0, 0.5]
    carried = family.values(11.0)
    assert math.isnan(carried[0])
    assert carried[1] == 0.5
    assert all(math.isnan(value) for value in family.values(16.0))


@pytest.mark.parametrize(
    ("error", "reason", "wait"),
    [
        (CollectorUnavailable("no driver"), "no driver", RETRY_UNAVAILABLE),
        (CollectorFailed("garbage"), "reading failed: garbage", RETRY_FAILED[0]),
        (OSError(5, "Input/output error"), "reading failed: [Errno 5] Input/output error", RETRY_FAILED[0]),
        (ZeroDivisionError(), "reading failed: ZeroDivisionError", RETRY_FAILED[0]),
    ],
)
def test_whatever_goes_wrong_switches_it_off_with_a_reason(error: Exception, reason: str, wait: float) -> None:
    family = Family(MadeCollector("gpu", lambda: failing(error)))
    assert family.take(attempt(family.collector), 100.0) is not isinstance(error, CollectorUnavailable)
    assert family.reason == reason
    assert family.missing[0].reason == reason
    assert family.series == ()
    assert list(family.values(100.0)) == []
    assert family.due == 100.0 + wait


def test_repeated_failure_is_one_log_line_and_waits_longer_up_to_a_bound(caplog: pytest.LogCaptureFixture) -> None:
    family = Family(MadeCollector("gpu", lambda: failing(OSError("gone"))))
    waits: list[float] = []
    with caplog.at_level(logging.INFO):
        for now in range(20):
            family.take(attempt(family.collector), float(now))
            waits.append(family.due - now)
        assert len(caplog.records) == 1
        family.collector.answer = reading
        assert family.take(attempt(family.collector), 30.0)
    assert waits == sorted(waits)
    assert waits[-1] == RETRY_FAILED[1]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_reading_that_does_not_fit_itself_is_a_failure() -> None:
    family = Family(MadeCollector("cpu", lambda: Reading(BOTH, [1.0])))
    family.take(attempt(family.collector), 0.0)
    assert family.reason == "reading failed: 1 values for 2 series"


def test_a_reading_with_a_series_twice_is_a_failure() -> None:
    twice = (*gauges(1), *gauges(1))
    family = Family(MadeCollector("sensors", lambda: Reading(twice, [1.0, 2.0])))
    family.take(attempt(family.collector), 0.0)
    assert family.reason == "reading failed: the same series twice"


def test_that_a_machine_never_had_it_is_no_event_but_losing_it_is() -> None:
    present = [True]

    def answer() -> Reading:
        return reading() if present[0] else failing(CollectorUnavailable("unplugged"))

    family = Family(MadeCollector("battery", answer))
    present[0] = False
    assert not family.take(attempt(family.collector), 0.0)
    present[0] = True
    assert family.take(attempt(family.collector), 60.0)
    present[0] = False
    assert family.take(attempt(family.collector), 61.0)
    assert not family.take(attempt(family.collector), 122.0)
