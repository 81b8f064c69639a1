"""Which sensors are found, what they are called, and which are left alone."""

from __future__ import annotations

from pathlib import Path

from sysmon.collectors.hwmon import MAX_PROBES, Probe, find_probes, signature
from sysmon.model import names
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import write_tree
from tests.collectors.trees import chip, drivetemp, laptop_sensors, link, thermal_zone


def by_id(probes: list[Probe]) -> dict[str, Probe]:
    return {probe.series.attributes[0][1]: probe for probe in probes}


def test_a_laptop(tmp_path: Path) -> None:
    probes = by_id(find_probes(laptop_sensors(tmp_path), HandClock()))
    assert set(probes) == {
        "coretemp/coretemp.0/temp1",
        "coretemp/coretemp.0/temp2",
        "nvme/nvme0/temp1",
        "nvme/nvme0/temp2",
        "thinkpad/thinkpad_hwmon/fan1",
        "thinkpad/thinkpad_hwmon/fan2",
        "thinkpad/thinkpad_hwmon/temp1",
        "BAT0/BAT0/in0",
        "BAT0/BAT0/curr1",
        "BAT0/BAT0/power1",
    }
    assert probes["nvme/nvme0/temp1"].series.attribute(names.HW_NAME) == "Samsung SSD 970 EVO Plus 1TB Composite"
    assert probes["thinkpad/thinkpad_hwmon/fan1"].series.metric is names.FAN_SPEED
    assert probes["BAT0/BAT0/power1"].series.attribute("hw.type") == "other"
    assert [value for _, value in probes["nvme/nvme0/temp1"].limits] == [83.85, 87.85]


def test_limits_that_firmware_left_unset_are_none(tmp_path: Path) -> None:
    probes = by_id(find_probes(laptop_sensors(tmp_path), HandClock()))
    assert probes["nvme/nvme0/temp2"].limits == ()


def test_ids_do_not_depend_on_the_order_in_which_drivers_loaded(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for sys, numbers in ((first, (0, 1)), (second, (5, 3))):
        chip(sys, numbers[0], "k10temp", "pci0000:00/0000:00:18.3", {"temp1_input": "40000"})
        chip(sys, numbers[1], "jc42", "i2c/0-0018", {"temp1_input": "35000"})
    assert set(by_id(find_probes(first, HandClock()))) == set(by_id(find_probes(second, HandClock())))


def test_equal_chips_without_a_device_still_have_ids_of_their_own(tmp_path: Path) -> None:
    for number in (0, 1):
        write_tree(tmp_path / f"class/hwmon/hwmon{number}", {"name": "acpitz\n", "temp1_input": "27800\n"})
    assert set(by_id(find_probes(tmp_path, HandClock()))) == {"acpitz/temp1", "acpitz/hwmon1/temp1"}


def test_hostile_labels_are_made_harmless(tmp_path: Path) -> None:
    label = "CPU,x=1}\x1b[31m" + "A" * 5000
    chip(tmp_path, 0, "odd\u202ename", "d", {"temp1_input": "1000", "temp1_label": label})
    (probe,) = find_probes(tmp_path, HandClock())
    assert probe.series.key.count("{") == probe.series.key.count("}") == 1
    assert probe.series.key.isprintable()
    assert len(probe.series.key) < 400


def test_average_power_counts_only_where_there_is_no_reading_of_the_moment(tmp_path: Path) -> None:
    chip(tmp_path, 0, "amdgpu", "a", {"power1_average": "1", "power2_input": "2", "power2_average": "3"})
    files = [Path(probe.file.path).name for probe in find_probes(tmp_path, HandClock())]
    assert files == ["power1_average", "power2_input"]


def test_thermal_zones_stand_in_only_where_hwmon_has_no_temperature(tmp_path: Path) -> None:
    thermal_zone(tmp_path)
    (zone,) = find_probes(tmp_path, HandClock())
    assert zone.series.key == "hw.temperature{hw.id=cpu-thermal/thermal_zone0,hw.name=cpu-thermal}"
    assert [(of.attribute("hw.limit_type"), value) for of, value in zone.limits] == [("high.critical", 110.0)]
    chip(tmp_path, 0, "coretemp", "c", {"temp1_input": "1"})
    assert set(by_id(find_probes(tmp_path, HandClock()))) == {"coretemp/c/temp1"}


def test_a_broken_driver_cannot_fill_the_catalog(tmp_path: Path) -> None:
    chip(tmp_path, 0, "mad", "m", {f"temp{n}_input": "1" for n in range(900)})
    assert len(find_probes(tmp_path, HandClock())) == MAX_PROBES


def test_a_device_that_the_kernel_suspended_is_not_asked(tmp_path: Path) -> None:
    device = chip(tmp_path, 0, "amdgpu", "pci/0000:03:00.0", {"temp1_input": "40000"})
    write_tree(device, {"power/runtime_status": "active\n"})
    (probe,) = find_probes(tmp_path, HandClock())
    assert probe.gate is not None
    assert probe.gate.closed() is None
    write_tree(device, {"power/runtime_status": "suspended\n"})
    assert "asleep" in (probe.gate.closed() or "")
    (device / "power/runtime_status").unlink()
    probe.close()
    assert probe.gate.closed() is None


def test_a_spinning_disk_is_asked_only_within_a_minute_of_its_last_transfer(tmp_path: Path) -> None:
    clock = HandClock()
    drivetemp(tmp_path, "1")
    (probe,) = find_probes(tmp_path, clock)
    gate = probe.gate
    assert gate is not None
    stat = tmp_path / "devices/pci0000:00/ata1/host0/target0:0:0/0:0:0:0/block/sda/stat"
    assert "idle" in (gate.closed() or ""), "nothing is known of it yet: it may be asleep"
    stat.write_text(" 101 0 808 40 5 0 40 3 0 40 43\n")
    assert gate.closed() is None
    clock.pass_by(59)
    assert gate.closed() is None
    clock.pass_by(2)
    assert "idle" in (gate.closed() or "")
    probe.close()


def test_a_solid_state_disk_is_always_asked(tmp_path: Path) -> None:
    drivetemp(tmp_path, "0")
    (probe,) = find_probes(tmp_path, HandClock())
    assert probe.gate is None


def test_the_signature_changes_with_what_is_plugged_in(tmp_path: Path) -> None:
    laptop_sensors(tmp_path)
    before = signature(tmp_path)
    assert signature(tmp_path) == before
    chip(tmp_path, 9, "usb", "u", {"temp1_input": "1"})
    assert signature(tmp_path) != before


def test_old_drivers_keep_their_files_at_the_device(tmp_path: Path) -> None:
    device = write_tree(tmp_path / "devices/old", {"name": "w83781d\n", "temp1_input": "30000\n"})
    (tmp_path / "class/hwmon/hwmon0").mkdir(parents=True)
    link(tmp_path / "class/hwmon/hwmon0/device", device)
    assert set(by_id(find_probes(tmp_path, HandClock()))) == {"w83781d/old/temp1"}
