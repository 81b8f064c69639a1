"""What the user does to processes, from the wish to the words about what came of it.

Asks where it must be asked, acts through the door, offers to kill what does not end, opens the dialogs.
Knows no table and no page.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from sysmon.model.action import Action, End, SetLimit, Target
from sysmon.model.host import LOCAL
from sysmon.model.process_details import ProcessFacts
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.ui.dialogs.audit import AuditDialog
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.dialogs.details import DetailsDialog
from sysmon.ui.dialogs.priority import PriorityDialog
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.process_actions import (
    KILL_AFTER,
    Chosen,
    Question,
    Told,
    again_with_rights,
    choose,
    named,
    needs_asking,
    on_machine,
    on_words,
    question,
    stubborn,
    told,
    whose_words,
    why_not,
)
from sysmon.viewmodels.process_audit import AUDIT, audit_view
from sysmon.viewmodels.process_priority import limit_words, priorities_of
from sysmon.viewmodels.process_tabs import TabView
from sysmon.viewmodels.processes import ProcessEntry

if TYPE_CHECKING:
    from sysmon.control.limits import LimitGroup
    from sysmon.runtime.audit import Entry
    from sysmon.runtime.process_desk import Acted


class ProcessHands(QObject):
    """Acts for one page. One dialog is open at a time."""

    said = Signal(str, bool)
    """What came of something, and whether all went well."""

    def __init__(self, theme: Theme, door: ProcessDoor, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._door, self._parent = theme, door, parent
        self.units = Units()
        self.host = LOCAL
        """Whose processes are acted on."""
        self.machine = ""
        """What it is called where it is another machine; empty for this one."""
        self.cpus: int | None = None
        """How many CPUs it has; None where that is not known."""
        self._offers: list[Question] = []
        """Refused actions to be offered again with rights, once no dialog is open."""
        self.dialog: QDialog | None = None
        """The dialog that is open."""

    # --- acting -------------------------------------------------------------------------------------

    def act(self, action: Action, chosen: Chosen) -> None:
        """Do ``action`` to ``chosen``, after asking where that is due."""
        refusal = why_not(action, chosen)
        if refusal is not None:
            self.said.emit(f"Not done: {refusal}.", False)
        elif needs_asking(action, chosen):
            self.ask(question(action, chosen))
        else:
            self._do(self.host, chosen.targets, action)

    def ask(self, asked: Question) -> None:
        """Ask; a yes is done, on the machine that is shown now."""
        dialog = ConfirmDialog(self._theme, on_machine(asked, self.machine), self._parent)
        dialog.confirmed.connect(partial(self._confirmed, self.host))
        self._open(dialog)

    def _confirmed(self, host: str, asked: Question) -> None:
        if asked.with_rights:
            self.said.emit("The system asks for administrator rights…", True)
            done = partial(self._done, host, asked.action)
            self._door.act_with_rights(host, asked.targets, asked.action, partial(done, again=False))
        else:
            self._do(host, asked.targets, asked.action)

    def _do(self, host: str, targets: Sequence[Target], action: Action) -> None:
        self._door.act(host, targets, action, partial(self._done, host, action))

    def _say(self, answer: Told, acted: Acted, more: str = "") -> None:
        reasons = "; ".join(reason.rstrip(".") for reason in answer.reasons)
        words = f"{answer.text.rstrip('.')} – {reasons}." if reasons else answer.text
        if more:
            words = f"{words} {more[:1].upper()}{more[1:]}."
        if acted.unlogged:
            words = f"{words} It is not in the audit log: {acted.unlogged}."
        self.said.emit(words, answer.good and not acted.unlogged)

    def _done(self, host: str, action: Action, acted: Acted, *, again: bool = True) -> None:
        """``again``: whether what was refused is offered once more with administrator rights."""
        answer = told(action, acted.outcomes)
        closed = self._door.rights_refusal(host) if answer.refused and again else ""
        self._say(answer, acted, closed)
        if answer.refused and again and not closed and host == self.host:
            self._offers.append(again_with_rights(action, answer.refused))
            self._offer_next()
        asked = [outcome.target for outcome in acted.outcomes if outcome.done]
        if isinstance(action, End) and asked:
            offer = partial(self._offer_kill, host)
            QTimer.singleShot(round(KILL_AFTER * 1000), self, lambda: self._door.still_alive(host, asked, offer))

    def _offer_next(self) -> None:
        if self._offers and self.dialog is None:
            self.ask(self._offers.pop(0))

    def _offer_kill(self, host: str, alive: tuple[Target, ...]) -> None:
        if alive and self.dialog is None and host == self.host:
            self.ask(stubborn(alive, elsewhere=host != LOCAL))

    # --- dialogs ------------------------------------------------------------------------------------

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(partial(self._closed, dialog))
        dialog.open()

    def _closed(self, dialog: QDialog, _: int) -> None:
        if self.dialog is dialog:
            self.dialog = None
            QTimer.singleShot(0, self, self._offer_next)
        self._parent.window().activateWindow()  # without a window manager nobody else does
        self._parent.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_details(self, entry: ProcessEntry, tab: Tab = Tab.FACTS) -> None:
        """Open everything that can be told of ``entry``."""
        dialog = DetailsDialog(self._theme, entry.key, named(choose([entry]).targets[0]), self.units, self._parent)

        def answered(answer: TabAnswer) -> None:
            if self.dialog is dialog:
                dialog.take(answer)

        host = self.host

        def ask(wanted: Tab) -> None:
            self._door.details(host, entry.key, wanted, answered)

        dialog.asked.connect(ask)
        self._open(dialog)
        dialog.show_tab(tab)

    def show_priority(self, chosen: Chosen) -> None:
        """Open the priorities of ``chosen``."""
        host, title = self.host, f"Priority of {whose_words(chosen)}{on_words(self.machine)}"
        names = [named(target) for target in chosen.targets] if len(chosen.targets) > 1 else []
        dialog = PriorityDialog(self._theme, title, self._count_cpus(), self._parent, names)
        dialog.set_priorities(priorities_of(chosen.nice, None))

        def facts(answer: TabAnswer) -> None:
            if self.dialog is dialog and isinstance(answer.details, ProcessFacts):
                dialog.set_priorities(priorities_of(chosen.nice, answer.details))

        def group(found: LimitGroup | None) -> None:
            if self.dialog is dialog:
                words, own = limit_words(found, pids)
                dialog.set_group(words, own=own)

        def wanted(actions: list[Action]) -> None:
            for action in actions:
                # One write limits the whole group, whoever of it is named.
                self._do(host, chosen.targets[:1] if isinstance(action, SetLimit) else chosen.targets, action)

        dialog.wanted.connect(wanted)
        self._open(dialog)
        pids = [target.key.pid for target in chosen.targets]
        for target in chosen.targets[:1]:
            if len(pids) == 1:
                self._door.details(self.host, target.key, Tab.FACTS, facts)
            self._door.limit_group(self.host, target, group)

    def _count_cpus(self) -> int:
        return self.cpus or (os.cpu_count() if self.host == LOCAL else None) or 1

    def show_audit(self) -> None:
        """Open the log of what was done."""
        refusal = self._door.refusal_to_act(self.host) if self.host != LOCAL else ""
        if refusal:
            self.said.emit(f"The audit log there cannot be read: {refusal}.", False)
            return
        dialog = AuditDialog(self._theme, self._door.audit_place(self.host), self._parent)

        def read(entries: tuple[Entry, ...]) -> None:
            if self.dialog is dialog:
                dialog.set_view(audit_view(entries))

        def failed(reason: str) -> None:
            if self.dialog is dialog:
                dialog.set_view(TabView(AUDIT, (), f"It cannot be read: {reason}."))

        self._open(dialog)
        self._door.entries(self.host, read, failed)
