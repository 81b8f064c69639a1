"""The columns of one row that the table itself does not hold, read from ``/proc/<pid>`` (Linux)."""

from __future__ import annotations

import math
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from sysmon.collectors.cgroup_tree import Group, container_of
from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_folder import OTHER_USER, ProcessFolder, open_process
from sysmon.collectors.process_lookup import ProcessLookup
from sysmon.collectors.process_maps import read_shares
from sysmon.collectors.process_status import parse_stat_tail
from sysmon.collectors.processes_linux_files import read_once
from sysmon.collectors.processes_linux_stat import parse_boot_time
from sysmon.collectors.procfs import attribute
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns, Told

_MOST_CONTAINERS: Final = 1000


class LinuxColumns:
    """`ColumnSource` of Linux. ``boot`` is the boot time in seconds since 1970 that start times count from."""

    def __init__(self, proc: Path, boot: float, names: ContainerNames) -> None:
        self._proc = proc
        self._boot = boot
        self._names = names
        self._groups: dict[str, Group] = {}
        """Containers that were seen, by their id: names are looked up once for all of them."""

    def unknown(self, column: Column) -> str | None:
        """See `ColumnSource.unknown`."""
        if column is Column.IO_WAIT and attribute(self._proc / "sys/kernel/task_delayacct") == "0":
            return "the kernel does not count it; sysctl kernel.task_delayacct=1 turns it on"
        return None

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        """See `ColumnSource.read`."""
        columns, refused = before, None
        with open_process(self._proc, self._boot, key) as folder:
            if Column.MEMORY in due:
                columns, refused = _memory(folder, columns)
            if Column.GROUP in due:
                columns = self._group(key, columns)
            if Column.IO_WAIT in due:
                columns = columns._replace(io_wait=_waited(folder))
        # Only now is it sure that all this was of one and the same process.
        return Told(columns, refused)

    def _group(self, key: ProcessKey, columns: ExtraColumns) -> ExtraColumns:
        path = ProcessLookup(self._proc).cgroup(key)
        group = container_of(path)
        if group is not None and group.container not in self._groups:
            if len(self._groups) >= _MOST_CONTAINERS:
                self._groups.clear()
            self._groups[group.container] = group
            self._names.refresh(list(self._groups.values()))
        return columns._replace(cgroup=path, container=self._names.name(group) if group else "")


def read_boot_time(proc: Path) -> float:
    """When the machine booted, in seconds since 1970. Raises CollectorUnavailable."""
    try:
        return float(parse_boot_time(read_once(f"{proc}/stat", 1 << 20)))
    except (OSError, ValueError) as error:
        raise CollectorUnavailable(f"{proc}/stat does not tell when the machine booted") from error


def _memory(folder: ProcessFolder, columns: ExtraColumns) -> tuple[ExtraColumns, bool]:
    """The columns with PSS and swap, and whether those may not be read."""
    if folder.kernel or folder.zombie:
        return columns._replace(pss=0.0, swap=0.0), False
    shares = read_shares(folder)
    if shares.value is None:
        return columns._replace(pss=math.nan, swap=math.nan), shares.missing == OTHER_USER
    return columns._replace(pss=shares.value.pss, swap=shares.value.swap), False


def _waited(folder: ProcessFolder) -> float:
    try:
        return parse_stat_tail(folder.line).waited / os.sysconf("SC_CLK_TCK")
    except ValueError:
        return math.nan
