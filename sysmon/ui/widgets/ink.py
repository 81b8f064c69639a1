"""Words on a widget: one way to draw a text in a size, a weight and a colour of the theme."""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText
from PySide6.QtWidgets import QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme

_DIGIT = re.compile(r"\d")

NORMAL = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
STRONG = QFont.Weight.DemiBold

Align = tuple[float, float]
"""Where a text stands in its place: across and down, 0 at the beginning, 1 at the end."""

LEFT: Align = (0.0, 0.5)
RIGHT: Align = (1.0, 0.5)
CENTRE: Align = (0.5, 0.5)
LEFT_FOOT: Align = (0.0, 1.0)
RIGHT_FOOT: Align = (1.0, 1.0)

KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Reasons for which a focus ring is drawn on what is only read."""

RADIUS = 10
"""Of a card; controls use 8, small things 6 and 4."""


def face(family: str, text: str, pixels: int, weight: QFont.Weight) -> QFont:
    """The font for ``text``: digits of one width where there are digits, since then hyphens are as wide as they."""
    return fonts.font(family, pixels, weight, tabular=_DIGIT.search(text) is not None)


class Laid(NamedTuple):
    """A text with its glyphs chosen and placed: that is most of what drawing a text costs."""

    text: QStaticText
    font: QFont
    width: float
    height: float


@lru_cache(maxsize=2048)
def laid(family: str, text: str, pixels: int = fonts.BODY, weight: QFont.Weight = NORMAL) -> Laid:
    """``text`` laid out, kept for a while."""
    made, font = QStaticText(text), face(family, text, pixels, weight)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font)
    size = made.size()
    return Laid(made, font, size.width(), size.height())


def forget() -> None:
    """Drop what is kept of texts: what a benchmark counts must not depend on which were drawn."""
    laid.cache_clear()
    elided.cache_clear()


def width(family: str, text: str, pixels: int = fonts.BODY, weight: QFont.Weight = NORMAL) -> int:
    """The width of ``text`` in logical pixels."""
    return ceil(laid(family, text, pixels, weight).width)


@lru_cache(maxsize=1024)
def elided(family: str, text: str, room: int, pixels: int = fonts.BODY, weight: QFont.Weight = NORMAL) -> str:
    """``text``, or its beginning and "…" where it is wider than ``room``."""
    if width(family, text, pixels, weight) <= room:
        return text
    metrics = QFontMetrics(face(family, text, pixels, weight))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))


def draw(
    painter: QPainter,
    theme: Theme,
    rect: QRect,
    text: str,
    colour: QColor,
    *,
    pixels: int = fonts.BODY,
    weight: QFont.Weight = NORMAL,
    align: Align = LEFT,
) -> None:
    """Draw ``text`` in one line inside ``rect``, cut with "…" where it does not fit."""
    if not text or rect.width() <= 0:
        return
    family, room = theme.family, rect.width()
    found = laid(family, text, pixels, weight)
    if found.width > room:
        found = laid(family, elided(family, text, room, pixels, weight), pixels, weight)
    painter.setFont(found.font)
    painter.setPen(colour)
    across, down = align
    left = rect.left() + (room - found.width) * across
    # On a whole pixel, and the same one for all rows of a table.
    top = rect.top() + floor((rect.height() - found.height) * down)
    painter.drawStaticText(QPointF(left, top), found.text)


def box(painter: QPainter, theme: Theme, rect: QRect, fill: QColor, border: str | None, radius: int) -> None:
    """A rounded box with a border of one pixel inside ``rect``, or none."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(rect), radius, radius)
    else:
        painter.setPen(theme.pen(border))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def focus_ring(painter: QPainter, theme: Theme, widget: QWidget, radius: int = 6) -> None:
    """The ring that shows which control the keyboard acts on."""
    if widget.hasFocus():
        box(painter, theme, widget.rect(), QColor(Qt.GlobalColor.transparent), "accent", radius)
