"""The colours of the program, declared once: palette, style sheet, pens and brushes come from here.

Widgets name a token ("cpu", "line") and never a colour. Knows no widget; `Theme.changed` says
when everything has to be drawn anew.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QPen
from PySide6.QtWidgets import QApplication, QStyleFactory

from sysmon.ui import fonts
from sysmon.ui.style_sheet import style_sheet

TOKENS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # token: (dark, light)
        "window": ("#0f1115", "#f6f7f9"),
        "side": ("#14171c", "#eef0f3"),
        "card": ("#181b21", "#ffffff"),
        "line": ("#262a32", "#e2e5ea"),
        "hover": ("#1f232b", "#f0f2f5"),
        "selection": ("#1d2a44", "#dfe9fd"),
        "text": ("#e8eaed", "#15181d"),
        "secondary": ("#9aa1ac", "#5b6472"),
        "tertiary": ("#6b7280", "#8a93a1"),
        "accent": ("#4c8dff", "#2f6fed"),
        "cpu": ("#4c8dff", "#2f6fed"),
        "memory": ("#a78bfa", "#7c5ce0"),
        "disk": ("#34d399", "#0f9d6b"),
        "network": ("#fb923c", "#d9711c"),
        "gpu": ("#f472b6", "#d6408c"),
        "temperature": ("#f87171", "#d64545"),
        "critical": ("#f87171", "#d64545"),
        "ok": ("#34d399", "#0f9d6b"),
        "warning": ("#fbbf24", "#b97a00"),
        "offline": ("#6b7280", "#8a93a1"),
        # Lines that stand for machines: chosen by search, as far apart as eight can be on the card for people with any
        # kind of colour vision (tests/ui/test_theme.py computes it).
        "series-1": ("#4d7ff1", "#4172e3"),
        "series-2": ("#fa96a3", "#d6559f"),
        "series-3": ("#a7faf6", "#445d60"),
        "series-4": ("#c43b10", "#7b2811"),
        "series-5": ("#f4f046", "#819808"),
        "series-6": ("#69c1fc", "#9839a2"),
        "series-7": ("#a8a405", "#207e27"),
        "series-8": ("#776d7f", "#5d3075"),
    }
)

PILL = 0.18
"""How much of its hue the ground of a small label has."""

CONTRAST = 4.5
"""Least contrast of text, WCAG 2.2 success criterion 1.4.3 (level AA)."""


class Scheme(enum.Enum):
    """What the user asked for."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """``share`` (0 to 1) of ``front`` over ``back``, as one opaque colour."""
    rest = 1.0 - share
    return QColor(
        round(front.red() * share + back.red() * rest),
        round(front.green() * share + back.green() * rest),
        round(front.blue() * share + back.blue() * rest),
    )


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


@cache
def _colours(dark: bool) -> Mapping[str, QColor]:
    return MappingProxyType({token: QColor(pair[0 if dark else 1]) for token, pair in TOKENS.items()})


class Theme(QObject):
    """The colours in force. One object for the program, handed to every widget that paints."""

    changed = Signal()
    """Palette and style sheet are set; drop what was drawn and draw anew."""

    def __init__(self, parent: QObject, scheme: Scheme = Scheme.SYSTEM) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self._system_dark = _system_is_dark()
        self._colours = _colours(self.dark)
        self._blends: dict[tuple[str, str, float], QColor] = {}
        self._readable: dict[tuple[str, str], QColor] = {}
        self._pills: dict[tuple[str, str], tuple[QColor, QColor]] = {}
        self.family = fonts.load()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def scheme(self) -> Scheme:
        """What was asked for."""
        return self._scheme

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self._system_dark if self._scheme is Scheme.SYSTEM else self._scheme is Scheme.DARK

    def set_scheme(self, scheme: Scheme) -> None:
        """Change to ``scheme`` and announce it where the colours really differ."""
        before = self.dark
        self._scheme = scheme
        if self.dark is not before:
            self.apply()

    def apply(self) -> None:
        """Give the application our style, palette, font and style sheet; emit `changed`."""
        self._colours = _colours(self.dark)
        self._blends.clear()
        self._readable.clear()
        self._pills.clear()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            if application.style().name() != "fusion":
                application.setStyle(QStyleFactory.create("Fusion"))
            application.setFont(fonts.font(self.family))
            application.setPalette(self.palette())
            application.setStyleSheet(style_sheet(self.name_of))
        self.changed.emit()

    def colour(self, token: str) -> QColor:
        """The colour of ``token``. Raises KeyError for a token that is not declared."""
        return self._colours[token]

    def blend(self, front: str, back: str, share: float) -> QColor:
        """``share`` of token ``front`` over token ``back``: translucent looks without the cost."""
        key = (front, back, round(share, 2))
        found = self._blends.get(key)
        if found is None:
            found = self._blends[key] = mixed(self.colour(front), self.colour(back), key[2])
        return found

    def readable(self, token: str, back: str = "card") -> QColor:
        """``token`` as a colour of text on ``back``: moved towards the text colour until the contrast suffices."""
        key = (token, back)
        found = self._readable.get(key)
        if found is None:
            found = self._readable[key] = self._made_readable(token, self.colour(back))
        return found

    def _made_readable(self, token: str, ground: QColor) -> QColor:
        text, share = self.colour("text"), 1.0
        found = self.colour(token)
        while share > 0.0 and contrast(found, ground) < CONTRAST:
            share -= 0.02
            found = mixed(self.colour(token), text, share)
        return found

    def pill(self, token: str, back: str = "card") -> tuple[QColor, QColor]:
        """Ground and text of a small label in the hue of ``token`` that stands on ``back``."""
        found = self._pills.get((token, back))
        if found is None:
            ground = self.blend(token, back, PILL)
            found = self._pills[token, back] = (ground, self._made_readable(token, ground))
        return found

    def pen(self, token: str) -> QPen:
        """One device pixel wide at every scale: wider pens cost many times more on noisy lines."""
        pen = QPen(self.colour(token), 1.0)
        pen.setCosmetic(True)
        return pen

    def name_of(self, token: str, back: str = "") -> str:
        """``#rrggbb`` of a token, or of the readable text colour of ``token`` on ``back``."""
        return (self.readable(token, back) if back else self.colour(token)).name()

    def palette(self) -> QPalette:
        """The palette that standard controls draw with."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, token in (
            (role.Window, "window"),
            (role.Base, "card"),
            (role.AlternateBase, "side"),
            (role.Button, "card"),
            (role.ToolTipBase, "card"),
            (role.WindowText, "text"),
            (role.Text, "text"),
            (role.ButtonText, "text"),
            (role.ToolTipText, "text"),
            (role.BrightText, "critical"),
            (role.Highlight, "selection"),
            (role.HighlightedText, "text"),
            (role.Link, "accent"),
            (role.LinkVisited, "accent"),
            (role.Accent, "accent"),
            (role.Light, "hover"),
            (role.Midlight, "line"),
            (role.Mid, "line"),
            (role.Dark, "line"),
            (role.Shadow, "window"),
        ):
            palette.setColor(target, self.colour(token))
        palette.setColor(role.PlaceholderText, self.readable("tertiary"))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.colour("tertiary"))
        return palette

    def _system_changed(self) -> None:
        before = self.dark
        self._system_dark = _system_is_dark()
        if self.dark is not before:
            self.apply()


def _system_is_dark() -> bool:
    # Unknown where no desktop tells (a bare X server, off-screen): dark, as in the pictures of the documentation.
    return QGuiApplication.styleHints().colorScheme() is not Qt.ColorScheme.Light
