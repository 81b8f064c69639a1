"""A card with a short table as high as its rows, or a note that says why there are none."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui.pages.page import PageContext
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.simple_table import HEAD, ROW, Column, SimpleTable, TableRow
from sysmon.viewmodels.readings import sentence


class TableCard(Card):
    """Shows every row: the page scrolls, the table does not."""

    def __init__(self, context: PageContext, title: str, columns: tuple[Column, ...], parent: QWidget) -> None:
        super().__init__(context.theme, title, parent, figure=False, context=False)
        self.table = SimpleTable(context.theme, title, columns, self)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.note = EmptyNote(context.theme, self)
        self.note.hide()
        self.body.addWidget(self.table)
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self._count = -1

    def show_rows(self, rows: tuple[TableRow, ...], nothing: str, reason: str) -> None:
        """Show ``rows``; where there is none say ``nothing`` and the ``reason``."""
        if len(rows) != self._count:
            self._count = len(rows)
            self.table.setFixedHeight(HEAD + ROW * max(1, len(rows)) + 2)
            self.table.setVisible(bool(rows))
            self.note.setVisible(not rows)
        self.table.set_rows(rows)
        if not rows:
            self.note.set_note(nothing, sentence(reason))
