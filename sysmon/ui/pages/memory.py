"""The page of memory: composition or swap; facts; swap traffic, page faults and pressure below."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.device import DevicePage
from sysmon.ui.pages.page import PageContext
from sysmon.viewmodels.memory_page import MemoryModel
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source


class MemoryPage(DevicePage):
    """The memory of one machine."""

    name: ClassVar[str] = "memory"
    title: ClassVar[str] = "Memory"
    tall_plots: ClassVar[bool] = True

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: MemoryModel | None = None
        self.below.addStretch()

    def show_machine(self, source: Source) -> None:
        self._model = MemoryModel(source.query, source.host, source.units)

    def draw(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_device(self._model.view(scope, self.big.plot.columns(), self.choice))
