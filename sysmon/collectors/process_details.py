"""What reads the details of one process, and which reader this system has.

Every method may take long (milliseconds to a second for a process with very much of something), so
they are called off any screen, and only for the tab that is open. Knows no rate:
`sysmon.pipeline.thread_rates` makes shares of two readings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import (
    Fact,
    FileFacts,
    MapsSummary,
    ProcessFacts,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)


class DetailReader(Protocol):
    """One method per tab. Keeps nothing open between calls; safe to use from several threads.

    Every method makes sure before and after reading that the PID is still ``key``, and raises
    `ProcessGone` where it is not. What cannot be read says why.
    """

    def facts(self, key: ProcessKey, *, shares: bool = False) -> ProcessFacts:
        """What the process is. ``shares`` reads its PSS too, which costs the kernel a walk over its pages."""
        ...

    def threads(self, key: ProcessKey) -> Section[ThreadFacts]:
        """Its threads, the first one first."""
        ...

    def files(self, key: ProcessKey) -> Section[FileFacts]:
        """Its descriptors, sockets included, by number."""
        ...

    def sockets(self, key: ProcessKey) -> Section[SocketFacts]:
        """Its sockets, by number."""
        ...

    def environment(self, key: ProcessKey) -> Section[tuple[str, str]]:
        """Names and values that it was started with, of one's own processes; root sees everybody's."""
        ...

    def maps(self, key: ProcessKey) -> Fact[MapsSummary]:
        """Its memory by what is mapped."""
        ...

    def signals(self, key: ProcessKey) -> Fact[SignalFacts]:
        """What it does with which signal."""
        ...


def open_detail_reader(
    proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup"), boot: float | None = None
) -> DetailReader:
    """A new reader for this system; nothing is read yet.

    The roots are those that the Linux reader uses. ``boot`` is the boot time in seconds since 1970 that start times
    of keys count from (Linux). Where it is not given it is read at first use, which has to be before the
    clock is set by more than `SAME_START`.
    """
    if sys.platform == "linux":
        from sysmon.collectors.process_details_linux import LinuxDetailReader

        return LinuxDetailReader(proc, cgroups, boot)
    from sysmon.collectors.process_details_psutil import PsutilDetailReader

    return PsutilDetailReader()
