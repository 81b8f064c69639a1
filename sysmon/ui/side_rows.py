"""The rows of the side bar: a machine with its state and trend, a place to go, the search field.

Each row is a button; it draws itself in the wide and in the narrow bar. Knows no machine but its `MachineRow`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from sysmon.model.machine import MachineState
from sysmon.ui import fonts, icons
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, marks
from sysmon.ui.widgets.sparkline import TraceBrush
from sysmon.viewmodels.machines import MachineRow

_TRACE = QSize(64, 22)
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
    """A place to go: an icon, a name, a word at the right."""

    def __init__(self, theme: Theme, icon: str, text: str, parent: QWidget) -> None:
        super().__init__(theme, 35, parent)
        self._icon = icon
        self._note = ""
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)

    def set_note(self, note: str) -> None:
        """A word at the right: how many there are."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
            self.update()

    def paint_row(self, painter: QPainter, ground: str) -> None:
        colour = self.theme.readable("secondary", ground)
        left = (self.width() - _ICON) // 2 if self.narrow else 6
        picture = icons.pixmap(self._icon, colour, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - _ICON) // 2, picture)
        if self.narrow:
            return
        text = self.rect().adjusted(32, 0, -8, 0)
        ink.draw(painter, self.theme, text, self.text(), self.theme.colour("text"))
        ink.draw(painter, self.theme, text, self._note, colour, pixels=fonts.CAPTION, align=ink.RIGHT)


class MachineButton(SideRow):
    """A machine: a dot and a word for its state, its name, its trend."""

    def __init__(self, theme: Theme, row: MachineRow, parent: QWidget) -> None:
        super().__init__(theme, 50, parent)
        self._row = row
        self._brush: TraceBrush | None = None
        self.setCheckable(True)
        theme.changed.connect(self._restyle)
        self._name()

    @property
    def host(self) -> str:
        """The id of the machine."""
        return self._row.host

    def set_row(self, row: MachineRow) -> None:
        """Show ``row``; draws only what changed."""
        before, self._row = self._row, row
        if row == before:
            return
        if (row.name, row.note, row.state, row.hue) != (before.name, before.note, before.state, before.hue):
            self._name()
            self.update()
        elif not self.narrow:
            self.update(self._trace_rect())

    def _name(self) -> None:
        row = self._row
        self.setAccessibleName(f"{row.name}, {row.state}")
        self.setAccessibleDescription(row.note)
        self.setToolTip(f"{row.name}: {row.state}\n{row.note}".rstrip())

    def _restyle(self) -> None:
        self._brush = None

    def _trace_rect(self) -> QRect:
        top = (self.height() - _TRACE.height()) // 2 + 3
        return QRect(self.width() - _TRACE.width() - 8, top, _TRACE.width(), _TRACE.height())

    def paint_row(self, painter: QPainter, ground: str) -> None:
        row, theme = self._row, self.theme
        if self.narrow:
            initial = row.name[:2]
            ink.draw(painter, theme, self.rect(), initial, theme.colour("text"), weight=ink.MEDIUM, align=ink.CENTRE)
            marks.paint_dot(painter, theme, QPointF(self.width() / 2 + 13, 13), row.hue)
            return
        marks.paint_dot(painter, theme, QPointF(12, self.height() / 2), row.hue)
        trace = self._trace_rect() if row.trace else QRect(self.width() - 8, 0, 0, 0)
        room = QRect(26, 8, trace.left() - 26 - 8, 17)
        ink.draw(painter, theme, room, row.name, theme.colour("text"))
        quiet = theme.readable("secondary", ground)
        ink.draw(painter, theme, room.translated(0, 17), row.note, quiet, pixels=fonts.SMALL)
        if row.trace:
            painter.drawPixmap(trace.topLeft(), self._trace_brush(ground).picture(row.trace, _trace_hue(row)))

    def _trace_brush(self, ground: str) -> TraceBrush:
        ratio = self.devicePixelRatioF()
        if self._brush is None or self._brush.ratio != ratio or self._brush.ground != ground:
            self._brush = TraceBrush(self.theme, _TRACE, ratio, ground)
        return self._brush


def _trace_hue(row: MachineRow) -> str:
    return "critical" if row.state == MachineState.ALERT.value else "cpu"


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
