"""Space and inodes of mounted file systems: ``/proc/self/mountinfo`` and statvfs(3) (Linux).

Which mounts are shown is decided in `mounts`. A remote file system that does not answer is
shown as such and delays nothing but itself.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.mount_probe import MountProbe, StatVfs
from sysmon.collectors.mounts import Mount, device_kinds, parse_mountinfo, shown_mounts
from sysmon.collectors.procfs import KeptFile, close_all
from sysmon.collectors.sysfs import reason_of
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_PATIENCE: Final = 0.5
"""Seconds that all remote mounts together get in one reading; a late answer is used in the next one."""

_NOTHING: Final = (math.nan,) * 6


def space(answer: os.statvfs_result) -> tuple[float, ...]:
    """Bytes used, free and reserved, bytes in all, inodes used and free.

    Free is what every user can get; reserved is what only root can. Inodes are NaN where the file
    system makes them as it needs them and answers 0 (btrfs).
    """
    block = float(answer.f_frsize)
    free = min(answer.f_bavail, answer.f_bfree)
    inodes = (float(answer.f_files - answer.f_ffree), float(answer.f_ffree)) if answer.f_files else (math.nan, math.nan)
    return (
        (answer.f_blocks - answer.f_bfree) * block,
        free * block,
        (answer.f_bfree - free) * block,
        answer.f_blocks * block,
        *inodes,
    )


def mount_series(device: str, mountpoint: str, kind: str) -> tuple[Series, ...]:
    """The series of one file system, in the order of `space`."""
    place = (device, mountpoint, kind)
    return (
        series(names.FILESYSTEM_USAGE, *place, "used"),
        series(names.FILESYSTEM_USAGE, *place, "free"),
        series(names.FILESYSTEM_USAGE, *place, "reserved"),
        series(names.FILESYSTEM_LIMIT, *place),
        series(names.FILESYSTEM_INODES, *place, "used"),
        series(names.FILESYSTEM_INODES, *place, "free"),
    )


class FilesystemsCollector:
    """Family ``filesystems``. ``statvfs`` is what asks a file system."""

    family = "filesystems"
    pace = Pace(interval=10.0, limit=2.0)

    def __init__(self, proc: Path, sys: Path, statvfs: StatVfs = os.statvfs) -> None:
        del sys
        self._mountinfo = KeptFile(proc / "self/mountinfo")
        self._kinds = KeptFile(proc / "filesystems")
        self._statvfs = statvfs
        self._mounts: tuple[Mount, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._probes: dict[Mount, MountProbe] = {}

    def read(self) -> Reading:
        self._find_mounts()
        for probe in self._probes.values():
            probe.ask()
        values: list[float] = []
        missing: list[Missing] = []
        deadline = time.monotonic() + _PATIENCE
        for mount in self._mounts:
            try:
                answer = self._ask(mount, deadline)
            except OSError as error:
                values += _NOTHING
                missing.append(_missing(mount, reason_of(error)))
                continue
            if answer is None:
                values += _NOTHING
                missing.append(_missing(mount, f"{mount.source} is not answering"))
            else:
                values += space(answer)
        return Reading(self._series, values, tuple(missing))

    def close(self) -> None:
        close_all((self._mountinfo, self._kinds))
        self._probes.clear()

    def _find_mounts(self) -> None:
        mounts = shown_mounts(parse_mountinfo(self._mountinfo.require()), device_kinds(self._kinds.require()))
        if not mounts:
            raise CollectorUnavailable("no file system on a disk or on another machine is mounted here")
        if mounts == self._mounts:
            return
        self._mounts = mounts
        self._series = tuple(each for m in mounts for each in mount_series(m.source, m.mountpoint, m.kind))
        self._probes = {
            mount: self._probes.get(mount) or MountProbe(mount.path, self._statvfs) for mount in mounts if mount.remote
        }

    def _ask(self, mount: Mount, deadline: float) -> os.statvfs_result | None:
        probe = self._probes.get(mount)
        return self._statvfs(mount.path) if probe is None else probe.answer(deadline - time.monotonic())


def _missing(mount: Mount, reason: str) -> Missing:
    place = (mount.source, mount.mountpoint, mount.kind)
    return Missing(series(names.FILESYSTEM_LIMIT, *place).key, reason)
