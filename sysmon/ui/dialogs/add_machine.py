"""Add a machine: found on the network, or by a code, a link, an address, ssh; in one field that understands them all.

Listens for machines while it is open. What is asked can be given up at any moment. Knows no socket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sysmon.model.errors import ConfigError, SysmonError
from sysmon.model.peer import Found, Peer
from sysmon.model.printable import printable
from sysmon.ui import fonts
from sysmon.ui.dialogs.paired_note import PairedNote
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.overlay import Overlay
from sysmon.ui.seconds import Seconds
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.found_list import ROW, FoundList
from sysmon.ui.widgets.marks import LinkButton
from sysmon.viewmodels.add_machine import Attempt, Kind, Refusal, attempts, failure, go_on, place_name, understood
from sysmon.viewmodels.paired import paired_view

_WIDTH: Final = 560
_TOP: Final = 0.17
"""Of the window's height, above the box."""
_MOST_ROWS: Final = 3
"""Machines that are seen at once; more scroll."""
_WHERE: Final = "On the other machine: Settings, Share this machine, or run sysmon pair"
_PROMISE: Final = "Both machines keep each other's key. Traffic is encrypted; nothing is sent before pairing."
_HINT: Final = "Code, link, host:port or ssh://user@host"
_CODE_HINT: Final = "Three words"


