"""The page of events: what happened on this machine, newest first."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui.pages.device import MARGIN
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.event_list import ROW, EventLine, EventList
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.events import EventRow, Events
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import Readings
from sysmon.viewmodels.source import Source


class EventsPage(Page):
    """The events of one machine."""

    name: ClassVar[str] = "events"
    title: ClassVar[str] = "Events"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._events: Events | None = None
        self._host_name = ""
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self.card = Card(context.theme, "Events", content, figure=False, context=False)
        self.list = EventList(context.theme, self.card)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.note = EmptyNote(context.theme, self.card)
        self.note.set_note("Nothing happened yet", "Starts, sleeps and sources that fail or come back appear here.")
        self.card.body.addWidget(self.list)
        self.card.body.addWidget(self.note)
        self.card.body.addStretch(1)
        column.addWidget(self.card)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scroll(content, self))

    def show_machine(self, source: Source) -> None:
        self._events = Events(Readings(source.query, source.host, source.units))
        self._host_name = source.host_name

    def refresh(self, scope: TimeScope) -> None:
        del scope  # events are listed as far back as they are kept
        if self._events is not None:
            self.show_rows(self._events.rows(host_name=self._host_name))

    def show_rows(self, rows: tuple[EventRow, ...]) -> None:
        """Show ``rows`` in their order."""
        self.list.setVisible(bool(rows))
        self.note.setVisible(not rows)
        self.list.setFixedHeight(max(1, len(rows)) * ROW)
        self.card.set_head("Events", context=f"{len(rows)} kept" if rows else "")
        self.list.set_lines(
            tuple(EventLine(row.hue, row.state, row.host, row.text, row.ago, row.exact) for row in rows)
        )
