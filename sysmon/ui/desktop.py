"""The start of the desktop program: who is first, the engine beside us, the window, Qt's loop.

The only place that knows qasync: it runs the few coroutines of the window on Qt's loop. What the
window needs later (palette, settings, tray) is imported later: the first picture comes first.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from sysmon.model.errors import SysmonError
from sysmon.runtime.assembly import add_fleet, assemble, fleet_options, open_desk, remember
from sysmon.runtime.engine_thread import EngineThread
from sysmon.runtime.later import Later
from sysmon.runtime.launch import DEMO_MACHINES, WindowOrder
from sysmon.runtime.logs import start_logs
from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings
from sysmon.runtime.settings_watch import SettingsWatch
from sysmon.ui.single_instance import SingleInstance, Wish

if TYPE_CHECKING:
    from sysmon.ui.application import Application
    from sysmon.ui.shell import Shell

Painted: TypeAlias = Callable[[float], None]
WhenReady: TypeAlias = "Callable[[Shell], object]"

FLEET_DELAY = 1.5
"""Seconds after which other machines are spoken to: the network libraries are not to hold up the first picture."""
NO_ANSWER = "sysmon is open already but does not answer; end it, or use --set window.single_instance=false"


def main(order: WindowOrder, when_ready: WhenReady | None = None) -> int:
    """Open the window that ``order`` describes, stay until it ends, answer the exit code.

    ``when_ready`` is called with the shell once everything is in place.

    Raises SysmonError where another instance is there but does not answer.
    """
    instance = SingleInstance(None, order.paths) if order.settings.window_single_instance and not order.demo else None
    if instance is not None and not instance.claim():
        wish = Wish(order.page, order.host, os.environ.get("XDG_ACTIVATION_TOKEN"))
        if not instance.ask(wish):
            raise SysmonError(NO_ANSWER)
        return 0
    logs = start_logs(order.paths, "desktop", order.settings.log_level)
    try:
        return run(order, instance, when_ready)
    finally:
        if instance is not None:
            instance.close()
        logs.close()


def run(order: WindowOrder, instance: SingleInstance | None, when_ready: WhenReady | None) -> int:
    """The program between claiming the place and giving it back."""
    # The engine reads for the first time while the window is built.
    thread, painted = begin_engine(order.settings, demo=order.demo, machines=order.machines, paths=order.paths)
    try:
        from sysmon.ui.application import Application, qt_messages_logged

        with qt_messages_logged():
            return run_in(Application(sys.argv[:1]), order, instance, thread, painted, when_ready)
    finally:
        thread.stop()


def begin_engine(
    settings: Settings, *, demo: bool, machines: int = DEMO_MACHINES, paths: Paths | None = None
) -> tuple[EngineThread, Painted]:
    """A thread on which the engine begins, and whom to tell how long painting took.

    ``paths``: where keys and peers are kept; None: other machines are not spoken to.
    """
    engine, monitor = assemble(settings, demo=demo, machines=machines, gpu_users=True)
    engine.desk = open_desk(simulated=demo)
    if not demo and paths is not None:
        add_fleet(engine, fleet_options(settings), paths, remember(settings), delay=FLEET_DELAY)
        engine.parts.append(Later(FLEET_DELAY, SettingsWatch(settings)))
    thread = EngineThread(engine)
    thread.begin()
    return thread, monitor.painted


def run_in(
    application: Application,
    order: WindowOrder,
    instance: SingleInstance | None,
    engine: EngineThread,
    painted: Painted,
    when_ready: WhenReady | None = None,
) -> int:
    """Window and loop, from the first picture to the end of everything that they own."""
    import qasync

    from sysmon.ui.shell import Shell
    from sysmon.ui.theme import Scheme, Theme

    theme = Theme(application, Scheme(order.settings.window_theme))
    theme.apply()

    async def live() -> int:
        # qasync would make ten QThreads of its own, and abort where one of them lives on.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2, "sysmon-window"))
        shell = Shell(order, theme, engine, instance)
        application.end_asked.connect(shell.leave)
        shell.window.painted.connect(painted)
        if when_ready is not None:
            shell.ready.connect(partial(when_ready, shell))
        return await shell.live()

    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            return runner.run(live())
    finally:
        theme.deleteLater()
