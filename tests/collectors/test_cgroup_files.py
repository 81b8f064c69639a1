"""Figure files of control groups."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.cgroup_files import (
    IO_LIMIT,
    Disks,
    FigureSet,
    Wanted,
    cpu_seconds,
    one_number,
    parse_cpu_usage,
    parse_io,
)
from sysmon.model import names
from sysmon.model.metric import series
from tests.collectors.recorded import write_tree
from tests.collectors.trees import link, remove_tree


def every(device: str) -> bool:
    return True


def test_cpu_usage() -> None:
    assert parse_cpu_usage(b"usage_usec 1500000\nuser_usec 1\n") == 1.5
    assert math.isnan(parse_cpu_usage(b"user_usec 1\nusage_usec 1500000\n"))
    assert math.isnan(parse_cpu_usage(b"usage_usec 15000")), "without its line end the number may be cut"


def test_io_is_summed_over_disks() -> None:
    data = b"8:0 rbytes=100 wbytes=20 rios=1 wios=1 dbytes=9 dios=1\n259:0 rbytes=1 wbytes=2 rios=0 wios=0\n"
    assert parse_io(data, every) == (101.0, 22.0)
    assert parse_io(data, lambda device: device == "259:0") == (1.0, 2.0)
    assert parse_io(b"", every) == (0.0, 0.0)


def test_devices_that_a_kernel_prints_without_a_line_end() -> None:
    assert parse_io(b"8:16 8:0 rbytes=5 wbytes=6 rios=1 wios=1\n", lambda device: device == "8:0") == (5.0, 6.0)
    assert parse_io(b"8:16 8:0 rbytes=5 wbytes=6\n", lambda device: device == "8:16") == (0.0, 0.0)


def test_a_cut_or_broken_file_is_no_number() -> None:
    assert all(map(math.isnan, parse_io(b"8:0 rbytes=x wbytes=1\n", every)))
    assert all(map(math.isnan, parse_io(b"8:0 rbytes=1 wbytes=1\n" + b" " * IO_LIMIT, every)))


@given(st.binary(max_size=500))
def test_any_bytes_are_parsed(data: bytes) -> None:
    read, written = parse_io(data, every)
    assert math.isnan(read) == math.isnan(written)
    parse_cpu_usage(data)
    one_number(data)


def test_stacked_devices_are_not_counted_twice(tmp_path: Path) -> None:
    for number, name in (("8:0", "sda"), ("253:0", "dm-0"), ("7:0", "loop0"), ("252:0", "zram0")):
        (tmp_path / "devices" / name / "slaves").mkdir(parents=True)
        link(tmp_path / "dev/block" / number, tmp_path / "devices" / name)
    (tmp_path / "devices/dm-0/slaves/sda").mkdir()
    disks = Disks(tmp_path)
    assert [n for n in ("8:0", "253:0", "7:0", "252:0", "9:9", "../../etc") if disks.counts(n)] == ["8:0", "9:9"]
    remove_tree(tmp_path / "devices/dm-0/slaves/sda")
    assert not disks.counts("253:0")
    disks.forget()
    assert disks.counts("253:0")


def wanted(root: Path, unit: str) -> list[Wanted]:
    return [
        Wanted(root / unit / "cpu.stat", cpu_seconds, (series(names.SERVICE_CPU_TIME, unit),), 64),
        Wanted(root / unit / "memory.current", one_number, (series(names.SERVICE_MEMORY, unit),)),
    ]


@pytest.mark.parametrize("keep", [0, 1, 100])
def test_a_set_of_groups_comes_and_goes(tmp_path: Path, keep: int) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for unit in ("a", "b"):
        write_tree(tmp_path / unit, {"cpu.stat": "usage_usec 1000000\n", "memory.current": "4096\n"})
    figures = FigureSet[str](keep)
    figures.update(["a", "b"], lambda unit: wanted(tmp_path, unit))
    layout, values = figures.series, list[float]()
    assert figures.read(values)
    assert values == [1.0, 4096.0, 1.0, 4096.0]
    assert len(list(Path("/proc/self/fd").iterdir())) == before + min(keep, 4)
    write_tree(tmp_path / "b", {"cpu.stat": "usage_usec 3000000\n"})
    values.clear()
    figures.read(values)
    assert values == [1.0, 4096.0, 3.0, 4096.0]
    figures.update(["a", "b"], lambda unit: wanted(tmp_path, unit))
    assert figures.series is layout
    figures.update(["b"], lambda unit: wanted(tmp_path, unit))
    assert [one.key for one in figures.series] == [
        "systemd.unit.cpu.time{systemd.unit=b}",
        "systemd.unit.memory.usage{systemd.unit=b}",
    ]
    figures.close()
    figures.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_group_without_a_controller_lacks_the_series_and_a_group_that_went_is_nan(tmp_path: Path) -> None:
    write_tree(tmp_path / "a", {"cpu.stat": "usage_usec 1\n"})
    write_tree(tmp_path / "b", {"cpu.stat": "usage_usec 1\n"})
    figures = FigureSet[str](0)
    figures.update(["a", "b"], lambda unit: wanted(tmp_path, unit))
    assert len(figures.series) == 2
    remove_tree(tmp_path / "a")
    values: list[float] = []
    assert not figures.read(values)
    assert math.isnan(values[0])
    assert values[1] == 1e-6
