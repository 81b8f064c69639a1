"""Readings of all sensors of a machine."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from sysmon.collectors.sensors import RESCAN, SensorsCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import chip, laptop_sensors, remove_tree, thermal_zone

PACKAGE = "hw.temperature{hw.id=coretemp/coretemp.0/temp1,hw.name=coretemp Package id 0}"
FAN = "hw.fan.speed{hw.id=thinkpad/thinkpad_hwmon/fan2,hw.name=thinkpad fan2}"
BOARD = "hw.temperature{hw.id=thinkpad/thinkpad_hwmon/temp1,hw.name=thinkpad temp1}"


def collector(sys: Path, clock: HandClock | None = None) -> SensorsCollector:
    return SensorsCollector(sys / "no-proc", sys, clock or HandClock())


def test_values_are_in_the_units_of_their_metrics(tmp_path: Path) -> None:
    sensors = collector(laptop_sensors(tmp_path))
    reading = sensors.read()
    values = figures(reading)
    assert values[PACKAGE] == 47.0
    assert values[FAN] == 0.0, "a fan that stands still is 0, not missing"
    assert values["hw.voltage{hw.id=BAT0/BAT0/in0,hw.name=BAT0 in0}"] == pytest.approx(12.643)
    assert values["system.linux.hwmon.current{hw.id=BAT0/BAT0/curr1,hw.name=BAT0 curr1}"] == pytest.approx(0.85)
    assert values["hw.power{hw.id=BAT0/BAT0/power1,hw.name=BAT0 power1,hw.type=other}"] == pytest.approx(10.74655)
    assert (
        values[PACKAGE.replace("temperature", "temperature.limit").replace("}", ",hw.limit_type=high.critical}")] == 100
    )
    assert reading.missing == ()
    sensors.close()


def test_the_layout_stays_the_same_object_while_nothing_changes(tmp_path: Path) -> None:
    clock = HandClock()
    sensors = collector(laptop_sensors(tmp_path), clock)
    first = sensors.read()
    clock.pass_by(10 * RESCAN)
    second = sensors.read()
    assert second.series is first.series
    assert second.missing is first.missing
    sensors.close()


def test_no_sensors_says_why(tmp_path: Path) -> None:
    sensors = collector(tmp_path)
    for _ in range(2):
        with pytest.raises(CollectorUnavailable, match="virtual machines usually do not"):
            sensors.read()
    chip(tmp_path, 0, "empty", "e", {"pwm1": "1"})
    with pytest.raises(CollectorUnavailable):
        collector(tmp_path).read()


def test_a_fault_is_missing_with_the_reason(tmp_path: Path) -> None:
    sensors = collector(laptop_sensors(tmp_path))
    write_tree(tmp_path / "class/hwmon/hwmon2", {"temp1_fault": "1\n"})
    reading = sensors.read()
    assert math.isnan(figures(reading)[BOARD])
    assert reasons(reading) == {BOARD: "the chip reports a fault of this sensor"}
    write_tree(tmp_path / "class/hwmon/hwmon2", {"temp1_fault": "0\n"})
    assert figures(sensors.read())[BOARD] == 47.0
    sensors.close()


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 9000, b"1e999"])
def test_nonsense_is_missing_with_the_reason(tmp_path: Path, content: bytes) -> None:
    sensors = collector(laptop_sensors(tmp_path))
    write_tree(tmp_path / "class/hwmon/hwmon0", {"temp1_input": content})
    reading = sensors.read()
    assert math.isnan(figures(reading)[PACKAGE])
    assert reasons(reading) == {PACKAGE: "the driver gave no number"}
    sensors.close()


def test_a_forbidden_or_broken_file_is_missing_with_the_reason(tmp_path: Path) -> None:
    laptop_sensors(tmp_path)
    file = tmp_path / "class/hwmon/hwmon0/temp1_input"
    file.unlink()
    file.mkdir()  # the system's error for it is as foreign as any a driver may give
    reading = collector(tmp_path).read()
    assert math.isnan(figures(reading)[PACKAGE])
    assert reasons(reading)[PACKAGE] == "Is a directory"
    file.rmdir()
    file.write_text("1")
    file.chmod(0)
    if os.geteuid() != 0:
        assert reasons(collector(tmp_path).read())[PACKAGE] == "not permitted"


def test_a_sleeping_device_is_not_touched(tmp_path: Path) -> None:
    sensors = collector(laptop_sensors(tmp_path))
    disk = tmp_path / "devices/pci0000:00/0000:00:1d.0/0000:04:00.0"
    sensors.read()
    write_tree(disk, {"power/runtime_status": "suspended\n"})
    reading = sensors.read()
    asleep = [reason for subject, reason in reasons(reading).items() if "nvme0" in subject]
    assert asleep == ["the device is asleep and is not woken"] * 2
    assert figures(reading)[PACKAGE] == 47.0
    write_tree(disk, {"power/runtime_status": "active\n"})
    assert sensors.read().missing == ()
    sensors.close()


def test_a_device_that_sleeps_from_the_start_is_not_woken_for_its_limits(tmp_path: Path) -> None:
    clock = HandClock()
    laptop_sensors(tmp_path)
    disk = tmp_path / "devices/pci0000:00/0000:00:1d.0/0000:04:00.0"
    write_tree(disk, {"power/runtime_status": "suspended\n"})
    sensors = collector(tmp_path, clock)
    limits = [key for key in figures(sensors.read()) if "limit" in key and "nvme0" in key]
    assert limits == []
    write_tree(disk, {"power/runtime_status": "active\n"})
    clock.pass_by(RESCAN)
    limits = [key for key in figures(sensors.read()) if "limit" in key and "nvme0" in key]
    assert len(limits) == 2
    layout = sensors.read().series
    clock.pass_by(RESCAN)
    assert sensors.read().series is layout
    sensors.close()


def test_plugging_in_and_out_is_seen_within_the_rescan(tmp_path: Path) -> None:
    clock = HandClock()
    sensors = collector(laptop_sensors(tmp_path), clock)
    before = sensors.read()
    chip(tmp_path, 9, "corsairpsu", "usb/1-2", {"fan1_input": "900"})
    clock.pass_by(RESCAN - 1)
    assert sensors.read().series is before.series
    clock.pass_by(1)
    with_it = figures(sensors.read())
    assert with_it["hw.fan.speed{hw.id=corsairpsu/1-2/fan1,hw.name=corsairpsu fan1}"] == 900.0
    remove_tree(tmp_path / "class/hwmon/hwmon9")
    clock.pass_by(RESCAN)
    assert set(figures(sensors.read())) == set(figures(before))
    sensors.close()


def test_all_gone_is_unavailable_and_back_is_read_again(tmp_path: Path) -> None:
    clock = HandClock()
    thermal_zone(tmp_path)
    sensors = collector(tmp_path, clock)
    assert list(figures(sensors.read()).values()) == [51.54, 110.0]
    remove_tree(tmp_path / "class/thermal")
    clock.pass_by(RESCAN)
    with pytest.raises(CollectorUnavailable):
        sensors.read()
    thermal_zone(tmp_path)
    assert len(sensors.read().values) == 2
    sensors.close()


def test_close_gives_all_descriptors_back(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    sensors = collector(laptop_sensors(tmp_path))
    sensors.read()
    sensors.close()
    sensors.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
