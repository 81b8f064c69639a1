"""The window: side bar, head, tabs, one page. Reads what is kept when the frame clock says so.

It starts nothing and ends nothing: what the user asks beyond showing (`asked`, `close_asked`) is told to
the program around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine
from sysmon.pipeline.demand import Demand
from sysmon.pipeline.query import Query
from sysmon.runtime.settings import Settings
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.frame_clock import FrameClock
from sysmon.ui.head import Head
from sysmon.ui.page_stack import PageStack
from sysmon.ui.pages import registry
from sysmon.ui.pages.page import Looks, PageContext, Remembered
from sysmon.ui.place_tabs import PlaceTabs
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.shortcuts import PAGES, Shortcuts
from sysmon.ui.sidebar import Destination, SideBar
from sysmon.ui.subject import AllMachines, OneMachine, Subject
from sysmon.ui.theme import Theme
from sysmon.ui.time_axis import TimeAxis
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.ui.widgets.notice import Notice
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.connections_note import connections_note
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.machines import MachinesModel
from sysmon.viewmodels.source import Source

NARROW_BELOW = 1000
"""Logical pixels of the window's width under which the side bar shows icons only."""

_ICONS: Mapping[str, str] = {"about": "activity"}
_CURSOR_STEPS = 300
"""Presses of an arrow key that move the time cursor over the whole span."""


