"""The card that says how this machine is published, and who watches it now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.badge import Badge
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.simple_table import HEAD, ROW, Column, SimpleTable, TableRow
from sysmon.viewmodels.connections import ShareView, WatcherRow

_WIDE = 420
"""Logical pixels of width from which there is room for all columns."""
_COLUMNS = (
    Column("Watcher", 0.9), Column("Rights", 2.25), Column("Since", 0.64), Column("Sent", 0.82),
    Column("Drops", 0.6, from_width=_WIDE), Column("In flight", 0.72, from_width=_WIDE),
)  # fmt: skip


class ShareCard(Card):
    """Shows a `ShareView`. Emits what the user wants; does nothing itself."""

    share_asked = Signal()
    """Open the dialog that shares this machine, with a code where it is shared already."""
    audit_asked = Signal()
    watcher_chosen = Signal(str)
    """The link of a watcher."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "This machine", parent, figure=False)
        self.badge = Badge(theme, self)
        self.set_tool(self.badge, right=True)
        self.table = SimpleTable(theme, "Who watches this machine", _COLUMNS, self)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.table.activated.connect(self.watcher_chosen)
        self.note = EmptyNote(theme, self)
        self._scroll = Scroll(self.table, self, ground=QPalette.ColorRole.Base)
        self.code = QPushButton("Show pairing code", self)
        self.code.clicked.connect(self.share_asked)
        self.audit = QPushButton("Audit list", self)
        self.audit.clicked.connect(self.audit_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.code, self.audit):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.note, 1)
        self.body.addSpacing(8)
        self.body.addLayout(buttons)
        self.setMinimumHeight(220)

    def show_view(self, view: ShareView) -> None:
        """Show ``view``."""
        self.set_head(view.title, context=view.note)
        self.badge.set_state(view.badge, view.token)
        self.place_tool()
        self.code.setText("Show pairing code" if view.on else "Share this machine…")
        some = bool(view.watchers)
        self._scroll.setVisible(some)
        self.note.setVisible(not some)
        if some:
            self.table.setFixedHeight(HEAD + ROW * len(view.watchers) + 2)
            self.table.set_rows(tuple(_row(row) for row in view.watchers))
        elif view.on:
            self.note.set_note("Nobody is watching", "Machines that you pair with this one are listed here.")
        else:
            detail = "While it is shared, machines that you paired with it can watch it. Everything is encrypted."
            self.note.set_note("Nobody can watch this machine", detail)


def _row(row: WatcherRow) -> TableRow:
    return TableRow(row.link, row.name, "", (row.rights, row.since, row.sent, row.drops, row.in_flight), tip=row.tip)
