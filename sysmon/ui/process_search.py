"""Filters and groups that cost a look into every process: asked for beside the window, one question at a time.

Knows no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sysmon.ui.process_door import ProcessDoor
from sysmon.viewmodels.process_filter import ProcessFilter, unseen_words
from sysmon.viewmodels.process_list import ProcessList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sysmon.model.process import ProcessKey
    from sysmon.runtime.process_desk import Searched


class ProcessSearch(QObject):
    """Keeps the filter of a page and answers what it alone cannot."""

    found = Signal()
    """Other rows match now, or belong to other services."""

    def __init__(self, door: ProcessDoor, parent: QObject) -> None:
        super().__init__(parent)
        self._door = door
        self._host = ""
        self._list: ProcessList | None = None
        self._asked: str | None = None
        self._seen = float("nan")
        self._placing = False
        self.filter = ProcessFilter()
        self.unseen = ""
        """What the filter in force could not look into, in words; empty where it saw all."""
        self.place_services = False
        """Whether it is to be known in which services processes run."""

    def show_host(self, host: str) -> None:
        """Ask about processes of ``host`` from now on."""
        self._host = host
        self._seen = float("nan")

    def set_text(self, text: str) -> bool:
        """Take what was typed; True where another filter is in force now."""
        self._seen = float("nan")
        changed = self.filter.set_text(text)
        if changed:
            self.unseen = ""
        return changed

    def look(self, processes: ProcessList) -> None:
        """Ask what is not known yet of ``processes``; once for each table."""
        self._list = processes
        wanted = self.filter.wanted
        if wanted is not None and self._asked is None and processes.time != self._seen:
            self._seen = processes.time
            self.unseen = self._door.refusal(self._host) or self.unseen
            if self._door.refusal(self._host):
                if self.filter.take(wanted, frozenset()):
                    self.found.emit()
            else:
                self._asked = wanted
                self._door.search(self._host, processes.pairs(), wanted, self._answered)
        if self.place_services and not self._placing and not self._door.refusal(self._host):
            keys = processes.unplaced()
            if keys:
                self._placing = True
                self._door.services(self._host, keys, self._placed)

    def _answered(self, searched: Searched) -> None:
        asked, self._asked = self._asked, None
        before = self.unseen
        if asked == self.filter.wanted:
            self.unseen = unseen_words(searched.refused, searched.cut, searched.trouble)
        if asked is not None and (self.filter.take(asked, searched.keys) or self.unseen != before):
            self.found.emit()
        elif self.filter.waiting and self._list is not None:
            self.look(self._list)  # something else was typed meanwhile

    def _placed(self, services: Mapping[ProcessKey, str]) -> None:
        self._placing = False
        if self._list is not None and services:
            self._list.place(services)
            self.found.emit()
