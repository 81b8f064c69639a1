"""Machines that announce themselves, each with what it says of itself and a button to pair with it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sysmon.model.peer import Found
from sysmon.model.printable import printable
from sysmon.ui import fonts
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink

ROW = 54


class FoundList(QWidget):
    """Shows `Found` in the order in which they came."""

    picked = Signal(object)
    """The `Found` to pair with."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[str, FoundRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setAccessibleName("Found on your network")

    def set_found(self, found: tuple[Found, ...]) -> None:
        """Show ``found``; rows that stay keep the keyboard."""
        wanted = {machine.id for machine in found}
        for gone in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.deleteLater()
        for at, machine in enumerate(found):
            row = self._rows.get(machine.id)
            if row is None:
                row = self._rows[machine.id] = FoundRow(self._theme, machine, self)
                row.picked.connect(self.picked)
            row.show_machine(machine)
            if self._column.indexOf(row) != at:
                self._column.insertWidget(at, row)

    def rows(self) -> tuple[FoundRow, ...]:
        """What is shown."""
        return tuple(self._rows.values())


class FoundRow(QWidget):
    """One machine."""

    picked = Signal(object)
    """The machine, to pair with it."""

    def __init__(self, theme: Theme, machine: Found, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.machine = machine
        self.button = QPushButton("Pair", self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 2, 7)
        row.addStretch(1)
        row.addWidget(self.button)
        self.setFixedHeight(ROW)
        theme.changed.connect(self.update)

    def show_machine(self, machine: Found) -> None:
        """What the machine says of itself now. Nothing of it is to be trusted."""
        self.machine = machine
        name = printable(machine.name)
        self.button.setText("Paired" if machine.paired else "Pair")
        self.button.setEnabled(not machine.paired)
        self.button.setAccessibleName(f"{name} is paired" if machine.paired else f"Pair with {name}")
        self.setAccessibleName(f"{name}, {self._note()}")
        self.update()

    def _pressed(self) -> None:
        self.picked.emit(self.machine)

    def _note(self) -> str:
        machine = self.machine
        said = [printable(machine.system)] if machine.system else []
        return " · ".join((*said, printable(machine.address.rpartition(":")[0]), "publishing"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        room = QRect(0, 7, self.button.x() - 12, 20)
        ink.draw(painter, theme, room, printable(self.machine.name), theme.colour("text"), weight=ink.MEDIUM)
        quiet = theme.readable("secondary")
        ink.draw(painter, theme, room.translated(0, 19), self._note(), quiet, pixels=fonts.CAPTION)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))
        painter.end()
