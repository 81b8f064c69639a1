"""The page of GPUs: load by task, facts; memory, power and temperature below. Says why there is none."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.device import DevicePage
from sysmon.ui.pages.page import PageContext
from sysmon.viewmodels.gpu_page import GpuModel
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source


class GpuPage(DevicePage):
    """The GPUs of one machine."""

    name: ClassVar[str] = "gpu"
    title: ClassVar[str] = "GPU"
    tall_plots: ClassVar[bool] = True

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: GpuModel | None = None
        self.below.addStretch()

    def show_machine(self, source: Source) -> None:
        self._model = GpuModel(source.query, source.host, source.units)

    def draw(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_device(self._model.view(scope, self.big.plot.columns(), self.choice))
