"""Traffic of whole disks from ``/proc/diskstats`` (Linux).

Columns: https://docs.kernel.org/admin-guide/iostats.html. Which devices count as disks is
decided in `block_devices`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sysmon.collectors.block_devices import SECTOR, disk_size, is_counted
from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import KeptFile
from sysmon.model import names
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Reading

_READS_BETWEEN_LOOKUPS: Final = 60
"""A disk that appears or goes changes the lines and is seen at once; a medium that is put in or a
disk that is resized is not, so /sys is asked again from time to time."""

_MILLISECONDS: Final = 1000.0


def line_heads(lines: Sequence[bytes]) -> list[bytes]:
    """Major number, minor number and name of each line, with the spaces as printed and one after.

    Raises CollectorFailed where a line has no such head.
    """
    heads: list[bytes] = []
    for line in lines:
        words = line.split(None, 3)
        if len(words) < 4:
            raise CollectorFailed(f"a line of /proc/diskstats is not understood: {line[:80]!r}")
        heads.append(line[: len(line) - len(words[3])])
    return heads


def parse_counters(text: bytes) -> tuple[float, ...]:
    """The numbers after the name: bytes, operations and seconds of operations, read and written
    each, then busy seconds and weighted seconds.

    Raises CollectorFailed where they are fewer than 11 or are no numbers.
    """
    try:
        reads, _, read_sectors, read_ms, writes, _, write_sectors, write_ms, _, busy_ms, weighted_ms = map(
            int, text.split(None, 11)[:11]
        )
        return (
            float(read_sectors * SECTOR),
            float(write_sectors * SECTOR),
            float(reads),
            float(writes),
            read_ms / _MILLISECONDS,
            write_ms / _MILLISECONDS,
            busy_ms / _MILLISECONDS,
            weighted_ms / _MILLISECONDS,
        )
    except (ValueError, OverflowError) as error:
        raise CollectorFailed(f"a line of /proc/diskstats is not understood: {text[:80]!r}") from error


def disk_series(device: str) -> tuple[Series, ...]:
    """The series of one disk, in the order of `parse_counters`."""
    return (
        series(names.DISK_IO, device, "read"),
        series(names.DISK_IO, device, "write"),
        series(names.DISK_OPERATIONS, device, "read"),
        series(names.DISK_OPERATIONS, device, "write"),
        series(names.DISK_OPERATION_TIME, device, "read"),
        series(names.DISK_OPERATION_TIME, device, "write"),
        series(names.DISK_IO_TIME, device),
        series(names.DISK_QUEUE_TIME, device),
    )


class DiskIoCollector:
    """Family ``disk_io``."""

    family = "disk_io"
    pace = Pace()

    def __init__(self, proc: Path, sys: Path) -> None:
        self._diskstats = KeptFile(proc / "diskstats")
        self._block = sys / "block"
        self._heads: list[bytes] = []
        self._disks: tuple[tuple[int, str], ...] = ()
        self._limits: tuple[float, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._reads = 0

    def read(self) -> Reading:
        lines = self._diskstats.require().splitlines()
        same = len(lines) == len(self._heads) and all(map(bytes.startswith, lines, self._heads))
        if not same or self._reads % _READS_BETWEEN_LOOKUPS == 0:
            self._look_up(lines)
        self._reads += 1
        if not self._disks:
            raise CollectorUnavailable(
                "no disk is visible here (none of /proc/diskstats is a whole disk in /sys/block)"
            )
        values: list[float] = []
        for index, _ in self._disks:
            values += parse_counters(lines[index][len(self._heads[index]) :])
        values += self._limits
        return Reading(self._series, values)

    def close(self) -> None:
        self._diskstats.close()

    def _look_up(self, lines: Sequence[bytes]) -> None:
        self._heads = line_heads(lines)
        devices = [head.split()[2].decode("utf-8", "backslashreplace") for head in self._heads]
        disks = tuple((i, device) for i, device in enumerate(devices) if is_counted(self._block, device))
        if len(set(devices)) != len(devices):
            raise CollectorFailed("/proc/diskstats lists a device twice")
        self._limits = tuple(disk_size(self._block, device) for _, device in disks)
        layout = [each for _, device in disks for each in disk_series(device)]
        layout += (series(names.DISK_LIMIT, device) for _, device in disks)
        self._disks = disks
        if tuple(layout) != self._series:
            self._series = tuple(layout)
