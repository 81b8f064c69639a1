"""A row of exclusive choices in one box: ranges of time, "By mode / Per core / Heat map"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

HEIGHT = 28


class Segmented(QWidget):
    """Choices of which one is taken. Arrow keys move between them, as between radio buttons."""

    chosen = Signal(str)
    """The key of the choice that the user took."""

    def __init__(self, theme: Theme, name: str, choices: tuple[tuple[str, str], ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._segments: dict[str, _Segment] = {}
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for key, text in choices:
            segment = _Segment(theme, key, text, name, self)
            segment.clicked.connect(self._clicked)
            self._group.addButton(segment)
            self._segments[key] = segment
            row.addWidget(segment)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def choose(self, key: str) -> None:
        """Take ``key`` without telling anybody; a key that is not offered takes none."""
        segment = self._segments.get(key)
        if segment is not None:
            segment.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._segments.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def choice(self) -> str | None:
        """The key that is taken."""
        return next((key for key, segment in self._segments.items() if segment.isChecked()), None)

    def offer(self, key: str, offered: bool) -> None:
        """Whether ``key`` is there to be taken."""
        self._segments[key].setVisible(offered)

    def explain(self, key: str, note: str) -> None:
        """Say in the tool tip of ``key`` what its choice means, or why it shows nothing yet."""
        segment = self._segments[key]
        if note != segment.toolTip():
            segment.setToolTip(note)
            segment.setAccessibleDescription(note)

    def _clicked(self) -> None:
        segment = self._group.checkedButton()
        if isinstance(segment, _Segment):
            self.chosen.emit(segment.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink.box(painter, self._theme, self.rect(), self._theme.colour("card"), "line", 8)
        painter.end()


class _Segment(QAbstractButton):
    def __init__(self, theme: Theme, key: str, text: str, group: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.key = key
        self.setText(text)
        self.setAccessibleName(f"{group}: {text}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self.text(), weight=ink.MEDIUM) + 22, HEIGHT - 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        taken = self.isChecked()
        ground = "line" if taken else "hover" if self.underMouse() else "card"
        if ground != "card":
            ink.box(painter, theme, self.rect(), theme.colour(ground), None, 7)
        colour = theme.colour("text") if taken or self.underMouse() else theme.readable("secondary")
        weight = ink.MEDIUM if taken else ink.NORMAL
        ink.draw(painter, theme, QRect(self.rect()), self.text(), colour, weight=weight, align=ink.CENTRE)
        ink.focus_ring(painter, theme, self, 7)
        painter.end()
