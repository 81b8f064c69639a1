"""What is chosen in the table of processes: shown in the panel, offered in the menu, acted on by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from sysmon.model.action import Action, End
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.ui import process_menu
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.process_hands import ProcessHands
from sysmon.ui.process_panel import ProcessPanel
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.theme import Theme
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_actions import Chosen, choose
from sysmon.viewmodels.process_detail import PanelModel
from sysmon.viewmodels.process_list import ProcessList
from sysmon.viewmodels.processes import ProcessEntry

_FACTS_EVERY: Final = 5.0
"""Seconds of the shown time after which facts and files are read again."""


class ProcessChoice(QObject):
    """Joins one table, one panel and the hands."""

    said = Signal(str, bool)

    def __init__(
        self, theme: Theme, door: ProcessDoor, table: ProcessTable, panel: ProcessPanel, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._door, self._table, self._panel = door, table, panel
        self._host = ""
        self._units = Units()
        self._list: ProcessList | None = None
        self._scope: TimeScope | None = None
        self._model: PanelModel | None = None
        self._asked = float("-inf")
        self._asking = 0
        self.hands = ProcessHands(theme, door, table)
        self.hands.said.connect(self.said)
        table.current_changed.connect(self._chosen)
        table.menu_asked.connect(self.offer)
        table.doubleClicked.connect(self.details)
        panel.gone_to.connect(self.go_to)
        panel.details_asked.connect(self.details)
        panel.priority_asked.connect(self._panel_priority)
        panel.end_asked.connect(self._panel_end)
        self._bind(table, parent)

    def _bind(self, table: ProcessTable, page: QWidget) -> None:
        for item in process_menu.ITEMS:
            self._key(table, item.key, lambda action=item.action: self.act(action))
        self._key(table, process_menu.DETAILS_KEY, self.details)
        self._key(table, "Return", self.details)
        self._key(table, process_menu.PRIORITY_KEY, self.priority)
        # The log can be read where no process is listed, too.
        log = QShortcut(QKeySequence(process_menu.AUDIT_KEY), page)
        log.activated.connect(self.hands.show_audit)

    def _key(self, table: ProcessTable, key: str, act: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(act)

    def show_list(
        self, host: str, processes: ProcessList, units: Units, cpus: int | None = None, machine: str = ""
    ) -> None:
        """Choose among ``processes`` of ``host`` from now on, which has so many ``cpus``.

        ``machine``: what it is called where it is another machine, empty for this one.
        """
        if host != self._host:
            self._model = None
            self._asking = 0
        self.hands.host, self.hands.machine, self.hands.cpus = host, machine, cpus
        self._host, self._list, self._units = host, processes, units
        self.hands.units = units
        if self._model is not None:
            self._model.units = units

    # --- the panel ----------------------------------------------------------------------------------

    def _chosen(self) -> None:
        entry = self._table.current()
        selected = self._table.selectionModel().hasSelection()
        if entry is None or not selected or entry.key.pid < 0:
            return  # what was shown stays: it may have ended
        if self._model is None or self._model.key != entry.key:
            self._model = PanelModel(self._units, entry)
            self._asked = float("-inf")
        if self._scope is not None:
            self.refresh(self._scope)

    def refresh(self, scope: TimeScope) -> None:
        """Show the chosen process as it is now."""
        self._scope = scope
        if self._model is None or self._list is None:
            self._panel.set_view(None)
            return
        if not self._panel.isVisible():
            return
        model = self._model
        trace = self._door.trace(self._host, model.key, model.entry.row.name)
        refusal = self._door.refusal(self._host)
        self._panel.set_view(
            model.view(scope, self._list.entries, trace), self._door.refusal_to_act(self._host), refusal
        )
        if scope.live and not 0.0 <= scope.end - self._asked < _FACTS_EVERY and not self._asking and not model.ended:
            self._asked = scope.end
            self._read(model, refusal)

    def _read(self, model: PanelModel, refusal: str) -> None:
        if refusal:
            model.take_facts(TabAnswer(model.key, Tab.FACTS, self._asked, missing=refusal))
            return
        self._asking = 2

        def facts(answer: TabAnswer) -> None:
            if model is self._model:
                self._asking -= 1
            model.take_facts(answer)

        def files(answer: TabAnswer) -> None:
            if model is self._model:
                self._asking -= 1
            model.take_files(answer)
            if model is self._model and self._scope is not None:
                self.refresh(self._scope)

        self._door.details(self._host, model.key, Tab.FACTS, facts)
        self._door.details(self._host, model.key, Tab.FILES, files)

    def go_to(self, key: ProcessKey) -> None:
        """Choose the process ``key``; where it is not listed only the panel shows it."""
        if not self._table.go_to(key) and self._list is not None:
            entry = self._list.entries.get(key.pid)
            if entry is not None and entry.key == key:
                self._model = PanelModel(self._units, entry)
                self._asked = float("-inf")
        if self._scope is not None:
            self.refresh(self._scope)

    # --- what is done -------------------------------------------------------------------------------

    def selected(self) -> list[ProcessEntry]:
        """The living processes that the selected rows stand for, each once."""
        if self._list is None:
            return []
        found = {entry.key: entry for row in self._table.selected() for entry in self._list.targets(row)}
        return list(found.values())

    def act(self, action: Action) -> None:
        """Do ``action`` to what is selected."""
        refusal = self._door.refusal_to_act(self._host)
        if refusal:
            self.said.emit(f"Not done: {refusal}.", False)
            return
        self.hands.act(action, self._targets(self.selected(), self._whose()))

    def _targets(self, entries: Sequence[ProcessEntry], of: str = "") -> Chosen:
        return choose(entries, of, elsewhere=self._host != LOCAL)

    def _whose(self) -> str:
        """What the group is called that is selected; empty for processes."""
        rows = self._table.selected()
        return rows[0].row.name if len(rows) == 1 and rows[0].key.pid < 0 else ""

    def details(self) -> None:
        """Open the details of the one that is selected."""
        entries = self.selected()
        if len(entries) == 1 and not self._door.refusal(self._host):
            self.hands.show_details(entries[0])
        elif self._model is not None and not self._door.refusal(self._host):
            self.hands.show_details(self._model.entry)

    def priority(self) -> None:
        """Open the priorities of what is selected."""
        entries = self.selected()
        if entries and not self._door.refusal_to_act(self._host):
            self.hands.show_priority(self._targets(entries, self._whose()))

    def _panel_priority(self) -> None:
        if self._model is not None:
            self.hands.show_priority(self._targets([self._model.entry]))

    def _panel_end(self) -> None:
        if self._model is not None:
            self.hands.act(End(), self._targets([self._model.entry]))

    def offer(self, place: QPoint) -> None:
        """Open the menu for what is selected."""
        if self._list is None:
            return
        entries = self.selected()
        branch: Chosen | None = None
        application: Chosen | None = None
        if len(entries) == 1:
            one = entries[0]
            below = self._list.below(one.key)
            branch = self._targets(below, one.row.name) if len(below) > 1 else None
            name, members = self._list.application(one)
            application = self._targets(members, name) if len(members) > 1 else None
        refusals = self._door.refusal_to_act(self._host), self._door.refusal(self._host)
        offered = process_menu.Offer(self._targets(entries, self._whose()), branch, application, *refusals)
        hands = self.hands
        doors = process_menu.Doors(
            hands.act, self.details, hands.show_priority, hands.show_audit, self._table.fill_columns
        )
        self._table.open_menu(process_menu.make_menu(offered, doors, self._table), place)
