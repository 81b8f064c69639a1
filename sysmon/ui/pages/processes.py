"""The page of processes: find them, see what they do, do something to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from sysmon.model.errors import ConfigError
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey
from sysmon.runtime.option import Value
from sysmon.ui.pages.device import MARGIN
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.pages.process_bar import RECENT, ProcessBar
from sysmon.ui.process_choice import ProcessChoice
from sysmon.ui.process_columns import ColumnDemand
from sysmon.ui.process_panel import WIDTHS, ProcessPanel
from sysmon.ui.process_recent import RecentLives
from sysmon.ui.process_search import ProcessSearch
from sysmon.ui.tables.process_table import ProcessTable
from sysmon.ui.widgets.card import GAP, Card
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.ui.widgets.said import Said
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_list import Arrangement, ListChoice, ListView, ProcessList
from sysmon.viewmodels.processes import ProcessOrder
from sysmon.viewmodels.source import Source

PANEL_FROM: Final = 1240
"""Logical pixels of the window's width from which on the panel is there."""
WIDE_FROM: Final = 1400
"""From which on it takes more room."""
_COLUMNS: Final = "processes/columns"


class ProcessesPage(Page):
    """The processes of one machine."""

    name: ClassVar[str] = "processes"
    title: ClassVar[str] = "Processes"
    topics: ClassVar[tuple[str, ...]] = ("processes", "process_io")

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._host = ""
        self._list: ProcessList | None = None
        self._scope: TimeScope | None = None
        self.choice = ListChoice()
        theme = context.theme
        self.card = Card(theme, "", self, figure=False, context=False)
        self.card.body.setContentsMargins(1, 11, 1, 8)
        self.card.body.setSpacing(10)
        self.bar = ProcessBar(theme, self._users, self.card)
        self.table = ProcessTable(theme, Units(), self.card)
        self.note = EmptyNote(theme, self.card)
        self.recent = RecentLives(theme, context.door, self.card)
        self.stack = QStackedWidget(self.card)
        for widget in (self.table, self.note, self.recent):
            self.stack.addWidget(widget)
        self.card.body.addWidget(self.bar)
        self.card.body.addWidget(self.stack, 1)
        self.said = Said(theme, self.card)
        self.panel = ProcessPanel(theme, context.cursor, self)
        self.search = ProcessSearch(context.door, self)
        self.demand = ColumnDemand(context.door, self.table, self)
        self.acting = ProcessChoice(theme, context.door, self.table, self.panel, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 16, MARGIN, 16)
        row.setSpacing(GAP)
        row.addWidget(self.card, 1)
        row.addWidget(self.panel)
        self._connect()
        self._recall()

    def _connect(self) -> None:
        self.bar.filter.textChanged.connect(self._filter_changed)
        self.bar.filter.left.connect(self.table.enter)
        self.bar.views.chosen.connect(self._view_chosen)
        self.table.order_asked.connect(self._order_asked)
        self.table.fold_asked.connect(self._fold)
        self.table.columns_changed.connect(self._columns_changed)
        self.table.head_menu_asked.connect(self._offer_choices)
        self.search.found.connect(self._found)
        self.demand.found.connect(self._again)
        self.acting.said.connect(self.said.say)

    def _recall(self) -> None:
        state = self.context.looks.recall(_COLUMNS)
        order = self.table.restore_columns(state) if state is not None else None
        if order is not None:
            self.table.set_order(*order)
            self.choice = replace(self.choice, order=ProcessOrder(*order), by_branch=self.table.by_branch)
        self.bar.views.choose(self.choice.arrangement.value)
        self.table.set_tree(tree=True)

    def _remember(self) -> None:
        self.context.looks.remember(_COLUMNS, self.table.columns_state())

    # --- what is shown ------------------------------------------------------------------------------

    def show_machine(self, source: Source) -> None:
        self._host = source.host
        self.search.show_host(source.host)
        self.recent.show_host(source.host)
        facts = next((one.facts for one in source.query.machines() if one.host == source.host), None)
        cores = facts.cpu_threads if facts is not None else None
        units = replace(source.units, cores=cores or 1)
        self._list = ProcessList(source.query, source.host, units, self.search.filter)
        self.table.set_units(units)
        self.demand.show_list(source.host, self._list)
        elsewhere = "" if source.host == LOCAL else source.host_name or source.host
        self.acting.show_list(source.host, self._list, units, cores, elsewhere)

    def shown(self) -> None:
        self.recent.set_seen(self.stack.currentWidget() is self.recent)

    def hidden(self) -> None:
        self.recent.set_seen(False)
        self._remember()

    def refresh(self, scope: TimeScope) -> None:
        self._scope = scope
        if self._list is None:
            return
        kernel = self.context.settings.processes_kernel
        if kernel is not self.choice.kernel:
            self.choice = replace(self.choice, kernel=kernel)
        self.show_view(self._list.view(scope, self.choice))
        if self._list.tells_gpu:
            self.table.offer_column("gpu")
        self.search.look(self._list)
        self.demand.look(self.choice.order.column)
        self.acting.refresh(scope)
        if self.stack.currentWidget() is self.recent:
            self.recent.refresh(scope.end)

    def show_view(self, view: ListView) -> None:
        """Show rows and totals, or why there are none."""
        unseen = self.search.unseen
        note = "; ".join(part for part in (unseen, view.note) if part)
        self.bar.totals.set_texts(f"{view.totals} · not all seen" if unseen else view.totals, note)
        if self.stack.currentWidget() is self.recent:
            return
        if view.missing is not None:
            why = f"{view.missing}: {unseen}" if unseen and self.search.filter.text else view.missing
            self.note.set_note("No processes to show", why)
            self.stack.setCurrentWidget(self.note)
            self.table.set_rows((), {})
            return
        self.stack.setCurrentWidget(self.table)
        self.table.set_rows(view.rows, view.sums, view.reasons)

    def _again(self) -> None:
        if self._scope is not None:
            self.refresh(self._scope)

    def _users(self) -> Sequence[str]:
        entries = self._list.entries.values() if self._list is not None else ()
        return sorted({entry.row.user for entry in entries})

    # --- what the user does -------------------------------------------------------------------------

    def look_for(self, words: str) -> None:
        self.bar.filter.setText(words)

    def choose(self, name: str) -> bool:
        """Choose the busiest process called ``name``; False where there is none."""
        entries = self._list.entries.values() if self._list is not None else ()
        found = [entry for entry in entries if entry.row.name == name]
        return bool(found) and self.table.go_to(max(found, key=lambda entry: entry.row.cpu_time).key)

    def focus_filter(self) -> bool:
        self.bar.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.filter.selectAll()
        return True

    def _filter_changed(self, text: str) -> None:
        changed = self.search.set_text(text)
        self.bar.filter.set_problem(self.search.filter.problem)
        if changed:
            self._found()

    def _found(self) -> None:
        if self._list is not None:
            self._list.changed()
        self._again()

    def _view_chosen(self, key: str) -> None:
        recent = key == RECENT
        self.stack.setCurrentWidget(self.recent if recent else self.table)
        self.recent.set_seen(recent and self.isVisible())
        if not recent:
            self.choice = replace(self.choice, arrangement=Arrangement(key))
            self.table.set_tree(self.choice.arrangement is not Arrangement.FLAT)
            self.search.place_services = self.choice.arrangement is Arrangement.SERVICES
        self._again()

    def _order_asked(self, column: str, ascending: bool) -> None:
        self.table.set_order(column, ascending)
        self.choice = replace(self.choice, order=ProcessOrder(column, ascending))
        self._again()

    def _columns_changed(self) -> None:
        self._remember()
        self._again()

    def _offer_choices(self, menu: QMenu) -> None:
        """What the whole table can show otherwise."""
        menu.addSeparator()
        branches = QAction("Sort branches by their sum", menu)
        branches.setCheckable(True)
        branches.setChecked(self.choice.by_branch)
        branches.triggered.connect(self._sort_branches)
        menu.addAction(branches)
        settings = self.context.settings
        whole, kernel = settings.processes_cpu == "machine", settings.processes_kernel
        for text, name, checked, value in (
            ("CPU of the whole machine", "processes.cpu", whole, "core" if whole else "machine"),
            ("Threads of the kernel", "processes.kernel", kernel, not kernel),
        ):
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(checked)
            action.triggered.connect(partial(self._choose, name, value))
            menu.addAction(action)

    def _sort_branches(self, by_sum: bool) -> None:
        self.table.by_branch = by_sum
        self.choice = replace(self.choice, by_branch=by_sum)
        self._columns_changed()

    def _choose(self, name: str, value: Value) -> None:
        try:
            self.context.settings.set(name, value)
        except ConfigError as error:
            self.said.say(f"It holds until sysmon ends: {error}.", good=False)

    def _fold(self, key: ProcessKey, open_: bool) -> None:
        collapsed, opened = self.choice.collapsed, self.choice.opened
        if self.choice.arrangement is Arrangement.TREE:
            collapsed = collapsed - {key} if open_ else collapsed | {key}
        else:
            opened = opened | {key} if open_ else opened - {key}
        self.choice = replace(self.choice, collapsed=collapsed, opened=opened)
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.window().width()
        self.panel.setFixedWidth(WIDTHS[width >= WIDE_FROM])
        self.panel.setVisible(width >= PANEL_FROM)
