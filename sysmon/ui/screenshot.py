"""``sysmon screenshot``: any page as a picture, without a display.

The real window, painted into memory (Qt's off-screen platform), after some seconds of real
sampling. Knows no tray and no other instance.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap

from sysmon.model.errors import SysmonError
from sysmon.model.printable import printable
from sysmon.pipeline.query import Query
from sysmon.runtime.engine_thread import EngineThread
from sysmon.runtime.launch import ScreenshotOrder
from sysmon.runtime.settings import Settings
from sysmon.ui.application import Application, qt_messages_logged
from sysmon.ui.bridge import Bridge
from sysmon.ui.desktop import begin_engine
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.main_window import MainWindow
from sysmon.ui.pages import registry
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.shell import DEMO_SHARING, demo_note, units_of
from sysmon.ui.theme import Scheme, Theme

_READ = 1.0
"""Seconds until what is told of something chosen has been read."""
_FOUND = 2.5
"""Seconds in which machines on the network are found and addresses are read."""
_EDGE, _DIM = 24, 110
"""Logical pixels around what stands over the window; of 255, how much the window behind is darkened."""
_SETTLE = 0.1
"""Seconds until what was just shown has found its place."""


def main(order: ScreenshotOrder) -> int:
    """Render what ``order`` describes and answer the exit code.

    Raises SysmonError where there is no such page or machine, or the file cannot be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    thread, _ = begin_engine(order.settings, demo=order.demo, machines=order.machines)
    try:
        with qt_messages_logged():
            _render(order, Application(sys.argv[:1]), thread)
    finally:
        thread.stop()
    return 0


def _render(order: ScreenshotOrder, application: Application, engine: EngineThread) -> None:
    theme = Theme(application, Scheme(order.settings.window_theme))
    theme.apply()
    door, fleet = ProcessDoor(engine.engine.desk), FleetDoor(engine.engine.fleet)
    window = _window(order, theme, engine, door, fleet)
    try:
        picture = _picture(order, application, window, engine, door, fleet)
    finally:
        window.hide()
        window.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not picture.save(str(order.file), "PNG"):
        raise SysmonError(f"the picture cannot be written to {printable(str(order.file))}")


def _picture(
    order: ScreenshotOrder,
    application: Application,
    window: MainWindow,
    engine: EngineThread,
    door: ProcessDoor,
    fleet: FleetDoor,
) -> QPixmap:
    window.show()
    engine.wait()
    bridge = Bridge(engine, window)
    door.open(bridge)
    fleet.open(bridge)
    bridge.arrived.connect(window.clock.wake)
    if order.host is not None:
        bridge.arrived.connect(lambda: _choose(order.host or "", window, bridge.query))
    try:
        _run_for(application, order.after)
        if order.host is not None and not _choose(order.host, window, bridge.query):
            known = ", ".join(machine.name for machine in bridge.query.machines())
            raise SysmonError(f"there is no machine {printable(order.host)}; there are {printable(known)}")
        if order.choose is not None:
            page = window.pages.page
            if page is None or not page.choose(order.choose):
                raise SysmonError(f"there is no {printable(order.choose)} to choose on this page")
            _run_for(application, _READ)
        window.draw_again()
        _run_for(application, _SETTLE)
        return window.grab() if order.opened is None else _with_dialog(order, application, window, engine, fleet)
    finally:
        bridge.close()


def _with_dialog(
    order: ScreenshotOrder, application: Application, window: MainWindow, engine: EngineThread, fleet: FleetDoor
) -> QPixmap:
    """The window with something open over it."""
    from sysmon.ui.fleet_dialogs import FleetDialogs

    settings = Settings(overrides=DEMO_SHARING) if order.demo else order.settings
    dialogs = FleetDialogs(window, window.theme, fleet, settings, engine.engine.query, window.want)
    if not dialogs.open(order.opened or ""):
        raise SysmonError(f"there is no {printable(order.opened or '')} to open; there are add-machine and share")
    _run_for(application, _FOUND)
    picture = window.grab()
    if dialogs.share is not None:
        # A window of its own, which a window manager would put into the middle.
        dialogs.share.resize(dialogs.share.width(), min(dialogs.share.height(), order.height - 2 * _EDGE))
        _run_for(application, _SETTLE)
        over = dialogs.share.grab()
        painter = QPainter(picture)
        painter.fillRect(window.rect(), QColor(0, 0, 0, _DIM))
        painter.drawPixmap((order.width - over.width()) // 2, (order.height - over.height()) // 2, over)
        painter.end()
    dialogs.close()
    return picture


def _window(
    order: ScreenshotOrder, theme: Theme, engine: EngineThread, door: ProcessDoor, fleet: FleetDoor
) -> MainWindow:
    settings, core = order.settings, engine.engine
    kept = settings.sampling_keep * 60.0
    window = MainWindow(theme, core.query, core.demand, units_of(settings), kept=kept, door=door, fleet=fleet)
    window.axis.choose(settings.window_range)
    window.set_interval(settings.sampling_interval)
    if not window.show_page(settings.window_page):
        names = ", ".join(entry.name for entry in registry.entries())
        raise SysmonError(f"there is no page {printable(settings.window_page)}; there are {names}")
    window.set_notes(*demo_note(order.demo))
    window.setMinimumSize(1, 1)
    window.resize(order.width, order.height)
    window.setFocus()
    return window


def _run_for(application: Application, seconds: float) -> None:
    QTimer.singleShot(round(seconds * 1000), application.exit)
    application.exec()


def _choose(name: str, window: MainWindow, query: Query) -> bool:
    """Show the machine called ``name``; False where there is none (yet)."""
    found = next((machine.host for machine in query.machines() if name in (machine.host, machine.name)), None)
    if found is not None:
        window.show_machine(found)
    return found is not None
