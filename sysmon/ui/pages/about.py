"""About this app: what it costs, how its sources fare, its version and what it is built on."""

from __future__ import annotations

import platform
from typing import ClassVar

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from sysmon import __version__
from sysmon.ui.pages.device import MARGIN, SmallPlots
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.pages.table_card import TableCard
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.scroll import Scroll
from sysmon.ui.widgets.simple_table import Column, TableRow
from sysmon.viewmodels.about import AboutModel, AboutView, FamilyRow
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

_COLUMNS = (Column("Source", 3.2), Column("State", 0.7), Column("Last reading", 1.1))


class AboutPage(Page):
    """What this program is and costs."""

    name: ClassVar[str] = "about"
    title: ClassVar[str] = "About this app"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: AboutModel | None = None
        content = QWidget(self)
        grid = QGridLayout(content)
        grid.setContentsMargins(MARGIN, 16, MARGIN, 16)
        grid.setSpacing(GAP)
        self.cost = SmallPlots(context, content)
        self.families = TableCard(context, "Sources", _COLUMNS, content)
        self.facts = Facts(context.theme, content, compact=True)
        self.versions = Facts(context.theme, content, compact=True)
        grid.addWidget(self.cost, 0, 0, 1, 2)
        grid.addWidget(self.families, 1, 0, 3, 1)
        grid.addWidget(_facts_card(context, "Cost", self.facts, content), 1, 1)
        grid.addWidget(_facts_card(context, "Versions", self.versions, content), 2, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(3, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scroll(content, self))

    def show_machine(self, source: Source) -> None:
        self._model = AboutModel(source.query, source.host, source.units, _versions())

    def refresh(self, scope: TimeScope) -> None:
        if self._model is not None:
            cards = self.cost.cards()
            self.show_view(self._model.view(scope, cards[0].plot.columns() if cards else 300))

    def show_view(self, view: AboutView) -> None:
        """Hand each part of ``view`` to its place."""
        self.cost.set_views(view.cost)
        self.facts.set_facts(view.facts)
        self.versions.set_facts(view.versions)
        rows = tuple(_row(row) for row in view.families)
        self.families.show_rows(rows, "No sources yet", "They are listed with the first sample.")


def _row(row: FamilyRow) -> TableRow:
    return TableRow(row.name, row.name, row.reason, (row.state, row.duration), 0.0, row.reason)


def _facts_card(context: PageContext, title: str, facts: Facts, parent: QWidget) -> Card:
    card = Card(context.theme, title, parent, figure=False, context=False)
    card.setFixedWidth(310)
    card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    card.body.addWidget(facts)
    return card


def _versions() -> tuple[tuple[str, str], ...]:
    return (
        ("sysmon", __version__),
        ("Python", platform.python_version()),
        ("PySide6", PySide6.__version__),
        ("Qt", qVersion()),
        ("System", f"{platform.system()} {platform.release()}"),
    )
