"""A short list in columns: a name with a quiet note, figures at the right, a heat cell. Not for long lists.

Long lists scroll, sort and select: they are `ui/tables`. This one is painted in one go.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

ROW = 27
HEAD = 34
_EDGE = 10
"""Space between a figure and the end of its column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, and the hue of its heat cells, if it has them."""

    title: str
    share: float
    hue: str | None = None
    bar: bool = False
    """Heat is the length of a bar, not the strength of the cell: for shares of a whole."""
    from_width: int = 0
    """Logical pixels of width of the table from which it is shown."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row. ``key`` names it when it is activated; ``cells`` are the texts of the columns after the first."""

    key: str
    name: str
    note: str
    cells: tuple[str, ...]
    heat: float = 0.0
    """Strength of the heat cell, 0 to 1."""
    tip: str = ""


class SimpleTable(QWidget):
    """Shows as many rows as fit. Up and Down move between rows, Enter or a double click activates one."""

    activated = Signal(str)
    """The key of the row."""

    def __init__(self, theme: Theme, name: str, columns: tuple[Column, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = columns
        self._rows: tuple[TableRow, ...] = ()
        self._current = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    def set_rows(self, rows: tuple[TableRow, ...]) -> None:
        """Show ``rows``; only those that changed are drawn again."""
        before, self._rows = self._rows, rows
        for index in range(max(len(before), len(rows))):
            if before[index : index + 1] != rows[index : index + 1]:
                self.update(self.row_rect(index))
        if before != rows:
            self.setAccessibleDescription("; ".join(f"{row.name} {' '.join(row.cells)}" for row in rows))

    def row_rect(self, index: int) -> QRect:
        """Where row ``index`` is."""
        return QRect(0, HEAD + index * ROW, self.width(), ROW)

    def fitting(self) -> int:
        """How many rows the height has room for."""
        return max(0, (self.height() - HEAD) // ROW)

    def sizeHint(self) -> QSize:
        return QSize(360, HEAD + 6 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, HEAD + 3 * ROW)

    def _spans(self) -> list[tuple[int, int]]:
        """Left and right end of each column; one that has no room has no width."""
        shares = [column.share if self.width() >= column.from_width else 0.0 for column in self._columns]
        total = sum(shares)
        spans: list[tuple[int, int]] = []
        left = 0.0
        for share in shares:
            right = left + share / total * self.width()
            spans.append((round(left), round(right)))
            left = right
        return spans

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        dirty = event.region()
        painter.fillRect(event.rect(), self._theme.colour("card"))
        spans = self._spans()
        if event.rect().top() < HEAD:
            self._paint_head(painter, spans)
        for index, row in enumerate(self._rows[: self.fitting()]):
            rect = self.row_rect(index)
            if dirty.intersects(rect):
                self._paint_row(painter, rect, row, spans)
                if self.hasFocus() and index == self._current:
                    ink.box(painter, self._theme, rect, self._theme.colour("card").fromRgb(0, 0, 0, 0), "accent", 4)
        painter.end()

    def _paint_head(self, painter: QPainter, spans: list[tuple[int, int]]) -> None:
        colour = self._theme.readable("secondary")
        for index, (column, (left, right)) in enumerate(zip(self._columns, spans, strict=True)):
            rect = QRect(left, 0, right - left - self._edge(right), HEAD - 4)
            align = ink.LEFT if index == 0 else ink.RIGHT
            ink.draw(
                painter, self._theme, rect, column.title, colour, pixels=fonts.BODY, weight=ink.MEDIUM, align=align
            )
        painter.fillRect(QRect(0, HEAD - 2, self.width(), 1), self._theme.colour("line"))

    def _paint_row(self, painter: QPainter, rect: QRect, row: TableRow, spans: list[tuple[int, int]]) -> None:
        theme = self._theme
        left, right = spans[0]
        name = QRect(left, rect.top(), right - left - _EDGE, ROW)
        ink.draw(painter, theme, name, row.name, theme.colour("text"), weight=ink.MEDIUM)
        used = ink.width(theme.family, row.name, weight=ink.MEDIUM) + 6
        if used < name.width() - 24:
            ink.draw(painter, theme, name.adjusted(used, 0, 0, 0), row.note, theme.readable("tertiary"))
        for index, text in enumerate(row.cells, start=1):
            left, right = spans[index]
            hue = self._columns[index].hue
            if hue is not None and self._columns[index].bar:
                track = QRect(left, rect.top() + 5, right - left, ROW - 10)
                painter.fillRect(track, theme.blend(hue, "card", 0.10))
                track.setWidth(round(track.width() * min(1.0, row.heat)))
                painter.fillRect(track, theme.blend(hue, "card", 0.45))
            elif hue is not None and row.heat > 0:
                strength = 0.03 + 0.45 * min(1.0, row.heat)
                painter.fillRect(QRect(left, rect.top(), right - left, ROW), theme.blend(hue, "card", strength))
            cell = QRect(left, rect.top(), right - left - self._edge(right), ROW)
            ink.draw(painter, theme, cell, text, theme.colour("text"), align=ink.RIGHT)

    def _edge(self, right: int) -> int:
        return 0 if right >= self.width() else _EDGE

    def row_at(self, y: int) -> TableRow | None:
        """The row at height ``y``, or None."""
        index = (y - HEAD) // ROW
        return self._rows[index] if y >= HEAD and 0 <= index < min(len(self._rows), self.fitting()) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        count = min(len(self._rows), self.fitting())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and count:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._current = min(count - 1, max(0, self._current + step))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current < count:
            self.activated.emit(self._rows[self._current].key)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(int(event.position().y()))
        if row is not None:
            self._current = self._rows.index(row)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(int(event.position().y()))
        if row is not None:
            self.activated.emit(row.key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), row.tip or row.name, self) if row else QToolTip.hideText()
            return True
        return super().event(event)
