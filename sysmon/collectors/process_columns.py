"""Columns of the process table that are read only for the rows in view, and only where they are shown.

The table itself holds what a sweep over all processes gets for next to nothing; these cost a walk
over pages or files for each process. Every answer is kept for a while: the dearer it was, the
longer. Knows no screen: whoever shows rows says which.
"""

from __future__ import annotations

import enum
import math
import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from sysmon.collectors.cgroup_tree import container_of
from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.gpu_part import GpuProcess
from sysmon.collectors.process_folder import OTHER_USER, ProcessFolder, open_process
from sysmon.collectors.process_lookup import ProcessLookup
from sysmon.collectors.process_maps import read_shares
from sysmon.collectors.process_status import parse_stat_tail
from sysmon.collectors.procfs import attribute
from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.sample import Missing

THRIFT: Final = 50.0
"""An answer is kept for so many times as long as it took: the columns of one row cost at most 2 % of a core."""
LONGEST_AGE: Final = 60.0
MOST_KEPT: Final = 1000
"""Rows whose answers are kept after they went out of view."""
MOST_ROWS: Final = 200
"""Rows of one reading; more are not in view at once."""


class Column(enum.Enum):
    """A column, or two that one file tells."""

    MEMORY = "memory"
    """PSS and swap."""
    GROUP = "group"
    """Control group and container."""
    IO_WAIT = "I/O wait"
    GPU = "GPU"


_AGES: Final = {Column.MEMORY: 5.0, Column.GROUP: 15.0, Column.IO_WAIT: 0.5, Column.GPU: 1.5}
"""Seconds for which an answer is good at least."""


class ExtraColumns(NamedTuple):
    """The columns of one row. NaN and None for what was not asked for or is not known; "" for none."""

    pss: float = math.nan
    """Bytes."""
    swap: float = math.nan
    """Bytes."""
    cgroup: str | None = None
    container: str | None = None
    """Name of the innermost container."""
    io_wait: float = math.nan
    """Seconds that the first thread waited for disks so far: a counter."""
    gpu_memory: float = math.nan
    """Bytes, on all GPUs together."""
    gpu_share: float = math.nan
    """Share of a GPU in the last moments, summed over GPUs (NVIDIA)."""
    gpu_time: float = math.nan
    """Seconds on the engines of GPUs so far: a counter (AMD, Intel)."""


@dataclass(slots=True)
class _Kept:
    """What is known of one row, and until when."""

    columns: ExtraColumns = field(default_factory=ExtraColumns)
    refused: bool = False
    """Whether its memory may not be read."""
    good_until: dict[Column, float] = field(default_factory=dict[Column, float])


