"""Columns of the process table on demand, read and made into figures on a thread of their own.

Knows no loop and no screen: whoever shows rows says which, and waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sysmon.collectors.process_columns import ProcessColumns, open_process_columns
from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import Column
from sysmon.model.sample import Missing
from sysmon.pipeline.column_rates import ColumnFigures, ColumnRates


@dataclass(frozen=True, slots=True)
class ColumnsTold:
    """What one reading told; rows that are not in it are as they were."""

    figures: Mapping[ProcessKey, ColumnFigures] = field(default_factory=dict[ProcessKey, ColumnFigures])
    missing: tuple[Missing, ...] = ()
    """What could not be told, and why."""


class ColumnReading:
    """One thread at a time. A new one begins without rates."""

    def __init__(
        self, now: Callable[[], float], open_columns: Callable[[], ProcessColumns] = open_process_columns
    ) -> None:
        """``now`` tells steady time. Raises CollectorUnavailable where this system's processes cannot be told apart."""
        self._now = now
        self._columns = open_columns()
        self._rates = ColumnRates()

    def read(
        self, keys: Sequence[ProcessKey], wanted: Collection[Column], others: Sequence[ProcessKey] = ()
    ) -> ColumnsTold:
        """See `ProcessColumns.read`."""
        answers = self._columns.read(keys, wanted, others)
        return ColumnsTold(self._rates.step(answers, self._now()), self._columns.missing)
