"""The large plot of a device page, on pyqtgraph: its curves over the same ground as `TimePlot`.

Looks and behaves as the small plots and shares their cross-hair. The value axis is fixed by the view,
the time axis is seconds before the end of the span, so nothing is laid out anew as time moves on.

Import this only when a device page is first shown: pyqtgraph and numpy cost a third of a second.
They are used nowhere else, and what little of them we use is declared below, since they carry no types.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Protocol, cast

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QFocusEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import axis_words, ink, plot_hover
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.plot_layer import PlotLayer, line_pen, shaped
from sysmon.ui.widgets.plot_pointer import PlotPointer
from sysmon.ui.widgets.pointed_plot import PointedPlot
from sysmon.ui.widgets.time_plot import WORDS_HEIGHT
from sysmon.viewmodels.plot import Line, PlotView


class _Curve(Protocol):
    """What we use of `pyqtgraph.PlotCurveItem`."""

    def setData(self, x: object, y: object, *, connect: str, antialias: bool, pen: QPen) -> None: ...
    def setVisible(self, visible: bool, /) -> None: ...


class _Box(Protocol):
    """What we use of `pyqtgraph.ViewBox`."""

    def addItem(self, item: _Curve, ignore_bounds: bool, /) -> None: ...
    def setXRange(self, low: float, high: float, padding: float) -> None: ...
    def setYRange(self, low: float, high: float, padding: float) -> None: ...


class BigPlot(PointedPlot):
    """Shows one `PlotView`, as `TimePlot` does, with pyqtgraph's curves."""

    def __init__(
        self, theme: Theme, cursor: TimeCursor, parent: QWidget, *, words: bool = True, ground: str = "card"
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: PlotView | None = None
        self._words = words
        self._pointer = PlotPointer(cursor, self.view, self.plot_rect)
        self._canvas = _Canvas(theme, ground, self._pointer.moment, self)
        self._ring = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, WORDS_HEIGHT if words else 0)
        column.addWidget(self._canvas)
        self._ground = ground
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)
        cursor.moved.connect(self._cursor_moved)

    def set_view(self, view: PlotView | None) -> None:
        """Show ``view``; None empties the plot. Curves are made ready when the window asks for a picture."""
        if view is self._view:
            return
        words = self._end_words()
        self._view = view
        self.setAccessibleDescription(view.spoken if view is not None else "")
        self._canvas.set_view(view)
        if words != self._end_words():
            self.update()
        if view is not None and self.underMouse():
            self._pointer.stay(self.mapFromGlobal(QCursor.pos()).x())

    def view(self) -> PlotView | None:
        """What is shown."""
        return self._view

    def plot_rect(self) -> QRect:
        """Where the data is drawn, in logical pixels."""
        return self.rect().adjusted(0, 0, 0, -WORDS_HEIGHT if self._words else 0)

    def columns(self) -> int:
        """How many columns of data are worth asking for: one for four device pixels, with its lowest and highest."""
        return max(16, round(self.width() * self.devicePixelRatioF()) // 4)

    def sizeHint(self) -> QSize:
        return QSize(640, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def _restyle(self) -> None:
        self._canvas.restyle()
        self.update()

    def _end_words(self) -> tuple[str, str]:
        if self._view is None or self._view.missing is not None:
            return "", ""
        return axis_words.ends(self._view.scope)

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour(self._ground))
        if self._words:
            rect = QRect(0, self.height() - WORDS_HEIGHT, self.width(), WORDS_HEIGHT)
            colour = self._theme.readable("tertiary", self._ground)
            for text, align in zip(self._end_words(), (ink.LEFT_FOOT, ink.RIGHT_FOOT), strict=True):
                ink.draw(painter, self._theme, rect, text, colour, pixels=fonts.SMALL, align=align)
        painter.end()

    # --- the cross-hair and the pointer -----------------------------------------------------------

    def _cursor_moved(self) -> None:
        self._canvas.mark(clock=self.underMouse())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in ink.KEYBOARD
        self._canvas.ring(shown=self._ring)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._canvas.ring(shown=False)
        super().focusOutEvent(event)


class _Canvas(pyqtgraph.GraphicsView):
    """pyqtgraph's view with one bare box of curves; ground below and cross-hair above are painted here."""

    _view: PlotView | None = None
    """On the class, because pyqtgraph resizes the view inside its own constructor."""

    def __init__(self, theme: Theme, ground: str, moment: Callable[[], float | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._ground = theme, ground
        self._moment = moment
        self._marked = QRect()
        self._clock = self._ring = False
        self._picture: QPixmap | None = None
        self._curves: list[_Curve] = []
        box = pyqtgraph.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        cast("QGraphicsItem", box).setAcceptHoverEvents(False)
        self._box = cast("_Box", box)
        self.setCentralItem(box)
        self._surface = cast("QGraphicsView", self)
        self._surface.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # pyqtgraph keeps the background as a picture; ours is one already, and it changes with every view.
        self._surface.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self._surface.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)

    def set_view(self, view: PlotView | None) -> None:
        self._view = view
        self._picture = None
        shown = view.lines if view is not None and view.missing is None else ()
        while len(self._curves) < len(shown):
            self._curves.append(self._new_curve())
        for index, curve in enumerate(self._curves):
            curve.setVisible(index < len(shown))
        if view is not None:
            self._fill_curves(view)
        self._surface.viewport().update()

    def _fill_curves(self, view: PlotView) -> None:
        if view.missing is None and view.scope.end > view.scope.start and view.top > 0:
            self._box.setXRange(view.scope.start - view.scope.end, 0.0, padding=0.0)
            self._box.setYRange(0.0, view.top, padding=0.0)
            width = max(16, round(self._surface.width() * self._surface.devicePixelRatioF()))
            for curve, line in zip(self._curves, view.lines, strict=False):
                times, values = _joined(line, width)
                pen = line_pen(self._theme, line, self._ground)
                curve.setData(
                    np.frombuffer(times) - view.scope.end if times else [],
                    np.frombuffer(values) if values else [],
                    connect="finite",
                    antialias=True,
                    pen=pen,
                )

    def _new_curve(self) -> _Curve:
        curve = pyqtgraph.PlotCurveItem()
        # The first line of a view lies on top, as in the small plots.
        cast("QGraphicsItem", curve).setZValue(-len(self._curves))
        self._box.addItem(cast("_Curve", curve), True)
        return cast("_Curve", curve)

    def restyle(self) -> None:
        view, self._view = self._view, None
        self.set_view(view)

    def ring(self, *, shown: bool) -> None:
        self._ring = shown
        self._surface.viewport().update()

    def mark(self, *, clock: bool) -> None:
        """Move the cross-hair; only where it was and where it is now is drawn again."""
        before, self._marked = self._marked, QRect()
        self._clock = clock
        view, moment = self._view, self._moment()
        if view is not None and moment is not None:
            self._marked = plot_hover.marked(view, moment, self._theme.family, self._surface.rect(), clock=clock)
        if not before.isNull() or not self._marked.isNull():
            self._surface.viewport().update(before.united(self._marked))

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        self._picture = None
        super().resizeEvent(ev)
        if self._view is not None:
            self._fill_curves(self._view)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.save()
        painter.resetTransform()
        view = self._view
        if view is None or view.missing is not None:
            painter.fillRect(self._surface.rect(), self._theme.colour(self._ground))
            reason = view.missing if view is not None and view.missing else ""
            colour = self._theme.readable("secondary", self._ground)
            ink.draw(painter, self._theme, self._surface.rect(), reason, colour, align=ink.CENTRE)
        else:
            painter.drawPixmap(0, 0, self._ground_picture(view))
        painter.restore()

    def _ground_picture(self, view: PlotView) -> QPixmap:
        ratio = self._surface.devicePixelRatioF()
        size = QSize(round(self._surface.width() * ratio), round(self._surface.height() * ratio))
        if self._picture is None:
            self._picture = QPixmap(size)
            painter = QPainter(self._picture)
            PlotLayer(self._theme, size, self._ground).paint(painter, QPoint(0, 0), view, lines=False)
            painter.end()
            self._picture.setDevicePixelRatio(ratio)
        return self._picture

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.save()
        painter.resetTransform()
        area = self._surface.rect()
        view, moment = self._view, self._moment()
        if view is not None and moment is not None:
            reading = plot_hover.read(view, moment, area.width())
            plot_hover.paint(painter, self._theme, view, reading, area, clock=self._clock)
        if self._ring:
            ink.box(painter, self._theme, area, QColor(Qt.GlobalColor.transparent), "accent", 2)
        painter.restore()


def _joined(line: Line, width: int) -> tuple[array[float], array[float]]:
    """The points of ``line`` fit for ``width`` pixels, its stretches parted by NaN."""
    times, values = array("d"), array("d")
    for stretch_times, stretch_values in shaped(line, width).stretches:
        if times:
            times.append(times[-1])
            values.append(float("nan"))
        times.extend(stretch_times)
        values.extend(stretch_values)
    return times, values
