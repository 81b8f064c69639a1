"""The process table: rows of facts, identity by (pid, start time).

A table is what the collector saw at one instant. CPU time and I/O stay counters in it;
`sysmon.pipeline.process_rates` makes rates of two tables. A row that did not change from one
table to the next is the *same object*: most processes idle, so differences, rates and screens
cost only what changed. Knows no clock and no source.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from sysmon.model.sample import Missing

SAME_START: Final = 1.5
"""Seconds by which two readings of one start time may differ: it counts from a boot time that the
system tells in whole seconds, and that moves when the clock is set."""


class ProcessKey(NamedTuple):
    """What a process is: a PID alone is used again, with its start time it is not."""

    pid: int
    start: float
    """Start time in seconds since 1970, as exact as the system tells it (Linux: 1/100 s)."""


class ProcessRow(NamedTuple):
    """One process at one instant. Bytes and seconds; NaN where the system does not tell us."""

    key: ProcessKey
    parent: int
    """PID of the parent, 0 for none."""
    name: str
    """Name as the kernel keeps it (Linux: at most 15 bytes, may hold any character)."""
    user: str
    """Name of the effective user, or the number where no name is known."""
    state: str
    """One of the words of `PROCESS_STATES`."""
    nice: int
    threads: int
    cpu_time: float
    """User and system time so far, in seconds: a counter."""
    memory: float
    """Resident memory in bytes."""
    read_bytes: float
    """Bytes fetched from disks so far: a counter, NaN where not permitted or not asked for."""
    write_bytes: float
    """Bytes sent to disks so far: a counter, NaN where not permitted or not asked for."""
    command: str
    """Command line, words joined by spaces, cut at 4096 characters; empty for kernel threads."""
    kernel: bool
    """True for a thread of the kernel."""


PROCESS_STATES = ("running", "sleeping", "disk", "stopped", "traced", "zombie", "dead", "idle", "unknown")


class GpuUse(NamedTuple):
    """What one process uses of all GPUs together; NaN where the driver does not tell."""

    share: float
    """1.0 is one GPU busy all the time."""
    memory: float
    """Bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class GpuUses:
    """Who uses GPUs, by PID. Whoever is not in it uses none, as far as that is seen."""

    by_pid: Mapping[int, GpuUse]
    only_of: str = ""
    """The user whose processes alone are seen; empty where everybody's are."""


@dataclass(frozen=True, slots=True, eq=False)
class ProcessTable:
    """All processes of a host at one instant.

    ``time`` is steady wall time in seconds, as in a batch. ``missing`` says what could not be
    read, and why. ``rows`` maps PID to row. ``gpu`` is None where no driver tells who uses GPUs.
    """

    host: str
    time: float
    rows: Mapping[int, ProcessRow]
    missing: tuple[Missing, ...] = ()
    gpu: GpuUses | None = None
    cost: float = math.nan
    """Seconds of CPU that reading it took; NaN where that is not known."""
