"""The page of all machines: tiles, table or heat map, one figure of several machines compared, processes found anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QCursor, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QToolTip, QVBoxLayout, QWidget

from sysmon.model.errors import SysmonError
from sysmon.model.peer import Peer
from sysmon.model.process import ProcessKey
from sysmon.ui.dialogs.tags import TagsDialog
from sysmon.ui.fleet.compare_card import CompareCard
from sysmon.ui.fleet.fleet_bar import FleetBar
from sysmon.ui.fleet.fleet_bodies import FoundCard, HeatCard, TableCard
from sysmon.ui.fleet.kept_choice import KeptChoice
from sysmon.ui.fleet.machine_menu import MachineMenu, MachineOffer
from sysmon.ui.fleet.tile_list import GAP, MARGIN, TileList
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.widgets.empty_note import EmptyNote
from sysmon.viewmodels.compare import Compare
from sysmon.viewmodels.fleet import Choice, Fleet, Member, Order
from sysmon.viewmodels.fleet_asking import FleetAsking
from sysmon.viewmodels.fleet_groups import Heading, grouped
from sysmon.viewmodels.fleet_heat import FleetHeat
from sysmon.viewmodels.fleet_search import FleetSearch
from sysmon.viewmodels.fleet_tiles import Tiles
from sysmon.viewmodels.measures import FIXED, Measure, measure_of, others, title_of
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.process_filter import suggest
from sysmon.viewmodels.source import Source

TABLE: Final = "fleet-table"
HEAT: Final = "fleet-heat"
_CHOICE: Final = "fleet/choice"
_COLUMNS: Final = "fleet/columns"
_COMPARE: Final = (150, 192)
"""Height of the comparison in a low and in a high window."""
_LOW: Final = 620
_PATIENCE: Final = 8
"""Frames after which is shown what there is, where machines send faster than they are read."""
_PROCESSES: Final = "processes"


@dataclass(frozen=True, slots=True)
class _Models:
    """What the page shows, of one store in one choice of units."""

    fleet: Fleet
    tiles: Tiles
    heat: FleetHeat
    compare: Compare
    finder: FleetSearch


class FleetPage(Page):
    """All machines."""

    name: ClassVar[str] = "fleet"
    title: ClassVar[str] = "All machines"

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.now: Callable[[], float] = time.time
        self.choice = Choice()
        self.measure: Measure = FIXED[0]
        self.heat_key = "cpu"
        self.folded: frozenset[str] = frozenset()
        """Tags of the groups whose machines are not shown."""
        self._view = self.name
        self._source: Source | None = None
        self._models: _Models | None = None
        self._scope: TimeScope | None = None
        self._seen = False
        self._waited = 0
        """Frames since all figures were read."""
        self._compared: tuple[object, ...] = ()
        self._claims: dict[str, Callable[[], None]] = {}
        self.bar = FleetBar(theme, lambda before: suggest(before, ()), self)
        self.stack = QStackedWidget(self)
        self.tiles = TileList(theme, self.stack)
        self.table = TableCard(theme, self.stack)
        self.heat = HeatCard(theme, self.stack)
        self.found = FoundCard(theme, self.stack)
        self.menu = MachineMenu(self)
        for body in (self.tiles, self.table.frame, self.heat.frame, self.found.frame):
            self.stack.addWidget(body)
        self.note = EmptyNote(theme, self, ground="window")
        self.note.set_note(
            "No other machines yet", "Machines that are added appear here beside this one.", "Add machine"
        )
        self.note.setFixedHeight(84)
        self.note.hide()
        self.compare = CompareCard(theme, context.cursor, [(m.key, m.title) for m in FIXED], self)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, 0, MARGIN, 16)
        foot.setSpacing(GAP)
        foot.addWidget(self.note)
        foot.addWidget(self.compare)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
        self._recall()
        self._connect()

    def _connect(self) -> None:
        self.bar.order_chosen.connect(self._order_chosen)
        self.bar.tag_chosen.connect(self._tag_chosen)
        self.bar.field.textChanged.connect(self._search)
        self.bar.field.left.connect(self.focus_body)
        for opened in (self.tiles.opened, self.table.rows.opened, self.heat.cells.opened):
            opened.connect(self._open)
        for folded in (self.tiles.folded, self.table.rows.folded, self.heat.cells.folded):
            folded.connect(self._fold)
        self.tiles.retry_asked.connect(self._retry)
        self.tiles.seen_changed.connect(self.context.again)
        for asked in (self.tiles.menu_asked, self.table.rows.menu_asked, self.heat.cells.menu_asked):
            asked.connect(self._offer_menu)
        self.menu.opened.connect(self._open)
        self.menu.retry_asked.connect(self._retry)
        self.menu.compare_asked.connect(self._pick)
        self.menu.tags_asked.connect(self._ask_tags)
        self.table.rows.order_changed.connect(self._again)
        self.heat.chosen.connect(self._heat_chosen)
        self.found.table.went.connect(self._go)
        self.note.acted.connect(lambda: self.context.ask("add-machine"))
        self.compare.chosen.connect(self._measure_chosen)
        self.compare.offered.connect(self._offer_metrics)

    # --- what is shown ------------------------------------------------------------------------------

    def show_machine(self, source: Source) -> None:
        before, self._source = self._source, source
        if before is not None and (before.query, before.units) == (source.query, source.units):
            return  # another machine is none of this page's business
        query, units = source.query, source.units
        fleet = Fleet(query, self.context.fleet.facts, self._moment)
        self._models = _Models(
            fleet,
            Tiles(query, units, fleet.away),
            FleetHeat(units),
            Compare(query, units),
            FleetSearch(query, units, FleetAsking(self.context.door, self._moment, self.context.again)),
        )
        self._models.finder.set_text(self.bar.field.text())
        self.table.rows.set_units(units)

    def choose_view(self, name: str) -> None:
        self._view = name
        self._show_body()

    def tools(self) -> QWidget | None:
        return self.bar

    def shown(self) -> None:
        self._seen = True

    def hidden(self) -> None:
        self._seen = False
        self._claim(())
        self._remember()

    def refresh(self, scope: TimeScope) -> None:
        self._scope = scope
        models, body = self._models, self._body()
        if models is None:
            return
        complete = models.fleet.look(self.tiles.seen() if body is self.tiles else ())
        self._waited = 0 if complete else self._waited + 1
        if not complete:
            self.context.again()
            # Tiles in sight are read first, so they are shown at once; a table or a map is when all of it was read.
            if self._waited % _PATIENCE != (1 if body is self.tiles else 0) and body is not self.found.frame:
                return
        self._show(models, scope)

    def _show(self, models: _Models, scope: TimeScope) -> None:
        """Show what was read."""
        tags = models.fleet.tags()
        if self.choice.tag and self.choice.tag not in tags:
            self.choice = replace(self.choice, tag=None)  # the last machine that had it lost it
        members = models.fleet.members(self.choice, held=self.tiles.held or self.menu.is_open)
        self.bar.set_tags(tags, self.choice.tag)
        folded = self.folded if tags and self.choice.order is Order.TAG else None
        self.note.setVisible(len(models.fleet.machines) <= 1)
        body = self._body()
        if body is self.found.frame:
            if not self._show_found(models, members):
                self.context.again()
        elif body is self.table.frame:
            self.table.rows.set_members(members, held=self.menu.is_open, folded=folded)
        elif body is self.heat.frame:
            self.heat.set_view(models.heat.view(members, self.heat_key, folded), self.heat_key)
        else:
            self._show_tiles(models, grouped(members, folded), scope)
        self._show_compare(models, members, scope)

    @property
    def behind(self) -> int:
        """Machines whose newest figures are still to be read."""
        return self._models.fleet.behind if self._models is not None else 0

    def _show_tiles(self, models: _Models, rows: tuple[Member | Heading, ...], scope: TimeScope) -> None:
        by_host = {row.host: row for row in rows if isinstance(row, Member)}
        heads = {row.host: row for row in rows if isinstance(row, Heading)}
        names = {host: member.machine.name for host, member in by_host.items()}
        self.tiles.set_hosts(tuple(row.host for row in rows), names, heads)
        models.tiles.keep_only(set(by_host))
        moment = self.now()
        self.tiles.set_tiles([models.tiles.tile(by_host[host], scope, moment) for host in self.tiles.seen()])

    def _show_compare(self, models: _Models, members: tuple[Member, ...], scope: TimeScope) -> None:
        """Draw the plot anew once a tick of this machine, not with every sample of another."""
        machines = models.compare.shown(members)
        width = self.compare.plot.columns()
        state = (scope, machines, self.measure, width, models.compare.stage(machines))
        if state != self._compared:
            self._compared = state
            self.compare.choose(self.measure.key, self.measure.title)
            self.compare.set_view(models.compare.view(machines, self.measure, scope, width))

    def _show_found(self, models: _Models, members: tuple[Member, ...]) -> bool:
        if models.finder.active and self._seen:
            self._claim([member.host for member in members if member.live])
        complete = models.finder.step(members)
        self.found.set_view(models.finder.view(members))
        return complete

    def _body(self) -> QWidget:
        if self.bar.field.text().strip():
            return self.found.frame
        return {TABLE: self.table.frame, HEAT: self.heat.frame}.get(self._view, self.tiles)

    def _show_body(self) -> None:
        self.stack.setCurrentWidget(self._body())
        # What is compared belongs to the figures; beside a list of processes it only takes room.
        self.compare.setVisible(self._body() is not self.found.frame)

    def _claim(self, hosts: list[str] | tuple[()]) -> None:
        """Want the processes of ``hosts``, and of no others any more."""
        for gone in self._claims.keys() - set(hosts):
            self._claims.pop(gone)()
        for host in hosts:
            if host not in self._claims:
                self._claims[host] = self.context.want(host, _PROCESSES)

    def _moment(self) -> float:
        return self.now()

    def _again(self) -> None:
        """Show what the user wants to see at once."""
        if self._scope is not None and self._models is not None:
            if not self._models.fleet.look():
                self.context.again()
            self._show(self._models, self._scope)

    # --- what the user does -------------------------------------------------------------------------

    def focus_filter(self) -> bool:
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.field.selectAll()
        return True

    def focus_body(self) -> None:
        """Give the keyboard to tiles, table, cells or what was found."""
        body = self._body()
        inner = {
            self.table.frame: self.table.rows,
            self.heat.frame: self.heat.cells,
            self.found.frame: self.found.table,
        }
        inner.get(body, self.tiles).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open(self, host: str) -> None:
        self.context.visit(host, "", "")

    def _order_chosen(self, key: str) -> None:
        self.choice = replace(self.choice, order=Order(key))
        self.table.rows.sort_by("", ascending=True)
        self._again()

    def _tag_chosen(self, tag: object) -> None:
        self.choice = replace(self.choice, tag=tag if isinstance(tag, str) else None)
        self._again()

    def _fold(self, tag: str) -> None:
        self.folded ^= {tag}
        self._again()

    def _heat_chosen(self, key: str) -> None:
        self.heat_key = key
        self._again()

    def _measure_chosen(self, key: str) -> None:
        self.measure = measure_of(key)
        self._again()

    def _offer_metrics(self) -> None:
        if self._source is not None:
            query = self._source.query
            catalogs = [found for host in query.hosts() if (found := query.catalog(host)) is not None]
            self.compare.set_others([(metric.name, title_of(metric)) for metric in others(catalogs)])

    def _pick(self, host: str) -> None:
        if self._models is not None:
            self._models.compare.pick(host)
            self._again()

    def _offer_menu(self, host: str, place: QPoint) -> None:
        if self._models is None or self._source is None:
            return
        fleet = self._models.fleet
        member = next((m for m in fleet.members(self.choice, held=True) if m.host == host), None)
        if member is None:
            return
        newest = self._source.query.newest(host)
        offer = MachineOffer(
            host,
            last=not member.live and newest == newest,
            retry=not member.live and member.link is not None,
            compared=host in self._models.compare.picked,
            tags=fleet.is_peer(host),
        )
        self.menu.popup(offer, place)

    def _ask_tags(self, host: str) -> None:
        if self._models is None:
            return
        fleet = self._models.fleet
        name = next((machine.name for machine in fleet.machines if machine.host == host), host)
        dialog = TagsDialog(self.context.theme, name, fleet.tags_of(host), self.window())
        dialog.given.connect(partial(self._give_tags, host))
        dialog.open()

    def _give_tags(self, host: str, tags: tuple[str, ...]) -> None:
        self.context.fleet.set_tags(host, tags, self._changed, self._not_changed)

    def _changed(self, _peer: Peer) -> None:
        self.context.again()

    def _not_changed(self, error: SysmonError) -> None:
        """Nothing is lost but a word: it is said where the pointer is."""
        QToolTip.showText(QCursor.pos(), str(error), self)

    def _retry(self, host: str) -> None:
        link = self._models.fleet.links.get(host) if self._models is not None else None
        if link is not None:
            self.context.fleet.retry(link.link)

    def _search(self, text: str) -> None:
        if self._models is None:
            return
        finder = self._models.finder
        finder.set_text(text)
        self.bar.field.set_problem(finder.problem)
        if not finder.active:
            self._claim(())
        self._show_body()
        self._again()

    def _go(self, host: str, key: ProcessKey | None) -> None:
        # A machine alone is gone to as it is; for a process of it the list there is to show what was looked for.
        self.context.visit(host, _PROCESSES, self.bar.field.text() if key is not None else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.compare.setFixedHeight(_COMPARE[self.height() >= _LOW])

    # --- what is remembered -------------------------------------------------------------------------

    def _recall(self) -> None:
        columns = self.context.looks.recall(_COLUMNS)
        if columns is not None:
            self.table.rows.restore_columns(columns)
        kept = self.context.looks.recall(_CHOICE)
        if kept is not None:
            chosen = KeptChoice.read(bytes(kept.data()))
            self.choice = Choice(chosen.order)
            self.measure, self.heat_key, self.folded = measure_of(chosen.measure), chosen.heat, chosen.folded
        self.bar.orders.choose(self.choice.order.value)
        self.compare.choose(self.measure.key, self.measure.title)

    def _remember(self) -> None:
        chosen = KeptChoice(self.choice.order, self.measure.key, self.heat_key, self.folded)
        self.context.looks.remember(_CHOICE, QByteArray(chosen.written()))
        self.context.looks.remember(_COLUMNS, self.table.rows.columns_state())
