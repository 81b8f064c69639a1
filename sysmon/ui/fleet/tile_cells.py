"""How a tile is drawn: head, four figures with their trend, or why the machine is silent. Knows no list and no store."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.plot_layer import PlotLayer
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet_tiles import TileView, Trend
from sysmon.viewmodels.plot import PlotView

HEIGHT: Final = 182
"""As tall as a tile is by itself; it may be a little lower or higher, so that whole rows of them fill a page."""
LOWEST, HIGHEST = 136, 220
_PAD: Final = 17
_HEAD: Final = 42
_FIRST: Final = 37
_FOOT: Final = 9
_FIGURE: Final = 68
"""From the label to its figure."""
_TREND: Final = 150
"""From the label to its trend."""
_TREND_HEIGHT: Final = 26
_AROUND: Final = 5
"""Between two trends, at least."""
_PILL: Final = 20
_LINK: Final = 22


class TileBrush:
    """Draws tiles of one size, with one scratch picture for all trends."""

    def __init__(self, theme: Theme, size: QSize, ratio: float) -> None:
        self.size, self.ratio = size, ratio
        self._theme = theme
        self._pitch = _pitch(size.height())
        self._trend = min(_TREND_HEIGHT, self._pitch - _AROUND)
        room = max(24, size.width() - 2 * _PAD - _TREND)
        device = QSize(max(1, round(room * ratio)), max(1, round(self._trend * ratio)))
        self._layer = PlotLayer(theme, device, grid=False, coarse=True)
        self._picture = QPixmap(device)

    def paint(self, painter: QPainter, rect: QRect, tile: TileView, *, hovered: bool, focused: bool) -> None:
        """Draw ``tile`` into ``rect``."""
        theme = self._theme
        border = "accent" if focused else "tertiary" if hovered else "line"
        ink.box(painter, theme, rect, theme.colour("card"), border, ink.RADIUS)
        self._paint_head(painter, rect, tile)
        if tile.silence is not None:
            self._paint_silence(painter, rect, tile)
            return
        for at, trend in enumerate(tile.trends):
            self._paint_trend(painter, rect.left() + _PAD, rect.top() + _FIRST + at * self._pitch, tile, trend)

    def _paint_head(self, painter: QPainter, rect: QRect, tile: TileView) -> None:
        theme = self._theme
        middle = rect.top() + 24
        marks.paint_dot(painter, theme, QPointF(rect.left() + _PAD + 4, middle), tile.hue)
        right = paint_pill(painter, theme, QPoint(rect.right() - _PAD + 1, middle), tile.state, tile.hue)
        room = QRect(rect.left() + _PAD + 16, middle - 11, right - 8 - rect.left() - _PAD - 16, 22)
        ink.draw(painter, theme, room, tile.name, theme.colour("text"), weight=ink.STRONG)
        used = ink.width(theme.family, tile.name, weight=ink.STRONG) + 8
        ink.draw(painter, theme, room.adjusted(used, 0, 0, 0), tile.role, theme.readable("secondary"))

    def _paint_trend(self, painter: QPainter, left: int, top: int, tile: TileView, trend: Trend) -> None:
        theme = self._theme
        quiet = theme.readable("secondary")
        row = QRect(left, top, _FIGURE - 4, self._pitch)
        ink.draw(painter, theme, row, trend.label, quiet)
        figure = QRect(left + _FIGURE, top, _TREND - _FIGURE - 6, self._pitch)
        colour = theme.colour("text") if trend.reason is None else quiet
        ink.draw(painter, theme, figure, trend.figure, colour, weight=ink.STRONG)
        used = ink.width(theme.family, trend.figure, weight=ink.STRONG) + 4
        ink.draw(painter, theme, figure.adjusted(used, 0, 0, 0), trend.unit, quiet)
        place = QPoint(left + _TREND, top + (self._pitch - self._trend) // 2)
        view = PlotView(tile.scope, (trend.line,), trend.top, str, "")
        self._picture.setDevicePixelRatio(1.0)
        self._layer.draw(view, self._picture)
        self._picture.setDevicePixelRatio(self.ratio)
        painter.drawPixmap(place, self._picture)

    def _paint_silence(self, painter: QPainter, rect: QRect, tile: TileView) -> None:
        assert tile.silence is not None
        theme, silence = self._theme, tile.silence
        line = QRect(rect.left() + _PAD, _words_top(rect, tile), rect.width() - 2 * _PAD, 20)
        ink.draw(painter, theme, line, silence.words, theme.readable("secondary"), align=ink.CENTRE)
        if silence.reason:
            line.translate(0, 20)
            ink.draw(
                painter, theme, line, silence.reason, theme.readable("tertiary"), pixels=fonts.CAPTION, align=ink.CENTRE
            )
        if silence.offer:
            link = offer_rect(rect, tile, theme.family)
            ink.draw(painter, theme, link, silence.offer_text, theme.readable("accent"), align=ink.CENTRE)


def _pitch(height: int) -> int:
    """From one figure to the next in a tile of ``height``."""
    return (height - _FIRST - _FOOT) // 4


def paint_pill(painter: QPainter, theme: Theme, right: QPoint, text: str, hue: str, back: str = "card") -> int:
    """A small label whose right end is at ``right``, in the middle of its height; where it begins."""
    ground, colour = theme.pill(hue, back)
    width = ink.width(theme.family, text, fonts.CAPTION, ink.MEDIUM) + 16
    place = QRect(right.x() - width, right.y() - _PILL // 2, width, _PILL)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(place), _PILL / 2, _PILL / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    ink.draw(painter, theme, place, text, QColor(colour), pixels=fonts.CAPTION, weight=ink.MEDIUM, align=ink.CENTRE)
    return place.left()


def _words_top(rect: QRect, tile: TileView) -> int:
    assert tile.silence is not None
    lines = 20 + (20 if tile.silence.reason else 0) + (_LINK if tile.silence.offer else 0)
    return rect.top() + _HEAD + (rect.height() - _HEAD - 16 - lines) // 2


def offer_rect(rect: QRect, tile: TileView, family: str) -> QRect:
    """Where the offer of a silent tile can be pressed; empty where it offers nothing."""
    if tile.silence is None or not tile.silence.offer:
        return QRect()
    top = _words_top(rect, tile) + 20 + (20 if tile.silence.reason else 0)
    width = ink.width(family, tile.silence.offer_text) + 16
    return QRect(rect.center().x() - width // 2, top, width, _LINK)


def tip_at(rect: QRect, tile: TileView, point: QPoint) -> str:
    """What the pointer tells at ``point``: why a figure is unknown, or all of a reason that was cut."""
    if tile.silence is not None:
        return tile.silence.reason
    at = (point.y() - rect.top() - _FIRST) // _pitch(rect.height())
    if point.y() >= rect.top() + _FIRST and at < len(tile.trends):
        trend = tile.trends[at]
        figure = f"{trend.figure}{fmt.SPACE}{trend.unit}".rstrip()
        return f"{trend.label}: {trend.reason}" if trend.reason else f"{trend.label} {figure}"
    return tile.spoken
