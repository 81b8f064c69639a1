"""What is opened over the window about other machines: add one, share this one, forget one, the audit list.

Each is made when it is first asked for, and those that ask something stay: answers may come after they were closed. Knows the window, not what is around it.
"""

from __future__ import annotations

from collections.abc import Callable

from sysmon.model.errors import SysmonError
from sysmon.model.host import LOCAL
from sysmon.model.printable import printable
from sysmon.pipeline.demand import DEVICES
from sysmon.pipeline.query import Query
from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.add_machine import AddMachine
from sysmon.ui.dialogs.audit import AuditDialog
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.dialogs.share import ShareDialog
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.main_window import MainWindow
from sysmon.ui.theme import Theme
from sysmon.viewmodels.fleet_audit import audit_view
from sysmon.viewmodels.sharing import ForgetQuestion, forget_question

Want = Callable[[str, str], Callable[[], None]]
"""Wants a topic of a host to be read; the answer ends that."""


class FleetDialogs:
    """Opens them. `open` understands "add-machine", "share", "fleet-audit" and "forget", each with a word after it."""

    def __init__(
        self, window: MainWindow, theme: Theme, door: FleetDoor, settings: Settings, query: Query, want: Want
    ) -> None:
        """``settings``: where the options of sharing are changed; of a demo they are not those of the user."""
        self._window, self._theme, self._door = window, theme, door
        self._settings, self._query, self._want = settings, query, want
        self._release: Callable[[], None] | None = None
        self.add: AddMachine | None = None
        self.share: ShareDialog | None = None
        self.question: ConfirmDialog | None = None
        self.audit: AuditDialog | None = None

    def open(self, what: str) -> bool:
        """Open ``what``; False where it is none of these."""
        name, _, about = what.partition(" ")
        openers = {
            "add-machine": lambda: self._open_add(about),
            "share": lambda: self._share(about),
            "fleet-audit": self._open_audit,
            "forget": lambda: self._ask_to_forget(about),
        }
        opener = openers.get(name)
        if opener is None:
            return False
        if what != "share off":
            self._window.show()  # the tray's menu may ask while the window is hidden
        opener()
        return True

    def _own_name(self) -> str:
        """As others call it: the name that it was given, else its own."""
        names = (machine.name for machine in self._query.machines() if machine.host == LOCAL)
        return printable(self._settings.sharing_name) or next(names, "This machine")

    # --- one by one ---------------------------------------------------------------------------------

    def _open_add(self, where: str) -> None:
        if self.add is None:
            self.add = AddMachine(self._theme, self._window, self._door, self._own_name)
            self.add.added.connect(self._window.clock.wake)
            self.add.show_asked.connect(self._window.show_machine)
        self.add.open_at(where)

    def _share(self, about: str) -> None:
        """ "on" and "off" switch it; who switches it on is shown where and with whom this machine is shared now."""
        if about in ("on", "off"):
            self._door.share(about == "on", lambda _: self._share_changed(), self._not_done)
        if about != "off":
            self._open_share(about)

    def _share_changed(self) -> None:
        if self.share is not None:
            self.share.show_now()
        self._window.draw_again()

    def _open_share(self, about: str) -> None:
        if self._release is None:
            self._release = self._want(LOCAL, DEVICES)
        if self.share is None:
            self.share = ShareDialog(
                self._theme,
                self._door,
                self._settings,
                lambda: self._query.devices(LOCAL),
                self._own_name,
                self._window,
            )
            self.share.forget_asked.connect(self._ask_to_forget)
            self.share.audit_asked.connect(self._open_audit)
            self.share.finished.connect(self._share_closed)
        if about == "code":
            self.share.open_with_code()
        else:
            self.share.open()
        self.share.raise_()

    def _share_closed(self) -> None:
        if self._release is not None:
            self._release()
            self._release = None
        self._window.draw_again()

    def _open_audit(self) -> None:
        facts = self._door.facts
        self.audit = AuditDialog(self._theme, "", self.share or self._window, title="What other machines did")
        self.audit.set_view(audit_view(facts.audit() if facts is not None else ()))
        self.audit.finished.connect(self._audit_closed)
        self.audit.open()

    def _audit_closed(self) -> None:
        self.audit = None

    def _ask_to_forget(self, peer: str) -> None:
        facts = self._door.facts
        known = next((other for other in facts.peers() if other.id == peer), None) if facts is not None else None
        if known is None:
            return
        self.question = ConfirmDialog(self._theme, forget_question(known), self.share or self._window)
        self.question.confirmed.connect(self._forget)
        self.question.finished.connect(self._question_closed)
        self.question.open()

    def _question_closed(self) -> None:
        self.question = None

    def _forget(self, question: object) -> None:
        if isinstance(question, ForgetQuestion):
            self._door.revoke(question.peer, lambda _: self._forgotten(), self._not_done)

    def _forgotten(self) -> None:
        if self.share is not None:
            self.share.show_now()
        self._window.draw_again()

    def _not_done(self, error: SysmonError) -> None:
        self._window.set_notes(str(error))

    def close(self) -> None:
        """Close whatever is open. Idempotent."""
        if self.add is not None:
            self.add.close_box()
        for dialog in (self.question, self.audit, self.share):
            if dialog is not None:
                dialog.close()
