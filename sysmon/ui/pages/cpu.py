"""The page of the CPU: by mode, per core or as heat map; facts; one cell with a trace for each core."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.device import DevicePage
from sysmon.ui.pages.page import PageContext
from sysmon.ui.widgets.card import Card
from sysmon.ui.widgets.cell_grid import CellGrid
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.heat_map import HeatMap
from sysmon.viewmodels.cpu_page import CpuModel, CpuView
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import sentence
from sysmon.viewmodels.source import Source


class CpuPage(DevicePage):
    """The CPU of one machine."""

    name: ClassVar[str] = "cpu"
    title: ClassVar[str] = "CPU"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: CpuModel | None = None
        self.heat = HeatMap(context.theme, context.cursor, "Load of each core over time", self.big.stack)
        self.big.stack.addWidget(self.heat)
        self.cores = Card(context.theme, "Cores", self, figure=False, context=False)
        self.cells = CellGrid(context.theme, "Cores", self.cores)
        self.note = EmptyNote(context.theme, self.cores)
        self.cores.body.addWidget(self.cells)
        self.cores.body.addWidget(self.note)
        self.cores.body.addStretch(1)
        self.below.addWidget(self.cores, 1)

    def show_machine(self, source: Source) -> None:
        self._model = CpuModel(source.query, source.host, source.units)

    def draw(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_view(self._model.view(scope, self.big.plot.columns(), self.choice))

    def show_view(self, view: CpuView) -> None:
        """Hand each part of ``view`` to its place."""
        self.show_device(view.device)
        self.heat.set_view(view.heat)
        if view.heat is not None:
            self.big.stack.setCurrentWidget(self.heat)
        elif self.big.stack.currentWidget() is self.heat:
            self.big.stack.setCurrentWidget(self.big.plot)
        plot = view.device.card.plot
        if view.device.chosen != "mode" and plot is not None:
            # A legend of 32 cores says less than the cells below: only the busiest is named.
            self.big.legend.set_lines(tuple(line for line in plot.lines if not line.faint)[:1])
        self.cores.set_head("Cores", context=view.busiest)
        self.cells.set_cells(view.cells)
        self.cells.setVisible(bool(view.cells))
        self.note.setVisible(not view.cells)
        self.note.set_note("No core figures", sentence(view.device.card.reason or "this system tells only the sum"))
