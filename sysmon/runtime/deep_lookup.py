"""What a filter has to look into single processes for: ports, files, groups, memory shares, waiting.

Joins the readers of both kinds behind `Lookup`. What changes slowly is kept from one filtering to the next, so
that a share of time waited is known from the second on. Knows no filter. One thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sysmon.collectors.process_lookup import ProcessLookup
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import UNKNOWN, ColumnFigures
from sysmon.runtime.column_reading import ColumnReading


class DeepLookup:
    """Answers for one sweep after another; call `forget` before each."""

    def __init__(self, now: Callable[[], float]) -> None:
        """``now`` tells steady time."""
        self._now = now
        self._plain = ProcessLookup()
        self._reading: ColumnReading | None = None
        self._sweep: dict[tuple[ProcessKey, Column], ColumnFigures] = {}
        self.reasons: dict[Column, str] = {}
        """Why a column could not be told, of some process at least."""

    @property
    def refused(self) -> int:
        """Processes whose descriptors this user may not read."""
        return self._plain.refused

    @property
    def cut(self) -> int:
        """Processes that hold too much to be looked through whole."""
        return self._plain.cut

    def forget(self) -> None:
        """Read anew from now on."""
        self._plain.forget()
        self._sweep.clear()
        self.reasons.clear()

    def ports(self, key: ProcessKey) -> Collection[int]:
        """Local ports of the sockets that the process holds."""
        return self._plain.ports(key)

    def files(self, key: ProcessKey) -> Collection[str]:
        """Paths of what it holds open."""
        return self._plain.files(key)

    def container(self, key: ProcessKey) -> str:
        """The container that it runs in, by its name where one is known, "" outside of any."""
        return self.columns(key, Column.GROUP).container or self._plain.container(key)

    def cgroup(self, key: ProcessKey) -> str:
        """Its control group."""
        return self._plain.cgroup(key)

    def columns(self, key: ProcessKey, column: Column) -> ColumnFigures:
        """The figures of ``column``; unknown ones where they may not be read or the process is gone."""
        found = self._sweep.get((key, column))
        if found is None:
            found = self._sweep[key, column] = self._read(key, column)
        return found

    def _read(self, key: ProcessKey, column: Column) -> ColumnFigures:
        try:
            reading = self._reading = self._reading or ColumnReading(self._now)
        except CollectorUnavailable as error:
            self.reasons[column] = str(error)
            return UNKNOWN
        told = reading.read((key,), (column,))
        if told.missing:
            self.reasons[column] = told.missing[0].reason
        return told.figures.get(key, UNKNOWN)
