"""Memory through psutil: what other systems tell, and the same figures as the Linux reader."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.memory import MemoryCollector
from sysmon.collectors.memory_psutil import MemoryPsutilCollector, composition
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons

MIB = 1024.0**2


def test_windows_tells_free_and_used_only() -> None:
    windows = {"total": 16.0, "available": 6.0, "free": 6.0, "used": 10.0}
    assert composition(windows) == {"used": 10.0, "free": 6.0}


def test_macos_shows_what_is_available_without_being_free_as_cached() -> None:
    macos = {"total": 16.0, "available": 6.0, "free": 1.0, "used": 8.0, "active": 5.0, "inactive": 5.0, "wired": 3.0}
    assert composition(macos) == {"used": 10.0, "free": 1.0, "cached": 5.0}


def test_bsd_tells_buffers_and_cache_apart() -> None:
    bsd = {"total": 16.0, "available": 9.0, "free": 1.0, "buffers": 2.0, "cached": 5.0}
    assert composition(bsd) == {"used": 8.0, "free": 1.0, "buffers": 2.0, "cached": 5.0}


@given(st.floats(0, 1e12), st.floats(0, 1), st.floats(0, 1))
def test_the_states_add_up_to_the_total(total: float, available: float, free: float) -> None:
    states = composition({"total": total, "available": total * available, "free": total * available * free})
    assert min(states.values()) >= 0.0
    assert sum(states.values()) == pytest.approx(total)


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_figures_as_the_linux_reader() -> None:
    ours, other = MemoryCollector(Path("/proc"), Path("/sys")), MemoryPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = figures(other.read())
        # psutil counts shared memory as cached, this program as used.
        shared = before["system.memory.linux.shared"]
        truth["system.memory.usage{system.memory.state=cached}"] -= shared
        truth["system.memory.usage{system.memory.state=used}"] += shared
        return between(before, truth, figures(ours.read()), 32 * MIB)

    eventually(compare)
    ours.close()
    other.close()


def test_the_layout_is_the_same_object_and_missing_has_reasons() -> None:
    collector = MemoryPsutilCollector()
    first = collector.read()
    assert collector.read().series is first.series
    assert reasons(first)["system.memory.linux.slab.usage"]
