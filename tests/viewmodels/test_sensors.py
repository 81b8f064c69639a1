from __future__ import annotations

import math

import pytest

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.sensors import SensorsModel, SensorsView
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady

TCTL = ("k10temp/0/temp1", "k10temp Tctl")
TCCD = ("k10temp/0/temp3", "k10temp Tccd1")
SSD = ("nvme/0/temp1", "Samsung SSD 980 PRO Composite")


def shown(host: FakeHost) -> SensorsView:
    return SensorsModel(host.query, HOST, Units()).view(host.scope(), 300)


def test_sensors_stand_with_their_chip_and_limit() -> None:
    host = FakeHost()
    host.run(
        10,
        {
            series(names.TEMPERATURE, *TCTL): level(61.0),
            series(names.TEMPERATURE, *TCCD): level(55.0),
            series(names.TEMPERATURE_LIMIT, *TCTL, "high.critical"): level(95.0),
            series(names.TEMPERATURE, *SSD): level(44.0),
            series(names.FAN_SPEED, "nct/0/fan1", "nct6799 fan1"): level(1240.0),
            series(names.VOLTAGE, "nct/0/in0", "nct6799 in0"): level(1.1),
        },
    )
    groups = {group.title: group for group in shown(host).groups}
    assert set(groups) == {"k10temp", "Samsung SSD 980 PRO", "nct6799"}
    hot = groups["k10temp"].temperatures
    assert [(cell.label, plain(cell.text)) for cell in hot] == [("Tctl", "61 of 95 °C"), ("Tccd1", "55 °C")]
    assert hot[0].share == pytest.approx(61 / 95)
    assert [(cell.label, plain(cell.text)) for cell in groups["nct6799"].others] == [
        ("fan1", "1,240 rpm"),
        ("in0", "1.10 V"),
    ]


def test_two_chips_of_one_name_are_told_apart() -> None:
    host = FakeHost()
    host.run(3, {series(names.TEMPERATURE, f"nvme/{n}/temp1", "SSD Composite"): level(40.0 + n) for n in range(2)})
    assert [group.title for group in shown(host).groups] == ["SSD", "SSD 2"]


def test_the_hottest_is_the_figure() -> None:
    host = FakeHost()
    host.run(3, {series(names.TEMPERATURE, *TCTL): level(61.0), series(names.TEMPERATURE, *SSD): level(math.nan)})
    card = shown(host).temperatures
    assert (plain(card.figure), card.context) == ("61 °C", "hottest: k10temp Tctl")
    assert card.plot is not None
    assert len(card.plot.lines) == 1


def test_a_stopped_fan_is_zero() -> None:
    host = FakeHost()
    host.run(3, {series(names.FAN_SPEED, "nct/0/fan1", "nct6799 fan1"): level(0.0)})
    assert plain(shown(host).groups[0].others[0].text) == "0 rpm"


def test_power_of_an_energy_counter() -> None:
    host = FakeHost()
    host.run(3, {series(names.ENERGY, "intel-rapl:0", "package-0", "cpu"): steady(88.0)})
    assert plain(shown(host).groups[0].others[0].text) == "88 W"


def test_battery_and_mains() -> None:
    host = FakeHost()
    host.run(
        3,
        {
            series(names.BATTERY_CHARGE, "BAT0"): level(0.82),
            series(names.BATTERY_POWER, "BAT0"): level(11.3),
            series(names.BATTERY_TIME_LEFT, "BAT0", "discharging"): level(14_000.0),
            series(names.BATTERY_HEALTH, "BAT0"): level(0.93),
            series(names.HARDWARE_STATUS, "BAT0", "battery", "charging"): level(0.0),
            series(names.HARDWARE_STATUS, "BAT0", "battery", "discharging"): level(1.0),
            series(names.MAINS_ONLINE, "AC"): level(0.0),
        },
    )
    view = shown(host)
    facts = {fact.label: (plain(fact.value), fact.note) for fact in view.batteries[0].facts}
    assert facts["Charge"] == ("82 %", "discharging")
    assert facts["Power"] == ("11 W", "out")
    assert facts["Time left"] == ("3 h 53 min", "discharging")
    assert facts["Cycles"] == ("–", "")
    assert view.mains == "on battery"


def test_nothing_with_reasons() -> None:
    host = FakeHost(Missing("sensors", "no sensor chip"), Missing("battery", "this machine has no battery"))
    host.tick({series(names.LOAD_1M): 1.0})
    view = shown(host)
    assert (view.missing, view.batteries_missing) == ("no sensor chip", "this machine has no battery")
    assert view.temperatures.reason == "no sensor chip"
    assert view.mains == ""
