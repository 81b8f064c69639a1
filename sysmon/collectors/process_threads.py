"""The threads of one process (Linux): ``/proc/<pid>/task``, proc_pid_task(5).

A thread that ends meanwhile is left out. Knows no rate.
"""

from __future__ import annotations

import os
from typing import Final

from sysmon.collectors.process_folder import ProcessFolder
from sysmon.collectors.processes_linux_stat import HOT_BYTES, parse_stat
from sysmon.model.process_details import Section, ThreadFacts

MOST_THREADS: Final = 2000
"""Threads that are looked at, about 20 ms of work; a process may have tens of thousands."""


def read_threads(folder: ProcessFolder, boot: float) -> Section[ThreadFacts]:
    """The threads with the lowest ids: the first one and the oldest. ``boot`` as for `open_process`."""
    try:
        tids, cut = folder.numbers("task", MOST_THREADS)
        with folder.below("task") as descriptor:
            found = [thread for tid in tids if (thread := _read(descriptor, tid, boot)) is not None]
    except OSError as error:
        return Section(missing=folder.reason(error))
    return Section(tuple(found), cut=cut)


def _read(tasks: int, tid: int, boot: float) -> ThreadFacts | None:
    try:
        descriptor = os.open(f"{tid}/stat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=tasks)
        try:
            fields = parse_stat(os.read(descriptor, HOT_BYTES))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    return ThreadFacts(
        tid, fields.name.decode("utf-8", "replace"), fields.state, fields.ticks / ticks, boot + fields.start / ticks
    )
