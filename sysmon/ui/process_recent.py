"""What started and ended, with those that a table once a second never sees, and who keeps starting processes."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sysmon.model.host import LOCAL
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.text_table import TextTable
from sysmon.viewmodels.process_audit import forkers_view, lives_view

_MOST: Final = 300
_FORKERS: Final = 30
_FORKERS_HEIGHT: Final = 140
_SPAN: Final = 60.0
"""Seconds over which those who keep starting processes are counted."""


class RecentLives(QWidget):
    """Two tables and where they come from. Asks the kernel only while it is seen."""

    def __init__(self, theme: Theme, door: ProcessDoor, parent: QWidget) -> None:
        super().__init__(parent)
        self._door = door
        self._seen = False
        self._host = LOCAL
        self.source = quiet(theme, "", self)
        self.source.setContentsMargins(12, 0, 12, 0)
        self.lives = TextTable(theme, "What started and ended", self)
        self.forkers = TextTable(theme, "Who keeps starting processes", self)
        self.forkers.setFixedHeight(_FORKERS_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.source)
        column.addWidget(self.lives, 1)
        column.addWidget(self.forkers)

    def set_seen(self, seen: bool) -> None:
        """Whether anybody looks. Idempotent."""
        if seen is not self._seen:
            self._seen = seen
            self._door.want_births(self._host, seen)

    def show_host(self, host: str) -> None:
        """Show what starts and ends on ``host`` from now on."""
        seen = self._seen
        self.set_seen(False)
        self._host = host
        self.set_seen(seen)

    def refresh(self, now: float) -> None:
        """Show what is known at ``now`` (steady time of the host)."""
        host = self._host
        refusal = self._door.refusal(host)
        if refusal:
            self.source.setText(f"Not known: {refusal}.")
            self.lives.set_rows(lives_view([]).columns, ())
            return
        source = self._door.births_source(host)
        self.source.setText(f"{source[:1].upper()}{source[1:]}.")
        lives = lives_view(self._door.lives(host, _MOST))
        forkers = forkers_view(self._door.forkers(host, now - _SPAN, _FORKERS))
        self.lives.set_rows(lives.columns, lives.rows)
        self.forkers.set_rows(forkers.columns, forkers.rows)
