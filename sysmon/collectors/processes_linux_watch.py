"""Many kept descriptors read in one go, and only what changed comes out.

The loops run inside the interpreter's own iterators: for files that the kernel answers within a
microsecond, a loop in Python would cost as much again. Knows no format.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import compress, repeat
from operator import ne
from typing import Final

from sysmon.collectors.processes_linux_entry import LinuxProcess
from sysmon.collectors.processes_linux_stat import HOT_BYTES

GONE: Final = b""
"""The answer of a descriptor that cannot be read any more: its process ended, or refuses now."""
_UNKNOWN: Final = b"?"
"""Never the content of a watched file, so that the next sweep finds a difference."""


class Watch:
    """Kept descriptors of many processes, read together: only what changed since the last time comes back."""

    def __init__(self) -> None:
        self._members: set[LinuxProcess] = set()
        self._processes: list[LinuxProcess] = []
        self._descriptors: list[int] = []
        self._seen: list[bytes] = []

    def __len__(self) -> int:
        return len(self._processes)

    def add(self, process: LinuxProcess, descriptor: int) -> None:
        self._members.add(process)
        self._processes.append(process)
        self._descriptors.append(descriptor)
        self._seen.append(_UNKNOWN)

    def discard(self, leaving: set[LinuxProcess]) -> None:
        """Stop watching; the descriptors stay open."""
        if self._members.isdisjoint(leaving):
            return
        self._members -= leaving
        stays = [process not in leaving for process in self._processes]
        self._processes = list(compress(self._processes, stays))
        self._descriptors = list(compress(self._descriptors, stays))
        self._seen = list(compress(self._seen, stays))

    def changed(self) -> Iterator[tuple[LinuxProcess, bytes]]:
        """Read every descriptor, and give the processes whose bytes differ; `GONE` for those that ended."""
        now: list[bytes] = []
        answers = map(os.pread, self._descriptors, repeat(HOT_BYTES), repeat(0))
        while True:
            try:
                now.extend(answers)
                break
            except OSError:
                # What came before stays in the list, and the iterator goes on behind the one that ended.
                now.append(GONE)
        before, self._seen = self._seen, now
        return compress(zip(self._processes, now, strict=True), map(ne, now, before))