class ProcessColumns:
    """Reads columns. One thread at a time: that of the GPU collector where ``gpu`` is its `processes`.

    ``boot`` is the boot time in seconds since 1970 that start times count from.
    """

    def __init__(
        self,
        proc: Path,
        boot: float,
        gpu: Callable[[], Sequence[GpuProcess]] | None = None,
        names: ContainerNames | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._proc = proc
        self._boot = boot
        self._gpu = gpu
        self._names = names or ContainerNames()
        self._clock = clock
        self._kept: dict[ProcessKey, _Kept] = {}
        self._waits = False
        self.missing: tuple[Missing, ...] = ()
        """What the last reading could not tell, and why."""

    def read(self, keys: Sequence[ProcessKey], wanted: Collection[Column]) -> dict[ProcessKey, ExtraColumns]:
        """The columns of the rows in view, at most `MOST_ROWS`; a process that was found gone is absent."""
        now = self._clock()
        self._waits = Column.IO_WAIT in wanted and attribute(self._proc / "sys/kernel/task_delayacct") != "0"
        inside = keys[:MOST_ROWS]
        gpu = self._ask_gpu(inside, wanted, now)
        found: dict[ProcessKey, ExtraColumns] = {}
        for key in inside:
            kept = self._kept.pop(key, None) or _Kept()
            due = [column for column in wanted if not now < kept.good_until.get(column, -math.inf)]
            try:
                self._bring_up_to_date(key, kept, due, gpu)
            except ProcessGone:
                continue
            except PermissionError:
                kept = _Kept(refused=True)
            self._kept[key] = kept  # at the end: what was in view last is forgotten last
            found[key] = kept.columns
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self.missing = tuple(self._explain(wanted, any(self._kept[key].refused for key in found)))
        return found

    def __len__(self) -> int:
        """Rows whose answers are kept."""
        return len(self._kept)

    def _bring_up_to_date(
        self, key: ProcessKey, kept: _Kept, due: Collection[Column], gpu: dict[int, ExtraColumns]
    ) -> None:
        if not due:
            return
        columns, refused = kept.columns, kept.refused
        ages: dict[Column, float] = {}
        with open_process(self._proc, self._boot, key) as folder:
            for column in due:
                begun = self._clock()
                if column is Column.MEMORY:
                    columns, refused = _memory(folder, columns)
                else:
                    columns = self._read(folder, column, columns, gpu)
                ages[column] = min(max(_AGES[column], THRIFT * (self._clock() - begun)), LONGEST_AGE)
        # Only now is it sure that all this was of one and the same process.
        kept.columns, kept.refused = columns, refused
        now = self._clock()
        kept.good_until.update({column: now + age for column, age in ages.items()})

    def _read(
        self, folder: ProcessFolder, column: Column, columns: ExtraColumns, gpu: dict[int, ExtraColumns]
    ) -> ExtraColumns:
        if column is Column.GROUP:
            return self._group(folder.key, columns)
        if column is Column.IO_WAIT:
            return columns._replace(io_wait=_waited(folder) if self._waits else math.nan)
        # Descriptors of others are not seen: whether they lead to a GPU is not known.
        absent = _NO_GPU if self._gpu is not None and folder.ours() else _UNKNOWN
        told = gpu.get(folder.key.pid, absent)
        return columns._replace(gpu_memory=told.gpu_memory, gpu_share=told.gpu_share, gpu_time=told.gpu_time)

    def _group(self, key: ProcessKey, columns: ExtraColumns) -> ExtraColumns:
        path = ProcessLookup(self._proc).cgroup(key)
        group = container_of(path)
        if group is not None:
            self._names.refresh([group])
        return columns._replace(cgroup=path, container=self._names.name(group) if group else "")

    def _ask_gpu(self, keys: Sequence[ProcessKey], wanted: Collection[Column], now: float) -> dict[int, ExtraColumns]:
        """Asked once for all rows, and only where one of them is due."""
        if self._gpu is None or Column.GPU not in wanted:
            return {}
        known = (self._kept.get(key) for key in keys)
        if all(kept is not None and now < kept.good_until.get(Column.GPU, -math.inf) for kept in known):
            return {}
        return _by_process(self._gpu())

    def _explain(self, wanted: Collection[Column], refused: bool) -> Iterable[Missing]:
        if Column.MEMORY in wanted and refused:
            yield Missing("PSS and swap of other users' processes", "needs administrator rights")
        if Column.IO_WAIT in wanted and not self._waits:
            yield Missing("I/O wait", "the kernel does not count it; sysctl kernel.task_delayacct=1 turns it on")
        if Column.GPU in wanted and self._gpu is None:
            yield Missing("GPU of processes", "no GPU was found that tells it")


_UNKNOWN: Final = ExtraColumns()
_NO_GPU: Final = ExtraColumns(gpu_memory=0.0, gpu_share=0.0, gpu_time=0.0)


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


def _by_process(used: Iterable[GpuProcess]) -> dict[int, ExtraColumns]:
    found: dict[int, ExtraColumns] = {}
    for one in used:
        before = found.get(one.pid, ExtraColumns())
        found[one.pid] = before._replace(
            gpu_memory=_plus(before.gpu_memory, one.memory),
            gpu_share=_plus(before.gpu_share, one.utilization),
            gpu_time=_plus(before.gpu_time, one.engine_time),
        )
    return found


def _plus(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else one + other
