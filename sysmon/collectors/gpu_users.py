"""Who uses GPUs now, handed from the thread that asks the drivers to the one that reads processes.

The drivers are asked only while tables of processes are read. Counters of engine time become
shares here, by the time between two answers. Knows no driver and no process but its PID.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sysmon.collectors.gpu_part import GpuProcess
from sysmon.collectors.processes import ProcessReader
from sysmon.model.process import GpuUse, GpuUses, ProcessTable

WANTED_FOR: Final = 15.0
"""Seconds after a table for which the next one is waited for: the slowest tables are read every ten."""
GOOD_FOR: Final = 10.0
"""Seconds after which an answer is too old to be shown."""
_MOST: Final = 64.0
"""Engines of all GPUs that one process can keep busy; more is a counter that jumped."""


class GpuUsers:
    """One thread puts, another takes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked = -math.inf
        self._put = -math.inf
        self._uses: GpuUses | None = None
        self._before: dict[tuple[int, str], float] = {}

    @property
    def wanted(self) -> bool:
        """Whether somebody takes."""
        return self._clock() - self._asked < WANTED_FOR

    def put(self, found: Iterable[GpuProcess], only_of: str = "") -> None:
        """Take what the drivers answered just now. ``only_of``: see `GpuUses`."""
        now = self._clock()
        passed = now - self._put
        before, self._before = self._before, {}
        by_pid: dict[int, GpuUse] = {}
        for one in found:
            share = one.utilization
            if one.engine_time == one.engine_time:
                self._before[one.pid, one.gpu] = one.engine_time
                share = _share(before.get((one.pid, one.gpu), math.nan), one.engine_time, passed)
            other = by_pid.get(one.pid, _NOTHING)
            by_pid[one.pid] = GpuUse(_plus(other.share, share), _plus(other.memory, one.memory))
        with self._lock:
            self._uses, self._put = GpuUses(by_pid, only_of), now

    def take(self) -> GpuUses | None:
        """The newest answer, None where there is none that is good. The same object until the next answer."""
        with self._lock:
            self._asked = self._clock()
            return self._uses if self._asked - self._put < GOOD_FOR else None


class ProcessesWithGpu:
    """A `ProcessReader` whose tables tell who uses GPUs."""

    def __init__(self, reader: ProcessReader, users: GpuUsers) -> None:
        self._reader = reader
        self._users = users

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        """See `ProcessReader.read`."""
        table, uses = self._reader.read(host, time, with_io), self._users.take()
        return table if uses is None else replace(table, gpu=uses)

    def close(self) -> None:
        """See `ProcessReader.close`."""
        self._reader.close()


_NOTHING: Final = GpuUse(math.nan, math.nan)


def _share(before: float, now: float, passed: float) -> float:
    share = (now - before) / passed if passed > 0 else math.nan
    return share if 0.0 <= share <= _MOST else math.nan


def _plus(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else one + other
