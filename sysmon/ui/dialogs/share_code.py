"""Lets one more machine in: a code of three words and a link, each with what is left of its time.

Pairing is open while this is; whoever holds it calls `close_pairing` when it goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sysmon.model.errors import SysmonError
from sysmon.model.peer import Invitation, Peer, Sharing
from sysmon.ui import fonts
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.dialogs.paired_note import PairedNote
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.qr_view import QrView
from sysmon.viewmodels.paired import paired_view
from sysmon.viewmodels.qr_code import qr_code
from sysmon.viewmodels.sharing import code_view, reaches_nobody

_CODE = 24
_CLOSED = "Pairing is closed. Show a code, and type it on the other machine: Add machine, or sysmon pair CODE."
_OPEN = "Type this on the other machine: Add machine, or sysmon pair CODE."
_OVER = "Pairing has ended: both have expired, or three wrong codes were tried. Show a new one."
_NOBODY = "No other machine can connect: this one is shared with itself only. Choose a network above."


class ShareCode(QWidget):
    """Shows the invitation that is open."""

    def __init__(
        self, theme: Theme, door: FleetDoor, own_name: Callable[[], str], now: Callable[[], float], parent: QWidget
    ) -> None:
        """``own_name``: how this machine is called on the screen; ``now``: seconds since 1970."""
        super().__init__(parent)
        self._door, self._own_name, self._now = door, own_name, now
        self._ours = False
        """Whether pairing was opened here."""
        self._before: frozenset[str] = frozenset()
        """Peers that there were when it was."""
        self.note = quiet(theme, _CLOSED, self)
        self.code = self._label(fonts.font(theme.family, _CODE, ink.MEDIUM), "Pairing code")
        self.code_note = quiet(theme, "", self)
        self.link = QLineEdit(self)
        self.link.setReadOnly(True)
        self.link.setAccessibleName("Pairing link")
        self.link_note = quiet(theme, "", self)
        self.show_code = QPushButton("Show pairing code", self)
        self.show_code.clicked.connect(self.open_pairing)
        self.copy = QPushButton("Copy link", self)
        self.copy.clicked.connect(self._copy)
        self.stop = QPushButton("Stop pairing", self)
        self.stop.clicked.connect(self.close_pairing)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.name_of('critical', 'window')}")
        self.qr = QrView(self)
        self.paired = PairedNote(theme, self, buttons=False)
        self._lay_out()
        self.show_state(Sharing(), ())

    def _label(self, font: QFont, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(font)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return label

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.show_code, self.copy, self.stop):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        for label in (self.code, self.code_note, self.link, self.link_note):
            texts.addWidget(label)
        texts.addStretch(1)
        self.open_part = QWidget(self)
        row = QHBoxLayout(self.open_part)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(20)
        row.addLayout(texts, 1)
        row.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.note)
        column.addWidget(self.open_part)
        column.addWidget(self.paired)
        column.addWidget(self.problem)
        column.addLayout(buttons)

    def show_state(self, sharing: Sharing, peers: Sequence[Peer]) -> None:
        """Show what is open at this moment, and who came in meanwhile."""
        self._welcome(peers)
        invitation = sharing.invitation
        self.open_part.setVisible(invitation is not None)
        self.copy.setVisible(invitation is not None)
        self.stop.setVisible(invitation is not None)
        self.show_code.setEnabled(sharing.on)
        self.show_code.setText("New code" if invitation is not None else "Show pairing code")
        self.problem.setVisible(bool(self.problem.text()))
        if invitation is None:
            over = self._ours and sharing.on and self.paired.isHidden()
            self.note.setText(_OVER if over else _CLOSED)
            return
        self.note.setText(_NOBODY if reaches_nobody(sharing) else _OPEN)
        self._show_invitation(invitation)

    def _welcome(self, peers: Sequence[Peer]) -> None:
        facts = self._door.facts
        new = [peer for peer in peers if peer.id not in self._before] if self._ours and facts is not None else []
        if new and facts is not None:
            self.paired.show_view(paired_view(facts.own_id, self._own_name(), new[-1]))
            self.paired.show()

    def _show_invitation(self, invitation: Invitation) -> None:
        view = code_view(invitation, self._now())
        self.code.setText(view.code or "–")
        self.code_note.setText(view.code_note)
        if view.link != self.link.text():
            self.link.setText(view.link)
            self.link.setCursorPosition(0)
        self.link.setVisible(bool(view.link))
        self.link_note.setText(view.link_note)
        self.copy.setEnabled(bool(view.link))
        self.qr.set_modules(qr_code(view.link) if view.link else ())

    def open_pairing(self) -> None:
        """Let a machine in: show a code, or a new one."""
        facts = self._door.facts
        self._ours = True
        self._before = frozenset(peer.id for peer in facts.peers()) if facts is not None else frozenset()
        self.paired.hide()
        self._say("")
        self._door.invite(lambda _: self._look(), self._failed)

    def _failed(self, error: SysmonError) -> None:
        self._ours = False
        self._say(str(error))

    def _look(self) -> None:
        facts = self._door.facts
        if facts is not None:
            self.show_state(facts.sharing(), facts.peers())

    def close_pairing(self) -> None:
        """No more machines are let in. Idempotent."""
        facts = self._door.facts
        self._ours = False
        self.paired.hide()
        if facts is not None and facts.sharing().invitation is not None:
            self._door.uninvite(self._look)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.link_note.setText("Copied. It lets one machine in: send it only to who may watch this one.")

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
