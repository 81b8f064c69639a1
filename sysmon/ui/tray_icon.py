"""The picture in the tray: the CPU of the last minute as columns, at the pixels the tray really has.

Panels are dark or light and do not tell which, so the columns stand on a tile of our own. Knows no tray.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from sysmon.ui.theme import Theme


def column_heights(values: Sequence[float], columns: int, height: int) -> list[int]:
    """Pixels of each of ``columns`` columns for shares of 0 to 1, newest at the right.

    The greatest value of each column's samples: a short peak shall be seen. 0 where nothing is
    known; at least 1 where something is.
    """
    heights = [0] * columns
    count = len(values)
    for column in range(columns):
        begin, end = count * column // columns, count * (column + 1) // columns
        known = [value for value in values[begin : max(end, begin + 1)] if value == value]
        if known:
            heights[column] = max(1, min(height, round(max(known) * height)))
    return heights


def paint_icon(theme: Theme, size: int, values: Sequence[float], *, alert: bool = False) -> QImage:
    """The icon, ``size`` device pixels wide and high. Equal input gives equal pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    edge = max(1, size // 22)
    inset = edge * 2
    _tile(painter, theme, size, edge)
    inside = size - 2 * inset
    columns = inside // edge
    for column, height in enumerate(column_heights(values, columns, inside)):
        if height:
            hue = "critical" if height >= inside * 0.9 else "cpu"
            painter.fillRect(inset + column * edge, size - inset - height, edge, height, theme.colour(hue))
    if alert:
        _dot(painter, theme, size)
    painter.end()
    return image


def _tile(painter: QPainter, theme: Theme, size: int, edge: int) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("tertiary"), edge))
    painter.setBrush(theme.colour("card"))
    half = edge / 2
    painter.drawRoundedRect(QRectF(half, half, size - edge, size - edge), size / 8, size / 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _dot(painter: QPainter, theme: Theme, size: int) -> None:
    """A red dot with a rim, so that it stands out from columns too."""
    radius = size * 0.2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("card"), max(1.0, size / 16)))
    painter.setBrush(theme.colour("critical"))
    painter.drawEllipse(QPointF(size - radius - 1, radius + 1), radius, radius)
