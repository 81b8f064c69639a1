"""The process table through psutil, for Windows and macOS (and any system psutil knows).

Figures are asked one process at a time, so what cannot change is asked once per process: user,
parent (Windows), command line, start. Knows no rate and no grouping.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeVar

import psutil

from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Missing

_Fact = TypeVar("_Fact")
_COMMAND_LENGTH: Final = 4096

_STATES: Final = {
    psutil.STATUS_RUNNING: "running",
    psutil.STATUS_SLEEPING: "sleeping",
    psutil.STATUS_DISK_SLEEP: "disk",
    psutil.STATUS_STOPPED: "stopped",
    psutil.STATUS_TRACING_STOP: "traced",
    psutil.STATUS_ZOMBIE: "zombie",
    psutil.STATUS_DEAD: "dead",
    psutil.STATUS_IDLE: "idle",
    psutil.STATUS_PARKED: "idle",
    psutil.STATUS_WAITING: "sleeping",
    psutil.STATUS_LOCKED: "sleeping",
}

_WINDOWS_NICE: Final = {64: 19, 16384: 10, 32: 0, 32768: -5, 128: -10, 256: -20}
"""Priority classes of Windows (SetPriorityClass) as the nice values that mean the same."""


class _Fixed(NamedTuple):
    """What is asked once per process."""

    name: str
    user: str
    command: str
    parent: int


class PsutilProcessReader:
    """`ProcessReader` through psutil. ``processes`` lists them; ``windows`` chooses the meaning of nice and PID 0."""

    def __init__(
        self,
        processes: Callable[[], Iterable[psutil.Process]] = psutil.process_iter,
        windows: bool = sys.platform == "win32",
    ) -> None:
        self._processes = processes
        self._windows = windows
        self._fixed: dict[ProcessKey, _Fixed] = {}
        self._rows: dict[int, ProcessRow] = {}

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        """See `ProcessReader.read`."""
        tells_io = hasattr(psutil.Process, "io_counters")
        rows: dict[int, ProcessRow] = {}
        denied = False
        try:
            for process in self._processes():
                if self._windows and process.pid == 0:
                    continue  # the idle loop of the CPUs, no process
                row = self._row(process, with_io and tells_io)
                if row is not None:
                    before = self._rows.get(row.key.pid)
                    rows[row.key.pid] = before if before is not None and _same(before, row) else row
                    denied |= math.isnan(row.cpu_time)
        except (psutil.AccessDenied, OSError) as error:
            raise CollectorUnavailable("the system does not list its processes") from error
        self._rows = rows
        alive = {row.key for row in rows.values()}
        self._fixed = {key: fixed for key, fixed in self._fixed.items() if key in alive}
        return ProcessTable(host, time, rows, _explain(denied, with_io and not tells_io))

    def close(self) -> None:
        """See `ProcessReader.close`. Nothing is kept open."""

    def _row(self, process: psutil.Process, with_io: bool) -> ProcessRow | None:
        """The row of a process now, None where it ended meanwhile or may not be seen at all."""
        try:
            with process.oneshot():
                key = ProcessKey(process.pid, process.create_time())
                fixed = self._fixed[key] = self._ask_fixed(process, self._fixed.get(key))
                times, memory, nice = _ask(process.cpu_times), _ask(process.memory_info), _ask(process.nice)
                io = _ask(process.io_counters) if with_io else None
                return ProcessRow(
                    key,
                    fixed.parent,
                    fixed.name,
                    fixed.user,
                    _STATES.get(_ask(process.status) or "", "unknown"),
                    0 if nice is None else _WINDOWS_NICE.get(int(nice), 0) if self._windows else int(nice),
                    _ask(process.num_threads) or 0,
                    math.nan if times is None else times.user + times.system,
                    math.nan if memory is None else float(memory.rss),
                    math.nan if io is None else float(io.read_bytes),
                    math.nan if io is None else float(io.write_bytes),
                    fixed.command,
                    process.pid == (4 if self._windows else 0),
                )
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            return None

    def _ask_fixed(self, process: psutil.Process, known: _Fixed | None) -> _Fixed:
        """Everything for a new process; for a known one only what exec and the death of its parent change."""
        if known is None:
            command = " ".join(_ask(process.cmdline) or ())[:_COMMAND_LENGTH]
            return _Fixed(process.name(), _ask(process.username) or "", command, _ask(process.ppid) or 0)
        if self._windows:
            return known  # neither happens there, and psutil reads the whole table for each parent
        return known._replace(parent=process.ppid(), name=process.name())


def _ask(call: Callable[[], _Fact]) -> _Fact | None:
    """The answer of psutil, None where it is refused. Raises NoSuchProcess where the process ended."""
    try:
        return call()
    except (psutil.AccessDenied, psutil.ZombieProcess, NotImplementedError):
        return None


def _same(before: ProcessRow, row: ProcessRow) -> bool:
    """Equal, NaN being equal to NaN."""
    return before == row or all(a == b or (a != a and b != b) for a, b in zip(before, row, strict=True))


def _explain(denied: bool, no_io: bool) -> tuple[Missing, ...]:
    found: list[Missing] = []
    if denied:
        found.append(Missing("figures of other users' processes", "needs administrator rights"))
    if no_io:
        found.append(Missing("I/O of processes", "this system does not tell it"))
    return tuple(found)
