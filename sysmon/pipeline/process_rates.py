"""From counters of processes to rates: share of a core, bytes read and written per second.

Two tables in, rates out. Processes that do nothing are not in the answer, so that the cost is
that of the processes that do something. Knows no clock, no source and no grouping.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sysmon.model.process import GpuUses, ProcessKey, ProcessRow, ProcessTable

START_SLACK: Final = 2.0
"""A start time is exact against others, but the boot time it counts from is a whole second, and
moves when the clock is set: a process not seen before is a new one when it began at most this many
seconds before the previous table."""


class ProcessRate(NamedTuple):
    """What a process did per second between two tables; NaN where that cannot be said. Never negative."""

    cpu: float
    """Share of one core: 1.0 is one core busy all the time."""
    read: float
    """Bytes fetched from disks per second."""
    write: float
    """Bytes sent to disks per second."""
    gpu: float = math.nan
    """Share of one GPU: 1.0 is one GPU busy all the time."""


UNKNOWN: Final = ProcessRate(math.nan, math.nan, math.nan)
_IDLE: Final = {
    (io, gpu): ProcessRate(0.0, 0.0 if io else math.nan, 0.0 if io else math.nan, 0.0 if gpu else math.nan)
    for io in (True, False)
    for gpu in (True, False)
}
"""Of one that does nothing, by whether its I/O is known and whether its use of GPUs is."""


@dataclass(frozen=True, slots=True, eq=False)
class RateTable:
    """Rates of all processes of one table over ``seconds`` before ``time``."""

    time: float
    seconds: float
    """Length of the interval; NaN where there was no table to compare with, and every rate is NaN."""
    moving: Mapping[ProcessKey, ProcessRate] = field(default_factory=dict[ProcessKey, ProcessRate])
    """The processes whose rates are not all zero (or whose I/O became known just now)."""
    gpu: GpuUses | None = None
    """As the table tells it."""
    changed: Collection[int] = ()
    """PIDs of the rows that are not the same objects as in the table before; empty where there was none."""
    before: Mapping[int, ProcessRow] | None = None
    """The rows of that table before."""

    def of(self, row: ProcessRow) -> ProcessRate:
        """The rates of ``row``, a row of the table that these rates were made of."""
        if self.seconds != self.seconds:
            return UNKNOWN
        return self.moving.get(row.key) or _still(row, self.gpu)


class ProcessRates:
    """Makes rates of one table after another of one host."""

    def __init__(self) -> None:
        self._previous: ProcessTable | None = None

    def step(self, table: ProcessTable) -> RateTable:
        """The rates between the table of the previous call and ``table``.

        Everything is NaN where there is no previous table, where it is of another host, or where time
        did not go on. A counter that went back is NaN. A process that began since the previous
        table counts with all it has used, divided by the whole interval, as the others do; one
        that is older but was not seen is NaN.
        """
        previous, self._previous = self._previous, table
        if previous is None or previous.host != table.host or not table.time > previous.time:
            return RateTable(table.time, math.nan)
        seconds = table.time - previous.time
        rows, gpu = previous.rows, table.gpu
        moving: dict[ProcessKey, ProcessRate] = {}
        changed = [pid for pid, row in table.rows.items() if rows.get(pid) is not row]
        for pid in changed:
            row, before = table.rows[pid], rows.get(pid)
            if before is not None and before.key == row.key:
                rate = _between(before, row, seconds, _gpu_of(row, gpu))
            elif row.key.start > previous.time - START_SLACK:
                rate = _since_start(row, seconds, _gpu_of(row, gpu))
            else:
                rate = UNKNOWN
            if rate != _still(row, gpu):
                moving[row.key] = rate
        for pid in gpu.by_pid if gpu is not None else ():
            row = table.rows.get(pid)
            if row is not None and row.key not in moving and (share := _gpu_of(row, gpu)) != 0.0:
                moving[row.key] = _still(row, gpu)._replace(gpu=share)
        return RateTable(table.time, seconds, moving, gpu, changed, rows)


def _still(row: ProcessRow, gpu: GpuUses | None) -> ProcessRate:
    return _IDLE[row.read_bytes == row.read_bytes, gpu is not None and gpu.only_of in ("", row.user)]


def _gpu_of(row: ProcessRow, gpu: GpuUses | None) -> float:
    if gpu is None:
        return math.nan
    use = gpu.by_pid.get(row.key.pid)
    if use is not None:
        return use.share if use.share == use.share else math.nan
    return 0.0 if gpu.only_of in ("", row.user) else math.nan


def _between(before: ProcessRow, row: ProcessRow, seconds: float, gpu: float) -> ProcessRate:
    return _made(
        row.cpu_time - before.cpu_time,
        row.read_bytes - before.read_bytes,
        row.write_bytes - before.write_bytes,
        seconds,
        gpu,
    )


def _since_start(row: ProcessRow, seconds: float, gpu: float) -> ProcessRate:
    return _made(row.cpu_time, row.read_bytes, row.write_bytes, seconds, gpu)


def _made(cpu: float, read: float, write: float, seconds: float, gpu: float) -> ProcessRate:
    """The rates of what was used within ``seconds``."""
    if cpu >= 0.0 and read >= 0.0 and write >= 0.0 and (cpu + read + write) / seconds < math.inf:
        return ProcessRate(cpu / seconds, read / seconds, write / seconds, gpu)  # the usual case, in one step
    return ProcessRate(_rate(cpu, seconds), _rate(read, seconds), _rate(write, seconds), gpu)


def _rate(difference: float, seconds: float) -> float:
    if not difference >= 0.0:
        return math.nan
    rate = difference / seconds
    return rate if math.isfinite(rate) else math.nan
