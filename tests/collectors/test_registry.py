"""Every family once, on every system, and nothing left open afterwards."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from sysmon.collectors.registry import linux_factories, local_collectors, psutil_factories
from sysmon.model.errors import CollectorUnavailable, SysmonError
from sysmon.model.sample import Catalog

KEPT = Path("/proc/self/fd")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs the files of a Linux kernel")


def test_this_system_has_every_family_once() -> None:
    families = [collector.family for collector in local_collectors()]
    assert len(set(families)) == len(families)
    assert {"cpu", "load", "memory", "disk_io", "filesystems", "network", "pressure"} <= set(families)


@LINUX
def test_linux_and_other_systems_have_families_once_and_most_of_them_in_common(tmp_path: Path) -> None:
    linux = [factory(tmp_path, tmp_path).family for factory in linux_factories()]
    others = [factory().family for factory in psutil_factories()]
    assert len(set(linux)) == len(linux)
    assert len(set(others)) == len(others)
    assert set(others) <= set(linux)
    assert {"cpu", "load", "memory", "disk_io", "filesystems", "network", "pressure"} <= set(others)


@LINUX
def test_a_machine_without_kernel_files_lacks_families_and_nothing_worse(tmp_path: Path) -> None:
    for factory in linux_factories():
        collector = factory(tmp_path, tmp_path)
        with contextlib.suppress(CollectorUnavailable):
            collector.read()
        collector.close()


@LINUX
def test_all_readings_of_this_machine_make_one_catalog_and_leave_no_descriptor() -> None:
    before = len(list(KEPT.iterdir()))
    collectors = local_collectors()
    layout = []
    for collector in collectors:
        try:
            reading = collector.read()
        except SysmonError:
            continue
        assert len(reading.series) == len(reading.values)
        layout += reading.series
    assert len(Catalog(tuple(layout)).series) == len(layout)
    for collector in collectors:
        collector.close()
        collector.close()
    assert len(list(KEPT.iterdir())) == before
