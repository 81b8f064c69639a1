"""zram devices that are set up, come, go and answer nonsense."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.zram import ZramDevices, parse_mm_stat
from sysmon.model.errors import CollectorFailed
from tests.collectors.recorded import write_tree

MM_STAT = "4096000 1024000 1200000 0 1300000 5 0 0 0\n"


def devices(root: Path, **disksize: str) -> ZramDevices:
    for name, size in disksize.items():
        write_tree(root, {f"block/{name}/disksize": size, f"block/{name}/mm_stat": MM_STAT})
    return ZramDevices(root)


def test_only_devices_that_are_set_up_count(tmp_path: Path) -> None:
    zram = devices(tmp_path, zram0="8000000\n", zram1="0\n", sda="5\n")
    assert zram.read() == [4096000.0, 1024000.0, 1200000.0]
    assert {each.attribute("system.device") for each in zram.series} == {"zram0"}
    zram.close()


def test_no_device_costs_nothing_and_shows_nothing(tmp_path: Path) -> None:
    zram = ZramDevices(tmp_path)
    assert zram.read() == []
    assert zram.series == ()


def test_a_device_set_up_later_is_found_by_a_later_search(tmp_path: Path) -> None:
    zram = devices(tmp_path, zram0="0\n")
    assert zram.read() == []
    write_tree(tmp_path, {"block/zram0/disksize": "1\n"})
    readings = [len(zram.read()) for _ in range(60)]
    assert readings[0] == 0
    assert readings[-1] == 3
    zram.close()


@pytest.mark.parametrize("content", ["", "1 2\n", "a b c\n", "\x00" * 4000])
def test_one_odd_device_is_unknown_and_the_others_are_read(tmp_path: Path, content: str) -> None:
    zram = devices(tmp_path, zram0="1\n", zram1="1\n")
    write_tree(tmp_path, {"block/zram0/mm_stat": content})
    values = zram.read()
    assert all(math.isnan(value) for value in values[:3])
    assert values[3:] == [4096000.0, 1024000.0, 1200000.0]
    zram.close()


def test_a_device_that_vanishes_before_its_file_is_opened_is_unknown(tmp_path: Path) -> None:
    zram = devices(tmp_path, zram0="1\n")
    (tmp_path / "block/zram0/mm_stat").unlink()
    assert all(math.isnan(value) for value in zram.read())
    zram.close()


@given(st.binary(max_size=100))
def test_the_parser_answers_or_fails_on_any_bytes(data: bytes) -> None:
    try:
        assert len(parse_mm_stat(data)) == 3
    except CollectorFailed:
        return
