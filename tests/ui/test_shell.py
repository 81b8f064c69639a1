"""The desktop program in this process: what hides, what ends, and that nothing is left over."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest
import qasync
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sysmon.model.host import LOCAL
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import Paths
from sysmon.runtime.settings import Settings
from sysmon.ui.desktop import begin_engine
from sysmon.ui.shell import Shell
from sysmon.ui.single_instance import SingleInstance, Wish
from sysmon.ui.theme import Scheme, Theme


class ByUser(QCloseEvent):
    """What the window manager sends when the user presses the cross."""

    def spontaneous(self) -> bool:
        return True


class Program:
    """Runs a shell until ``scene``, which is called when everything is in place, has made it leave."""

    def __init__(self, qapp: QApplication, folder: Path, *, demo: bool = True, host: str | None = None) -> None:
        self.paths = Paths(folder / "config", folder / "state", folder / "data", folder / "run")
        self.settings = Settings(self.paths.settings_file)
        self.order = WindowOrder(self.settings, self.paths, host, demo)
        self.qapp = qapp
        self.instance: SingleInstance | None = None

    def run(self, scene: Callable[[Shell], object]) -> int:
        thread, _ = begin_engine(self.settings, demo=self.order.demo)
        theme = Theme(self.qapp, Scheme.DARK)
        theme.apply()

        async def live() -> int:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
            shell = Shell(self.order, theme, thread, self.instance)
            # From a timer: a scene that waits must not do so inside the shell's own coroutine.
            shell.ready.connect(lambda: QTimer.singleShot(0, lambda: scene(shell)))
            async with asyncio.timeout(20):
                return await shell.live()

        try:
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(self.qapp)) as runner:
                return runner.run(live())
        finally:
            assert thread.stop()
            theme.deleteLater()
            self.qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path) -> Program:
    return Program(qapp, tmp_path)


def became(true: Callable[[], bool]) -> bool:
    """Let Qt go on until ``true``, ten seconds at most."""
    end = monotonic() + 10.0
    while not true() and monotonic() < end:
        QTest.qWait(10)
    return true()


def threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate())


def descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def test_closing_ends_where_there_is_no_tray(program: Program) -> None:
    shown: list[bool] = []

    def scene(shell: Shell) -> None:
        shown.append(shell.window.isVisible())
        QApplication.sendEvent(shell.window, ByUser())

    assert program.run(scene) == 0
    assert shown == [True]


def test_demo_data_is_labelled_on_the_screen(program: Program) -> None:
    notes: list[bool] = []

    def scene(shell: Shell) -> None:
        notes.append(became(shell.window.notice.isVisible))
        shell.leave()

    program.run(scene)
    assert notes == [True]


@pytest.mark.skipif(sys.platform == "win32", reason="kill() ends a process on Windows, whatever it handles")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_take_the_ordered_stop(program: Program, number: signal.Signals) -> None:
    handler = signal.getsignal(number)
    assert program.run(lambda _: os.kill(os.getpid(), number)) == 0
    assert signal.getsignal(number) is handler


def test_page_range_and_place_are_remembered(program: Program) -> None:
    def scene(shell: Shell) -> None:
        shell.window.show_page("cpu")
        shell.window.axis.choose("1h")
        shell.window.side.set_wide_width(300)
        shell.leave()

    program.run(scene)
    again = Settings(program.paths.settings_file)
    assert (again.window_page, again.window_range) == ("cpu", "1h")
    seen: list[object] = []

    def look(shell: Shell) -> None:
        window = shell.window
        seen.extend([window.page_name, window.axis.key, window.side.wide_width])
        shell.leave()

    program.settings = again
    program.order = WindowOrder(again, program.paths, None, demo=True)
    program.run(look)
    assert seen == ["cpu", "1h", 300]


def test_a_page_that_does_not_exist_is_the_first_page(program: Program) -> None:
    program.settings.set("window.page", "nonsense")
    seen: list[str] = []

    def scene(shell: Shell) -> None:
        seen.append(shell.window.page_name)
        shell.leave()

    program.run(scene)
    assert seen == ["overview"]


def test_the_machine_that_was_asked_for_is_shown_as_soon_as_it_is_known(qapp: QApplication, tmp_path: Path) -> None:
    seen: list[str] = []

    def scene(shell: Shell) -> None:
        assert became(lambda: shell.window.host != LOCAL)
        seen.append(shell.window.host)
        shell.leave()

    Program(qapp, tmp_path, host="vega").run(scene)
    assert seen == ["vega"]


def test_a_wish_of_a_second_start_is_shown(program: Program) -> None:
    program.instance = SingleInstance(None, program.paths)
    assert program.instance.claim()
    seen: list[object] = []

    def scene(shell: Shell) -> None:
        shell.window.hide()
        assert program.instance is not None
        program.instance.asked.emit(Wish(page="memory", host="rigel"))
        seen.extend([shell.window.isVisible(), shell.window.page_name])
        shell.leave()

    program.run(scene)
    assert seen == [True, "memory"]


def test_settings_are_applied_while_it_runs(program: Program) -> None:
    seen: list[object] = []

    def scene(shell: Shell) -> None:
        program.settings.set("window.theme", "light")
        program.settings.set("units.network", "bits")
        became(lambda: not shell.theme.dark)
        seen.append(shell.theme.dark)
        shell.leave()

    program.run(scene)
    assert seen == [False]


def test_palette_sheet_and_settings_open_one_at_a_time(program: Program) -> None:
    def scene(shell: Shell) -> None:
        window = shell.window
        for what in ("palette", "shortcuts", "settings"):
            window.asked.emit(what)
        window.grab()
        window.asked.emit("quit")

    assert program.run(scene) == 0


def test_twenty_lives_leave_nothing_over(qapp: QApplication, tmp_path: Path) -> None:
    """The real engine; threads, tasks and descriptors are those of before."""

    def scene(shell: Shell) -> None:
        shell.window.asked.emit("palette")
        shell.leave()

    counts: list[tuple[list[str], int, int]] = []
    for number in range(20):
        program = Program(qapp, tmp_path, demo=number % 2 == 0)
        program.instance = SingleInstance(None, program.paths)
        assert program.instance.claim()
        program.run(scene)
        gc.collect()
        tasks = sum(isinstance(thing, asyncio.Task) and not thing.done() for thing in gc.get_objects())
        counts.append((threads(), descriptors(), tasks))
    assert counts[2:] == [counts[2]] * 18
    assert counts[-1][0] == ["MainThread"]
    assert counts[-1][2] == 0
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "sysmon"]
