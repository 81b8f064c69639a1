"""The heading of a group of machines: how it is drawn, and which keys fold it. The same over tiles, rows and cells."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter

from sysmon.ui.fleet.tile_cells import paint_pill
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.viewmodels.fleet_groups import Heading

HEIGHT: Final = 28
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ARROW: Final = 4


def turns(event: QKeyEvent, heading: Heading) -> bool:
    """Whether a key folds or unfolds ``heading``: Enter, Left on one that is open, Right on one that is folded."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return False
    return event.key() in ENTER or event.key() == (Qt.Key.Key_Right if heading.folded else Qt.Key.Key_Left)


def paint(painter: QPainter, theme: Theme, rect: QRect, heading: Heading, ground: str, *, focused: bool) -> None:
    """Draw ``heading`` into ``rect``, on the colour of ``ground`` that is there already."""
    middle = rect.center().y()
    _paint_arrow(painter, theme, QPointF(rect.left() + 7, middle + 0.5), folded=heading.folded)
    marks.paint_dot(painter, theme, QPointF(rect.left() + 24, middle + 0.5), heading.hue)
    room = rect.adjusted(36, 0, -100, 0)
    ink.draw(painter, theme, room, heading.title, theme.colour("text"), weight=ink.STRONG)
    used = ink.width(theme.family, heading.title, weight=ink.STRONG) + 8
    count = room.adjusted(used, 0, 0, 0)
    ink.draw(painter, theme, count, heading.count, theme.readable("secondary", ground))
    used = ink.width(theme.family, heading.count) + 8
    end = min(count.left() + used, room.right()) + ink.width(theme.family, heading.state, weight=ink.MEDIUM) + 12
    paint_pill(painter, theme, QPoint(end, middle), heading.state, heading.hue, ground)
    if focused:
        ink.box(painter, theme, rect, QColor(Qt.GlobalColor.transparent), "accent", 6)


def _paint_arrow(painter: QPainter, theme: Theme, centre: QPointF, *, folded: bool) -> None:
    """Points down over what is open, to the right beside what is folded."""
    half = _ARROW / 2
    if folded:
        turns = (QPointF(-half, -_ARROW), QPointF(half, 0), QPointF(-half, _ARROW))
    else:
        turns = (QPointF(-_ARROW, -half), QPointF(0, half), QPointF(_ARROW, -half))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.pen("secondary"))
    painter.drawPolyline([centre + turn for turn in turns])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
