"""The past minutes of the processes that matter: those that are or were among the busiest or largest.

Opening a process shows what it did before anybody looked at it. Everybody cannot be kept, so the
fifty busiest by CPU, by memory and by I/O are, and whoever was among them stays kept for as long
as there is room. Knows no screen and no source.
"""

from __future__ import annotations

import heapq
import math
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sysmon.model.process import GpuUse, ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_rates import ProcessRate, RateTable

TOP: Final = 50
"""So many by each of CPU, memory and I/O are taken in."""
MOST: Final = 300
"""Processes that are kept; those that ended or did nothing for longest go first."""
ROWS: Final = 600
"""Rows of one process: ten minutes at a second. One takes 36 bytes."""
SELDOM: Final = 5.0
"""Seconds between two tables where only this memory wants them."""
_MEMORY_TURN: Final = 10
"""Memory ranks change slowly: they are made in one of so many tables."""


@dataclass(slots=True)
class Trace:
    """What one process did: columns of equal length, oldest first. NaN where unknown."""

    key: ProcessKey
    name: str
    times: array[float] = field(default_factory=lambda: array("d"))
    """Steady time in seconds."""
    cpu: array[float] = field(default_factory=lambda: array("f"))
    """Share of one core."""
    memory: array[float] = field(default_factory=lambda: array("d"))
    """Resident bytes."""
    read: array[float] = field(default_factory=lambda: array("f"))
    write: array[float] = field(default_factory=lambda: array("f"))
    """Bytes per second."""
    threads: array[float] = field(default_factory=lambda: array("f"))
    gpu: array[float] = field(default_factory=lambda: array("f"))
    """Share of one GPU."""
    gpu_memory: float = math.nan
    """Bytes on GPUs at the newest row."""

    def copy(self) -> Trace:
        """One that shares nothing with this."""
        return replace(
            self,
            times=self.times[:],
            cpu=self.cpu[:],
            memory=self.memory[:],
            read=self.read[:],
            write=self.write[:],
            threads=self.threads[:],
            gpu=self.gpu[:],
        )

    def add(self, time: float, row: ProcessRow, rate: ProcessRate, gpu_memory: float = math.nan) -> None:
        """Append one row; the oldest ones go when there are a quarter too many.

        Where the clock was set back, rows that were later than this one go: of times that overlap the later ones count.
        """
        if self.times and time <= self.times[-1]:
            self.cut(bisect_left(self.times, time))
        self.gpu_memory = gpu_memory
        self.times.append(time)
        self.cpu.append(rate.cpu)
        self.memory.append(row.memory)
        self.read.append(rate.read)
        self.write.append(rate.write)
        self.threads.append(row.threads)
        self.gpu.append(rate.gpu)
        if len(self.times) > ROWS * 5 // 4:
            surplus = len(self.times) - ROWS
            for column in self._columns():
                del column[:surplus]

    def cut(self, length: int) -> None:
        """Forget all but the oldest ``length`` rows."""
        for column in self._columns():
            del column[length:]

    def _columns(self) -> tuple[array[float], ...]:
        return self.times, self.cpu, self.memory, self.read, self.write, self.threads, self.gpu


class ProcessHistory:
    """Traces of one host. One thread at a time."""

    def __init__(self, most: int = MOST, top: int = TOP) -> None:
        self._most = most
        self._top = top
        self._traces: OrderedDict[ProcessKey, Trace] = OrderedDict()
        self._turn = 0

    def __len__(self) -> int:
        return len(self._traces)

    def trace(self, key: ProcessKey) -> Trace | None:
        """What is kept of ``key``, also after it ended; None where it never was among the top."""
        return self._traces.get(key)

    def want(self, key: ProcessKey, name: str) -> Trace:
        """Keep ``key`` from now on, because somebody looks at it."""
        trace = self._traces.get(key)
        if trace is None:
            trace = self._traces[key] = Trace(key, name)
            self._trim()
        return trace

    def take(self, table: ProcessTable, rates: RateTable) -> None:
        """Keep what ``table`` and its ``rates`` say of the processes that matter."""
        if not table.rows:
            return
        for row in self._ranked(table, rates):
            if row.key not in self._traces:
                self._traces[row.key] = Trace(row.key, row.name)
            else:
                self._traces.move_to_end(row.key)
        self._trim()
        used: Mapping[int, GpuUse] = table.gpu.by_pid if table.gpu is not None else {}
        for key, trace in self._traces.items():
            row = table.rows.get(key.pid)
            if row is not None and row.key == key:
                use = used.get(key.pid)
                trace.add(table.time, row, rates.of(row), use.memory if use is not None else math.nan)

    def _ranked(self, table: ProcessTable, rates: RateTable) -> list[ProcessRow]:
        busy = [(rate, row) for key, rate in rates.moving.items() if (row := table.rows.get(key.pid)) is not None]
        found = [row for _, row in heapq.nlargest(self._top, busy, lambda pair: _known(pair[0].cpu))]
        moving = [pair for pair in busy if _known(pair[0].read + pair[0].write) > 0.0]
        found += [row for _, row in heapq.nlargest(self._top, moving, lambda pair: pair[0].read + pair[0].write)]
        if self._turn % _MEMORY_TURN == 0:
            found += heapq.nlargest(self._top, table.rows.values(), lambda row: _known(row.memory))
        self._turn += 1
        return found

    def _trim(self) -> None:
        while len(self._traces) > self._most:
            self._traces.popitem(last=False)

    def size(self) -> int:
        """Bytes that the kept columns take."""
        return sum(
            len(trace.times) * 2 * trace.times.itemsize + len(trace.times) * 5 * trace.cpu.itemsize
            for trace in self._traces.values()
        )


def _known(value: float) -> float:
    return -1.0 if math.isnan(value) else value
