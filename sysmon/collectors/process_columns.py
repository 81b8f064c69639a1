"""Columns of the process table that are read only for the rows in view, and only where they are shown.

The table itself holds what a sweep over all processes gets for next to nothing; these cost a walk
over pages or files for each process. Every answer is kept for a while: the dearer it was, the
longer. Knows no screen: whoever shows rows says which.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from sysmon.collectors.gpu_part import GpuProcess
from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns, Told
from sysmon.model.sample import Missing

THRIFT: Final = 50.0
"""Memory is kept for so many times as long as it took to read: that of one row costs at most 2 % of a core."""
LONGEST_AGE: Final = 60.0
MOST_KEPT: Final = 1000
"""Rows whose answers are kept after they went out of view."""
MOST_ROWS: Final = 200
"""Rows of one reading; more are not in view at once."""


_AGES: Final = {Column.MEMORY: 5.0, Column.GROUP: 15.0, Column.IO_WAIT: 0.5, Column.GPU: 1.5}
"""Seconds for which an answer is good at least."""


class ColumnSource(Protocol):
    """Reads columns of one process, without keeping anything."""

    def unknown(self, column: Column) -> str | None:
        """Why nobody's ``column`` is known now, or None. Completes the sentence "unavailable, because …"."""
        ...

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        """``before`` with the columns ``due`` as they are now, but for `Column.GPU`.

        Raises ProcessGone, and PermissionError where the system does not tell whose PID it is.
        """
        ...


class _NoColumns:
    """Systems without such files."""

    def unknown(self, column: Column) -> str | None:
        return None if column is Column.GPU else "this system does not tell it"

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        del key, due
        return Told(before, None, ours=True)


@dataclass(slots=True)
class _Kept:
    """What is known of one row, and until when."""

    columns: ExtraColumns = field(default_factory=ExtraColumns)
    refused: bool = False
    """Whether its memory may not be read."""
    good_until: dict[Column, float] = field(default_factory=dict[Column, float])


class ProcessColumns:
    """Reads columns and keeps them. One thread at a time: that of the GPU collector where ``gpu`` is its `processes`."""

    def __init__(
        self,
        source: ColumnSource,
        gpu: Callable[[], Sequence[GpuProcess]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._gpu = gpu
        self._clock = clock
        self._kept: dict[ProcessKey, _Kept] = {}
        self._unknown: tuple[Missing, ...] = ()
        self.missing: tuple[Missing, ...] = ()
        """What the last reading could not tell, and why."""

    def __len__(self) -> int:
        """Rows whose answers are kept."""
        return len(self._kept)

    def read(self, keys: Sequence[ProcessKey], wanted: Collection[Column]) -> dict[ProcessKey, ExtraColumns]:
        """The columns of the rows in view, at most `MOST_ROWS`; a process that was found gone is absent."""
        missing = tuple(self._explain(wanted))
        if missing != self._unknown:
            self._kept.clear()  # what is not told any more must not stand still
            self._unknown = missing
        known = [column for column in wanted if column.value not in {each.subject for each in missing}]
        inside = keys[:MOST_ROWS]
        gpu = self._ask_gpu(inside) if Column.GPU in known else {}
        found: dict[ProcessKey, ExtraColumns] = {}
        refused = False
        for key in inside:
            kept = self._kept.pop(key, None) or _Kept()
            try:
                self._bring_up_to_date(key, kept, known, gpu)
            except ProcessGone:
                continue
            except PermissionError:
                kept = _Kept(refused=True)
            self._kept[key] = kept  # at the end: what was in view last is forgotten last
            found[key] = kept.columns
            refused |= kept.refused
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        hidden = (Missing("PSS and swap of other users' processes", "needs administrator rights"),)
        self.missing = missing + hidden if refused and Column.MEMORY in known else missing
        return found

    def _bring_up_to_date(
        self, key: ProcessKey, kept: _Kept, known: Collection[Column], gpu: dict[int, ExtraColumns]
    ) -> None:
        begun = self._clock()
        due = [column for column in known if not begun < kept.good_until.get(column, -math.inf)]
        if not due:
            return
        columns, refused, ours = self._source.read(key, due, kept.columns)
        now = self._clock()
        if Column.GPU in due:
            # What others hold open is not seen: whether they use a GPU is not known.
            used = gpu.get(key.pid, _NO_GPU if ours else _UNKNOWN)
            columns = columns._replace(gpu_memory=used.gpu_memory, gpu_share=used.gpu_share, gpu_time=used.gpu_time)
        kept.columns = columns
        kept.refused = kept.refused if refused is None else refused
        for column in due:
            kept.good_until[column] = now + _AGES[column]
        if Column.MEMORY in due:
            kept.good_until[Column.MEMORY] = now + min(max(_AGES[Column.MEMORY], THRIFT * (now - begun)), LONGEST_AGE)

    def _ask_gpu(self, keys: Sequence[ProcessKey]) -> dict[int, ExtraColumns]:
        """Asked once for all rows, and only where one of them is due."""
        now = self._clock()
        kept = [self._kept.get(key) for key in keys]
        if self._gpu is None or all(each and now < each.good_until.get(Column.GPU, -math.inf) for each in kept):
            return {}
        return _by_process(self._gpu())

    def _explain(self, wanted: Collection[Column]) -> Iterable[Missing]:
        for column in wanted:
            reason = self._source.unknown(column)
            if column is Column.GPU and self._gpu is None:
                reason = "no GPU was found that tells it"
            if reason is not None:
                yield Missing(column.value, reason)


def open_process_columns(
    boot: float, gpu: Callable[[], Sequence[GpuProcess]] | None = None, proc: Path = Path("/proc")
) -> ProcessColumns:
    """A new reader for this system; nothing is read yet.

    ``boot`` is the boot time in seconds since 1970 that start times count from (Linux), ``gpu`` tells
    who uses which GPU.
    """
    if sys.platform == "linux":
        from sysmon.collectors.container_names import ContainerNames
        from sysmon.collectors.process_columns_linux import LinuxColumns

        return ProcessColumns(LinuxColumns(proc, boot, ContainerNames(home=Path.home())), gpu)
    return ProcessColumns(_NoColumns(), gpu)


_UNKNOWN: Final = ExtraColumns()
_NO_GPU: Final = ExtraColumns(gpu_memory=0.0, gpu_share=0.0, gpu_time=0.0)


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
