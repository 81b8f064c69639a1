"""The ground of a plot, column by column: grid, bands of missing data, areas with a vertical gradient.

Every column is put together from a few prepared strips of pixels, so the cost depends on the width
alone: polygons cost nine times more on noise than on smooth data. Knows pixels and colours, no time.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from sysmon.ui.theme import Theme, mixed

GRID = (0.25, 0.5, 0.75)
"""Heights of the three quiet lines, as shares of the plot."""

STRONGEST = 0.32
FAINTEST = 0.02
FAINT = 0.45
"""How much of its hue an area has at its peak and at its foot, and the share of that where it is faint."""

BAND = 0.10
"""How much of the colour of what is offline a band of missing data has."""

MARK = 0.7
"""How much of the accent the line of a moment has that the user marked."""

_ANCHORS = 16
_STRIPS_KEPT = 128


class Strips:
    """Columns of pixels of one height for the colours in force; make another when either changes.

    Strips run from the bottom upwards and hold 4 bytes a pixel as `QImage.Format.Format_RGB32` wants them.
    """

    def __init__(self, theme: Theme, height: int, ground: str = "card", *, grid: bool = True) -> None:
        self.height = height
        self._theme = theme
        self._ground = ground
        self._grid = {round(height * share) for share in GRID} if grid else set[int]()
        self._base = [self._grid_colour() if row in self._grid else theme.colour(ground) for row in range(height)]
        self.plain = _bytes(self._base)
        self.band = _bytes([mixed(theme.colour("offline"), colour, BAND) for colour in self._base])
        self.mark = _bytes([mixed(theme.colour("accent"), colour, MARK) for colour in self._base])
        self._areas: dict[tuple[str, bool, int], bytes] = {}

    def area(self, hue: str, peak: int, *, faint: bool = False) -> bytes:
        """The area of ``hue`` under a line whose highest point is ``peak`` pixels up, over the full height."""
        anchor = max(1, -(-peak * _ANCHORS // max(1, self.height)))
        key = (hue, faint, anchor)
        found = self._areas.get(key)
        if found is None:
            if len(self._areas) >= _STRIPS_KEPT:
                self._areas.clear()
            found = self._areas[key] = self._gradient(hue, self.height * anchor / _ANCHORS, FAINT if faint else 1.0)
        return found

    def _gradient(self, hue: str, reach: float, strength: float) -> bytes:
        front = self._theme.colour(hue)
        colours: list[QColor] = []
        for row, back in enumerate(self._base):
            share = FAINTEST + (STRONGEST - FAINTEST) * min(1.0, (row + 1) / reach)
            colours.append(mixed(front, back, share * strength))
        return _bytes(colours)

    def _grid_colour(self) -> QColor:
        return self._theme.blend("line", self._ground, 0.75)


def _bytes(colours: list[QColor]) -> bytes:
    return b"".join(colour.rgb().to_bytes(4, "little") for colour in colours)


def columns(strips: Strips, areas: Sequence[tuple[bytes, Sequence[int]]], width: int) -> list[bytes]:
    """The columns of a plot: each area is a strip and its height in every column.

    Where several areas overlap the lowest one shows, so stacked values come out as a stack.
    """
    plain = strips.plain
    if not areas:
        return [plain] * width
    if len(areas) == 1:
        area, filled = areas[0]
        made = {height: area[: 4 * height] + plain[4 * height :] for height in set(filled)}
        return [made[height] for height in filled]
    fills = [area for area, _ in areas]
    stacks: dict[tuple[int, ...], bytes] = {}
    out: list[bytes] = []
    for key in zip(*(filled for _, filled in areas), strict=True):
        column = stacks.get(key)
        if column is None:
            column = stacks[key] = _stacked(key, fills, plain)
        out.append(column)
    return out


def _stacked(levels: tuple[int, ...], fills: list[bytes], plain: bytes) -> bytes:
    parts: list[bytes] = []
    done = 0
    order = range(len(levels)) if list(levels) == sorted(levels) else sorted(range(len(levels)), key=levels.__getitem__)
    for index in order:
        level = levels[index]
        if level > done:
            parts.append(fills[index][4 * done : 4 * level])
            done = level
    parts.append(plain[4 * done :])
    return b"".join(parts)


def paint_columns(painter: QPainter, corner: QPoint, made: list[bytes], height: int) -> None:
    """Draw columns of ``height`` pixels side by side with their upper left at ``corner``, in device pixels.

    They lie in memory one after the other, so they are drawn turned by a quarter: Qt has a fast path for that.
    """
    if not made or height <= 0:
        return
    data = b"".join(made)
    image = QImage(data, height, len(made), 4 * height, QImage.Format.Format_RGB32)
    painter.save()
    painter.setTransform(QTransform(0, -1, 1, 0, corner.x(), corner.y() + height))
    painter.drawImage(0, 0, image)
    painter.restore()
