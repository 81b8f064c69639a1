"""Reading process tables in tests."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sysmon.collectors.processes_linux import LinuxProcessReader
from sysmon.model.process import ProcessRow, ProcessTable

_seconds = itertools.count(1000.0)


@contextlib.contextmanager
def reader(root: Path = Path("/proc"), most: int | None = None) -> Iterator[LinuxProcessReader]:
    """A reader that is closed on the way out."""
    opened = LinuxProcessReader(root, most)
    try:
        yield opened
    finally:
        opened.close()


def read(of: LinuxProcessReader, time: float | None = None, with_io: bool = False) -> ProcessTable:
    """One table, a second after the one before where ``time`` is not said."""
    return of.read("here", next(_seconds) if time is None else time, with_io)


def named(table: ProcessTable, pid: int, name: str) -> bool:
    """Whether the process is there under this name."""
    row: ProcessRow | None = table.rows.get(pid)
    return row is not None and row.name == name


def until(of: LinuxProcessReader, holds: Callable[[ProcessTable], bool], with_io: bool = False) -> ProcessTable:
    """Read until ``holds``; what a process of its own does takes its time."""
    deadline = time.monotonic() + 20.0
    while time.monotonic() < deadline:
        table = read(of, with_io=with_io)
        if holds(table):
            return table
        os.sched_yield()
    raise AssertionError("it did not come about within 20 s")


def descriptors() -> int:
    """How many descriptors this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
