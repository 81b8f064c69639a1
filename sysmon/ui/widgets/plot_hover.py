"""What a plot shows of the moment under the cross-hair: a line, a dot on each curve, a bubble with the values.

Painted inside the plot, so that nothing of it can be cut by a window's edge.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import curve, ink
from sysmon.ui.widgets.plot_layer import line_colour
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import Line, PlotView

_PAD = 8
_ROW = 17
_SWATCH = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """What a plot says at one moment."""

    time: float
    rows: tuple[tuple[Line, float, str], ...]
    """Line, its value (NaN unknown) and the text of the value."""
    reason: str | None
    """Why there is no value at that moment."""


def read(view: PlotView, time: float, width: int) -> Reading:
    """The values of ``view`` at ``time``, of the samples nearest to it, for a plot ``width`` pixels wide."""
    gap = next((gap.reason for gap in view.gaps if gap.start <= time <= gap.end), None)
    reach = max(2.5, 3.0 * (view.scope.end - view.scope.start) / max(1, width))
    rows: list[tuple[Line, float, str]] = []
    below = 0.0
    for line in view.lines:
        if not line.times:
            continue
        at = curve.nearest(line.times, line.values, time, reach)
        shown = at - below if view.stacked else at
        rows.append((line, at, view.format_value(max(0.0, shown)) if shown == shown else "–"))
        if at == at:
            below = at
    if gap is None and rows and all(at != at for _, at, _ in rows):
        gap = "no data"
    return Reading(time, tuple(rows), gap)


def bubble_rect(reading: Reading, family: str, at: float, plot: QRect, *, clock: bool) -> QRect:
    """Where the bubble stands: beside the cross-hair at ``at``, inside ``plot`` where it is large enough."""
    lines = _texts(reading, clock=clock)
    width = max((ink.width(family, text, fonts.CAPTION) for text in lines), default=0) + 2 * _PAD + _SWATCH + 6
    height = _ROW * len(lines) + 8
    left = at + 10 if at + 10 + width <= plot.right() else at - 10 - width
    left = max(plot.left(), min(left, plot.right() - width))
    return QRect(round(left), plot.top() + max(0, min(6, plot.height() - height)), width, min(height, plot.height()))


def marked(view: PlotView, time: float, family: str, plot: QRect, *, clock: bool) -> QRect:
    """All that `paint` touches for the moment ``time``."""
    at = plot.left() + (time - view.scope.start) / (view.scope.end - view.scope.start) * plot.width()
    bubble = bubble_rect(read(view, time, plot.width()), family, at, plot, clock=clock)
    return bubble.united(QRect(round(at) - 4, plot.top(), 8, plot.height())).adjusted(-2, -2, 2, 2)


def paint(painter: QPainter, theme: Theme, view: PlotView, reading: Reading, plot: QRect, *, clock: bool) -> None:
    """Draw cross-hair, dots and bubble over a finished plot, in logical pixels."""
    scope = view.scope
    at = plot.left() + (reading.time - scope.start) / (scope.end - scope.start) * plot.width()
    painter.setPen(theme.pen("accent" if clock else "tertiary"))
    painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for line, value, _ in reading.rows:
        if value == value and view.top > 0:
            painter.setBrush(line_colour(theme, line))
            y = plot.bottom() - min(1.0, max(0.0, value / view.top)) * (plot.height() - 1)
            painter.drawEllipse(QPointF(at, y), 2.5, 2.5)
    _bubble(painter, theme, reading, bubble_rect(reading, theme.family, at, plot, clock=clock), clock=clock)


def _texts(reading: Reading, *, clock: bool) -> list[str]:
    texts = [fmt.clock(reading.time)] if clock else []
    if reading.reason is not None:
        return [*texts, reading.reason]
    single = len(reading.rows) == 1
    return texts + [text if single else f"{line.name}  {text}" for line, _, text in reading.rows]


def _bubble(painter: QPainter, theme: Theme, reading: Reading, rect: QRect, *, clock: bool) -> None:
    painter.setPen(theme.pen("line"))
    painter.setBrush(theme.colour("hover"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    row = QRect(rect.left() + _PAD, rect.top() + 4, rect.width() - 2 * _PAD, _ROW)
    lines = iter(reading.rows if reading.reason is None else ())
    for index, text in enumerate(_texts(reading, clock=clock)):
        quiet = clock and index == 0
        colour = theme.readable("secondary", "hover") if quiet else theme.colour("text")
        left = 0
        if not quiet and (entry := next(lines, None)) is not None:
            swatch = QRectF(row.left(), row.center().y() - _SWATCH / 2 + 1, _SWATCH, _SWATCH)
            painter.fillRect(swatch, line_colour(theme, entry[0]))
            left = _SWATCH + 6
        ink.draw(painter, theme, row.adjusted(left, 0, _PAD, 0), text, colour, pixels=fonts.CAPTION)
        row.translate(0, _ROW)
