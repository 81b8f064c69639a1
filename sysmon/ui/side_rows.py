"""The rows of the side bar that are not machines: a place to go, the search field, the button that adds a machine.

Each row is a button; it draws itself in the wide and in the narrow bar.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from sysmon.ui import fonts, icons
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks

_ICON = 18


class SideRow(QAbstractButton):
    """A row that can be selected."""

    def __init__(self, theme: Theme, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.narrow = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(height)
        theme.changed.connect(self.update)

    def set_narrow(self, narrow: bool) -> None:
        """Draw for a bar that has room for an icon only."""
        if narrow is not self.narrow:
            self.narrow = narrow
            self.update()

    def ground(self) -> str:
        """The token that the row stands on now."""
        if self.isChecked():
            return "selection"
        return "hover" if self.underMouse() else "side"

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = self.ground()
        if ground != "side":
            ink.box(painter, self.theme, self.rect(), self.theme.colour(ground), None, 8)
        self.paint_row(painter, ground)
        ink.focus_ring(painter, self.theme, self, 8)
        painter.end()

    def paint_row(self, painter: QPainter, ground: str) -> None:
        """Draw what the row says over its ``ground``."""
        raise NotImplementedError


class PlaceRow(SideRow):
    """A place to go: an icon, a name, a word at the right. One that has a state has a dot in the place of the icon."""

    def __init__(self, theme: Theme, icon: str, text: str, parent: QWidget, *, dot: str = "") -> None:
        super().__init__(theme, 35, parent)
        self._icon = icon
        self._note = ""
        self._dot = dot
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)

    def set_note(self, note: str, hue: str = "") -> None:
        """A word at the right: how many there are; ``hue`` is the token of the dot."""
        if (note, hue or self._dot) != (self._note, self._dot):
            self._note, self._dot = note, hue or self._dot
            self.setAccessibleDescription(note)
            self.setToolTip(f"{self.text()}: {note}" if note else self.text())
            self.update()

    def paint_row(self, painter: QPainter, ground: str) -> None:
        colour = self.theme.readable("secondary", ground)
        if self.narrow or not self._dot:
            left = (self.width() - _ICON) // 2 if self.narrow else 6
            picture = icons.pixmap(self._icon, colour, _ICON, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - _ICON) // 2, picture)
        else:
            marks.paint_dot(painter, self.theme, QPointF(12, self.height() / 2), self._dot)
        if self.narrow:
            return
        text = self.rect().adjusted(26 if self._dot else 32, 0, -8, 0)
        ink.draw(painter, self.theme, text, self.text(), self.theme.colour("text"))
        ink.draw(painter, self.theme, text, self._note, colour, pixels=fonts.CAPTION, align=ink.RIGHT)


class AddButton(SideRow):
    """The one thing that a side bar offers to do: add a machine."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, 31, parent)
        self.setAccessibleName("Add machine")
        self.setToolTip("Add machine")

    def paint_row(self, painter: QPainter, ground: str) -> None:
        theme = self.theme
        ink.box(painter, theme, self.rect(), theme.colour("hover" if ground == "hover" else "window"), "line", 8)
        text = "+" if self.narrow else "+ Add machine"
        ink.draw(painter, theme, self.rect(), text, theme.colour("text"), weight=ink.MEDIUM, align=ink.CENTRE)


class SearchButton(SideRow):
    """Looks like a search field and opens the palette, where one types."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, 31, parent)
        self.setAccessibleName("Search or jump to")
        self.setAccessibleDescription("Ctrl+K")
        self.setToolTip("Search or jump to (Ctrl+K)")

    def paint_row(self, painter: QPainter, ground: str) -> None:
        theme = self.theme
        ink.box(painter, theme, self.rect(), theme.colour("hover" if ground == "hover" else "card"), "line", 8)
        quiet = theme.readable("tertiary", "card")
        if self.narrow:
            left, top = (self.width() - 16) // 2, (self.height() - 16) // 2
            painter.drawPixmap(left, top, icons.pixmap("search", quiet, 16, self.devicePixelRatioF()))
            return
        inner = self.rect().adjusted(11, 0, -11, 0)
        ink.draw(painter, theme, inner, "Search or jump to", quiet)
        ink.draw(painter, theme, inner, "Ctrl K", quiet, pixels=fonts.CAPTION, align=ink.RIGHT)
