"""The rows of the process table for Qt: sorted and filtered by the view-model, moved as little as can be.

Processes that ended leave as ranges, new ones join at the end, then one change of layout brings all
into order, and one `dataChanged` tells about the rows that are seen. Selection and the current row
follow their process.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sysmon.model.process import ProcessKey
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.processes import COLUMNS, ProcessColumn, ProcessEntry, heat

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ProcessTableModel(QAbstractTableModel):
    """One row for each entry."""

    def __init__(self, parent: QObject, units: Units) -> None:
        super().__init__(parent)
        self.units = units
        self.columns: tuple[ProcessColumn, ...] = COLUMNS
        self._entries: list[ProcessEntry] = []
        self._sorted = ("cpu", False)

    def entry(self, row: int) -> ProcessEntry:
        """The process in ``row``."""
        return self._entries[row]

    def row_of(self, key: ProcessKey) -> int:
        """The row of a process, -1 where it is not listed."""
        return next((row for row, entry in enumerate(self._entries) if entry.key == key), -1)

    def show_order(self, column: str, ascending: bool) -> None:
        """Mark ``column`` in the head as the one that rows are sorted by."""
        if self._sorted != (column, ascending):
            self._sorted = (column, ascending)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def set_entries(self, entries: Sequence[ProcessEntry], seen: tuple[int, int], *, frozen: bool = False) -> None:
        """Show ``entries``. ``seen``: first and last row that are on the screen.

        While ``frozen`` rows stay where they are: new processes join at the end.
        """
        wanted = {entry.key: entry for entry in entries}
        self._remove([row for row, entry in enumerate(self._entries) if entry.key not in wanted])
        listed = {entry.key for entry in self._entries}
        self._append([entry for entry in entries if entry.key not in listed])
        order = [wanted[entry.key] for entry in self._entries] if frozen else list(entries)
        changed = self._put(order)
        first, last = max(0, seen[0]), min(seen[1], len(self._entries) - 1)
        if changed and first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _remove(self, rows: list[int]) -> None:
        while rows:
            last = first = rows.pop()
            while rows and rows[-1] == first - 1:
                first = rows.pop()
            self.beginRemoveRows(_NOWHERE, first, last)
            del self._entries[first : last + 1]
            self.endRemoveRows()

    def _append(self, entries: list[ProcessEntry]) -> None:
        if entries:
            self.beginInsertRows(_NOWHERE, len(self._entries), len(self._entries) + len(entries) - 1)
            self._entries.extend(entries)
            self.endInsertRows()

    def _put(self, entries: list[ProcessEntry]) -> bool:
        """Show the same processes in the order of ``entries``; True where a row is not what it was."""
        if [entry.key for entry in entries] == [entry.key for entry in self._entries]:
            changed = any(new is not old for new, old in zip(entries, self._entries, strict=True))
            self._entries = entries
            return changed
        self.layoutAboutToBeChanged.emit()
        rows = {entry.key: row for row, entry in enumerate(entries)}
        before = self.persistentIndexList()
        after = [self.index(rows[self._entries[index.row()].key], index.column()) for index in before]
        self._entries = entries
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        return True

    def restyle(self) -> None:
        """Units changed: every text is made anew."""
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, len(self.columns) - 1))

    # --- what Qt asks ---------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

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
        return self._entries[row].text(self.columns[column], self.units)

    def heat(self, row: int, column: int) -> float:
        """Strength of a heat cell, 0 to 1."""
        return heat(self._entries[row], self.columns[column])

    def _tip(self, row: int, column: int) -> str:
        entry = self._entries[row]
        if self.text(row, column) == "–":
            return "not permitted, or not known before the next reading"
        return entry.row.command or entry.row.name

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = "" if self._sorted[0] != column.key else " ↑" if self._sorted[1] else " ↓"
            return f"{column.title}{arrow}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
