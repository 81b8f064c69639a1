"""The side bar: search, machines with their state and trend, places to go. Narrow windows get icons.

Its right edge can be dragged. Knows no page and no store: it shows rows and says what was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui import fonts
from sysmon.ui.side_rows import MachineButton, PlaceRow, SearchButton, SideRow
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.machines import MachineRow

WIDTH = 252
LEAST, MOST = 200, 480
NARROW = 56
_EDGE = 5
_PAD = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is not a machine: the key that `SideBar.place_chosen` tells, an icon and a name."""

    key: str
    icon: str
    text: str


class SideBar(QWidget):
    """As wide as the user left it, or `NARROW`."""

    machine_chosen = Signal(str)
    place_chosen = Signal(str)
    search_pressed = Signal()

    def __init__(self, theme: Theme, places: tuple[Place, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._width = WIDTH
        self._narrow = False
        self._dragging = False
        self._machines: dict[str, MachineButton] = {}
        self.setMouseTracking(True)
        self.setAccessibleName("Side bar")
        self._search = SearchButton(theme, self)
        self._search.clicked.connect(self.search_pressed)
        self._heading = _Heading(theme, "Machines", self)
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch(1)
        self._scroll = Scroll(self._list, self, ground=QPalette.ColorRole.AlternateBase)
        self._places = [self._new_place(place) for place in places]
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD, 14, _PAD + 1, 10)
        column.setSpacing(0)
        column.addWidget(self._search)
        column.addSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self._scroll, 1)
        for row in self._places:
            column.addWidget(row)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._apply_width()
        theme.changed.connect(self.update)

    def _new_place(self, place: Place) -> PlaceRow:
        row = PlaceRow(self._theme, place.icon, place.text, self)
        row.clicked.connect(lambda: self.place_chosen.emit(place.key))
        return row

    def set_machines(self, rows: tuple[MachineRow, ...], shown: str) -> None:
        """List ``rows`` in their order, the one that is ``shown`` selected."""
        wanted = {row.host for row in rows}
        for host in [host for host in self._machines if host not in wanted]:
            button = self._machines.pop(host)
            self._rows.removeWidget(button)
            button.deleteLater()
        for index, row in enumerate(rows):
            button = self._machines.get(row.host) or self._new_machine(row)
            button.set_row(row)
            if self._rows.indexOf(button) != index:
                self._rows.insertWidget(index, button)
            button.setChecked(row.host == shown)

    def _new_machine(self, row: MachineRow) -> MachineButton:
        button = MachineButton(self._theme, row, self._list)
        button.set_narrow(self._narrow)
        button.clicked.connect(lambda: self._machine_clicked(button))
        self._machines[row.host] = button
        return button

    def _machine_clicked(self, button: MachineButton) -> None:
        button.setChecked(True)
        self.machine_chosen.emit(button.host)

    @property
    def wide_width(self) -> int:
        """The width that the user left it at, to be remembered."""
        return self._width

    def set_wide_width(self, width: int) -> None:
        """Be ``width`` wide, within bounds, where the bar is not narrow."""
        self._width = min(MOST, max(LEAST, width))
        self._apply_width()

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or everything."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        rows: list[SideRow] = [self._search, *self._places, *self._machines.values()]
        for row in rows:
            row.set_narrow(narrow)
        self._heading.setVisible(not narrow)
        self._apply_width()

    def _apply_width(self) -> None:
        self.setFixedWidth(NARROW if self._narrow else self._width)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("side"))
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), self._theme.colour("line"))
        painter.end()

    def _at_edge(self, event: QMouseEvent) -> bool:
        return not self._narrow and event.position().x() >= self.width() - _EDGE

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.set_wide_width(round(event.position().x()))
        elif self._at_edge(event):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging = event.button() is Qt.MouseButton.LeftButton and self._at_edge(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at_edge(event):
            self.set_wide_width(WIDTH)


class _Heading(QWidget):
    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = text.upper()
        self.setAccessibleName(text)
        self.setFixedHeight(28)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._theme.readable("tertiary", "side")
        rect = self.rect().adjusted(8, 0, -8, 0)
        ink.draw(painter, self._theme, rect, self._text, colour, pixels=fonts.SMALL, weight=ink.MEDIUM)
        painter.end()
