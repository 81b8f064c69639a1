"""The battery of systems without sysfs."""

from __future__ import annotations

import math

import pytest

from sysmon.collectors.battery_psutil import Battery, BatteryPsutilCollector, state_of
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons


def test_on_battery() -> None:
    collector = BatteryPsutilCollector(lambda: Battery(62.0, 7200, False))
    first, second = collector.read(), collector.read()
    values = figures(first)
    assert values["hw.battery.charge{hw.id=BAT0}"] == 0.62
    assert values["hw.battery.time_left{hw.id=BAT0,hw.battery.state=discharging}"] == 7200
    assert values["hw.mains.online{hw.id=mains}"] == 0.0
    assert set(reasons(first)) == {"hw.battery.health", "hw.battery.power", "hw.battery.cycles"}
    assert second.series is first.series
    collector.close()


@pytest.mark.parametrize(
    ("battery", "state"),
    [
        (Battery(100.0, -2, True), "full"),
        (Battery(80.0, -2, True), "unknown"),
        (Battery(80.0, -1, None), "unknown"),
        (Battery(80.0, -1, False), "discharging"),
    ],
)
def test_what_is_not_told_is_not_made_up(battery: Battery, state: str) -> None:
    assert state_of(battery).state == state
    assert math.isnan(state_of(battery).seconds)


def test_unknown_mains_is_left_out() -> None:
    values = figures(BatteryPsutilCollector(lambda: Battery(80.0, -1, None)).read())
    assert not any(key.startswith("hw.mains") for key in values)


def test_no_battery_says_so() -> None:
    with pytest.raises(CollectorUnavailable, match="no battery"):
        BatteryPsutilCollector(lambda: None).read()


def test_this_machine_is_asked_through_psutil() -> None:
    try:
        values = figures(BatteryPsutilCollector().read())
    except CollectorUnavailable:
        return
    assert 0 <= values["hw.battery.charge{hw.id=BAT0}"] <= 1
