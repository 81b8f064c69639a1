"""The page of sensors: temperatures over time, every chip with its sensors, batteries."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui.pages.device import MARGIN
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.widgets.card import GAP, Card, PlotCard
from sysmon.ui.widgets.cell_grid import CellGrid
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.facts import Facts
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import sentence
from sysmon.viewmodels.sensors import BatteryView, SensorGroup, SensorsModel, SensorsView
from sysmon.viewmodels.source import Source

_PLOT_HEIGHT = 240
_BATTERY_WIDTH = 420
_WIDE = 860
"""From this width of the page on, chips with few sensors stand two beside each other."""
_FEW = 2
"""So many sensors leave half of the width empty."""


class SensorsPage(Page):
    """The sensors and batteries of one machine."""

    name: ClassVar[str] = "sensors"
    title: ClassVar[str] = "Sensors"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: SensorsModel | None = None
        self._content = content = QWidget(self)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self._column.setSpacing(GAP)
        self.temperatures = PlotCard(context.theme, context.cursor, "Temperature", content)
        self.temperatures.setFixedHeight(_PLOT_HEIGHT)
        self.nothing = Card(context.theme, "Sensors", content, figure=False, context=False)
        self.note = EmptyNote(context.theme, self.nothing)
        self.nothing.body.addWidget(self.note)
        self.chips: list[_Chip] = []
        self._chip_grid = QGridLayout()
        self._chip_grid.setSpacing(GAP)
        self._chip_grid.setColumnStretch(0, 1)
        self._chip_grid.setColumnStretch(1, 1)
        self._arranged: tuple[bool, tuple[bool, ...]] | None = None
        self.batteries: list[_Battery] = []
        self.power = Card(context.theme, "Battery", content, figure=False, context=False)
        self.power.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.power_note = EmptyNote(context.theme, self.power)
        self.power.body.addWidget(self.power_note)
        self._column.addWidget(self.temperatures)
        self._column.addWidget(self.nothing)
        self._column.addLayout(self._chip_grid)
        self._column.addWidget(self.power)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Scroll(content, self))

    def show_machine(self, source: Source) -> None:
        self._model = SensorsModel(source.query, source.host, source.units)

    def refresh(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_view(self._model.view(scope, self.temperatures.plot.columns()))

    def show_view(self, view: SensorsView) -> None:
        """Hand each part of ``view`` to its place."""
        self.temperatures.set_view(view.temperatures)
        self.temperatures.setVisible(view.temperatures.reason is None)
        self.nothing.setVisible(view.missing is not None)
        self.note.set_note("No sensors to show", sentence(view.missing or ""))
        self._show_chips(view.groups)
        self._show_batteries(view.batteries)
        self.power.setVisible(not view.batteries)
        self.power.set_head("Battery", context=view.mains)
        self.power_note.set_note("No battery", sentence(view.batteries_missing))

    def _show_chips(self, groups: tuple[SensorGroup, ...]) -> None:
        while len(self.chips) < len(groups):
            self.chips.append(_Chip(self.context, self._content))
        for at, chip in enumerate(self.chips):
            chip.setVisible(at < len(groups))
        for chip, group in zip(self.chips, groups, strict=False):
            chip.show_group(group)
        self._arrange()

    def _arrange(self) -> None:
        """Put chips into rows: those with few sensors in pairs, where the page is wide enough."""
        chips = [chip for chip in self.chips if not chip.isHidden()]
        wanted = (self.width() >= _WIDE, tuple(chip.small for chip in chips))
        if wanted == self._arranged:
            return
        self._arranged = wanted
        for chip in self.chips:
            self._chip_grid.removeWidget(chip)
        row = column = 0
        # Those that fill the width come first, so that the others find a partner.
        for chip in sorted(chips, key=lambda chip: wanted[0] and chip.small):
            half = wanted[0] and chip.small
            if not half and column:
                row, column = row + 1, 0
            self._chip_grid.addWidget(chip, row, column, 1, 1 if half else 2)
            row, column = (row, 1) if half and not column else (row + 1, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show_batteries(self, views: tuple[BatteryView, ...]) -> None:
        while len(self.batteries) < len(views):
            battery = _Battery(self.context, self._content)
            self.batteries.append(battery)
            self._column.insertWidget(self._column.indexOf(self.power), battery)
        for at, battery in enumerate(self.batteries):
            battery.setVisible(at < len(views))
        for battery, view in zip(self.batteries, views, strict=False):
            battery.set_head(view.title)
            battery.facts.set_facts(view.facts)


class _Chip(Card):
    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, " ", parent, figure=False, context=False)
        self.body.setSpacing(8)
        self.temperatures = CellGrid(context.theme, "Temperatures", self, hue="temperature", least=180)
        self.others = CellGrid(context.theme, "Fans, voltages, power", self, hue="accent", least=180)
        self.body.addWidget(self.temperatures)
        self.body.addWidget(self.others)
        self.small = False
        """True where it has so few sensors that half of the width is enough."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_group(self, group: SensorGroup) -> None:
        """Show the sensors of one chip."""
        self.set_head(group.title)
        self.small = len(group.temperatures) + len(group.others) <= _FEW
        for grid, cells in ((self.temperatures, group.temperatures), (self.others, group.others)):
            grid.setVisible(bool(cells))
            grid.set_cells(cells)


class _Battery(Card):
    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context.theme, "Battery", parent, figure=False, context=False)
        self.facts = Facts(context.theme, self)
        self.facts.setMaximumWidth(_BATTERY_WIDTH)
        self.body.addWidget(self.facts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
