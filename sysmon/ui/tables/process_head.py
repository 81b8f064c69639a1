"""The head of the process table: titles, and above each what its column adds up to.

Painted by itself: a style sheet knows one line of one weight. Knows no column but what the model tells.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import SIGNAL, QAbstractItemModel, QObject, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from sysmon.ui import fonts
from sysmon.ui.tables.process_model import ProcessTableModel
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

HEIGHT: Final = 46
_PAD: Final = 8
_TITLE: Final = 22
"""Logical pixels of the line of titles, at the foot."""
_AROUND: Final = 3
_LAYOUT: Final = tuple(
    f"layout{what}(QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint)"
    for what in ("AboutToBeChanged", "Changed")
)
"""What a model tells when rows have moved."""


class ProcessHead(QHeaderView):
    """Sections of one table."""

    def __init__(self, theme: Theme, model: ProcessTableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._told = model
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(48)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # sections fill it, and are painted whole
        theme.changed.connect(self.viewport().update)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            # Rows that come and go change no column: else the head would be laid out and painted anew at each table.
            for change in _LAYOUT:
                # The stub does not know that None stands for every slot.
                QObject.disconnect(model, SIGNAL(change), self, None)  # pyright: ignore[reportCallIssue, reportArgumentType]

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def show_sums(self, changed: list[int]) -> None:
        """Draw the sections anew whose sums are others now."""
        for section in changed:
            self.updateSection(section)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, column = self._theme, self._told.columns[section]
        painter.save()
        painter.fillRect(rect, theme.colour("card"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("line"))
        room = rect.adjusted(_PAD, _AROUND, -_PAD, -_AROUND - 1)
        title = QRect(room.left(), room.bottom() - _TITLE + 1, room.width(), _TITLE)
        across = ink.RIGHT if column.number else ink.LEFT
        chosen = self._told.sorted_by == column.key
        quiet = theme.readable("secondary")
        colour = theme.colour("text") if chosen else quiet
        ink.draw(painter, theme, title, self._told.title(section), colour, weight=ink.MEDIUM, align=across)
        total = self._told.sum(section)
        if total:
            above = QRect(room.left(), room.top(), room.width(), room.height() - _TITLE)
            ink.draw(painter, theme, above, total, quiet, pixels=fonts.CAPTION, align=across)
        painter.restore()
