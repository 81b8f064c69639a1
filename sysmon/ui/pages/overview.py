"""The first page: a card for each kind of device, the cores, the busiest applications, what happened."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.widgets.card import GAP, Card, PlotCard
from sysmon.ui.widgets.core_cells import CoreCells
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.event_list import EventLine, EventList
from sysmon.ui.widgets.marks import LinkButton
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.simple_table import Column, SimpleTable, TableRow
from sysmon.viewmodels.applications import AppRow
from sysmon.viewmodels.events import EventRow
from sysmon.viewmodels.overview import CardWidths, OverviewModel, OverviewView
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

MARGIN = 20
_WIDE = 900
"""From this width of the page on, three columns."""

_COLUMNS = (Column("Name", 2.1), Column("CPU ↓", 0.94, "cpu"), Column("Memory", 0.85), Column("Disk", 1.0))

_Place = tuple[int, int, int]
"""Row, column, columns."""


class OverviewPage(Page):
    """Everything of one machine at a glance."""

    name: ClassVar[str] = "overview"
    title: ClassVar[str] = "Overview"
    topics: ClassVar[tuple[str, ...]] = ("processes", "process_io")

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: OverviewModel | None = None
        content = QWidget(self)
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self._grid.setSpacing(GAP)
        self._wide: bool | None = None
        self._make_cards(content)
        self._scroll = Scroll(content, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self._arrange()

    def _make_cards(self, content: QWidget) -> None:
        theme, cursor = self.context.theme, self.context.cursor
        self.cpu = PlotCard(theme, cursor, "CPU", content, words=False, legend=False)
        self.cores = CoreCells(theme, self.cpu)
        self.cpu.body.addSpacing(6)
        self.cpu.body.addWidget(self.cores)
        self.memory = PlotCard(theme, cursor, "Memory", content)
        self.disks = PlotCard(theme, cursor, "Disks", content)
        self.network = PlotCard(theme, cursor, "Network", content)
        self.gpu = PlotCard(theme, cursor, "GPU", content)
        self.applications = _Applications(self.context, content)
        self.events = _Events(self.context, content)
        for card, least in (
            (self.cpu, 220),
            (self.memory, 220),
            (self.disks, 200),
            (self.network, 200),
            (self.gpu, 200),
            (self.applications, 226),
            (self.events, 160),
        ):
            card.setMinimumHeight(least)

    def show_machine(self, source: Source) -> None:
        self._model = OverviewModel(source.query, source.host, source.units, source.host_name)

    def refresh(self, scope: TimeScope) -> None:
        if self._model is not None:
            cards = (self.cpu, self.memory, self.disks, self.network, self.gpu)
            widths = CardWidths(*(card.plot.columns() for card in cards))
            self.show_view(self._model.view(scope, widths))

    def show_view(self, view: OverviewView) -> None:
        """Hand each part of ``view`` to its card."""
        self.cpu.set_view(view.cpu)
        self.cores.set_cells(view.cores)
        self.memory.set_view(view.memory)
        self.disks.set_view(view.disks)
        self.network.set_view(view.network)
        self.gpu.set_view(view.gpu)
        self.applications.set_rows(view.applications, view.applications_missing)
        self.events.set_rows(view.events)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= _WIDE
        if wide is self._wide:
            return
        self._wide = wide
        places: dict[Card, _Place] = (
            {
                self.cpu: (0, 0, 2),
                self.memory: (0, 2, 1),
                self.disks: (1, 0, 1),
                self.network: (1, 1, 1),
                self.gpu: (1, 2, 1),
                self.applications: (2, 0, 2),
                self.events: (2, 2, 1),
            }
            if wide
            else {
                self.cpu: (0, 0, 2),
                self.memory: (1, 0, 1),
                self.disks: (1, 1, 1),
                self.network: (2, 0, 1),
                self.gpu: (2, 1, 1),
                self.applications: (3, 0, 2),
                self.events: (4, 0, 2),
            }
        )
        for card, (row, column, columns) in places.items():
            self._grid.addWidget(card, row, column, 1, columns)
        for column, share in enumerate((355, 355, 415) if wide else (1, 1, 0)):
            self._grid.setColumnStretch(column, share)
        for row, share in enumerate((257, 231, 264, 0, 0) if wide else (257, 231, 231, 264, 160)):
            self._grid.setRowStretch(row, share)


class _Applications(Card):
    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, "Top applications", parent, figure=False, context=False)
        self._go = context.go
        self.table = SimpleTable(context.theme, "Top applications", _COLUMNS, self)
        self.note = EmptyNote(context.theme, self)
        self.note.hide()
        self.body.addWidget(self.table)
        self.body.addWidget(self.note)
        link = LinkButton(context.theme, "All processes", self)
        link.clicked.connect(lambda: context.go("processes"))
        self.table.activated.connect(self._activated)
        self.set_tool(link, right=True)

    def _activated(self, _key: str) -> None:
        self._go("processes")

    def set_rows(self, rows: tuple[AppRow, ...], missing: str | None) -> None:
        _show_one(self.table, self.note, first=bool(rows))
        if not rows:
            self.note.set_note("No applications to show", missing or "")
            return
        # A heat cell is full at the busiest application, and at one whole core at least.
        most = max((row.cpu_share for row in rows if row.cpu_share == row.cpu_share), default=0.0)
        scale = 1.0 / max(1.0, most)
        self.table.set_rows(tuple(_table_row(row, scale) for row in rows))


def _table_row(row: AppRow, scale: float) -> TableRow:
    heat = row.cpu_share * scale if row.cpu_share == row.cpu_share else 0.0
    return TableRow(row.name, row.name, row.count, (row.cpu, row.memory, row.disk), heat, row.reason or "")


class _Events(Card):
    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, "Events", parent, figure=False, context=False)
        self.list = EventList(context.theme, self)
        self.note = EmptyNote(context.theme, self)
        self.note.set_note("Nothing happened yet", "Starts, sleeps and sources that fail or come back appear here.")
        self.body.addWidget(self.list)
        self.body.addWidget(self.note)

    def set_rows(self, rows: tuple[EventRow, ...]) -> None:
        _show_one(self.list, self.note, first=bool(rows))
        self.list.set_lines(
            tuple(EventLine(row.hue, row.state, row.host, row.text, row.ago, row.exact) for row in rows)
        )


def _show_one(one: QWidget, other: QWidget, *, first: bool) -> None:
    one.setVisible(first)
    other.setVisible(not first)