class MainWindow(QWidget):
    """One machine of one store, or a place above all of them. Wake its ``clock`` when the store has something new."""

    asked = Signal(str)
    """What the program around has to do: "palette", "settings", "shortcuts", "add-machine", "share", "quit"."""
    marked = Signal(str, float)
    """The user marked a moment of a host: its id, and seconds since 1970."""

    close_asked = Signal()
    """The user closed the window. It stays until somebody hides it or ends the program."""
    page_changed = Signal(str)
    range_changed = Signal(str)
    painted = Signal(float)
    """Seconds that a refresh and the painting after it took."""

    def __init__(
        self,
        theme: Theme,
        query: Query,
        demand: Demand,
        units: Units,
        *,
        kept: float,
        door: ProcessDoor | None = None,
        looks: Looks | None = None,
        fleet: FleetDoor | None = None,
        settings: Settings | None = None,
    ) -> None:
        """``kept``: seconds that are kept in memory; ``door``: to the processes of this machine; ``looks``: of pages;
        ``fleet``: to the links with other machines.

        ``settings`` are those that pages show and change; without them such a change holds while the window lives.

        Call `show_page` before showing the window.
        """
        super().__init__()
        self._theme, self._query, self._demand = theme, query, demand
        self._kept = kept
        self._interval = 1.0
        self._notes: tuple[str, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._took: float | None = None
        self._source = Source(query, LOCAL, units)
        self._machines = MachinesModel(query, units)
        self.time_cursor = TimeCursor(self)
        self.axis = TimeAxis(self)
        self.clock = FrameClock(self)
        self._door, self._looks = door or ProcessDoor(None), looks or Remembered()
        self._fleet = fleet or FleetDoor(None)
        self._place: registry.Place | None = None
        self._last_pages: dict[str, str] = {}
        """The page that was shown last, by place; "" stands for machines."""
        self._settings = settings or Settings()
        self._build()
        self._connect()
        self.setMinimumSize(900, 600)
        self.setWindowTitle("sysmon")

    def _build(self) -> None:
        theme = self._theme
        above = [Destination(place.name, place.icon, place.title) for place in registry.FLEET]
        foot = [Destination(entry.name, _ICONS.get(entry.name, entry.name), entry.title) for entry in registry.PLACES]
        self.side = SideBar(theme, tuple(above), (*foot, Destination("settings", "settings", "Settings")), self)
        self.head = Head(theme, self)
        self.tabs = PlaceTabs(theme, self)
        self.notice = Notice(theme, self)
        context = PageContext(
            theme, self.time_cursor, self.go, self._door, self._looks, self._fleet, self.asked.emit,
            self.want, self.visit, self._again, self._settings,
        )  # fmt: skip
        self.pages = PageStack(context, self._source, self.want, self)
        right = QVBoxLayout()
        right.setSpacing(0)
        for widget in (self.head, self.tabs, self.notice):
            right.addWidget(widget)
        right.addWidget(self.pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.clock.frame.connect(self._draw)
        self.clock.seen_changed.connect(self.pages.set_seen)
        self.axis.changed.connect(self._axis_changed)
        self.time_cursor.zoom_requested.connect(self.axis.zoom)
        self.time_cursor.pan_requested.connect(self.axis.pan)
        self.time_cursor.live_requested.connect(self.axis.go_live)
        self.head.range_chosen.connect(self._range_chosen)
        self.head.live_pressed.connect(self.axis.toggle)
        self.tabs.chosen.connect(self.show_page)
        self.side.machine_chosen.connect(self.show_machine)
        self.side.place_chosen.connect(self._place_chosen)
        self.side.search_pressed.connect(lambda: self.asked.emit("palette"))
        self.side.add_pressed.connect(lambda: self.asked.emit("add-machine"))
        self.side.seen_changed.connect(self.clock.wake)
        self._shortcuts = Shortcuts(self, self._actions())

    def _actions(self) -> dict[str, Callable[[], None]]:
        actions: dict[str, Callable[[], None]] = {
            "pause": self.axis.toggle,
            "live": self.axis.go_live,
            "refresh": self.draw_again,
            "filter": self._filter,
            "previous-machine": lambda: self._step_machine(-1),
            "next-machine": lambda: self._step_machine(1),
            "mark": self._mark,
            "cursor-back": lambda: self._step_cursor(-1),
            "cursor-on": lambda: self._step_cursor(1),
        }
        for name in ("palette", "settings", "shortcuts", "quit"):
            actions[name] = lambda name=name: self.asked.emit(name)
        for number in range(1, PAGES + 1):
            actions[f"page-{number}"] = lambda number=number: self._show_tab(number)
        return actions

    # --- what is shown ------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """Its colours."""
        return self._theme

    @property
    def host(self) -> str:
        """The id of the machine that is shown."""
        return self._source.host

    @property
    def page_name(self) -> str:
        """The name of the page that is shown."""
        return self.pages.name

    @property
    def place(self) -> registry.Place | None:
        """The place above machines that is shown; None while it is a machine."""
        return self._place

    def go(self, name: str) -> None:
        """Show the page called ``name``, where there is one."""
        self.show_page(name)

    def show_page(self, name: str) -> bool:
        """Show the page called ``name``; False where there is none."""
        if not self.pages.show_page(name):
            return False
        self._place = registry.place_of(name)
        self._last_pages[self._place.name if self._place is not None else ""] = name
        self.tabs.show_tabs(self._place, name, self.pages.tools())
        self.page_changed.emit(name)
        self.draw_again()
        return True

    def show_machine(self, host: str) -> None:
        """Show the machine with the id ``host``, on the page that machines were shown on last."""
        self.visit(host)

    def visit(self, host: str, page: str = "", words: str = "") -> None:
        """Show the machine with the id ``host`` on the page called ``page``, and look there for ``words``.

        An empty name keeps the page that machines were shown on last.
        """
        self._show(replace(self._source, host=host))
        if page or self._place is not None:
            self.show_page(page or self._last_pages.get("", registry.TABS[0].name))
        if words and self.pages.page is not None:
            self.pages.page.look_for(words)

    def show_place(self, name: str) -> bool:
        """Show the place above machines called ``name``, as it was left; False where there is none."""
        place = next((place for place in registry.FLEET if place.name == name), None)
        return place is not None and self.show_page(self._last_pages.get(name, place.tabs[0].name))

    def _show_tab(self, number: int) -> None:
        tabs = self._place.tabs if self._place is not None else registry.TABS
        if number <= len(tabs):
            self.show_page(tabs[number - 1].name)

    def set_units(self, units: Units) -> None:
        """Write figures in ``units``."""
        self._machines = MachinesModel(self._query, units)
        self._show(replace(self._source, units=units))

    def set_interval(self, seconds: float) -> None:
        """How often a page wants what only it needs."""
        self._interval = seconds
        self.pages.set_source(self._source)

    def set_notes(self, *notes: str) -> None:
        """Say something above every page: that machines are simulated, that a setting is wrong."""
        self._notes = notes
        self.draw_again()

    def _show(self, source: Source) -> None:
        named = replace(source, host_name=self._machine(source.host).name)
        if named != self._source:
            self._source = named
            self.pages.set_source(named)
            self.draw_again()

    def _machine(self, host: str) -> Machine:
        known = (machine for machine in self._query.machines() if machine.host == host)
        return next(known, Machine(host, "This machine" if host == LOCAL else host))

    def want(self, host: str, topic: str) -> Callable[[], None]:
        """Let ``topic`` of ``host`` be read; the answer ends that."""
        return self._demand.want(host, topic, self._interval).release

    # --- drawing ------------------------------------------------------------------------------------

    def draw_again(self) -> None:
        """Draw everything now, also what did not change."""
        self._drawn = ()
        self.clock.now()

    def _again(self) -> None:
        """The page has more to draw though nothing is new."""
        self._drawn = ()
        self.clock.wake()

    def _draw(self) -> None:
        begun = perf_counter()
        machine = self._machine(self.host)
        if machine.name != self._source.host_name:
            self._source = replace(self._source, host_name=machine.name)
            self.pages.set_source(self._source)
        subject = self._subject(machine)
        newest = subject.newest()
        scope = self.axis.scope(newest)
        state = (scope, self._source, self.page_name, *subject.news())
        self._draw_side()
        if state == self._drawn:
            return
        self._drawn = state
        shown = subject.head(newest)
        self.head.set_scope(scope, self.axis.key, self._kept)
        self.notice.set_notes((*self._notes, *self._range_notes()))
        self.setWindowTitle(f"{shown.name} – sysmon")
        self.pages.refresh(scope)
        self.head.set_machine(shown.name, self.pages.headline() or shown.facts, shown.tip)
        self.head.set_timed(self.pages.timed)
        self.tabs.leave_out(self.pages.empty_views())
        self._took = perf_counter() - begun

    def _subject(self, machine: Machine) -> Subject:
        if self._place is not None:
            return AllMachines(self._query, self._place.title, self._fleet)
        return OneMachine(self._query, machine, self._fleet)

    def _draw_side(self) -> None:
        machines = self._query.machines()
        rows = self._machines.rows(machines, self.side.seen())
        self.side.set_machines(rows, self.host if self._place is None else "")
        self.side.set_place(self._place.name if self._place is not None else "")
        self.side.set_note("machines", f"{len(machines):,}", "accent")
        if self._fleet.facts is not None:
            self.side.set_note("connections", *connections_note(self._fleet.facts.links()))

    def _range_notes(self) -> tuple[str, ...]:
        if self.axis.span <= self._kept:
            return ()
        kept = fmt.span(self._kept)
        return (f"Only the last {kept} is kept in memory. Longer ranges fill when recording comes.",)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and self._took is not None:
            begun = perf_counter()
            done = super().event(event)
            took, self._took = self._took, None
            self.painted.emit(took + perf_counter() - begun)
            return done
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colour("window"))
        painter.end()

    # --- what the user does -------------------------------------------------------------------------

    def _axis_changed(self) -> None:
        self.range_changed.emit(self.axis.key or "")
        self.draw_again()

    def _range_chosen(self, key: str) -> None:
        self.axis.choose(key)

    def _place_chosen(self, key: str) -> None:
        if not self.show_place(key) and not self.show_page(key):
            self.asked.emit(key)

    def _filter(self) -> None:
        if self.pages.page is not None:
            self.pages.page.focus_filter()

    def _step_machine(self, step: int) -> None:
        hosts = [machine.host for machine in self._query.machines()]
        if self._place is not None and hosts:
            self.show_machine(hosts[0 if step > 0 else -1])
        elif self.host in hosts:
            self.show_machine(hosts[(hosts.index(self.host) + step) % len(hosts)])

    def _mark(self) -> None:
        """Mark the moment under the cross-hair, or else the newest one."""
        host = self.host if self._place is None else LOCAL
        moment = self.time_cursor.time
        newest = self._query.newest(host)
        if moment is not None or newest == newest:
            self.marked.emit(host, newest if moment is None else moment)

    def _step_cursor(self, step: int) -> None:
        scope = self.axis.scope(self._subject(self._machine(self.host)).newest())
        time = self.time_cursor.time if self.time_cursor.time is not None else scope.end
        moved = time + step * max(1.0, self.axis.span / _CURSOR_STEPS)
        self.time_cursor.point(min(scope.end, max(scope.start, moved)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._shortcuts.handle(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.set_narrow(self.width() < NARROW_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not event.spontaneous():
            # `QApplication.quit` closes every window, and one that refuses would keep the program alive.
            super().closeEvent(event)
            return
        event.ignore()
        self.close_asked.emit()
