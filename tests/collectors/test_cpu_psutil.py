"""CPU times through psutil: modes of other systems, and the same figures as the Linux reader."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.cpu import CpuCollector
from sysmon.collectors.cpu_psutil import CpuPsutilCollector, busy_and_idle, modes
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons


def test_windows_counts_interrupts_inside_system_so_they_are_taken_out() -> None:
    windows = {"user": 100.0, "system": 50.0, "idle": 850.0, "interrupt": 5.0, "dpc": 3.0}
    found = modes(windows)
    assert found == {"user": 100.0, "system": 42.0, "idle": 850.0, "interrupt": 5.0, "softirq": 3.0}
    assert sum(found.values()) == 100.0 + 50.0 + 850.0
    assert busy_and_idle(windows) == (150.0, 850.0)


def test_macos_has_four_modes() -> None:
    assert busy_and_idle({"user": 10.0, "nice": 1.0, "system": 5.0, "idle": 84.0}) == (16.0, 84.0)


def test_linux_guest_time_is_not_counted_twice() -> None:
    linux = {"user": 10.0, "nice": 0.0, "system": 1.0, "idle": 5.0, "iowait": 2.0, "guest": 9.0, "guest_nice": 0.0}
    assert busy_and_idle(linux) == (11.0, 7.0)


@given(
    st.dictionaries(st.sampled_from(["user", "nice", "system", "idle", "iowait", "irq", "steal"]), st.floats(0, 1e9))
)
def test_every_second_is_busy_or_idle(times: dict[str, float]) -> None:
    busy, idle = busy_and_idle(times)
    assert busy + idle == pytest.approx(sum(times.values()))


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_figures_as_the_linux_reader() -> None:
    ours, other = CpuCollector(Path("/proc"), Path("/sys")), CpuPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = figures(other.read())
        return between(before, truth, figures(ours.read()), 0.02)

    eventually(compare)
    ours.close()
    other.close()


def test_the_layout_is_the_same_object_and_missing_has_reasons() -> None:
    collector = CpuPsutilCollector()
    first = collector.read()
    assert collector.read().series is first.series
    assert reasons(first)["system.process.created"]


def test_a_system_that_hides_its_topology_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def cpu_count(logical: bool = True) -> int | None:
        return 4 if logical else None

    monkeypatch.setattr(psutil, "cpu_count", cpu_count)
    reading = CpuPsutilCollector().read()
    assert "system.cpu.physical.count" in reasons(reading)
    assert "system.cpu.physical.count" not in figures(reading)
