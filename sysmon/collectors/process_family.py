"""The parents and children of one process (Linux), each with its start time, so that it can be gone to.

Children are told by ``/proc/<pid>/task/<tid>/children`` (proc_pid_task(5)); kernels without that file
are asked for the parent of every process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sysmon.collectors.process_folder import HIDDEN, ProcessFolder
from sysmon.collectors.process_threads import MOST_THREADS
from sysmon.collectors.processes_linux_files import read_once
from sysmon.collectors.processes_linux_stat import HOT_BYTES, StatLine, parse_stat
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Relative, Section

MOST_CHILDREN: Final = 1000
MOST_LOOKED: Final = 50_000
"""Processes that are asked for their parent where the kernel does not list children."""
_DEEPEST: Final = 64
"""Generations that are followed upwards."""
_LIST_BYTES: Final = 1 << 20


def parse_children(text: bytes) -> tuple[int, ...]:
    """The PIDs of a ``children`` file. Never fails."""
    return tuple(int(word) for word in text.split() if word.isdigit())


def read_parents(proc: Path, boot: float, parent: int) -> Section[Relative]:
    """The parent of PID ``parent`` first, then its parent, up to the first process."""
    found: list[Relative] = []
    pid = parent
    while pid > 0:
        if len(found) >= _DEEPEST:
            return Section(tuple(found), f"only {_DEEPEST} generations are followed")
        try:
            stat = _stat(proc, pid)
        except PermissionError:
            return Section(tuple(found), HIDDEN)
        except (OSError, ValueError):
            return Section(tuple(found), f"process {pid} has ended, or is hidden")
        found.append(_relative(pid, stat, boot))
        pid = stat.parent
    return Section(tuple(found))


def read_children(folder: ProcessFolder, proc: Path, boot: float) -> Section[Relative]:
    """The children of all threads, by PID. One that ends meanwhile is left out."""
    try:
        pids, cut = _listed(folder)
    except FileNotFoundError:
        pids, cut = _looked_for(proc, folder.key.pid)
    except OSError as error:
        return Section(missing=folder.reason(error))
    children = sorted(pids)
    cut += max(0, len(children) - MOST_CHILDREN)
    return Section(tuple(_known(proc, boot, children[:MOST_CHILDREN])), cut=cut)


def _listed(folder: ProcessFolder) -> tuple[set[int], int]:
    """Raises FileNotFoundError where the kernel has no such list."""
    pids: set[int] = set()
    tids, _ = folder.numbers("task", MOST_THREADS)
    for tid in tids:
        try:
            pids.update(parse_children(folder.read(f"task/{tid}/children", _LIST_BYTES)))
        except FileNotFoundError:
            if tid == folder.key.pid:
                raise
        except ProcessLookupError:
            continue  # the thread ended
    return pids, 0


def _looked_for(proc: Path, parent: int) -> tuple[set[int], int]:
    pids: set[int] = set()
    cut = 0
    with os.scandir(proc) as entries:
        for count, entry in enumerate(entry for entry in entries if entry.name.isdecimal()):
            if count >= MOST_LOOKED:
                cut = 1
                break
            try:
                if _stat(proc, int(entry.name)).parent == parent:
                    pids.add(int(entry.name))
            except (OSError, ValueError):
                continue
    return pids, cut


def _known(proc: Path, boot: float, pids: Iterable[int]) -> Iterator[Relative]:
    for pid in pids:
        try:
            yield _relative(pid, _stat(proc, pid), boot)
        except (OSError, ValueError):
            continue


def _stat(proc: Path, pid: int) -> StatLine:
    return parse_stat(read_once(f"{proc}/{pid}/stat", HOT_BYTES))


def _relative(pid: int, stat: StatLine, boot: float) -> Relative:
    start = boot + stat.start / os.sysconf("SC_CLK_TCK")
    return Relative(ProcessKey(pid, start), stat.name.decode("utf-8", "replace"))
