"""Words on a widget: one way to draw a text in a size, a weight and a colour of the theme."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme

_DIGIT = re.compile(r"\d")

NORMAL = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
STRONG = QFont.Weight.DemiBold

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

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


@cache
def _metrics(family: str, pixels: int, weight: QFont.Weight, *, tabular: bool) -> QFontMetrics:
    return QFontMetrics(fonts.font(family, pixels, weight, tabular=tabular))


@lru_cache(maxsize=2048)
def width(family: str, text: str, pixels: int = fonts.BODY, weight: QFont.Weight = NORMAL) -> int:
    """The width of ``text`` in logical pixels."""
    return _metrics(family, pixels, weight, tabular=_DIGIT.search(text) is not None).horizontalAdvance(text)


@lru_cache(maxsize=2048)
def elided(family: str, text: str, room: int, pixels: int = fonts.BODY, weight: QFont.Weight = NORMAL) -> str:
    """``text``, or its beginning and "…" where it is wider than ``room``."""
    if width(family, text, pixels, weight) <= room:
        return text
    metrics = _metrics(family, pixels, weight, tabular=_DIGIT.search(text) is not None)
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
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw ``text`` in one line inside ``rect``, cut with "…" where it does not fit."""
    if text and rect.width() > 0:
        painter.setFont(face(theme.family, text, pixels, weight))
        painter.setPen(colour)
        painter.drawText(rect, align, elided(theme.family, text, rect.width(), pixels, weight))


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


def text_size(theme: Theme, text: str, pixels: int, weight: QFont.Weight, height: int) -> QSize:
    """Room for ``text`` in one line of ``height``."""
    return QSize(width(theme.family, text, pixels, weight) + 1, height)
