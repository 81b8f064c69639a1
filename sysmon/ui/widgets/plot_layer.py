"""A finished picture of a `PlotView`: ground, areas, bands and lines, at the device's own pixels.

Drawn once for each new view; hovering only copies it. Knows no widget and no pointer.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import ceil, floor

from PySide6.QtCore import QPoint, QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import curve, raster
from sysmon.viewmodels.plot import Gap, Line, PlotView, TimeScope

DENSE = 2 / 3
"""Points a pixel where there are more samples than pixels: lowest and highest of every three pixels."""
COARSE_FROM = 200
"""Device pixels from which areas have one height for two columns: under a line that is drawn exactly nobody sees it."""
FAINT_LINE = 0.55
DASHES = (3.0, 3.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """One line made fit for the width of the plot: points of each stretch without a break."""

    line: Line
    stretches: tuple[tuple[array[float], array[float]], ...]


def shaped(line: Line, width: int) -> Shape:
    """``line`` fit for ``width`` device pixels: as it is up to a point a pixel, beyond that all its peaks in fewer.

    Points closer than that cannot be told apart, and each costs: steep lines most of all.
    """
    found = curve.runs(line.values)
    total = sum(end - begin for begin, end in found)
    limit = width if total <= width else width * DENSE
    return Shape(
        line,
        tuple(
            curve.thinned(line.times, line.values, (begin, end), max(2, round(limit * (end - begin) / total)))
            for begin, end in found
        ),
    )


@dataclass(slots=True)
class PlotLayer:
    """Draws views of one size in device pixels. Make another when size or colours change."""

    theme: Theme
    size: QSize
    ground: str = "card"
    grid: bool = True
    coarse: bool = False
    """Whether areas have one height for two columns also where there are few: for trends that are many and low."""
    _strips: raster.Strips = field(init=False)
    _polygon: QPolygonF = field(init=False, default_factory=QPolygonF)

    def __post_init__(self) -> None:
        self._strips = raster.Strips(self.theme, self.size.height(), self.ground, grid=self.grid)

    def draw(self, view: PlotView, pixmap: QPixmap) -> None:
        """Draw ``view`` over the whole of ``pixmap``, which has this layer's size and a device ratio of 1."""
        painter = QPainter(pixmap)
        self.paint(painter, QPoint(0, 0), view)
        painter.end()

    def paint(self, painter: QPainter, corner: QPoint, view: PlotView, *, lines: bool = True) -> None:
        """Draw ``view``, or only what lies below its ``lines``, with its upper left at ``corner``, in device pixels."""
        width, height = self.size.width(), self.size.height()
        shapes = [shaped(line, width) for line in view.lines]
        coarse = 2 if self.coarse or width >= COARSE_FROM else 1
        steps = raster.columns(self._strips, self._areas(view, shapes, coarse), -(-width // coarse))
        made = [column for column in steps for _ in range(coarse)][:width] if coarse > 1 else steps
        self._mark_gaps(made, view.gaps, view.scope)
        self._mark_moments(made, view)
        raster.paint_columns(painter, corner, made, height)
        if lines and view.top > 0 and view.scope.end > view.scope.start:
            self._lines(painter, corner, view, shapes)

    def _areas(self, view: PlotView, shapes: list[Shape], coarse: int) -> list[tuple[bytes, list[int]]]:
        width, height = self.size.width(), self.size.height()
        step = (view.scope.end - view.scope.start) * coarse / width if width else 0.0
        scale = height / view.top if view.top > 0 else 0.0
        areas: list[tuple[bytes, list[int]]] = []
        for shape in shapes:
            if not shape.line.area or not shape.stretches:
                continue
            filled = [0] * -(-width // coarse)
            for times, points in shape.stretches:
                curve.fill_heights(times, points, view.scope.start, step, scale, height, filled)
            areas.append((self._strips.area(shape.line.hue, max(filled, default=0), faint=shape.line.faint), filled))
        return areas

    def _mark_gaps(self, made: list[bytes], gaps: tuple[Gap, ...], scope: TimeScope) -> None:
        span = scope.end - scope.start
        if span <= 0:
            return
        scale = len(made) / span
        for gap in gaps:
            first = max(0, floor((gap.start - scope.start) * scale))
            last = min(len(made), ceil((gap.end - scope.start) * scale))
            if last > first:
                made[first:last] = [self._strips.band] * (last - first)

    def _mark_moments(self, made: list[bytes], view: PlotView) -> None:
        span = view.scope.end - view.scope.start
        for moment in view.marks:
            column = floor((moment - view.scope.start) / span * len(made)) if span > 0 else -1
            if 0 <= column < len(made):
                made[column] = self._strips.mark

    def _lines(self, painter: QPainter, corner: QPoint, view: PlotView, shapes: list[Shape]) -> None:
        scope, height = view.scope, self.size.height()
        across = self.size.width() / (scope.end - scope.start)
        up = (height - 1) / view.top
        painter.save()
        painter.setClipRect(corner.x(), corner.y(), self.size.width(), height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(
            QTransform(across, 0, 0, -up, corner.x() - scope.start * across, corner.y() + height - 0.5)
        )
        for shape in reversed(shapes):
            painter.setPen(line_pen(self.theme, shape.line, self.ground))
            for times, values in shape.stretches:
                if len(times) == 1:
                    painter.drawLine(
                        QPointF(times[0] - 0.5 / across, values[0]), QPointF(times[0] + 0.5 / across, values[0])
                    )
                    continue
                curve.fill_polygon(self._polygon, times, values)
                painter.drawPolyline(self._polygon)
        painter.restore()


def line_colour(theme: Theme, line: Line, ground: str = "card") -> QColor:
    """The colour of a line: its hue, paler where it is faint."""
    return theme.blend(line.hue, ground, FAINT_LINE) if line.faint else theme.colour(line.hue)


def line_pen(theme: Theme, line: Line, ground: str = "card") -> QPen:
    """The pen of a line: exactly one device pixel, dashed for the second series of a kind."""
    pen = QPen(line_colour(theme, line, ground), 1.0)
    pen.setCosmetic(True)
    if line.dashed:
        pen.setDashPattern(DASHES)
    return pen
