"""File systems through psutil: the same space as the Linux reader, and one that refuses."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sysmon.collectors.filesystems_psutil import FilesystemsPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons

C_LIMIT = "system.filesystem.limit{system.device=C:\\,system.filesystem.mountpoint=C:\\,system.filesystem.type=NTFS}"


def mounted(monkeypatch: pytest.MonkeyPatch, *parts: tuple[str, str, str]) -> None:
    def disk_partitions(all: bool = False) -> list[SimpleNamespace]:  # noqa: A002 (psutil's word)
        return [SimpleNamespace(device=device, mountpoint=point, fstype=kind) for device, point, kind in parts]

    def disk_usage(path: str) -> SimpleNamespace:
        if path == "D:\\":
            raise PermissionError(13, "Access is denied")
        return SimpleNamespace(total=100, used=60, free=30)

    monkeypatch.setattr(psutil, "disk_partitions", disk_partitions)
    monkeypatch.setattr(psutil, "disk_usage", disk_usage)


def test_space_of_drives_and_a_drive_without_a_medium_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("C:\\", "C:\\", "NTFS"), ("E:\\", "E:\\", ""))
    collector = FilesystemsPsutilCollector()
    reading = collector.read()
    found = figures(reading)
    assert len(found) == 4
    assert found[C_LIMIT] == 100.0
    assert sorted(found.values()) == [10.0, 30.0, 60.0, 100.0]
    assert collector.read().series is reading.series


def test_a_drive_that_refuses_says_why_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("C:\\", "C:\\", "NTFS"), ("D:\\", "D:\\", "NTFS"))
    reading = FilesystemsPsutilCollector().read()
    assert figures(reading)[C_LIMIT] == 100.0
    assert math.isnan(figures(reading)[C_LIMIT.replace("C:", "D:")])
    assert reasons(reading)[C_LIMIT.replace("C:", "D:")] == "not permitted"


def test_nothing_mounted_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch)
    with pytest.raises(CollectorUnavailable, match="no file system"):
        FilesystemsPsutilCollector().read()


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_space_as_the_linux_reader() -> None:
    from sysmon.collectors.filesystems import FilesystemsCollector

    ours, other = FilesystemsCollector(Path("/proc"), Path("/sys")), FilesystemsPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = {key: value for key, value in figures(other.read()).items() if key in before}
        assert truth
        return between(before, truth, figures(ours.read()), 1024.0**2)

    try:
        ours.read()
        other.read()
    except CollectorUnavailable as error:
        pytest.skip(str(error))
    eventually(compare)
    ours.close()
    other.close()
