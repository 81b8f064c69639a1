"""Links as rows for Qt: what stands in a cell as text, and what it says to those who do not see it.

Knows no store and no painter. Rows keep their place while the same links are there in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sysmon.viewmodels.connections import LinkRow

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A column: its title, its share of the width, how to sort by it."""

    key: str
    title: str
    least: int
    grows: float
    text: Callable[[LinkRow], str]
    number: bool = False
    rank: int = 0
    """0 for columns that are always there; of the others those with the lowest rank are, as long as there is room."""
    order: Callable[[LinkRow], float | str] | None = None
    tip: str = ""


COLUMNS: Final = (
    LinkColumn("name", "Machine", 106, 0.6, lambda row: row.name, order=lambda row: row.name.casefold()),
    LinkColumn("state", "State", 214, 0.3, lambda row: row.words.sentence, order=lambda row: -row.order.standing),
    LinkColumn("strip", "Last 6 h", 90, 3.0, lambda row: row.strip.text),
    LinkColumn("trips", "Round trip", 84, 0.5, lambda _: "", rank=2, order=lambda row: -row.order.round_trip),
    LinkColumn("trip", "", 92, 0.0, lambda row: row.round_trip, number=True, order=lambda row: -row.order.round_trip),
    LinkColumn("clock", "Clock", 62, 0.0, lambda row: row.clock, number=True, rank=1, order=lambda row: -row.order.clock),
    LinkColumn("traffic", "Traffic", 80, 0.0, lambda row: row.traffic, number=True, order=lambda row: -row.order.traffic),
    LinkColumn("sample", "B/sample", 82, 0.0, lambda row: row.per_sample, number=True, rank=3),
    LinkColumn("ticks", "Ticks", 54, 0.0, lambda row: row.ticks, number=True, rank=4),
    LinkColumn("gaps", "Gaps", 52, 0.0, lambda row: row.gaps, number=True, rank=5, order=lambda row: -row.order.gaps,
               tip="Stretches that did not come in time, since this program began; what is missing comes later"),
    LinkColumn("drops", "Drops", 58, 0.0, lambda row: row.drops, number=True, rank=6, order=lambda row: -row.order.drops,
               tip="Ticks that one of the two sides had no room for"),
    LinkColumn("flight", "In flight", 70, 0.0, lambda row: row.in_flight, number=True, rank=7, order=lambda row: -row.order.in_flight,
               tip="What was handed to the network and not taken by it yet"),
    LinkColumn("action", "Back-fill", 104, 0.0, lambda row: row.action or row.fill, number=True),
)  # fmt: skip
"""In the order of the table. A title of a column without one stands over the column before it, too. What can be done stands
where a back-fill would: a link has never both."""
AT: Final = {column.key: at for at, column in enumerate(COLUMNS)}


class LinkModel(QAbstractTableModel):
    """Rows of links. `order_by` sorts; what cannot be compared keeps the order in which it came."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._given: tuple[LinkRow, ...] = ()
        self._rows: list[LinkRow] = []
        self._order: tuple[int, bool] | None = None
        self._traces = True

    def set_traces(self, shown: bool) -> None:
        """Whether the column of traces is there: else its title stands over the figures beside it."""
        if shown is not self._traces:
            self._traces = shown
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, AT["trip"], AT["trip"])

    @property
    def rows(self) -> Sequence[LinkRow]:
        """What is shown, in its order."""
        return self._rows

    def set_rows(self, rows: tuple[LinkRow, ...]) -> bool:
        """Show ``rows``; True where other links, or links in another order, are there now."""
        self._given = rows
        wanted = self._sorted(rows)
        if [row.link for row in wanted] != [row.link for row in self._rows]:
            self.beginResetModel()
            self._rows = wanted
            self.endResetModel()
            return True
        before, self._rows = self._rows, wanted
        for at, (old, new) in enumerate(zip(before, wanted, strict=True)):
            if old != new:
                self._tell(at, old, new)
        return False

    def _tell(self, at: int, old: LinkRow, new: LinkRow) -> None:
        """Let only cells that changed be drawn again."""
        changed = [column for column, told in enumerate(COLUMNS) if told.text(old) != told.text(new)]
        if old.trips != new.trips:
            changed.append(AT["trips"])
        if old.strip.segments != new.strip.segments:
            changed.append(AT["strip"])
        if old.words.token != new.words.token:
            changed += (AT["name"], AT["state"])
        for column in set(changed):
            self.dataChanged.emit(self.index(at, column), self.index(at, column))

    def order_by(self, column: int, *, ascending: bool) -> None:
        """Sort by ``column`` from now on; ascending begins with the worst, or with A."""
        self._order = (column, ascending)
        self.set_rows(self._given)

    @property
    def order(self) -> tuple[int, bool] | None:
        """What is sorted by, and which way; None: in the order of the links themselves."""
        return self._order

    def _sorted(self, rows: tuple[LinkRow, ...]) -> list[LinkRow]:
        if self._order is None:
            return list(rows)
        column, ascending = self._order
        key = COLUMNS[column].order
        return list(rows) if key is None else sorted(rows, key=key, reverse=not ascending)

    def row_of(self, link: str) -> int:
        """Where ``link`` is; -1 where it is not."""
        return next((at for at, row in enumerate(self._rows) if row.link == link), -1)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[index.column()].text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, index.column())
        return None

    def _spoken(self, row: LinkRow, column: int) -> str:
        told = COLUMNS[column]
        if told.key == "name":
            return f"{row.name}, {row.words.standing.value}"
        text = row.round_trip if told.key == "trips" else told.text(row)
        title = "Round trip" if told.key == "trip" else "Action" if told.key == "action" and row.action else told.title
        return f"{title}: {text or 'nothing'}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            borrowed = section == AT["trip"] and not self._traces
            return COLUMNS[AT["trips"] if borrowed else section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].tip or None
        return None
