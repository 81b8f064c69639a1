"""What a reader of processes is, and which one this system has.

The readers themselves are in `processes_linux` and `processes_psutil`, imported only where they
are used. Knows no rate and no grouping: `sysmon.pipeline.process_rates` makes those of two tables.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from sysmon.model.process import ProcessTable


class ProcessReader(Protocol):
    """Reads the table of all processes of this machine. Used by one thread at a time."""

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        """All processes now, as the table of ``host`` at ``time`` (steady wall time in seconds).

        A row that did not change since the last table is the same object. A process that ends
        while it is read is absent. ``with_io`` reads the I/O counters too; without it they are NaN.
        Raises CollectorUnavailable where this system does not tell its processes at all.
        """
        ...

    def close(self) -> None:
        """Give back every descriptor. Idempotent; `read` is not called afterwards."""
        ...


def open_process_reader(proc: Path = Path("/proc")) -> ProcessReader:
    """A new reader for this system. ``proc`` is the root that the Linux reader uses; nothing is read yet."""
    if sys.platform == "linux":
        from sysmon.collectors.processes_linux import LinuxProcessReader

        return LinuxProcessReader(proc)
    from sysmon.collectors.processes_psutil import PsutilProcessReader

    return PsutilProcessReader()
