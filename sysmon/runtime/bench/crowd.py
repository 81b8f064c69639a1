"""A crowd of processes that do nothing, for benchmarks that need many of them; what a tree of processes costs.

Linux only for the costs. Knows no benchmark.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST: Final = 900
"""Seconds after which a sleeper ends by itself, should this program be killed."""


@contextlib.contextmanager
def crowd(count: int, command: Sequence[str] = ()) -> Generator[list[int]]:
    """Run ``count`` processes that sleep, and give their PIDs; they are ended and reaped on the way out.

    ``command`` runs instead of ``sleep``. Raises OSError where so many cannot be started.
    """
    words = list(command) or _sleep()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            processes.append(  # noqa: PERF401 - those that run must be known when the next fails
                subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
            )
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def _sleep() -> list[str]:
    found = shutil.which("sleep")
    return [found, str(_LONGEST)] if found else [sys.executable, "-c", f"import time; time.sleep({_LONGEST})"]


def processes_now(proc: Path = Path("/proc")) -> int:
    """How many processes the machine runs. Linux."""
    return sum(entry.name.isdigit() for entry in proc.iterdir())


@dataclass(frozen=True, slots=True)
class TreeUsage:
    """What a process and all its descendants cost so far."""

    processes: int
    threads: int
    cpu_seconds: float
    """User and system time, of children that ended and were waited for too; finer than a tick where the kernel tells."""
    resident_bytes: int
    """Sum of the resident sizes: shared pages count in each."""


def tree_usage(root: int, proc: Path = Path("/proc")) -> TreeUsage:
    """What the tree below process ``root`` (which counts too) costs now. Linux.

    Raises ProcessLookupError where there is no such process.
    """
    lines = dict(_stat_lines(proc))
    if root not in lines:
        raise ProcessLookupError(f"no process {root}")
    children: dict[int, list[int]] = {}
    for pid, fields in lines.items():
        children.setdefault(int(fields[1]), []).append(pid)
    tree, left = [root], [root]
    while left:
        found = children.get(left.pop(), [])
        tree += found
        left += found
    return TreeUsage(
        len(tree),
        sum(int(lines[pid][17]) for pid in tree),
        sum(_seconds(proc / str(pid), lines[pid]) for pid in tree),
        sum(int(lines[pid][21]) for pid in tree) * os.sysconf("SC_PAGE_SIZE"),
    )


def _seconds(process: Path, fields: list[bytes]) -> float:
    """CPU time of one process and of its children that ended.

    ``stat`` counts whole ticks of 10 ms: an X server that needs 4 ms in ten seconds shows none. ``schedstat`` counts
    nanoseconds, but of threads that live only (proc_pid_schedstat(5)); so the greater of both is nearer.
    """
    tick = os.sysconf("SC_CLK_TCK")
    own, children = (sum(map(int, part)) / tick for part in (fields[11:13], fields[13:15]))
    nanoseconds = 0
    for thread in (process / "task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            nanoseconds += int(thread.read_bytes().split()[0])
    return max(own, nanoseconds / 1e9) + children


def _stat_lines(proc: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The fields behind the name of every ``/proc/<pid>/stat`` (proc_pid_stat(5)): state is number 0."""
    for entry in proc.iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "stat").read_bytes()
            except OSError:
                continue  # it ended meanwhile
            yield int(entry.name), line[line.rfind(b")") + 2 :].split()
