"""Batteries of both kinds, mains, peripherals, and drivers that tell nonsense."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.battery import STATES, BatteryCollector, battery_id, battery_state, parse_uevent
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons
from tests.collectors.trees import CHARGE_BATTERY, ENERGY_BATTERY, remove_tree, supply


def texts(properties: object) -> dict[str, str]:
    assert isinstance(properties, dict)
    return {key: str(value) for key, value in properties.items()}


def test_a_battery_that_counts_energy() -> None:
    state = battery_state(texts(ENERGY_BATTERY))
    assert state.charge == 0.5
    assert state.health == pytest.approx(45.0 / 57.02)
    assert state.power == 9.0
    assert state.seconds == 2.5 * 3600
    assert state.cycles == 213
    assert state.state == "discharging"


def test_a_battery_that_counts_charge() -> None:
    state = battery_state(texts(CHARGE_BATTERY))
    assert state.charge == 0.25
    assert state.health == 0.8
    assert state.power == -18.0, "into the battery is negative"
    assert state.seconds == 2.0 * 3600, "3 Ah are missing at 1.5 A"
    assert math.isnan(state.cycles), "0 means not counted"
    assert state.state == "charging"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("status", "watts"), [("Discharging", 9.0), ("Charging", -9.0)])
def test_the_sign_of_power_follows_the_state_whatever_the_driver_says(sign: int, status: str, watts: float) -> None:
    state = battery_state(texts({**ENERGY_BATTERY, "STATUS": status, "POWER_NOW": sign * 9000000}))
    assert state.power == watts
    assert state.seconds == 2.5 * 3600


def test_energy_with_current_instead_of_power() -> None:
    properties = texts({**ENERGY_BATTERY, "CURRENT_NOW": 1000000, "VOLTAGE_NOW": 10000000})
    del properties["POWER_NOW"]
    state = battery_state(properties)
    assert state.power == 10.0
    assert state.seconds == pytest.approx(2.25 * 3600)


def test_without_a_rate_the_firmware_estimate_is_used_and_else_nothing() -> None:
    properties = texts({**ENERGY_BATTERY, "POWER_NOW": 0})
    assert battery_state(properties).power == 0.0
    assert math.isnan(battery_state(properties).seconds)
    assert battery_state({**properties, "TIME_TO_EMPTY_AVG": "5400"}).seconds == 5400


@pytest.mark.parametrize(
    ("status", "word"), [("Full", "full"), ("Not charging", "idle"), ("Unknown", "unknown"), ("", "unknown")]
)
def test_neither_filled_nor_emptied_has_no_time_left(status: str, word: str) -> None:
    state = battery_state(texts({**ENERGY_BATTERY, "STATUS": status}))
    assert state.state == word
    assert math.isnan(state.seconds)


def test_only_capacity() -> None:
    state = battery_state({"CAPACITY": "77", "STATUS": "Discharging"})
    assert state.charge == 0.77
    assert all(math.isnan(value) for value in (state.health, state.power, state.seconds, state.cycles))


@given(
    st.dictionaries(
        st.sampled_from(["STATUS", *map(str, ENERGY_BATTERY), *map(str, CHARGE_BATTERY)]), st.text(max_size=30)
    )
)
def test_any_properties_give_a_charge_between_0_and_1_or_none(properties: dict[str, str]) -> None:
    state = battery_state(properties)
    assert math.isnan(state.charge) or 0 <= state.charge <= 1
    assert math.isnan(state.seconds) or state.seconds >= 0
    assert state.state in STATES


@given(st.binary(max_size=2000))
def test_any_uevent_is_parsed(data: bytes) -> None:
    assert all("=" not in name for name in parse_uevent(data))


def test_a_laptop_with_mains_and_two_batteries(tmp_path: Path) -> None:
    supply(tmp_path, "AC", TYPE="Mains", ONLINE=1)
    supply(tmp_path, "BAT0", **ENERGY_BATTERY)
    supply(tmp_path, "BAT1", **CHARGE_BATTERY)
    battery = BatteryCollector(tmp_path, tmp_path)
    reading = battery.read()
    values = figures(reading)
    assert values["hw.mains.online{hw.id=AC}"] == 1.0
    assert values["hw.battery.charge{hw.id=BAT0}"] == 0.5
    assert values["hw.battery.time_left{hw.id=BAT0,hw.battery.state=discharging}"] == 9000
    assert math.isnan(values["hw.battery.time_left{hw.id=BAT0,hw.battery.state=charging}"])
    assert values["hw.status{hw.id=BAT1,hw.type=battery,hw.state=charging}"] == 1.0
    assert values["hw.status{hw.id=BAT1,hw.type=battery,hw.state=full}"] == 0.0
    assert "hw.battery.cycles{hw.id=BAT1}" not in values
    supply(tmp_path, "AC", TYPE="Mains", ONLINE=0)
    second = battery.read()
    assert second.series is reading.series
    assert figures(second)["hw.mains.online{hw.id=AC}"] == 0.0
    battery.close()


def test_a_mouse_is_a_battery_of_its_own_and_its_id_survives_a_reconnect(tmp_path: Path) -> None:
    mouse = {
        "TYPE": "Battery",
        "SCOPE": "Device",
        "STATUS": "Discharging",
        "CAPACITY": "60",
        "MODEL_NAME": "MX Master 3",
        "SERIAL_NUMBER": "44-aa-bb",
    }
    first = battery_id("hidpp_battery_0", mouse)
    assert first == battery_id("hidpp_battery_7", mouse)
    assert first != battery_id("hidpp_battery_0", {**mouse, "SERIAL_NUMBER": "44-aa-bc"})
    assert first.startswith("MX Master 3 #")
    assert "44-aa-bb" not in first
    supply(tmp_path, "hidpp_battery_0", **mouse)
    values = figures(BatteryCollector(tmp_path, tmp_path).read())
    assert values[f"hw.battery.charge{{hw.id={first}}}"] == 0.6


def test_what_is_no_battery_and_no_mains_is_left_out(tmp_path: Path) -> None:
    supply(tmp_path, "BAT1", TYPE="Battery", PRESENT=0)
    supply(tmp_path, "wacom_ac", TYPE="USB", SCOPE="Device", ONLINE=1)
    supply(tmp_path, "odd", TYPE="\x00\xff")
    with pytest.raises(CollectorUnavailable, match="no battery"):
        BatteryCollector(tmp_path, tmp_path).read()


def test_no_power_supply_says_why_each_time(tmp_path: Path) -> None:
    battery = BatteryCollector(tmp_path, tmp_path)
    for _ in range(2):
        with pytest.raises(CollectorUnavailable, match="no battery"):
            battery.read()


def test_a_battery_that_is_pulled_out_goes_and_one_that_fails_says_why(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", **ENERGY_BATTERY)
    supply(tmp_path, "BAT1", **ENERGY_BATTERY)
    battery = BatteryCollector(tmp_path, tmp_path)
    battery.read()
    remove_tree(tmp_path / "class/power_supply/BAT1")
    assert not any("BAT1" in key for key in figures(battery.read()))
    remove_tree(tmp_path / "class/power_supply/BAT0")
    (tmp_path / "class/power_supply/BAT0/uevent").mkdir(parents=True)
    fresh = BatteryCollector(tmp_path, tmp_path)
    reading = fresh.read()
    assert reading.series == ()
    assert reasons(reading) == {"hw.battery.charge{hw.id=BAT0}": "Is a directory"}
    battery.close()
    battery.close()
