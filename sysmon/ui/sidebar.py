"""The side bar: search, places above machines, machines with their state and trend, places to go. Narrow windows get icons.

Its right edge can be dragged. Knows no page and no store: it shows rows and says what was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from sysmon.ui import fonts
from sysmon.ui.machine_list import MachineList
from sysmon.ui.side_rows import AddButton, PlaceRow, SearchButton, SideRow
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.viewmodels.machines import MachineRow

WIDTH = 252
LEAST, MOST = 200, 480
NARROW = 56
_EDGE = 5
_PAD = 10


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that is not a machine: the key that `SideBar.place_chosen` tells, an icon and a name."""

    key: str
    icon: str
    text: str


class SideBar(QWidget):
    """As wide as the user left it, or `NARROW`."""

    machine_chosen = Signal(str)
    place_chosen = Signal(str)
    search_pressed = Signal()
    add_pressed = Signal()
    """A machine is to be added."""
    seen_changed = Signal()
    """Other machines than before can be seen: their traces are wanted."""

    def __init__(
        self, theme: Theme, above: tuple[Destination, ...], foot: tuple[Destination, ...], parent: QWidget
    ) -> None:
        """``above``: what stands above single machines; ``foot``: what stands under them."""
        super().__init__(parent)
        self._theme = theme
        self._width = WIDTH
        self._narrow = False
        self._dragging = False
        self.setMouseTracking(True)
        self.setAccessibleName("Side bar")
        self._search = SearchButton(theme, self)
        self._search.clicked.connect(self.search_pressed)
        self._headings = (_Heading(theme, "Fleet", self), _Heading(theme, "Machines", self))
        self.machines = MachineList(theme, self)
        self.machines.chosen.connect(self.machine_chosen)
        self.machines.seen_changed.connect(self.seen_changed)
        self._above = {place.key: self._new_place(place, dot="accent") for place in above}
        self._foot = [self._new_place(place) for place in foot]
        self._add = AddButton(theme, self)
        self._add.clicked.connect(self.add_pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD, 14, _PAD + 1, 14)
        column.setSpacing(0)
        column.addWidget(self._search)
        column.addSpacing(8)
        column.addWidget(self._headings[0])
        self._headings[0].setVisible(bool(above))
        for row in self._above.values():
            row.setCheckable(True)
            column.addWidget(row)
        column.addSpacing(6)
        column.addWidget(self._headings[1])
        column.addWidget(self.machines, 1)
        for row in self._foot:
            column.addWidget(row)
        column.addSpacing(8)
        column.addWidget(self._add)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._apply_width()
        theme.changed.connect(self.update)

    def _new_place(self, place: Destination, dot: str = "") -> PlaceRow:
        row = PlaceRow(self._theme, place.icon, place.text, self, dot=dot)
        row.clicked.connect(lambda: self._place_clicked(place.key))
        return row

    def _place_clicked(self, key: str) -> None:
        if key in self._above:
            self._above[key].setChecked(True)
        self.place_chosen.emit(key)

    def set_machines(self, rows: tuple[MachineRow, ...], shown: str) -> None:
        """List ``rows`` in their order, the one that is ``shown`` selected."""
        self.machines.set_rows(rows, shown)

    def seen(self) -> frozenset[str]:
        """The ids of the machines whose rows can be seen now."""
        return self.machines.seen()

    def set_place(self, shown: str) -> None:
        """Select the place called ``shown``; an empty name selects none."""
        for key, row in self._above.items():
            row.setChecked(key == shown)

    def set_note(self, key: str, note: str, hue: str) -> None:
        """Say ``note`` beside the place called ``key``, with a dot of the token ``hue``. Where there is no such place: nothing."""
        row = self._above.get(key)
        if row is not None:
            row.set_note(note, hue)

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
        rows: list[SideRow] = [self._search, *self._above.values(), *self._foot, self._add]
        for row in rows:
            row.set_narrow(narrow)
        self.machines.set_narrow(narrow)
        self._headings[0].setVisible(not narrow and bool(self._above))
        self._headings[1].setVisible(not narrow)
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
