"""What started and ended, with those that a table once a second never sees, and who keeps starting processes."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

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
            self._door.want_births(seen)

    def refresh(self, host: str, now: float) -> None:
        """Show what is known at ``now`` (steady time)."""
        refusal = self._door.refusal(host)
        if refusal:
            self.source.setText(f"Not known: {refusal}.")
            self.lives.set_rows(lives_view([]).columns, ())
            return
        source = self._door.births_source()
        self.source.setText(f"{source[:1].upper()}{source[1:]}.")
        lives, forkers = lives_view(self._door.lives(_MOST)), forkers_view(self._door.forkers(now - _SPAN, _FORKERS))
        self.lives.set_rows(lives.columns, lives.rows)
        self.forkers.set_rows(forkers.columns, forkers.rows)
