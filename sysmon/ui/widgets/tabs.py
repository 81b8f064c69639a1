"""The names of pages in a row, with a line under the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

HEIGHT = 36


class Tabs(QWidget):
    """Choices of which one is shown. Arrow keys move between them."""

    chosen = Signal(str)
    """The name of the tab that the user took."""

    def __init__(self, theme: Theme, name: str, tabs: tuple[tuple[str, str], ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._tabs: dict[str, _Tab] = {}
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(0)
        for key, text in tabs:
            tab = _Tab(theme, key, text, self)
            tab.clicked.connect(self._clicked)
            self._group.addButton(tab)
            self._tabs[key] = tab
            row.addWidget(tab)
        row.addStretch(1)
        self.setFixedHeight(HEIGHT)
        theme.changed.connect(self.update)

    def choose(self, key: str) -> None:
        """Mark ``key`` as shown without telling anybody; a key without a tab leaves none marked."""
        tab = self._tabs.get(key)
        if tab is not None:
            tab.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._tabs.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def leave_out(self, keys: frozenset[str]) -> None:
        """Hide the tabs called ``keys`` and show all others. The one that is taken stays."""
        for key, tab in self._tabs.items():
            tab.setVisible(key not in keys or tab.isChecked())

    def _clicked(self) -> None:
        tab = self._group.checkedButton()
        if isinstance(tab, _Tab):
            self.chosen.emit(tab.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.colour("line"))
        painter.end()


class _Tab(QAbstractButton):
    def __init__(self, theme: Theme, key: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.key = key
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self.text(), weight=ink.MEDIUM) + 26, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(ink.width(self._theme.family, self.text(), weight=ink.MEDIUM) + 10, HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, shown = self._theme, self.isChecked()
        colour = theme.colour("text") if shown or self.underMouse() else theme.readable("secondary", "window")
        ink.draw(
            painter,
            theme,
            self.rect(),
            self.text(),
            colour,
            weight=ink.MEDIUM if shown else ink.NORMAL,
            align=ink.CENTRE,
        )
        if shown:
            painter.fillRect(QRect(0, self.height() - 2, self.width(), 2), theme.colour("accent"))
        ink.focus_ring(painter, theme, self)
        painter.end()
