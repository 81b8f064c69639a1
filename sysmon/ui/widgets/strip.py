"""A strip of time in colours: when something was well and when not. Short stretches stay visible."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from sysmon.ui.theme import Theme
from sysmon.viewmodels.link_strip import Segment

HEIGHT = 14
_LEAST = 3.0
_RADIUS = 3.0
"""Logical pixels: height of a strip, least width of a stretch, rounding of the ends."""


def paint_strip(painter: QPainter, theme: Theme, rect: QRectF, segments: Sequence[Segment], ground: str) -> None:
    """Draw ``segments`` into ``rect``; what they leave out is a pale track."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(rect, _RADIUS, _RADIUS)
    painter.fillPath(outline, theme.blend("line", ground, 0.7))
    painter.setClipPath(outline)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    for segment in sorted(segments, key=lambda segment: segment.start - segment.end):
        # The longest first: a short one is drawn over its neighbours where it is widened.
        width = max(_LEAST, (segment.end - segment.start) * rect.width())
        left = min(rect.left() + segment.start * rect.width(), rect.right() - width)
        if segment.end < 1.0:
            left = min(left, rect.right() - _LEAST - width)
        _fill(painter, theme, QRectF(left, rect.top(), width, rect.height()), segment.token, ground)
        if segment.start > 0.0:
            painter.fillRect(QRectF(left, rect.top(), 1.0, rect.height()), theme.colour(ground))
    if segments:
        # How it is now is always seen.
        newest = max(segments, key=lambda segment: segment.end)
        edge = rect.left() + newest.end * rect.width()
        _fill(painter, theme, QRectF(edge - _LEAST, rect.top(), _LEAST, rect.height()), newest.token, ground)
    painter.restore()


def _fill(painter: QPainter, theme: Theme, rect: QRectF, token: str, ground: str) -> None:
    painter.fillRect(rect, theme.blend(token, ground, 0.78))
