"""A tiny plot without words: the trend of one value in a row, a tile or the tray pop-up."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.plot_layer import PlotLayer
from sysmon.viewmodels.plot import Line, PlotView, TimeScope


def trace_view(values: Sequence[float], hue: str, top: float = 1.0) -> PlotView:
    """A view of ``values`` at even steps, oldest first, on an axis from 0 to ``top``."""
    line = Line("", hue, array("d", range(len(values))), values, "")
    return PlotView(TimeScope(0.0, max(1.0, len(values) - 1.0), True), (line,), top, str, "")


class TraceBrush:
    """Draws traces of one size one after the other, with one scratch picture for all of them."""

    def __init__(self, theme: Theme, size: QSize, ratio: float, ground: str = "card") -> None:
        self.size, self.ratio, self.ground = size, ratio, ground
        device = QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
        self._layer = PlotLayer(theme, device, ground, grid=False)
        self._picture = QPixmap(device)

    def picture(self, values: Sequence[float], hue: str, top: float = 1.0) -> QPixmap:
        """The trace as a picture, valid until the next call."""
        self._picture.setDevicePixelRatio(1.0)
        self._layer.draw(trace_view(values, hue, top), self._picture)
        self._picture.setDevicePixelRatio(self.ratio)
        return self._picture


class Sparkline(QWidget):
    """The trend of one value. ``set_values`` takes evenly spaced values, oldest first, NaN where unknown."""

    def __init__(self, theme: Theme, parent: QWidget, *, hue: str = "cpu", ground: str = "card") -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self._shown: tuple[tuple[float, ...], str, float] = ((), hue, 1.0)
        self._brush: TraceBrush | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_values(self, values: Sequence[float], top: float = 1.0, hue: str | None = None) -> None:
        """Show ``values`` on an axis from 0 to ``top``; ``hue`` changes the colour."""
        self._shown = (tuple(values), hue or self._shown[1], top)
        self.update()

    def set_ground(self, ground: str) -> None:
        """The token it stands on, for rows that can be selected."""
        if ground != self._ground:
            self._ground = ground
            self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(64, 24)

    def _restyle(self) -> None:
        self._brush = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._brush is None or self._brush.size != self.size() or self._brush.ratio != ratio:
            self._brush = TraceBrush(self._theme, self.size(), ratio, self._ground)
        values, hue, top = self._shown
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._brush.picture(values, hue, top))
        painter.end()
