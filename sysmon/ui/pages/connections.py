"""The page of all links: how each of them is, who watches this machine, and what happened.

Above machines: takes only the units of the machine that the window shows. Words that count down are written again
once a second, and only while the page is seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui.fleet_door import NO_FLEET
from sysmon.ui.pages.device import MARGIN
from sysmon.ui.pages.link_card import LinkCard
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.pages.share_card import ShareCard
from sysmon.ui.seconds import Seconds
from sysmon.ui.tables.link_table import LinkTable
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.step_list import StepList
from sysmon.viewmodels.connections import ConnectionsModel, ConnectionsView
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.link_details import details
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

_COLUMNS = "connections/columns"
_LEAST_ROWS = 5
_LOWER = 300
"""Logical pixels that the cards under the table have at least, where the window is high enough."""


class ConnectionsPage(Page):
    """All links of this machine."""

    name: ClassVar[str] = "connections"
    title: ClassVar[str] = "Connections"
    timed: ClassVar[bool] = False

    def __init__(self, context: PageContext, parent: QWidget, now: Callable[[], float] = time.time) -> None:
        """``now`` gives seconds since 1970."""
        super().__init__(context, parent)
        self._now = now
        self._model: ConnectionsModel | None = None
        self._units = Units()
        self._hubs_only = False
        self._selected = ""
        self._summary = ""
        self._no_hubs = True
        self._seen = False
        self.seconds = Seconds(self, self.show_now)
        self._build()
        columns = context.looks.recall(_COLUMNS)
        if columns is not None:
            self.table.restore_columns(columns)

    def _build(self) -> None:
        theme = self.context.theme
        content = QWidget(self)
        self.card = Card(theme, "", content, figure=False, context=False)
        self.card.setAccessibleName("Links")
        self.card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.card.body.setContentsMargins(6, 4, 6, 6)
        self.table = LinkTable(theme, self.card)
        self.table.chosen.connect(self._choose)
        self.table.acted.connect(self._act)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.note = EmptyNote(theme, self.card)
        self.note.acted.connect(lambda: self.context.ask("add-machine"))
        self.card.body.addWidget(self.table)
        self.card.body.addWidget(self.note)
        self.share = ShareCard(theme, content)
        self.share.share_asked.connect(lambda: self.context.ask("share code"))
        self.share.audit_asked.connect(lambda: self.context.ask("fleet-audit"))
        self.share.watcher_chosen.connect(self._choose)
        self.link = LinkCard(theme, content)
        self.link.retry_asked.connect(self.context.fleet.retry)
        self.link.pair_asked.connect(self._pair_again)
        self.link.forget_asked.connect(self._forget)
        self.link.close_asked.connect(lambda: self._choose(""))
        self.link.hide()
        self.happened = Card(theme, "What happened", content, figure=False, context=False)
        self.steps = StepList(theme, self.happened)
        self.nothing = EmptyNote(theme, self.happened)
        self.nothing.set_note("Nothing happened yet", "Each change of a link is listed here with its reason.")
        self._told = Scroll(self.steps, self.happened, ground=QPalette.ColorRole.Base)
        self.happened.body.addWidget(self._told, 1)
        self.happened.body.addWidget(self.nothing, 1)
        lower = QHBoxLayout()
        lower.setSpacing(GAP)
        lower.addWidget(self.share, 5)
        lower.addWidget(self.link, 5)
        lower.addWidget(self.happened, 5)
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(GAP)
        column.addWidget(self.card)
        column.addLayout(lower, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scroll(content, self))

    # --- what is shown --------------------------------------------------------------------------------

    def show_machine(self, source: Source) -> None:
        facts = self.context.fleet.facts
        if facts is not None and (self._model is None or source.units != self._units):
            self._units = source.units
            self._model = ConnectionsModel(facts, source.units)

    def choose_view(self, name: str) -> None:
        """Show "connections", all links, or "hubs", only those of hubs."""
        self._hubs_only = name == "hubs"

    def headline(self) -> str:
        return self._summary

    def empty_views(self) -> frozenset[str]:
        return frozenset(("hubs",)) if self._no_hubs else frozenset()

    def refresh(self, scope: TimeScope) -> None:
        self.show_now()

    def shown(self) -> None:
        self._seen = True

    def hidden(self) -> None:
        self._seen = False
        self.seconds.run(False)
        self.context.looks.remember(_COLUMNS, self.table.columns_state())

    def show_now(self) -> None:
        """Show what is known at this moment."""
        if self._model is None:
            self.note.set_note("There are no links", NO_FLEET)
            self._show_table(0)
            self.share.hide()
            self.happened.hide()
            return
        view = self._model.view(self._now(), self._selected, self.table.in_sight())
        self.show_view(view)
        self.seconds.run(self._seen and view.counts_down)

    def show_view(self, view: ConnectionsView) -> None:
        """Hand each part of ``view`` to its place."""
        self._summary, self._no_hubs = view.summary, not view.hubs
        rows = view.hubs if self._hubs_only else view.links
        self.table.set_rows(rows)
        if self._hubs_only:
            self.note.set_note("No hubs", "A hub relays many machines through one link. Pair with one to see it here.")
        else:
            text = "Pair this machine with another one, and each shows the other. Nothing leaves it before."
            self.note.set_note("No other machines yet", text, "Add machine")
        self._show_table(len(rows))
        self.share.show_view(view.share)
        self.steps.set_rows(view.steps)
        self._told.setVisible(bool(view.steps))
        self.nothing.setVisible(not view.steps)
        self._show_details()

    def _show_table(self, count: int) -> None:
        self.table.setVisible(count > 0)
        self.note.setVisible(count == 0)
        self._fit(count)

    def _show_details(self) -> None:
        facts = self.context.fleet.facts
        found = None
        if facts is not None and self._selected:
            found = details(facts, self._selected, self._units, self._now())
        if found is None:
            self._selected = ""
        else:
            self.link.show_details(found)
        self.link.setVisible(found is not None)
        self.share.setVisible(found is None)
        self.happened.set_head("What happened", context=f"on the link to {found.name}" if found is not None else "")

    def _fit(self, count: int) -> None:
        """As many rows as there are, within what the cards below leave."""
        edges = 12
        wanted = self.table.height_of(max(count, 3))
        room = self.height() - 32 - GAP - edges - _LOWER
        height = min(wanted, max(room, self.table.height_of(_LEAST_ROWS)))
        self.card.setFixedHeight(height + edges)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(self.table.rows.rowCount())

    # --- what the user does -----------------------------------------------------------------------------

    @property
    def selected(self) -> str:
        """The link whose details are shown; empty for none."""
        return self._selected

    def _scrolled(self) -> None:
        """Rows that come into sight have no trace yet."""
        in_sight = self.table.in_sight() or ()
        if any(row.link in in_sight and row.round_trip and not row.trips for row in self.table.rows.rows):
            self.show_now()

    def choose(self, name: str) -> bool:
        """Show the details of the link to the machine called ``name``; False where there is none."""
        found = next((row.link for row in self.table.rows.rows if row.name == name), "")
        self._choose(found)
        return bool(found)

    def _choose(self, link: str) -> None:
        if link != self._selected:
            self._selected = link
            self.table.choose(link)
            self.show_now()

    def _act(self, link: str) -> None:
        row = next((row for row in self.table.rows.rows if row.link == link), None)
        if row is None:
            return
        if row.action == "Review":
            self._choose(link)
            self.link.pair.setFocus()
        else:
            self.context.fleet.retry(link)

    def _pair_again(self, address: str) -> None:
        self.context.ask(f"add-machine {address}")

    def _forget(self, peer: str) -> None:
        self.context.ask(f"forget {peer}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._selected:
            self._choose("")
        else:
            super().keyPressEvent(event)
