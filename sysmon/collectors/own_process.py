"""What this program itself takes: CPU time, memory, threads, descriptors.

Linux answers from kept descriptors of ``/proc/self`` (proc_pid_stat(5)), every other system
through psutil. Knows nothing of the engine.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

from sysmon.model.errors import CollectorFailed


class OwnUsage(NamedTuple):
    """What one process takes. NaN where the system does not tell."""

    cpu_time: float
    """Seconds of CPU time, ended children that were waited for included: a counter."""
    memory: float
    """Resident bytes."""
    threads: float
    descriptors: float
    """Open file descriptors; handles on Windows."""


class OwnProcess(Protocol):
    """Reads what this process takes."""

    def read(self) -> OwnUsage:
        """Raises OSError or CollectorFailed where the system does not answer."""
        ...

    def close(self) -> None: ...


def open_own_process() -> OwnProcess:
    """The reader for this system."""
    return LinuxOwnProcess() if sys.platform == "linux" else PsutilOwnProcess()


class LinuxOwnProcess:
    """Two system calls a reading."""

    def __init__(self, folder: Path = Path("/proc/self"), ticks: int | None = None, page: int | None = None) -> None:
        """``ticks`` a second and bytes of a ``page``: as the system says where they are not given."""
        self._ticks = ticks or os.sysconf("SC_CLK_TCK")
        self._page = page or os.sysconf("SC_PAGE_SIZE")
        self._descriptors = folder / "fd"
        self._stat = os.open(folder / "stat", os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> OwnUsage:
        if self._stat < 0:
            raise CollectorFailed("read after close")
        usage = parse_stat(os.pread(self._stat, 4096, 0), self._ticks, self._page)
        return usage._replace(descriptors=self._count())

    def _count(self) -> float:
        # Since Linux 6.2 the size of /proc/<pid>/fd is the number of its entries; before, it is 0.
        # The one by which the folder is listed is not counted.
        return float(self._descriptors.stat().st_size or len(list(self._descriptors.iterdir())) - 1)

    def close(self) -> None:
        if self._stat >= 0:
            os.close(self._stat)
            self._stat = -1


def parse_stat(raw: bytes, ticks: int, page: int) -> OwnUsage:
    """What ``/proc/<pid>/stat`` says; descriptors are not in it. Raises CollectorFailed where it is no such line."""
    fields = raw[raw.rfind(b")") + 2 :].split()  # the name may hold spaces and brackets; field 3 follows it
    try:
        cpu = sum(int(value) for value in fields[11:15])  # utime, stime, cutime, cstime: fields 14 to 17
        return OwnUsage(cpu / ticks, float(int(fields[21]) * page), float(int(fields[17])), math.nan)
    except (ValueError, IndexError):
        raise CollectorFailed("the kernel's line about this process is not understood") from None


class PsutilOwnProcess:
    """For systems without ``/proc``."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        self._error = psutil.Error

    def read(self) -> OwnUsage:
        process = self._process
        try:
            with process.oneshot():
                times = process.cpu_times()
                # Windows has no children in the times, and handles instead of descriptors.
                cpu = sum(times[:4]) if hasattr(times, "children_user") else times.user + times.system
                count = process.num_handles() if sys.platform == "win32" else process.num_fds()
                return OwnUsage(cpu, float(process.memory_info().rss), float(process.num_threads()), float(count))
        except self._error as error:
            raise CollectorFailed(str(error)) from error

    def close(self) -> None:
        """Nothing is held."""
