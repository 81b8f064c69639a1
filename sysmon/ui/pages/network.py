"""The page of the network: traffic of all or of one interface, TCP, and the interfaces as a table."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui.pages.device import DevicePage
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.table_card import TableCard
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.simple_table import Column, TableRow
from sysmon.viewmodels.network_page import ALL, InterfaceRow, NetworkModel, NetworkView
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import sentence
from sysmon.viewmodels.source import Source

_COLUMNS = (
    Column("Interface", 1.6),
    Column("State", 0.6),
    Column("In", 0.9),
    Column("Out", 0.9),
    Column("Link", 0.9),
    Column("Errors and drops", 1.5),
)
_CONNECTIONS_WIDTH = 290


class NetworkPage(DevicePage):
    """The network of one machine."""

    name: ClassVar[str] = "network"
    title: ClassVar[str] = "Network"
    topics: ClassVar[tuple[str, ...]] = ("devices",)

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: NetworkModel | None = None
        self.interfaces = TableCard(context, "Interfaces", _COLUMNS, self)
        self.connections = Card(context.theme, "TCP connections", self, figure=False, context=False)
        self.connections.setFixedWidth(_CONNECTIONS_WIDTH)
        self.connections.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.states = Facts(context.theme, self.connections, compact=True)
        self.note = EmptyNote(context.theme, self.connections)
        self.connections.body.addWidget(self.states)
        self.connections.body.addWidget(self.note)
        self.connections.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.interfaces, 1)
        row.addWidget(self.connections)
        self.below.addLayout(row, 1)

    def show_machine(self, source: Source) -> None:
        self._model = NetworkModel(source.query, source.host, source.units)

    def draw(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_view(self._model.view(scope, self.big.plot.columns(), self.choice))

    def show_view(self, view: NetworkView) -> None:
        """Hand each part of ``view`` to its place."""
        chosen = view.device.chosen
        self.show_device(view.device, self.title if chosen == ALL or not view.device.choices else chosen)
        rows = tuple(_row(row) for row in view.interfaces)
        self.interfaces.show_rows(rows, "No interfaces to show", view.device.card.reason or "")
        self.states.set_facts(view.connections)
        self.states.setVisible(bool(view.connections))
        self.note.setVisible(not view.connections)
        self.note.set_note("No connections to show", sentence(view.connections_missing))


def _row(row: InterfaceRow) -> TableRow:
    cells = (row.state, row.received, row.sent, row.speed, row.problems)
    return TableRow(row.name, row.name, row.addresses, cells, 0.0, f"{row.name} {row.addresses}".rstrip())
