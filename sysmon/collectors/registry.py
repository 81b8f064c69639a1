"""Which collectors this machine has: one explicit tuple for Linux, one for every other system.

The modules are imported inside the functions, so that a machine loads only its own readers.
"""

from __future__ import annotations

import sys as interpreter
from collections.abc import Callable
from pathlib import Path

from sysmon.collectors.contract import Collector


def local_collectors(proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> list[Collector]:
    """New collectors for every family of this machine, processes excepted.

    ``proc`` and ``sys`` are the roots that the Linux readers use; nothing is read yet.
    """
    if interpreter.platform == "linux":
        return [factory(proc, sys) for factory in _linux()]
    return []


def _linux() -> tuple[Callable[[Path, Path], Collector], ...]:
    from sysmon.collectors.cpu import CpuCollector
    from sysmon.collectors.load import LoadCollector
    from sysmon.collectors.memory import MemoryCollector

    return (
        CpuCollector,
        LoadCollector,
        MemoryCollector,
    )
