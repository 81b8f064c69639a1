"""A QR code, drawn dark on light in both themes: cameras want it so. Sharp at every scale of the screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.viewmodels.qr_code import QUIET, Modules

SIDE = 216
"""Logical pixels: three or four for each module of a link."""
_LIGHT = QColor(Qt.GlobalColor.white)
_DARK = QColor(Qt.GlobalColor.black)


class QrView(QWidget):
    """Shows `Modules`; nothing where there are none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._modules: Modules = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("QR code of the link")

    def set_modules(self, modules: Modules) -> None:
        """Show ``modules``."""
        if modules != self._modules:
            self._modules = modules
            self.setVisible(bool(modules))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        count = len(self._modules)
        if not count:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        # In device pixels, and a whole number of them for each module: a scaled code has blurred edges.
        painter.scale(1.0 / ratio, 1.0 / ratio)
        side = round(min(self.width(), self.height()) * ratio)
        module = max(1, side // (count + 2 * QUIET))
        edge = (side - module * count) // 2
        painter.fillRect(QRect(0, 0, side, side), _LIGHT)
        for y, row in enumerate(self._modules):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRect(edge + x * module, edge + y * module, module, module), _DARK)
        painter.end()
