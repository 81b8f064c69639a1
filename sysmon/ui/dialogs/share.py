"""Share this machine: on or off, where, with whom, and the code that lets one more in. Off at first.

Closing it closes pairing. What is on the screen follows what is, once a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sysmon.model.errors import SysmonError
from sysmon.model.host import DeviceFacts
from sysmon.runtime.settings import Settings
from sysmon.ui import fonts
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.dialogs.share_code import ShareCode
from sysmon.ui.dialogs.share_peers import SharePeers
from sysmon.ui.dialogs.share_where import ShareWhere
from sysmon.ui.fleet_door import NO_FLEET, FleetDoor
from sysmon.ui.seconds import Seconds
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink
from sysmon.ui.widgets.badge import Badge
from sysmon.ui.widgets.check_box import CheckBox
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.sharing import address_rows, peer_rows, status

_PROMISE = (
    "While this machine is shared, machines that you pair with it can watch it. Traffic is encrypted, nothing is sent to "
    "any other machine, and you can revoke each of them at any time."
)


class ShareDialog(QDialog):
    """Open it with `open`; it deletes nothing by itself."""

    forget_asked = Signal(str)
    """The peer to revoke, once the user has confirmed it."""
    audit_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        door: FleetDoor,
        settings: Settings,
        devices: Callable[[], DeviceFacts],
        own_name: Callable[[], str],
        parent: QWidget,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``devices``: the addresses of this machine as far as they are known; ``own_name``: how it is called on the
        screen; ``now``: seconds since 1970.
        """
        super().__init__(parent)
        self._theme, self._door, self._settings, self._devices, self._now = theme, door, settings, devices, now
        self.setWindowTitle("Share this machine")
        self.resize(640, 640)
        self.seconds = Seconds(self, self.show_now)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        self._add_head(column)
        self.code = ShareCode(theme, door, own_name, now, self)
        self.where = ShareWhere(theme, settings, self.show_now, self)
        self.peers = SharePeers(theme, door, self.show_now, self)
        self.peers.forget_asked.connect(self.forget_asked)
        for title, part in (("Pair a machine", self.code), ("Where", self.where), ("Who may watch", self.peers)):
            column.addSpacing(14)
            column.addWidget(self._heading(title))
            column.addWidget(part)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 12)
        outer.addWidget(Scroll(content, self), 1)
        outer.addLayout(self._buttons())
        self.show_now()

    def _add_head(self, column: QVBoxLayout) -> None:
        title = QLabel("Share this machine", self)
        title.setFont(fonts.font(self._theme.family, fonts.HEADING - 1, ink.STRONG))
        self.badge = Badge(self._theme, self, ground="window")
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self.badge)
        column.addLayout(row)
        column.addWidget(quiet(self._theme, _PROMISE, self))
        column.addSpacing(6)
        self.switch = CheckBox(self._theme, "Share this machine", self)
        self.switch.clicked.connect(self._switched)
        column.addWidget(self.switch)
        self.note = quiet(self._theme, "", self)
        column.addWidget(self.note)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {self._theme.name_of('critical', 'window')}")
        self.problem.hide()
        column.addWidget(self.problem)

    def _heading(self, text: str) -> QLabel:
        heading = QLabel(text, self)
        heading.setFont(fonts.font(self._theme.family, fonts.BODY, ink.STRONG))
        return heading

    def _buttons(self) -> QHBoxLayout:
        audit = QPushButton("Audit list", self)
        audit.clicked.connect(self.audit_asked)
        self.done_button = QPushButton("Close", self)
        self.done_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        for button in (audit, self.done_button):
            button.setAutoDefault(False)
        row.addWidget(audit)
        row.addStretch(1)
        row.addWidget(self.done_button)
        return row

    def open_with_code(self) -> None:
        """Open it, and pairing with it where this machine is shared."""
        self.open()
        facts = self._door.facts
        if facts is not None and facts.sharing().on:
            self.code.open_pairing()

    # --- what is ------------------------------------------------------------------------------------

    def show_now(self) -> None:
        """Show how it is at this moment."""
        facts = self._door.facts
        if facts is None:
            self.switch.setEnabled(False)
            self._say(NO_FLEET)
            return
        sharing = facts.sharing()
        badge, hue, note = status(sharing)
        self.badge.set_state(badge, hue)
        self.note.setText(note)
        self._colour_note("critical" if hue == "critical" else "secondary")
        self.switch.setChecked(sharing.on)
        self.where.show_addresses(address_rows(self._devices(), self._settings.sharing_addresses))
        self.code.show_state(sharing, facts.peers())
        self.peers.show_rows(peer_rows(facts.peers(), facts.links(), self._now()))

    def _colour_note(self, token: str) -> None:
        palette = self.note.palette()
        palette.setColor(palette.ColorRole.WindowText, self._theme.readable(token, "window"))
        self.note.setPalette(palette)

    def _switched(self) -> None:
        on = self.switch.isChecked()
        self._say("")
        self._door.share(on, lambda _: self.show_now(), self._failed)  # which remembers it, too

    def _failed(self, error: SysmonError) -> None:
        self._say(str(error))
        self.show_now()

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def setVisible(self, visible: bool) -> None:
        if visible and not self.isVisible():
            self.where.show_settings()
            self.show_now()
        super().setVisible(visible)
        self.seconds.run(visible)

    def done(self, result: int) -> None:
        self.code.close_pairing()
        super().done(result)
