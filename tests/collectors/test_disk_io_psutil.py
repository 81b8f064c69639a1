"""Disk traffic through psutil: systems without busy time, without counters, and Linux itself."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sysmon.collectors.disk_io import DiskIoCollector
from sysmon.collectors.disk_io_psutil import DiskIoPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons


def answer_with(monkeypatch: pytest.MonkeyPatch, disks: dict[str, SimpleNamespace] | None) -> None:
    def disk_io_counters(perdisk: bool = False, nowrap: bool = True) -> dict[str, SimpleNamespace] | None:
        return disks

    monkeypatch.setattr(psutil, "disk_io_counters", disk_io_counters)


def windows_disk(read_bytes: int) -> SimpleNamespace:
    return SimpleNamespace(
        read_count=1, write_count=2, read_bytes=read_bytes, write_bytes=40, read_time=500, write_time=60
    )


def test_a_system_without_busy_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, {"PhysicalDrive0": windows_disk(30)})
    collector = DiskIoPsutilCollector()
    reading = collector.read()
    found = figures(reading)
    assert found["system.disk.io{system.device=PhysicalDrive0,disk.io.direction=read}"] == 30.0
    assert found["system.disk.operation_time{system.device=PhysicalDrive0,disk.io.direction=read}"] == 0.5
    assert "system.disk.io_time" in reasons(reading)
    assert collector.read().series is reading.series


def test_a_disk_plugged_in_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = DiskIoPsutilCollector()
    answer_with(monkeypatch, {"disk0": windows_disk(1)})
    assert len(figures(collector.read())) == 6
    answer_with(monkeypatch, {"disk0": windows_disk(1), "disk4": windows_disk(2)})
    assert len(figures(collector.read())) == 12


@pytest.mark.parametrize("answer", [None, {}])
def test_no_counters_are_unavailable_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, SimpleNamespace] | None
) -> None:
    answer_with(monkeypatch, answer)
    with pytest.raises(CollectorUnavailable, match="diskperf -y"):
        DiskIoPsutilCollector().read()


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_figures_as_the_linux_reader() -> None:
    ours, other = DiskIoCollector(Path("/proc"), Path("/sys")), DiskIoPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = {key: value for key, value in figures(other.read()).items() if key in before}
        assert truth
        return between(before, truth, figures(ours.read()), 0.0011)

    try:
        ours.read()
    except CollectorUnavailable as error:
        pytest.skip(f"this machine has no disk: {error}")
    eventually(compare)
    ours.close()
    other.close()