class AddMachine(Overlay):
    """Open it with `open_at`. It asks the door and says what came of it."""

    added = Signal(str)
    """The id of a machine that is paired now."""
    show_asked = Signal(str)
    """The user wants to see the machine with this id."""

    def __init__(self, theme: Theme, window: QWidget, door: FleetDoor, own_name: Callable[[], str]) -> None:
        """``own_name``: how this machine is called on the screen."""
        super().__init__(theme, window, "Add a machine", width=_WIDTH, top=0)
        self._door, self._own_name = door, own_name
        self._chosen: Attempt | None = None
        self._waiting: list[Attempt] = []
        self._asked = Attempt("", "", "")
        self._refusals: list[Refusal] = []
        self._cancel: Callable[[], None] | None = None
        self._number = 0
        self.seconds = Seconds(self, self._show_found)
        self._build()
        self.closed.connect(self._closed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self) -> None:
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(4)
        self.entry = QWidget(self.box)
        column = QVBoxLayout(self.entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._text("Add a machine", fonts.HEADING - 1, ink.STRONG))
        self.found_note = self._text("", fonts.CAPTION, quiet=True)
        column.addWidget(self.found_note)
        self.found = FoundList(self.theme, self.entry)
        self.found.picked.connect(self._pick)
        self._room = QScrollArea(self.entry)
        self._room.setFrameShape(QFrame.Shape.NoFrame)
        self._room.setWidgetResizable(True)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._room.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self._room.setWidget(self.found)
        column.addWidget(self._room)
        column.addSpacing(10)
        column.addLayout(self._heading())
        self.where = self._text(_WHERE, fonts.CAPTION, quiet=True)
        column.addWidget(self.where)
        column.addSpacing(6)
        column.addLayout(self._field_row())
        self.message = self._text("", fonts.BODY)
        self.message.setMinimumHeight(20)
        column.addWidget(self.message)
        self.promise = self._text(_PROMISE, fonts.CAPTION, quiet=True)
        column.addWidget(self.promise)
        self.paired = PairedNote(self.theme, self.box)
        self.paired.show_asked.connect(self._show_peer)
        self.paired.done_asked.connect(self.close_box)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.paired)

    def _heading(self) -> QHBoxLayout:
        self.heading = self._text("", fonts.BODY, ink.STRONG)
        self.other = LinkButton(self.theme, "Another machine", self.entry)
        self.other.clicked.connect(self._unpick)
        row = QHBoxLayout()
        row.addWidget(self.heading, 1)
        row.addWidget(self.other)
        return row

    def _field_row(self) -> QHBoxLayout:
        self.field = QLineEdit(self.entry)
        self.field.setAccessibleName("Code, link or address")
        self.field.setFont(fonts.font(self.theme.family, fonts.BODY + 2))
        self.field.setStyleSheet("min-height: 30px")  # the rule for all fields would win over the widget's own height
        self.field.setMaxLength(4096)
        self.field.returnPressed.connect(self.submit)
        self.field.textEdited.connect(self._edited)
        self.go = QPushButton("Pair", self.entry)
        self.go.setDefault(True)
        self.go.setMinimumSize(62, 40)
        self.go.clicked.connect(self._pressed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.go)
        return row

    def _text(self, text: str, pixels: int, weight: QFont.Weight = ink.NORMAL, *, quiet: bool = False) -> QLabel:
        label = QLabel(text, self.box)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(fonts.font(self.theme.family, pixels, weight))
        label.setProperty("quiet", quiet)
        return label

    def _restyle(self) -> None:
        for label in self.box.findChildren(QLabel):
            if label.property("quiet"):
                _colour(label, self.theme, "secondary")

    # --- opening and closing --------------------------------------------------------------------------

    def open_at(self, where: str = "") -> None:
        """Open; with ``where``, an address, a code for the machine there is asked for, or ssh is ready to go there."""
        self._give_up()
        needs_code = bool(where) and not where.startswith("ssh://")
        self.field.setText("" if needs_code else where)
        self._choose(Attempt(where, "", place_name(where)) if needs_code else None)
        self._say("")
        self._show_entry(True)
        self._door.look_around(True)
        self.seconds.run(True)
        self._show_found()
        self.open()

    def focus_inside(self) -> None:
        self.field.setFocus()

    def _closed(self) -> None:
        self._give_up()
        self.seconds.run(False)
        self._door.look_around(False)

    def _show_entry(self, entry: bool) -> None:
        self.entry.setVisible(entry)
        self.paired.setVisible(not entry)
        self.place()

    def _show_found(self) -> None:
        facts = self._door.facts
        found = facts.found() if facts is not None else ()
        self.found.set_found(found)
        self.found_note.setText("Found on your network" if found else "Looking for machines on your network")
        height = min(len(found), _MOST_ROWS) * ROW
        self._room.setVisible(bool(found))
        if height != self._room.height():
            self._room.setFixedHeight(height)
            self.place()

    def place(self) -> None:
        self.body.activate()
        self.set_top(round(self._window.height() * _TOP))
        super().place()

    # --- what is typed and picked -----------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a machine is being asked."""
        return self._cancel is not None

    def _pick(self, machine: Found) -> None:
        self._choose(Attempt(machine.address, "", printable(machine.name)))
        self._say("")
        self.field.setFocus()
        if self.field.text().strip():
            self.submit()

    def _unpick(self) -> None:
        self._choose(None)
        self._say("")
        self.field.setFocus()

    def _choose(self, chosen: Attempt | None) -> None:
        self._chosen = chosen
        self.other.setVisible(chosen is not None)
        named = chosen is not None
        self.heading.setText(
            f"Enter the code that {chosen.name} shows" if chosen is not None else "Or enter its pairing code"
        )
        self.field.setPlaceholderText(_CODE_HINT if named else _HINT)

    def _edited(self) -> None:
        if not self.busy:
            self._say("")

    def _pressed(self) -> None:
        if self.busy:
            self._give_up()
            self._say("Given up. Nothing was changed here.")
        else:
            self.submit()

    def submit(self) -> None:
        """Try what the field says."""
        if self.busy:
            return
        try:
            typed = understood(self.field.text())
            if typed.kind is Kind.NOTHING:
                self._say(f"Type the code that {self._chosen.name} shows." if self._chosen else "Type a code first.")
                return
            if typed.kind is Kind.PLACE:
                self._choose(Attempt(typed.where, "", place_name(typed.where)))
                self.field.clear()
                self._say("")
                return
            facts = self._door.facts
            self._waiting = list(attempts(typed, self._chosen, facts.found() if facts is not None else ()))
        except ConfigError as error:
            self._say(str(error), wrong=True)
            return
        self._refusals = []
        self._next()

    # --- asking ---------------------------------------------------------------------------------------

    def _next(self) -> None:
        asked = self._asked = self._waiting.pop(0)
        self._say(f"Pairing with {asked.name}…")
        self._number += 1
        number = self._number
        self._set_cancel(_nothing)
        cancel = self._door.pair(asked.where, asked.code, self._done, self._failed)
        if self.busy and number == self._number:  # it may have been answered already
            self._set_cancel(cancel)

    def _failed(self, error: SysmonError) -> None:
        self._refusals.append(Refusal(self._asked, error))
        self._set_cancel(None)
        if self._waiting and go_on(error):
            self._next()
            return
        self._say(failure(self._refusals), wrong=True)
        self.field.setFocus()
        self.field.selectAll()

    def _done(self, peer: Peer) -> None:
        self._set_cancel(None)
        self._say("")
        facts = self._door.facts
        own_id = facts.own_id if facts is not None else ""
        self.paired.show_view(paired_view(own_id, self._own_name(), peer))
        self._show_entry(False)
        self.paired.done.setFocus()
        self.added.emit(peer.id)

    def _give_up(self) -> None:
        if self._cancel is not None:
            self._cancel()
        self._waiting.clear()
        self._set_cancel(None)

    def _set_cancel(self, cancel: Callable[[], None] | None) -> None:
        self._cancel = cancel
        self.go.setText("Cancel" if self.busy else "Pair")
        self.field.setReadOnly(self.busy)
        self.found.setEnabled(not self.busy)

    def _show_peer(self, peer: str) -> None:
        self.close_box()
        self.show_asked.emit(peer)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.message.setText(text)
        _colour(self.message, self.theme, "critical" if wrong else "secondary")
        self.field.setAccessibleDescription(text)
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.busy:
            self._pressed()
            event.accept()
        else:
            super().keyPressEvent(event)


def _nothing() -> None: ...


def _colour(label: QLabel, theme: Theme, token: str) -> None:
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, theme.readable(token))
    label.setPalette(palette)
