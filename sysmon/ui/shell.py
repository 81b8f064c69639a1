"""Window, tray and engine as one program: what shows, what hides, and the one way in which it all ends.

Closing the window, Quit, a signal and log-out all call `leave`; then `live` ends the parts in one
order and returns. Knows no command line and no particular event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from sysmon.model.errors import ConfigError
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.machine import DEMO_LABEL
from sysmon.pipeline.query import Query
from sysmon.runtime.assembly import follow
from sysmon.runtime.engine_thread import EngineThread
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.option import Value
from sysmon.runtime.options import Values
from sysmon.runtime.settings import Settings
from sysmon.ui.bridge import Bridge
from sysmon.ui.fleet_door import NO_FLEET, FleetDoor
from sysmon.ui.main_window import MainWindow
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.process_signals import ProcessSignals
from sysmon.ui.session import Session
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units

if TYPE_CHECKING:
    from sysmon.runtime.desk import Desk
    from sysmon.runtime.engine import Engine
    from sysmon.ui.actions import Actions
    from sysmon.ui.garbage import Garbage
    from sysmon.ui.single_instance import SingleInstance, Wish
    from sysmon.ui.tray import Tray

log = logging.getLogger(__name__)

FIRST_PAGE = "overview"
DEMO_SHARING: Mapping[str, Value] = {"sharing.on": True, "sharing.addresses": ("192.0.2.10",)}
"""Options of sharing that fit the machine that a demo simulates."""
_FIGURES = 2
"""Batches after which counters have rates."""
_PICTURE_LIMIT = 1.0
"""Seconds after which the start goes on without a picture: the window may be on a desktop that nobody sees."""
_STOP_LIMIT = 6.0
"""Seconds that the engine gets to end."""


class Shell(QObject):
    """The desktop program, without its loop. Make it, run `live` in a loop, and it is over."""

    ready = Signal()
    """The window has been painted and everything behind it is in place."""

    _setting_changed = Signal(str)

    def __init__(self, order: WindowOrder, theme: Theme, engine: EngineThread, instance: SingleInstance | None) -> None:
        """``engine`` has begun; ``instance`` is claimed, or None where any number may run."""
        super().__init__()
        self._order = order
        self._settings = order.settings
        self._engine = engine
        self._instance = instance
        self._leave = asyncio.Event()
        self._wanted_host = order.host
        self._actions: Actions | None = None
        self._tray: Tray | None = None
        self._unfollow: list[Callable[[], None]] = []
        self._garbage: Garbage | None = None
        self._signals = ProcessSignals(self, self._signalled)
        self._pictured = asyncio.Event()
        self._session = Session(order.paths.window_file)
        self.theme = theme
        self.door = ProcessDoor(engine.engine.desk, self._desk_of)
        self.fleet = FleetDoor(engine.engine.fleet)
        self.window = self._make_window()
        self._bridge: Bridge | None = None

    @property
    def engine(self) -> Engine:
        """What samples and keeps. It lives on its own thread: see `Engine`."""
        return self._engine.engine

    def _make_window(self) -> MainWindow:
        settings, core = self._settings, self._engine.engine
        kept = settings.sampling_keep * 60.0
        window = MainWindow(
            self.theme,
            core.query,
            core.demand,
            units_of(settings),
            kept=kept,
            door=self.door,
            looks=self._session,
            fleet=self.fleet,
            settings=settings,
        )
        width = self._session.side_width()
        if width is not None:
            window.side.set_wide_width(width)
        window.axis.choose(settings.window_range)
        window.set_interval(settings.sampling_interval)
        if not window.show_page(settings.window_page):
            window.show_page(FIRST_PAGE)
        self._session.place(window)
        window.setFocus()  # not a button: Space is to pause
        window.close_asked.connect(self.close_asked)
        window.asked.connect(self._asked)
        window.marked.connect(self._mark)
        window.painted.connect(self._note_picture)
        self._show_notes(window)
        return window

    def _show_notes(self, window: MainWindow) -> None:
        problems = (str(problem) for problem in self._settings.problems)
        window.set_notes(*demo_note(self._order.demo), *problems)

    @property
    def query(self) -> Query:
        """What is kept of every machine."""
        return self._engine.engine.query

    # --- life ---------------------------------------------------------------------------------------

    async def live(self) -> int:
        """Show the window, go on until `leave` is called, end everything. Answers the exit code.

        Raises the engine's own error where it cannot start. Cancelling ends everything too.
        """
        try:
            hidden = self._settings.window_start_hidden
            if not hidden:
                self.window.show()
            self._engine.wait()
            self._bridge = Bridge(self._engine, self)
            self.door.open(self._bridge)
            self.fleet.open(self._bridge)
            self._bridge.arrived.connect(self._arrived)
            self._arrived()
            if not hidden:
                await self._first_picture()
            self._furnish()
            if hidden and (self._tray is None or not self._tray.available):
                self.window.show()
            self.ready.emit()
            await self._leave.wait()
        finally:
            await self._end()
        return 0

    async def _first_picture(self) -> None:
        """Wait until the window has been painted: what is left to do is not needed for that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PICTURE_LIMIT):
                await self._pictured.wait()

    def _furnish(self) -> None:
        """Put everything in place that a user cannot miss within the first moments."""
        from sysmon.ui.garbage import Garbage
        from sysmon.ui.tray import Tray
        from sysmon.viewmodels.tray import Tray as TrayModel

        if self._instance is not None:
            self._instance.asked.connect(self._wished)
            self._instance.listen()
        self._garbage = Garbage()
        tray = Tray(self.theme, TrayModel(self._engine.engine.query, units_of(self._settings)), self)
        tray.open_asked.connect(self.open)
        tray.pause_asked.connect(self._pause)
        tray.share_asked.connect(self._share)
        tray.all_asked.connect(self._open_all)
        tray.settings_asked.connect(lambda: self._asked("settings"))
        tray.quit_asked.connect(self.leave)
        tray.show()
        self._tray = tray
        self._setting_changed.connect(self._apply, Qt.ConnectionType.QueuedConnection)
        self._unfollow = [
            follow(self._settings, self._engine.engine, self._engine.post),
            self._settings.on_change(self._note_setting),
        ]
        self.window.clock.seen_changed.connect(self._seen)

    @Slot()
    def leave(self) -> None:
        """End the program. Idempotent; returns at once."""
        self._leave.set()

    async def _end(self) -> None:
        """The one ordered stop: first what lets others in, then what shows, then what works."""
        for unfollow in self._unfollow:
            unfollow()
        if self._instance is not None:
            self._instance.close()
        if self._actions is not None:
            self._actions.close()
        if self._tray is not None:
            self._tray.close()
        self._remember()
        self.window.hide()
        if self._bridge is not None:
            self._bridge.close()
        loop = asyncio.get_running_loop()
        ended = await loop.run_in_executor(None, self._engine.stop, _STOP_LIMIT)
        if not ended:
            log.error("the engine was left behind")
        self._signals.close()
        self.window.deleteLater()
        if self._garbage is not None:
            self._garbage.close()

    def _remember(self) -> None:
        if not self._session.save(self.window, self.window.side.wide_width):
            log.warning("the place of the window cannot be remembered: %s", self._order.paths.window_file)
        now = {"window.page": self.window.page_name, "window.range": self.window.axis.key}
        for name, value in now.items():
            if value and value != self._settings.value(name):
                try:
                    self._settings.set(name, value)
                except ConfigError as error:
                    log.warning("%s cannot be remembered: %s", name, error)

    @Slot()
    def _note_picture(self) -> None:
        """Say once when there is a picture, once when there are figures in it: `sysmon bench start` reads that."""
        if not self._pictured.is_set():
            self._pictured.set()
            log.info("first picture")
        if self._engine.engine.query.version(LOCAL) >= _FIGURES:
            log.info("first figures")
            self.window.painted.disconnect(self._note_picture)

    # --- what happens ---------------------------------------------------------------------------------

    @Slot()
    def _arrived(self) -> None:
        if self._wanted_host is not None and self.show_host(self._wanted_host):
            self._wanted_host = None
        self.window.clock.wake()
        if self._tray is not None:
            self._tray.arrived()
            self._tray.set_sharing(self.fleet.facts.sharing().on if self.fleet.facts is not None else None)
        if self._garbage is not None:
            self._garbage.tidy()

    def _desk_of(self, host: str) -> Desk | str:
        fleet = self._engine.engine.fleet
        return fleet.desk(host) if fleet is not None else NO_FLEET

    @Slot(bool)
    def _seen(self, seen: bool) -> None:
        """A window that nobody sees asks less of other machines."""
        fleet = self._engine.engine.fleet
        if fleet is not None:
            self._engine.post(lambda: fleet.set_calm(not seen))

    def show_host(self, name: str) -> bool:
        """Show the machine with this name or id; False where there is none (yet)."""
        for machine in self._engine.engine.query.machines():
            if name in (machine.host, machine.name):
                self.window.show_machine(machine.host)
                return True
        return False

    @Slot()
    def close_asked(self) -> None:
        """The window was closed: into the tray where there is one and the user wants that, else the end."""
        if self._settings.window_close_to_tray and self._tray is not None and self._tray.available:
            self.window.hide()
        else:
            self.leave()

    @Slot(str)
    def open(self, host: str = "") -> None:
        """Bring the window to the front, with the machine ``host`` where one is given."""
        if host:
            self.show_host(host)
        if self.window.isMinimized():
            self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    @Slot(bool)
    def _share(self, on: bool) -> None:
        self._asked("share on" if on else "share off")

    @Slot()
    def _open_all(self) -> None:
        self.window.show_place("machines")
        self.open()

    def _wished(self, wish: Wish) -> None:
        """A second start hands over what it was told to show."""
        if wish.token:
            os.environ["XDG_ACTIVATION_TOKEN"] = wish.token  # Qt takes it from there, once
        if wish.page is not None:
            self.window.show_page(wish.page)
        if wish.host is not None and not self.show_host(wish.host):
            self._wanted_host = wish.host
        self.open()

    def _signalled(self, number: int) -> None:
        log.info("%s: ending", signal.Signals(number).name)
        self.leave()

    @Slot(bool)
    def _pause(self, paused: bool) -> None:
        engine = self._engine.engine
        self._engine.post(lambda: engine.set_paused(paused))

    @Slot(str, float)
    def _mark(self, host: str, moment: float) -> None:
        bus = self._engine.engine.bus
        self._engine.post(lambda: bus.publish(Mark(host, moment, MarkKind.USER, "marked by you")))

    @Slot(str)
    def _asked(self, what: str) -> None:
        if what == "quit":
            self.leave()
            return
        if self._actions is None:
            self._actions = self._make_actions()
            self._actions.tray_available = lambda: self._tray is not None and self._tray.available
        self._actions.open(what)

    def _make_actions(self) -> Actions:
        from sysmon.ui.actions import Actions
        from sysmon.ui.fleet_dialogs import FleetDialogs

        core, settings = self._engine.engine, self._settings
        # What is tried out in a demo must not open this machine to anybody.
        sharing = Settings(overrides=DEMO_SHARING) if self._order.demo else settings
        dialogs = FleetDialogs(self.window, self.theme, self.fleet, sharing, core.query, self.window.want)
        return Actions(self.window, self.theme, settings, core.query, self.leave, dialogs)

    # --- settings -------------------------------------------------------------------------------------

    def _note_setting(self, name: str, _: Value) -> None:
        self._setting_changed.emit(name)  # from any thread

    @Slot(str)
    def _apply(self, name: str) -> None:
        settings = self._settings
        if name == "window.theme":
            self.theme.set_scheme(Scheme(settings.window_theme))
        elif name == "sampling.interval":
            self.window.set_interval(settings.sampling_interval)
        elif name == "processes.kernel":
            self.window.draw_again()
        elif name.startswith("units.") or name == "processes.cpu":
            self.window.set_units(units_of(settings))
            if self._tray is not None:
                self._tray.set_units(units_of(settings))


def demo_note(demo: bool) -> tuple[str, ...]:
    """What the screen says where figures are simulated."""
    return (f"{DEMO_LABEL}: these machines are simulated.",) if demo else ()


def units_of(values: Values) -> Units:
    """How the settings want figures written."""
    return Units(
        network_bits=values.units_network == "bits",
        size_base=values.units_size_base,
        rate_base=values.units_rate_base,
        fahrenheit=values.units_temperature == "F",
        machine_cpu=values.processes_cpu == "machine",
    )
