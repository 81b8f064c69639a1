"""The head of the window: which machine, what it is, live or when, and how much time is shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.time_axis import RANGES, range_text
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.segmented import Segmented
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.plot import TimeScope

HEIGHT = 52
_RECORDING = "Longer than what is kept in memory: older data comes with recording."


class Head(QWidget):
    """Name and facts at the left, `LiveButton` and ranges at the right."""

    range_chosen = Signal(str)
    live_pressed = Signal()
    """Pause, or go live: the other of what is."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = _Title(theme, self)
        self.live = LiveButton(theme, self)
        self.live.clicked.connect(self.live_pressed)
        self.ranges = Segmented(theme, "Time range", tuple((key, range_text(key)) for key in RANGES), self)
        self.ranges.chosen.connect(self.range_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._title, 1)
        row.addSpacing(8)
        row.addWidget(self.live)
        row.addWidget(self.ranges)
        self.setFixedHeight(HEIGHT)

    def set_machine(self, name: str, facts: str, tip: str = "") -> None:
        """Show which machine it is, one line about it, and under the pointer all that is known."""
        self._title.set_texts(name, facts, tip)

    def set_timed(self, timed: bool) -> None:
        """Offer to choose a time, or not where the page shows none."""
        self.live.setVisible(timed)
        self.ranges.setVisible(timed)

    def set_scope(self, scope: TimeScope, key: str | None, kept: float) -> None:
        """Show the span; ranges longer than ``kept`` seconds say what they lack."""
        self.live.set_scope(scope)
        if key != self.ranges.choice():
            self.ranges.choose(key or "")
        for name, length in RANGES.items():
            self.ranges.explain(name, _RECORDING if length > kept else "")


class _Title(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_texts(self, name: str, facts: str, tip: str) -> None:
        if tip != self.toolTip():
            self.setToolTip(tip)
        if (name, facts) != self._texts:
            self._texts = (name, facts)
            self.setAccessibleName(f"{name}. {facts}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        name, facts = self._texts
        ink.draw(
            painter, self._theme, self.rect(), name, self._theme.colour("text"), pixels=fonts.HEADING, weight=ink.STRONG
        )
        used = ink.width(self._theme.family, name, fonts.HEADING, ink.STRONG) + 14
        colour = self._theme.readable("secondary", "window")
        ink.draw(painter, self._theme, self.rect().adjusted(used, 1, 0, 0), facts, colour, pixels=fonts.CAPTION)
        painter.end()


class LiveButton(QAbstractButton):
    """ "Live" while the window follows the newest sample; else the moment that is shown and the way back."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._live = True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say("Live", "Live. Press to pause.")
        theme.changed.connect(self.update)

    def set_scope(self, scope: TimeScope) -> None:
        """Show whether ``scope`` is live, and otherwise the time at its end."""
        self._live = scope.live
        if scope.live:
            self._say("Live", "Live. Press to pause.")
        else:
            moment = fmt.clock(scope.end)
            self._say(moment, f"Paused at {moment}. Press to go back to live.")

    def _say(self, text: str, name: str) -> None:
        if text != self.text() or name != self.accessibleName():
            self.setText(text)
            self.setAccessibleName(name)
            self.setToolTip("Space" if self._live else "Space, Home")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        family = self._theme.family
        if self._live:
            return QSize(ink.width(family, self.text(), weight=ink.MEDIUM) + 34, 28)
        return QSize(ink.width(family, self.text(), weight=ink.MEDIUM) + ink.width(family, "Back to live") + 34, 28)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        ground = "hover" if self.underMouse() else "card"
        border = "line" if self._live and not self.hasFocus() else "accent"
        ink.box(painter, theme, self.rect(), theme.colour(ground), border, 8)
        if self._live:
            marks.paint_dot(painter, theme, QPointF(15, self.height() / 2), "ok")
            text = self.rect().adjusted(24, 0, 0, 0)
            ink.draw(painter, theme, text, self.text(), theme.colour("text"), weight=ink.MEDIUM)
        else:
            inner = self.rect().adjusted(12, 0, -12, 0)
            ink.draw(painter, theme, inner, self.text(), theme.readable("accent", ground), weight=ink.MEDIUM)
            ink.draw(painter, theme, QRect(inner), "Back to live", theme.readable("secondary", ground), align=ink.RIGHT)
        painter.end()
