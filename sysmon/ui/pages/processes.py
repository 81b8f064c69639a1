"""The page of processes: one sortable table, a filter, totals."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sysmon.ui import fonts
from sysmon.ui.pages.device import MARGIN
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.processes import ProcessesModel, ProcessesView, ProcessOrder
from sysmon.viewmodels.readings import sentence
from sysmon.viewmodels.source import Source

_FILTER_WIDTH = 300


class ProcessesPage(Page):
    """The processes of one machine."""

    name: ClassVar[str] = "processes"
    title: ClassVar[str] = "Processes"
    topics: ClassVar[tuple[str, ...]] = ("processes", "process_io")

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: ProcessesModel | None = None
        self._scope: TimeScope | None = None
        self.order = ProcessOrder()
        card = Card(context.theme, "", self, figure=False, context=False)
        card.body.setContentsMargins(1, 11, 1, 8)
        card.body.setSpacing(10)
        self.filter = _Filter(card)
        self.filter.textChanged.connect(self._filter_changed)
        self.totals = _Totals(context.theme, card)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 0, 12, 0)
        bar.addWidget(self.filter)
        bar.addWidget(self.totals, 1)
        self.table = ProcessTable(context.theme, Units(), card)
        self.table.order_asked.connect(self._order_asked)
        self.filter.left.connect(self.table.setFocus)
        self.note = EmptyNote(context.theme, card)
        self.stack = QStackedWidget(card)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.note)
        card.body.addLayout(bar)
        card.body.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.addWidget(card)

    def show_machine(self, source: Source) -> None:
        self._model = ProcessesModel(source.query, source.host, source.units)
        self.table.set_units(source.units)

    def refresh(self, scope: TimeScope) -> None:
        self._scope = scope
        if self._model is not None:
            self.show_view(self._model.view(scope, self.order))

    def show_view(self, view: ProcessesView) -> None:
        """Show rows and totals, or why there are none."""
        self.totals.set_texts(view.totals, view.note)
        if view.missing is not None:
            self.note.set_note("No processes to show", sentence(view.missing))
            self.stack.setCurrentWidget(self.note)
            self.table.set_entries(())
            return
        self.stack.setCurrentWidget(self.table)
        self.table.set_entries(view.entries)

    def focus_filter(self) -> bool:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()
        return True

    def _filter_changed(self, words: str) -> None:
        self._show_order(replace(self.order, words=words))

    def _order_asked(self, column: str, ascending: bool) -> None:
        self.table.set_order(column, ascending)
        self._show_order(replace(self.order, column=column, ascending=ascending))

    def _show_order(self, order: ProcessOrder) -> None:
        self.order = order
        if self._scope is not None:
            self.refresh(self._scope)


class _Filter(QLineEdit):
    """Words to find. Escape clears them, then gives the keyboard to the table; Down goes there at once."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter: name, command, user or PID")
        self.setAccessibleName("Filter of processes")
        self.setClearButtonEnabled(True)
        self.setFixedWidth(_FILTER_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Totals(QWidget):
    """The totals at the right of the bar; what could not be read of some processes is its tool tip."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_texts(self, text: str, note: str) -> None:
        """Show ``text``, with ``note`` under the pointer."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()
        if note != self.toolTip():
            self.setToolTip(note)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._theme.readable("secondary")
        ink.draw(painter, self._theme, self.rect(), self._text, colour, pixels=fonts.CAPTION, align=ink.RIGHT)
        painter.end()
