"""Space of file systems: figures, errors of one mount, and a server that does not answer."""

from __future__ import annotations

import math
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from sysmon.collectors.filesystems import FilesystemsCollector, space
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree

LOCAL = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
REMOTE = "2 1 0:40 / /mnt/nas rw - nfs4 nas:/export rw\n"
FILESYSTEMS = "nodev\tnfs4\n\text4\n"
LONG = 20.0


def answer(
    *, blocks: int = 100, free: int = 40, available: int = 30, files: int = 10, free_files: int = 4
) -> os.statvfs_result:
    return os.statvfs_result((4096, 4096, blocks, free, available, files, free_files, free_files, 0, 255))


class Filesystems:
    """File systems that answer, refuse, or keep silent until they are let."""

    def __init__(self) -> None:
        self.answers: dict[bytes, os.statvfs_result | OSError] = {}
        self.silent: set[bytes] = set()
        self.let = threading.Event()
        self.done = threading.Event()

    def statvfs(self, path: bytes) -> os.statvfs_result:
        if path in self.silent:
            assert self.let.wait(LONG)
            self.done.set()
        found = self.answers.get(path, answer())
        if isinstance(found, OSError):
            raise found
        return found


def machine(root: Path, mountinfo: str, filesystems: Filesystems) -> FilesystemsCollector:
    write_tree(root, {"self/mountinfo": mountinfo, "filesystems": FILESYSTEMS})
    return FilesystemsCollector(root, root, filesystems.statvfs)


def key(metric: str, device: str, mountpoint: str, kind: str, state: str = "") -> str:
    place = f"system.device={device},system.filesystem.mountpoint={mountpoint},system.filesystem.type={kind}"
    return f"{metric}{{{place}{',system.filesystem.state=' + state if state else ''}}}"


ROOT_LIMIT = key("system.filesystem.limit", "/dev/sda1", "/", "ext4")
NAS_LIMIT = key("system.filesystem.limit", "nas:/export", "/mnt/nas", "nfs4")


def test_used_free_and_reserved_add_up_to_the_limit(tmp_path: Path) -> None:
    collector = machine(tmp_path, LOCAL, Filesystems())
    reading = collector.read()
    found = figures(reading)
    usage = {
        s: found[key("system.filesystem.usage", "/dev/sda1", "/", "ext4", s)] for s in ("used", "free", "reserved")
    }
    assert usage == {"used": 60 * 4096, "free": 30 * 4096, "reserved": 10 * 4096}
    assert found[ROOT_LIMIT] == sum(usage.values())
    assert found[key("system.linux.filesystem.inodes", "/dev/sda1", "/", "ext4", "used")] == 6.0
    assert found[key("system.linux.filesystem.inodes", "/dev/sda1", "/", "ext4", "free")] == 4.0
    assert collector.read().series is reading.series
    collector.close()


def test_a_file_system_that_makes_inodes_as_needed_has_unknown_not_zero() -> None:
    figures_of_btrfs = space(answer(files=0, free_files=0))
    assert all(math.isnan(value) for value in figures_of_btrfs[4:])
    assert figures_of_btrfs[3] == 100 * 4096


def test_more_available_than_free_reserves_nothing_negative() -> None:
    odd = cast(
        os.statvfs_result,
        SimpleNamespace(f_frsize=1, f_blocks=10, f_bfree=4, f_bavail=9, f_files=1, f_ffree=1),
    )
    assert space(odd)[:4] == (6.0, 4.0, 0.0, 10.0)


def test_a_dead_server_is_missing_and_the_others_are_read(tmp_path: Path) -> None:
    world = Filesystems()
    world.silent.add(b"/mnt/nas")
    collector = machine(tmp_path, LOCAL + REMOTE, world)
    reading = collector.read()
    found = figures(reading)
    assert found[ROOT_LIMIT] == 100 * 4096
    assert math.isnan(found[NAS_LIMIT])
    assert "nas:/export is not answering" in reasons(reading)[NAS_LIMIT]
    world.let.set()
    assert world.done.wait(LONG)
    again = collector.read()
    assert figures(again)[NAS_LIMIT] == 100 * 4096
    assert again.missing == ()
    assert again.series is reading.series
    collector.close()


def test_one_that_refuses_says_why_and_the_others_are_read(tmp_path: Path) -> None:
    world = Filesystems()
    world.answers[b"/mnt/nas"] = PermissionError(13, "Permission denied")
    collector = machine(tmp_path, LOCAL + REMOTE, world)
    reading = collector.read()
    assert figures(reading)[ROOT_LIMIT] == 100 * 4096
    assert reasons(reading) == {NAS_LIMIT: "not permitted"}
    collector.close()


def test_a_mount_that_vanishes_after_it_was_listed_says_so(tmp_path: Path) -> None:
    world = Filesystems()
    world.answers[b"/"] = FileNotFoundError(2, "No such file or directory")
    collector = machine(tmp_path, LOCAL, world)
    reading = collector.read()
    assert math.isnan(figures(reading)[ROOT_LIMIT])
    assert reasons(reading) == {ROOT_LIMIT: "the device is gone"}
    collector.close()


def test_mounts_come_and_go(tmp_path: Path) -> None:
    collector = machine(tmp_path, LOCAL, Filesystems())
    assert NAS_LIMIT not in figures(collector.read())
    write_tree(tmp_path, {"self/mountinfo": LOCAL + REMOTE})
    assert NAS_LIMIT in figures(collector.read())
    write_tree(tmp_path, {"self/mountinfo": LOCAL})
    assert NAS_LIMIT not in figures(collector.read())
    collector.close()


def test_nothing_mounted_is_unavailable_and_nonsense_fails(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="no file system"):
        machine(tmp_path, "", Filesystems()).read()
    with pytest.raises(CollectorFailed, match="mountinfo"):
        machine(tmp_path, "nonsense\n", Filesystems()).read()


def test_without_mountinfo_the_family_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="mountinfo does not exist"):
        FilesystemsCollector(tmp_path, tmp_path).read()
