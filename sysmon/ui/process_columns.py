"""Asks for columns of the process table that cost a look into each process: only while they are shown, beside the window.

The rows in view come first; where a sort, a closed branch or a group needs them all, the others follow in turns.
Knows no widget but the table whose rows are meant.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from sysmon.model.process_columns import Column
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.viewmodels.process_list import ProcessList
from sysmon.viewmodels.processes import COLUMN_OF

if TYPE_CHECKING:
    from sysmon.model.process import ProcessKey
    from sysmon.runtime.column_reading import ColumnsTold

_OTHERS: Final = "PSS"
"""How a reason begins that is about the memory of some processes only."""


class ColumnDemand(QObject):
    """Keeps one table's columns read. One question at a time."""

    found = Signal()
    """Rows say something else now."""

    def __init__(self, door: ProcessDoor, table: ProcessTable, parent: QObject) -> None:
        super().__init__(parent)
        self._door = door
        self._table = table
        self._list: ProcessList | None = None
        self._host = ""
        self._asking = False
        self._wanted: frozenset[Column] = frozenset()
        self._seen: float = math.nan

    def show_list(self, host: str, processes: ProcessList) -> None:
        """Read for ``processes`` of ``host`` from now on."""
        self._host, self._list = host, processes
        self._wanted, self._seen = frozenset(), math.nan

    def look(self, sorted_by: str) -> None:
        """Ask for what is shown and not known yet; once for each table, and at once where another column is shown."""
        processes = self._list
        if processes is None:
            return
        wanted = frozenset(c.demand for c in self._table.shown_columns() if c.demand is not None)
        if not self._wanted <= wanted:
            processes.forget_columns()
        due = wanted != self._wanted or processes.time != self._seen
        self._wanted = wanted
        if not wanted or self._asking or not due:
            return
        self._seen = processes.time
        refusal = self._door.refusal(self._host)
        if refusal:
            self._take(dict.fromkeys(wanted, refusal))
            return
        keys, several = self._rows_in_view()
        sorted_by_demand = (column := COLUMN_OF.get(sorted_by)) is not None and column.demand in wanted
        others = processes.alive() if several or sorted_by_demand else ()
        self._asking = True
        self._door.columns(self._host, keys, wanted, others, self._answered)

    def _rows_in_view(self) -> tuple[list[ProcessKey], bool]:
        """Processes in view, and whether some row stands for several."""
        first, last = self._table.seen()
        rows = [self._table.rows.row(at) for at in range(first, min(last + 1, self._table.rows.rowCount()))]
        keys = [row.entry.key for row in rows if row.entry.key.pid >= 0]
        return keys, any(row.below and not row.expanded for row in rows)

    def _answered(self, told: ColumnsTold) -> None:
        self._asking = False
        if self._list is None or not self._wanted:
            return
        reasons = {column: each.reason for each in told.missing for column in Column if column.value == each.subject}
        partly = next((each.reason for each in told.missing if each.subject.startswith(_OTHERS)), None)
        if partly is not None:
            reasons[Column.MEMORY] = partly
        if self._list.take_columns(told.figures, reasons):
            self.found.emit()

    def _take(self, reasons: dict[Column, str]) -> None:
        if self._list is not None and self._list.take_columns({}, reasons):
            self.found.emit()
