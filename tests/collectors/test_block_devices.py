"""Which devices count as disks, and what is known of them, on recorded ``/sys/block`` trees."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sysmon.collectors.block_devices import disk_facts, disk_size, is_counted
from sysmon.model.host import DiskFacts
from tests.collectors.recorded import write_tree


def device(root: Path, name: str, *, size: int = 1000, **attributes: str) -> None:
    place = f"block/{name}"
    write_tree(root, {f"{place}/size": f"{size}\n"})
    write_tree(root, {f"{place}/{path.replace('__', '/')}": f"{text}\n" for path, text in attributes.items()})


def counted(root: Path) -> list[str]:
    return [facts.device for facts in disk_facts(root)]


def test_whole_disks_count_and_what_is_made_of_them_does_not(tmp_path: Path) -> None:
    device(tmp_path, "nvme0n1")
    device(tmp_path, "sda")
    device(tmp_path, "dm-0", slaves__sda="")
    device(tmp_path, "md0", slaves__sda="", slaves__nvme0n1="")
    device(tmp_path, "nvme1c0n1", hidden="1")
    for name in ("loop0", "ram0", "zram0", "fd0"):
        device(tmp_path, name)
    assert counted(tmp_path) == ["nvme0n1", "sda"]


def test_a_drive_counts_while_it_has_a_medium(tmp_path: Path) -> None:
    device(tmp_path, "sr0", size=0)
    assert counted(tmp_path) == []
    device(tmp_path, "sr0", size=1_400_000)
    assert counted(tmp_path) == ["sr0"]


def test_a_partition_is_no_disk(tmp_path: Path) -> None:
    device(tmp_path, "sda", sda1__size="500")
    assert not is_counted(tmp_path / "block", "sda1")


def test_a_name_with_a_slash_is_found_in_sysfs(tmp_path: Path) -> None:
    device(tmp_path, "cciss!c0d0", size=4)
    assert is_counted(tmp_path / "block", "cciss/c0d0")
    assert disk_size(tmp_path / "block", "cciss/c0d0") == 2048.0
    assert counted(tmp_path) == ["cciss/c0d0"]


@pytest.mark.parametrize("size", ["", "many", "-5", "\xff"])
def test_a_size_that_is_none_does_not_count(tmp_path: Path, size: str) -> None:
    write_tree(tmp_path, {"block/sda/size": size})
    assert counted(tmp_path) == []


def test_an_absent_device_has_no_size(tmp_path: Path) -> None:
    assert math.isnan(disk_size(tmp_path / "block", "sda"))
    assert disk_facts(tmp_path) == ()


@pytest.mark.parametrize(
    ("name", "attributes", "expected"),
    [
        (
            "nvme0n1",
            {"device__model": "Samsung SSD 990 PRO 1TB  ", "queue__rotational": "0"},
            DiskFacts("nvme0n1", "nvme", "Samsung SSD 990 PRO 1TB", 512_000),
        ),
        (
            "sda",
            {"device__vendor": "ATA", "device__model": "WDC WD40EFRX", "queue__rotational": "1"},
            DiskFacts("sda", "hdd", "WDC WD40EFRX", 512_000),
        ),
        (
            "sdb",
            {"device__vendor": "SanDisk", "device__model": "Ultra", "queue__rotational": "0", "removable": "1"},
            DiskFacts("sdb", "ssd", "SanDisk Ultra", 512_000, removable=True),
        ),
        ("mmcblk0", {"device__name": "SC64G"}, DiskFacts("mmcblk0", "flash", "SC64G", 512_000)),
        (
            "vda",
            {"device__vendor": "0x1af4", "queue__rotational": "1"},
            DiskFacts("vda", "virtual", None, 512_000),
        ),
        (
            "sda",
            {"device__vendor": "QEMU", "device__model": "QEMU HARDDISK", "queue__rotational": "1"},
            DiskFacts("sda", "virtual", "QEMU HARDDISK", 512_000),
        ),
        ("sda", {}, DiskFacts("sda", "unknown", None, 512_000)),
    ],
)
def test_facts(tmp_path: Path, name: str, attributes: dict[str, str], expected: DiskFacts) -> None:
    device(tmp_path, name, size=1000, **attributes)
    assert disk_facts(tmp_path) == (expected,)
