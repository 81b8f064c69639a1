"""The rows of the process table for Qt: arranged by the view-model, told to the view as little as can be.

A refresh is one change of layout where processes came, went or moved, and a `dataChanged` of each run of rows
that are seen and say something else where they did not. Selection and the current row follow their process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sysmon.model.printable import printable
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


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending ``places`` as first and last of each run."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


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
        self._reasons: Mapping[str, str] = {}

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

    def show_sums(self, sums: Mapping[str, str]) -> list[int]:
        """Tell what columns add up to, by their keys; the columns where that is something else now."""
        before, self._sums = self._sums, sums
        if before == sums:
            return []
        return [at for at, column in enumerate(self.columns) if before.get(column.key) != sums.get(column.key)]

    def show_reasons(self, reasons: Mapping[str, str]) -> None:
        """Tell why figures of a column are not known, by its key, to whoever asks under the pointer."""
        self._reasons = reasons

    @property
    def sorted_by(self) -> str:
        """Key of the column that rows are sorted by."""
        return self._sorted[0]

    def title(self, section: int) -> str:
        """The title of a column, with an arrow where rows are sorted by it."""
        column = self.columns[section]
        arrow = "" if self._sorted[0] != column.key else " ↑" if self._sorted[1] else " ↓"
        return f"{column.title}{arrow}"

    def sum(self, section: int) -> str:
        """What a column adds up to, empty where that means nothing."""
        return self._sums.get(self.columns[section].key, "")

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
        last_column = len(self.columns) - 1
        for begin, end in _runs(at for at in range(first, last + 1) if rows[at] != old[at]):
            self.dataChanged.emit(self.index(begin, 0), self.index(end, last_column))

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
        shown = self.columns[column]
        if self.text(row, column) == "–":
            return self._reasons.get(shown.key) or "not permitted, or not known before the next reading"
        if shown.key == "cgroup" and found.entry.extra.cgroup:
            return printable(found.entry.extra.cgroup)
        text = found.entry.row.command or found.entry.row.name
        return f"{text}\nFigures are those of the whole branch." if found.below and not found.expanded else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._head_tip(column)
        if role == SUM_ROLE:
            return self.sum(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _head_tip(self, column: ProcessColumn) -> str | None:
        total = self._sums.get(column.key)
        lines = [column.help] if column.help else []
        if total:
            lines.append(f"{column.title} of all that are listed: {total}")
        if column.key == "cpu":
            lines.append(f"Shares of {self.units.cpu_of}")
        if column.key in self._reasons:
            lines.append(f"Not all is known: {self._reasons[column.key]}")
        return "\n".join(lines) or None
