"""Columns of the process table that are read only where they are shown, and for the rows in view first.

The table itself holds what a sweep over all processes gets for next to nothing; these cost a walk
over pages or files for each process. Every answer is kept for a while: the dearer it was, the
longer. Other rows (a sort or a sum needs all of them) get a share of the time that is left, in turns.
Knows no screen: whoever shows rows says which.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column, ExtraColumns, Told
from sysmon.model.sample import Missing

THRIFT: Final = 50.0
"""Memory is kept for so many times as long as it took to read: that of one row costs at most 2 % of a core."""
LONGEST_AGE: Final = 60.0
MOST_KEPT: Final = 1000
"""Rows whose answers are kept after they went out of view; more only where more are asked for."""
MOST_ROWS: Final = 200
"""Rows of one reading; more are not in view at once."""
OTHERS_TIME: Final = 0.05
"""Seconds of one reading in which rows out of view are read."""


_AGES: Final = {Column.MEMORY: 5.0, Column.GROUP: 15.0, Column.IO_WAIT: 0.0}
"""Seconds for which an answer is good at least. A counter is read each time: its rate needs to know when."""


class ColumnSource(Protocol):
    """Reads columns of one process, without keeping anything."""

    def unknown(self, column: Column) -> str | None:
        """Why nobody's ``column`` is known now, or None. Completes the sentence "unavailable, because …"."""
        ...

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        """``before`` with the columns ``due`` as they are now.

        Raises ProcessGone, and PermissionError where the system does not tell whose PID it is.
        """
        ...


class _NoColumns:
    """Systems without such files."""

    def unknown(self, column: Column) -> str | None:
        del column
        return "this system does not tell it"

    def read(self, key: ProcessKey, due: Collection[Column], before: ExtraColumns) -> Told:
        del key, due
        return Told(before, None)


@dataclass(slots=True)
class _Kept:
    """What is known of one row, and until when."""

    columns: ExtraColumns = field(default_factory=ExtraColumns)
    refused: bool = False
    """Whether its memory may not be read."""
    good_until: dict[Column, float] = field(default_factory=dict[Column, float])


class ProcessColumns:
    """Reads columns and keeps them. One thread at a time."""

    def __init__(self, source: ColumnSource, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._kept: dict[ProcessKey, _Kept] = {}
        self._unknown: dict[Column, str | None] = {}
        self._turn = 0
        self.missing: tuple[Missing, ...] = ()
        """What the last reading could not tell, and why."""

    def __len__(self) -> int:
        """Rows whose answers are kept."""
        return len(self._kept)

    def read(
        self,
        keys: Sequence[ProcessKey],
        wanted: Collection[Column],
        others: Sequence[ProcessKey] = (),
    ) -> dict[ProcessKey, ExtraColumns]:
        """The columns of the rows in view, at most `MOST_ROWS`, and of those ``others`` that were read now.

        A process that was found gone is absent.
        """
        reasons = {column: self._source.unknown(column) for column in wanted}
        if any(self._unknown.get(column) != reason for column, reason in reasons.items()):
            self._kept.clear()  # what is not told any more must not stand still
        self._unknown |= reasons
        missing = tuple(Missing(column.value, reason) for column, reason in reasons.items() if reason is not None)
        known = [column for column, reason in reasons.items() if reason is None]
        found: dict[ProcessKey, ExtraColumns] = {}
        refused = False
        for key in keys[:MOST_ROWS]:
            kept = self._read(key, known)
            if kept is not None:
                found[key] = kept.columns
                refused |= kept.refused
        refused |= self._read_others(others, known, found)
        while len(self._kept) > max(MOST_KEPT, len(keys) + len(others)):
            del self._kept[next(iter(self._kept))]
        hidden = (Missing("PSS and swap of other users' processes", "needs administrator rights"),)
        self.missing = missing + hidden if refused and Column.MEMORY in known else missing
        return found

    def _read_others(
        self, others: Sequence[ProcessKey], known: Collection[Column], found: dict[ProcessKey, ExtraColumns]
    ) -> bool:
        """Read those that are due, where the last reading stopped, while there is time; whether one was refused."""
        refused = False
        begun = self._clock()
        for number in range(len(others)):
            at = (self._turn + number) % len(others)
            key = others[at]
            if key in found or not self._due(self._kept.get(key), known, begun):
                continue
            if self._clock() - begun >= OTHERS_TIME:
                self._turn = at
                break
            kept = self._read(key, known)
            if kept is not None:
                found[key] = kept.columns
                refused |= kept.refused
        return refused

    def _read(self, key: ProcessKey, known: Collection[Column]) -> _Kept | None:
        """What is known of ``key`` now; None where it is gone."""
        kept = self._kept.pop(key, None) or _Kept()
        try:
            self._bring_up_to_date(key, kept, known)
        except ProcessGone:
            return None
        except PermissionError:
            kept = _Kept(refused=True)
        self._kept[key] = kept  # at the end: what was in view last is forgotten last
        return kept

    def _due(self, kept: _Kept | None, known: Collection[Column], now: float) -> list[Column]:
        if kept is None:
            return list(known)
        return [column for column in known if not now < kept.good_until.get(column, -math.inf)]

    def _bring_up_to_date(self, key: ProcessKey, kept: _Kept, known: Collection[Column]) -> None:
        begun = self._clock()
        due = self._due(kept, known, begun)
        if not due:
            return
        columns, refused = self._source.read(key, due, kept.columns)
        now = self._clock()
        kept.columns = columns
        kept.refused = kept.refused if refused is None else refused
        for column in due:
            kept.good_until[column] = now + _AGES[column]
        if Column.MEMORY in due:
            kept.good_until[Column.MEMORY] = now + min(max(_AGES[Column.MEMORY], THRIFT * (now - begun)), LONGEST_AGE)


def open_process_columns(boot: float | None = None, proc: Path = Path("/proc")) -> ProcessColumns:
    """A new reader for this system; nothing is read yet but the boot time.

    ``boot`` is the boot time in seconds since 1970 that start times count from (Linux); it is read where it is
    not given, which has to be before the clock is set by more than `SAME_START`. Raises CollectorUnavailable
    where it cannot be read.
    """
    if sys.platform == "linux":
        from sysmon.collectors.container_names import ContainerNames
        from sysmon.collectors.process_columns_linux import LinuxColumns, read_boot_time

        since = read_boot_time(proc) if boot is None else boot
        return ProcessColumns(LinuxColumns(proc, since, ContainerNames(home=Path.home())))
    return ProcessColumns(_NoColumns())
