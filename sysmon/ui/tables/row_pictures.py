"""Rows of the process table as pictures: what did not change is copied, wherever it stands now.

Of the rows in view most are the same objects as a second ago, and a copy costs a tenth of their texts. A row gets a
picture when it is drawn for the second time: those that change with every table would only cost more by one. Knows
neither model nor head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap

from sysmon.ui.tables.process_cells import ROW, Strip
from sysmon.ui.theme import Theme
from sysmon.viewmodels.process_tree import TreeRow

PaintRow: TypeAlias = Callable[[QPainter, int, int, Sequence[Strip], bool], None]
"""Paints a row by its number at a height, in columns, chosen or not."""
_Look: TypeAlias = tuple[object, ...]
_SPARE: Final = 4
"""Pictures beyond those of the rows in view: a row that leaves it for a moment."""


class RowPictures:
    """Keeps the pictures of what was seen last. An entry never changes: one that says something else is another."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._look: _Look = ()
        self._strips: Sequence[Strip] = ()
        self._left = 0
        self._ratio = 1.0
        self._room = 0
        self._drawn: Sequence[Strip] = ()
        self._made: dict[_Look, QPixmap] = {}
        self._once: dict[_Look, None] = {}
        """Rows that were drawn once, the newest last."""
        self.painted = 0
        """How many rows were painted, not copied."""
        theme.changed.connect(self.clear)

    def __len__(self) -> int:
        return len(self._made)

    def clear(self) -> None:
        """Forget everything."""
        self._made.clear()
        self._once.clear()

    def begin(self, strips: Sequence[Strip], ratio: float, rows: int, *others: object) -> None:
        """A view of ``rows`` rows is about to be painted in columns ``strips`` with ``ratio`` device pixels for a pixel.

        ``others``: whatever else all rows depend on. What was kept goes where any of this is not what it was.
        """
        left = strips[0].left
        moved = [strip._replace(left=strip.left - left) for strip in strips] if left else strips
        look = (ratio, tuple(moved), others)
        if look != self._look:
            self.clear()
            self._look, self._strips, self._ratio = look, moved, ratio
        self._left, self._room, self._drawn = left, rows + _SPARE, strips

    def draw(self, painter: QPainter, at: int, top: int, row: TreeRow, paint: PaintRow, selected: bool) -> None:
        """Draw ``row``, which is number ``at``, at ``top``. ``paint`` is called where there is no picture of it."""
        key = (*row, selected)
        picture = self._made.pop(key, None)
        if picture is None:
            self.painted += 1
            if key not in self._once:
                self._note(key)
                paint(painter, at, top, self._drawn, selected)
                return
            del self._once[key]
            picture = self._canvas()
            inner = QPainter(picture)
            paint(inner, at, 0, self._strips, selected)
            inner.end()
        self._made[key] = picture  # the last one is the newest
        painter.drawPixmap(QPoint(self._left, top), picture)

    def _note(self, key: _Look) -> None:
        if len(self._once) >= self._room:
            del self._once[next(iter(self._once))]
        self._once[key] = None

    def _canvas(self) -> QPixmap:
        if len(self._made) >= self._room:
            picture = self._made.pop(next(iter(self._made)))
        else:
            last = self._strips[-1]
            picture = QPixmap(QSize(last.left + last.width, ROW) * self._ratio)
            picture.setDevicePixelRatio(self._ratio)
        picture.fill(self._theme.colour("card"))
        return picture


def fits(ratio: float) -> bool:
    """Whether a picture stands on whole device pixels wherever its row is: else a copy would be blurred."""
    return ratio == int(ratio)
