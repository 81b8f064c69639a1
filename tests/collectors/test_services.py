"""Services of systemd, of the system and of users."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.collectors import services
from sysmon.collectors.services import ServicesCollector, unit_name
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import cgroup_root, desktop_cgroups, group, remove_tree


def collector(sys: Path) -> ServicesCollector:
    return ServicesCollector(sys, sys, HandClock())


def test_a_desktop(tmp_path: Path) -> None:
    desktop_cgroups(tmp_path)
    units = collector(tmp_path)
    reading = units.read()
    values = figures(reading)
    assert values["systemd.unit.cpu.time{systemd.unit=ssh.service}"] == 1.5
    assert values["systemd.unit.memory.usage{systemd.unit=ssh.service}"] == 8388608
    assert values["systemd.unit.tasks{systemd.unit=ssh.service}"] == 3
    assert values["systemd.unit.cpu.time{systemd.unit=user@1000/pipewire.service}"] == 0.6
    assert values["systemd.unit.cpu.time{systemd.unit=user@1000.service}"] == 70.0
    assert values["systemd.units{systemd.unit.state=running}"] == 4
    assert not any("inner" in key for key in values), "the inside of a container is its own"
    assert "only the bus of systemd" in reasons(reading)["systemd.units{systemd.unit.state=failed}"]
    assert units.read().series is reading.series
    units.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
        ("system.slice/dev-disk-by\\x2duuid-1.service", "dev-disk-by-uuid-1.service"),
        ("user.slice/user-1000.slice/user@1000.service/app.slice/a.service", "user@1000/a.service"),
        ("user.slice/user-1000.slice/user@1000.service", "user@1000.service"),
        ("odd,\x1bname.service", "odd name.service"),
    ],
)
def test_names_of_units(path: str, name: str) -> None:
    assert unit_name(path) == name


def test_a_service_that_ends_goes_and_one_that_starts_comes(tmp_path: Path) -> None:
    root = desktop_cgroups(tmp_path)
    units = collector(tmp_path)
    units.read()
    remove_tree(root / "system.slice/ssh.service")
    group(tmp_path, "system.slice/cron.service", cpu=1_000_000)
    cgroup_root(tmp_path, 20)
    values = figures(units.read())
    assert not any("ssh.service" in key for key in values)
    assert values["systemd.unit.cpu.time{systemd.unit=cron.service}"] == 1.0
    units.close()


def test_too_many_services_are_cut_and_said_but_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop_cgroups(tmp_path)
    monkeypatch.setattr(services, "MAX_SERVICES", 2)
    reading = collector(tmp_path).read()
    values = figures(reading)
    assert sum("cpu.time" in key for key in values) == 2
    assert values["systemd.units{systemd.unit.state=running}"] == 4
    assert reasons(reading)["services"] == "2 services are left out: 2 are read"


def test_without_systemd_says_why(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="no control groups"):
        collector(tmp_path).read()
    write_tree(tmp_path, {"fs/cgroup/cgroup.controllers": "cpu\n"})
    units = collector(tmp_path)
    for _ in range(2):
        with pytest.raises(CollectorUnavailable, match="not run by systemd"):
            units.read()


def test_a_unit_without_a_memory_controller_lacks_memory(tmp_path: Path) -> None:
    root = desktop_cgroups(tmp_path)
    (root / "system.slice/ssh.service/memory.current").unlink()
    reading = collector(tmp_path).read()
    values = figures(reading)
    assert reasons(reading)["systemd.unit.memory.usage"] == "the memory controller is off for 1 of 4 services"
    assert "systemd.unit.cpu.time{systemd.unit=ssh.service}" in values
    assert "systemd.unit.memory.usage{systemd.unit=ssh.service}" not in values
