"""``/proc/diskstats`` of several kernels, hot-plug, and nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.disk_io import DiskIoCollector, line_heads, parse_counters
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, write_tree

SDA = "   8       0 sda 100 5 2000 345 200 7 4000 678 1 900 1023\n"
SDA1 = "   8       1 sda1 90 5 1900 300 200 7 4000 678 0 800 978\n"
NVME = " 259       0 nvme0n1 7 0 70 8 9 0 90 10 0 11 18 1 2 3 4 5 6\n"
LOOP = "   7       0 loop0 5 0 10 1 0 0 0 0 0 1 1\n"


def machine(root: Path, diskstats: str | bytes, **sizes: int) -> DiskIoCollector:
    write_tree(root, {"proc/diskstats": diskstats})
    write_tree(root, {f"sys/block/{name}/size": f"{size}\n" for name, size in sizes.items()})
    return DiskIoCollector(root / "proc", root / "sys")


def io(device: str, direction: str, metric: str = "system.disk.io") -> str:
    return f"{metric}{{system.device={device},disk.io.direction={direction}}}"


def test_bytes_operations_and_times_of_whole_disks_only(tmp_path: Path) -> None:
    collector = machine(tmp_path, LOOP + SDA + SDA1 + NVME, sda=1000, nvme0n1=2000, loop0=10)
    found = figures(collector.read())
    assert found[io("sda", "read")] == 2000 * 512
    assert found[io("sda", "write")] == 4000 * 512
    assert found[io("sda", "read", "system.disk.operations")] == 100.0
    assert found[io("sda", "write", "system.disk.operation_time")] == 0.678
    assert found["system.disk.io_time{system.device=sda}"] == 0.9
    assert found["system.linux.disk.weighted_io_time{system.device=sda}"] == 1.023
    assert found["system.disk.limit{system.device=sda}"] == 512_000.0
    assert found[io("nvme0n1", "write")] == 90 * 512
    assert not any("sda1" in key or "loop0" in key for key in found)
    collector.close()


def test_the_layout_is_the_same_object_while_the_disks_are_the_same(tmp_path: Path) -> None:
    collector = machine(tmp_path, SDA + NVME, sda=1, nvme0n1=1)
    first = collector.read()
    write_tree(tmp_path, {"proc/diskstats": SDA.replace("2000", "9999") + NVME})
    second = collector.read()
    assert second.series is first.series
    assert figures(second)[io("sda", "read")] == 9999 * 512
    assert all(collector.read().series is first.series for _ in range(130))
    collector.close()


def test_a_disk_plugged_in_and_out_is_seen_at_once(tmp_path: Path) -> None:
    collector = machine(tmp_path, SDA, sda=1)
    collector.read()
    write_tree(tmp_path, {"proc/diskstats": SDA + NVME, "sys/block/nvme0n1/size": "5\n"})
    assert io("nvme0n1", "read") in figures(collector.read())
    write_tree(tmp_path, {"proc/diskstats": NVME})
    found = figures(collector.read())
    assert found[io("nvme0n1", "read")] == 70 * 512
    assert io("sda", "read") not in found
    collector.close()


def test_another_disk_in_the_same_line_is_another_disk(tmp_path: Path) -> None:
    collector = machine(tmp_path, SDA, sda=1, sdb=1)
    collector.read()
    write_tree(tmp_path, {"proc/diskstats": SDA.replace("8       0 sda", "8      16 sdb")})
    assert io("sdb", "read") in figures(collector.read())
    collector.close()


def test_a_medium_put_in_is_seen_by_a_later_look(tmp_path: Path) -> None:
    collector = machine(tmp_path, SDA + "  11       0 sr0 1 0 8 1 0 0 0 0 0 1 1\n", sda=1, sr0=0)
    assert io("sr0", "read") not in figures(collector.read())
    write_tree(tmp_path, {"sys/block/sr0/size": "1000\n"})
    found = [io("sr0", "read") in figures(collector.read()) for _ in range(120)]
    assert found[-1]
    collector.close()


def test_a_wrapped_counter_stays_as_the_kernel_gave_it(tmp_path: Path) -> None:
    collector = machine(tmp_path, SDA.replace(" 900 ", " 4294967295 "), sda=1)
    collector.read()
    write_tree(tmp_path, {"proc/diskstats": SDA.replace(" 900 ", " 4 ")})
    assert figures(collector.read())["system.disk.io_time{system.device=sda}"] == 0.004
    collector.close()


@pytest.mark.parametrize("diskstats", ["", LOOP])
def test_a_machine_without_disks_says_so(tmp_path: Path, diskstats: str) -> None:
    collector = machine(tmp_path, diskstats, loop0=5)
    with pytest.raises(CollectorUnavailable, match="no disk is visible"):
        collector.read()
    collector.close()


def test_without_diskstats_the_family_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="diskstats"):
        DiskIoCollector(tmp_path, tmp_path).read()


@pytest.mark.parametrize(
    "text", ["8 0 sda\n", "8 0 sda 1 2 3\n", "8 0 sda a b c d e f g h i j k\n", SDA + SDA, "\x00\n" * 9]
)
def test_what_is_no_diskstats_fails(tmp_path: Path, text: str) -> None:
    collector = machine(tmp_path, text, sda=1)
    with pytest.raises(CollectorFailed, match="diskstats"):
        collector.read()
    collector.close()


@given(st.binary(max_size=200) | st.text("0123456789 sda\n").map(str.encode))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    lines = data.splitlines()
    try:
        for line, head in zip(lines, line_heads(lines), strict=True):
            assert line.startswith(head)
            assert len(parse_counters(line[len(head) :])) == 8
    except CollectorFailed:
        return
