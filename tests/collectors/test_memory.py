"""``/proc/meminfo`` and ``/proc/vmstat`` of several kernels."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.memory import MemoryCollector, composition, parse_meminfo, vmstat_pair
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree

KIB = 1024
MEMINFO = """\
MemTotal:       16000000 kB
MemFree:         4000000 kB
MemAvailable:    9000000 kB
Buffers:          500000 kB
Cached:          5000000 kB
Shmem:            700000 kB
SReclaimable:     300000 kB
SUnreclaim:       100000 kB
SwapTotal:       2000000 kB
SwapFree:        1500000 kB
Zswap:             40000 kB
Zswapped:         120000 kB
Dirty:               300 kB
Writeback:            20 kB
Committed_AS:    8000000 kB
HugePages_Total:      10
HugePages_Free:        4
Hugepagesize:       2048 kB
"""
LINUX_3_10 = "MemTotal: 1000 kB\nMemFree: 400 kB\nBuffers: 10 kB\nCached: 90 kB\n"
VMSTAT = "nr_free_pages 12\npswpin 11\npswpout 22\npgalloc_dma 0\npgfault 1000\npgmajfault 40\n"


def machine(root: Path, meminfo: str | bytes = MEMINFO, vmstat: str | None = VMSTAT) -> MemoryCollector:
    write_tree(root, {"proc/meminfo": meminfo})
    if vmstat is not None:
        write_tree(root, {"proc/vmstat": vmstat})
    return MemoryCollector(root / "proc", root / "sys")


def usage(state: str) -> str:
    return f"system.memory.usage{{system.memory.state={state}}}"


def test_composition_adds_up_and_counts_shared_memory_as_used(tmp_path: Path) -> None:
    found = figures(machine(tmp_path).read())
    assert found["system.memory.limit"] == 16_000_000 * KIB
    assert found[usage("cached")] == (5_000_000 + 300_000 - 700_000) * KIB
    assert found[usage("used")] == (16_000_000 - 4_000_000 - 500_000 - 4_600_000) * KIB
    assert sum(found[usage(state)] for state in ("used", "free", "buffers", "cached")) == found["system.memory.limit"]


def test_everything_else_in_bytes_and_pages(tmp_path: Path) -> None:
    found = figures(machine(tmp_path).read())
    assert found["system.memory.linux.available"] == 9_000_000 * KIB
    assert found["system.memory.linux.dirty"] == 320 * KIB
    assert found["system.paging.usage{system.paging.state=used}"] == 500_000 * KIB
    assert found["system.memory.linux.huge_pages{system.memory.state=used}"] == 6 * 2048 * KIB
    assert found["system.memory.linux.huge_pages{system.memory.state=free}"] == 4 * 2048 * KIB
    assert found["system.linux.zswap.usage{system.linux.zswap.state=original}"] == 120_000 * KIB
    assert found["system.paging.operations{system.paging.direction=in}"] == 11.0
    assert found["system.paging.faults{system.paging.fault.type=minor}"] == 960.0
    assert found["system.paging.faults{system.paging.fault.type=major}"] == 40.0


def test_an_old_kernel_says_what_it_lacks(tmp_path: Path) -> None:
    reading = machine(tmp_path, LINUX_3_10).read()
    found, missing = figures(reading), reasons(reading)
    assert found[usage("used")] == 500 * KIB
    assert "MemAvailable" in missing["system.memory.linux.available"]
    assert "Zswap" in missing["system.linux.zswap.usage{system.linux.zswap.state=compressed}"]
    assert not any(key.startswith("system.paging.usage") for key in found)


def test_a_kernel_without_swap_counters_still_counts_faults(tmp_path: Path) -> None:
    reading = machine(tmp_path, vmstat="a 1\npgfault 10\npgmajfault 1\n").read()
    assert figures(reading)["system.paging.faults{system.paging.fault.type=minor}"] == 9.0
    assert "system.paging.operations" in reasons(reading)


def test_a_hidden_vmstat_costs_only_its_own_series(tmp_path: Path) -> None:
    reading = machine(tmp_path, vmstat=None).read()
    assert usage("used") in figures(reading)
    assert {"system.paging.operations", "system.paging.faults"} <= reasons(reading).keys()


def test_minor_faults_never_run_backwards(tmp_path: Path) -> None:
    collector = machine(tmp_path)
    key = "system.paging.faults{system.paging.fault.type=minor}"
    assert figures(collector.read())[key] == 960.0
    write_tree(tmp_path, {"proc/vmstat": VMSTAT.replace("pgmajfault 40", "pgmajfault 43")})
    assert figures(collector.read())[key] == 960.0
    write_tree(tmp_path, {"proc/vmstat": VMSTAT.replace("pgfault 1000", "pgfault 2000")})
    assert figures(collector.read())[key] == 1960.0


def test_the_layout_is_the_same_object_until_fields_or_devices_change(tmp_path: Path) -> None:
    collector = machine(tmp_path)
    first = collector.read()
    assert collector.read().series is first.series
    write_tree(tmp_path, {"proc/meminfo": MEMINFO.replace("Zswap:             40000 kB\n", "")})
    assert "system.linux.zswap.usage{system.linux.zswap.state=compressed}" not in figures(collector.read())


def test_no_meminfo_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="meminfo"):
        MemoryCollector(tmp_path, tmp_path).read()


@pytest.mark.parametrize(
    "text", [b"", b"\xff\x00" * 9000, b"MemTotal: 5 kB\n", b"MemTotal: x kB\n", b"MemTotal:\n", b"\n"]
)
def test_what_is_no_meminfo_fails(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(CollectorFailed, match="meminfo"):
        machine(tmp_path, text).read()


def test_free_above_total_gives_zero_used_not_less() -> None:
    assert composition({b"MemTotal": 10.0, b"MemFree": 20.0, b"Cached": 0.0})[0] == 0.0


@given(st.binary(max_size=200) | st.text("MemTotalFreeCached: 0123456789kB\n").map(str.encode))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    for parse in (parse_meminfo, lambda text: vmstat_pair(b"x\n" + text, b"a", b"b")):
        try:
            parse(data)
        except CollectorFailed:
            continue


@given(
    st.dictionaries(st.sampled_from(["MemFree", "Cached", "Buffers", "Shmem", "SReclaimable"]), st.integers(0, 2**40))
)
def test_states_are_never_negative(fields: dict[str, int]) -> None:
    values = {"MemTotal": 2**40, "MemFree": 0, "Cached": 0} | fields
    parsed = parse_meminfo("".join(f"{name}: {value} kB\n" for name, value in values.items()).encode())
    assert min(composition(parsed)) >= 0.0
