"""The rows of the process table for Qt: arranged by the view-model, told to the view as little as can be.

A refresh is one change of layout where processes came, went or moved, and one `dataChanged` of the rows
that are seen where they did not. Selection and the current row follow their process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sysmon.model.process import ProcessKey
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_tree import TreeRow, TreeRows
from sysmon.viewmodels.processes import COLUMNS, Phase, ProcessColumn, ProcessEntry, heat

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
SUM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""What a column adds up to."""


_FEW = 20
"""So many keys are looked for one by one; a table of all costs more."""


def _places(wanted: set[ProcessKey], keys: list[ProcessKey]) -> dict[ProcessKey, int]:
    """Where in ``keys`` at least the ``wanted`` ones are."""
    if len(wanted) > _FEW:
        return {key: at for at, key in enumerate(keys)}
    listed = {key for key in wanted if key in keys}
    return {key: keys.index(key) for key in listed}


class ProcessTableModel(QAbstractTableModel):
    """One row for each process or group."""

    def __init__(self, parent: QObject, units: Units) -> None:
        super().__init__(parent)
        self.units = units
        self.columns: tuple[ProcessColumn, ...] = COLUMNS
        self._rows: Sequence[TreeRow] = ()
        self._keys: list[ProcessKey] = []
        self._sorted = ("cpu", False)
        self._sums: Mapping[str, str] = {}

    def row(self, row: int) -> TreeRow:
        """What stands in ``row``."""
        return self._rows[row]

    def entry(self, row: int) -> ProcessEntry:
        """The process in ``row``."""
        return self._rows[row].entry

    def row_of(self, key: ProcessKey) -> int:
        """The row of a process, -1 where it is not listed."""
        try:
            return self._keys.index(key)
        except ValueError:
            return -1

    def show_order(self, column: str, ascending: bool) -> None:
        """Mark ``column`` in the head as the one that rows are sorted by."""
        if self._sorted != (column, ascending):
            self._sorted = (column, ascending)
            self._head_changed()

    def show_sums(self, sums: Mapping[str, str]) -> None:
        """Tell what columns add up to, by their keys, to whoever asks under the pointer."""
        self._sums = sums

    def _head_changed(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def set_rows(self, rows: Sequence[TreeRow], seen: tuple[int, int], *, frozen: bool = False) -> None:
        """Show ``rows``. ``seen``: first and last row that are on the screen.

        While ``frozen`` every row stays where it is: figures change, nothing comes and nothing goes.
        """
        if frozen and self._rows:
            fresh = {row.entry.row.key: row for row in rows}
            rows = [fresh.get(key, old) for key, old in zip(self._keys, self._rows, strict=True)]
        keys = rows.keys() if isinstance(rows, TreeRows) else [row[0].row[0] for row in rows]
        if keys != self._keys:
            self._arrange(rows, keys)
            return
        old, self._rows = self._rows, rows
        first, last = max(0, seen[0]), min(seen[1], len(rows) - 1)
        if first > last:
            return
        shown = range(first, last + 1)
        if any(rows[at][0] is not old[at][0] or rows[at] != old[at] for at in shown):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _arrange(self, rows: Sequence[TreeRow], keys: list[ProcessKey]) -> None:
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        before = self._keys
        places = _places({before[index.row()] for index in held if index.isValid()}, keys)
        self._rows, self._keys = rows, keys
        moved: list[QModelIndex] = []
        for index in held:
            place = places.get(before[index.row()]) if index.isValid() else None
            moved.append(_NOWHERE if place is None else self.index(place, index.column()))
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def restyle(self) -> None:
        """Units changed: every text is made anew."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    # --- what Qt asks ---------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row(), index.column())
        return None

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self._rows[row].entry.text(self.columns[column], self.units)

    def heat(self, row: int, column: int) -> float:
        """Strength of a heat cell, 0 to 1."""
        entry = self._rows[row].entry
        return heat(entry, self.columns[column]) if entry.phase is not Phase.ENDED else 0.0

    def _tip(self, row: int, column: int) -> str:
        found = self._rows[row]
        if self.text(row, column) == "–":
            return "not permitted, or not known before the next reading"
        text = found.entry.row.command or found.entry.row.name
        return f"{text}\nFigures are those of the whole branch." if found.below and not found.expanded else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = "" if self._sorted[0] != column.key else " ↑" if self._sorted[1] else " ↓"
            return f"{column.title}{arrow}"
        if role == Qt.ItemDataRole.ToolTipRole and column.key in self._sums:
            return f"{column.title} of all that are listed: {self._sums[column.key]}"
        if role == SUM_ROLE:
            return self._sums.get(column.key, "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
