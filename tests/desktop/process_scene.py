"""A user with a keyboard and no mouse: started by the test beside it, in a real window on a real X server.

Keys go through the X server (xdotool), so that focus, shortcuts and dialogs are those of a user. What
is on the screen is read from the widgets, what became of the process from the system.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtWidgets import QApplication

from sysmon.runtime.assembly import assemble, open_desk
from sysmon.runtime.engine import Engine
from sysmon.runtime.engine_thread import EngineThread
from sysmon.runtime.options import Values
from sysmon.ui.application import Application
from sysmon.ui.bridge import Bridge
from sysmon.ui.dialogs.audit import AuditDialog
from sysmon.ui.dialogs.confirm import ConfirmDialog
from sysmon.ui.dialogs.details import DetailsDialog
from sysmon.ui.dialogs.priority import PriorityDialog
from sysmon.ui.main_window import MainWindow
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.process_door import ProcessDoor
from sysmon.ui.theme import Scheme, Theme
from sysmon.viewmodels.format import Units

VICTIM = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
kept = open(sys.argv[1], "w")
print(server.getsockname()[1], flush=True)
while True:
    server.accept()
"""


class Scene:
    """The window, the process that is looked for, and the keyboard."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "kept open"
        self.victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(self.file)], stdout=subprocess.PIPE, text=True)  # fmt: skip
        assert self.victim.stdout is not None
        self.port = int(self.victim.stdout.readline())
        self.process = psutil.Process(self.victim.pid)
        engine = self.make_engine()
        self.engine = EngineThread(engine)
        self.application = Application(sys.argv[:1])
        self.theme = Theme(self.application, Scheme.DARK)
        self.theme.apply()
        door = self.make_door(engine)
        self.window = MainWindow(self.theme, engine.query, engine.demand, Units(), kept=3600.0, door=door)
        self.window.show_page("overview")
        self.window.resize(1440, 900)
        self.window.show()
        self.engine.start()
        self.bridge = Bridge(self.engine, self.window)
        self.bridge.arrived.connect(self.window.clock.wake)
        door.open(self.bridge)
        self.window.activateWindow()
        self.window.setFocus()

    def make_engine(self) -> Engine:
        engine, _ = assemble(Values())
        engine.desk = open_desk()
        return engine

    def make_door(self, engine: Engine) -> ProcessDoor:
        return ProcessDoor(engine.desk)

    def close(self) -> None:
        self.bridge.close()
        self.window.close()
        assert self.engine.stop()
        self.victim.kill()
        self.victim.wait()

    def until(self, what: str, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            self.application.processEvents()
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {seconds:g} s; focus is on {QApplication.focusWidget()}")
        sys.stdout.write(f"{what}\n")

    def press(self, *keys: str) -> None:
        subprocess.run(["xdotool", "key", "--delay", "20", *keys], check=True)
        self.application.processEvents()

    def type(self, text: str) -> None:
        subprocess.run(["xdotool", "type", "--delay", "15", text], check=True)
        self.application.processEvents()

    @property
    def page(self) -> ProcessesPage:
        page = self.window.pages.page
        assert isinstance(page, ProcessesPage)
        return page

    @property
    def dialog(self) -> object:
        return self.page.acting.hands.dialog

    def play(self) -> None:
        self.until("the window has the keyboard", self.window.isActiveWindow)
        self.press("ctrl+8")
        self.until("the page of processes is shown", lambda: self.window.page_name == "processes")
        self.find()
        self.look_inside()
        self.calm()
        self.hold()
        self.end()
        self.read_log()

    def find(self) -> None:
        page, pid = self.page, self.victim.pid
        self.until("processes are listed", lambda: page.table.rows.rowCount() > 0)
        self.press("ctrl+f")
        self.until("the filter has the keyboard", page.bar.filter.hasFocus)
        self.type(f"port:{self.port}")

        def found() -> bool:
            rows = [page.table.rows.row(at) for at in range(page.table.rows.rowCount())]
            return [row.entry.key.pid for row in rows if not row.shown_for_child] == [pid]

        self.until("the holder of the port is found", found)
        self.press("Return")
        self.until("the table has the keyboard", page.table.hasFocus)
        for _ in range(page.table.rows.rowCount()):
            self.press("Down")
        self.press("Up", "Down")
        self.until("it is chosen", lambda: [e.key.pid for e in page.table.selected()] == [pid])
        self.until("its past minutes are drawn", lambda: bool((view := page.panel.view()) and view.plots))

    def look_inside(self) -> None:
        self.press("alt+Return")
        self.until("its details are open", lambda: isinstance(self.dialog, DetailsDialog))
        dialog = self.dialog
        assert isinstance(dialog, DetailsDialog)
        rows = dialog.table.rows
        self.until("its facts are told", lambda: any(rows.text(at, 0) == "Executable" for at in range(rows.rowCount())))
        self.press("ctrl+3")
        self.until("its open files are told", lambda: any(rows.text(at, 1) == str(self.file) for at in range(rows.rowCount())))  # fmt: skip
        self.press("Escape")
        self.until("its details are closed", lambda: self.dialog is None and self.page.table.hasFocus())

    def calm(self) -> None:
        self.press("ctrl+p")
        self.until("its priority is open", lambda: isinstance(self.dialog, PriorityDialog))
        dialog = self.dialog
        assert isinstance(dialog, PriorityDialog)
        self.until("what is in force is shown", lambda: dialog.io_class.currentData() is not None)
        self.press(*["Right"] * 5)
        self.until("the slider followed", lambda: dialog.nice.value() == 5)
        self.press("Return")
        self.until("its priority is lower", lambda: self.process.nice() == 5)
        self.until("the dialog is closed", lambda: self.dialog is None and self.page.table.hasFocus())

    def hold(self) -> None:
        self.press("ctrl+s")
        self.until("it is stopped", lambda: self.process.status() == psutil.STATUS_STOPPED)
        self.until("the table knows", lambda: [e.row.state for e in self.page.acting.selected()] == ["stopped"])
        self.press("ctrl+g")
        self.until("it goes on", lambda: self.process.status() != psutil.STATUS_STOPPED)
        self.until("the table knows", lambda: [e.row.state for e in self.page.acting.selected()] == ["sleeping"])

    def end(self) -> None:
        self.press("Delete")
        self.until("it is asked", lambda: isinstance(self.dialog, ConfirmDialog))
        dialog = self.dialog
        assert isinstance(dialog, ConfirmDialog)
        assert str(self.victim.pid) in dialog.question.title
        self.until("Cancel has the keyboard", dialog.no.hasFocus)
        self.press("Tab")
        self.until("End has the keyboard", dialog.yes.hasFocus)
        self.press("Return")
        self.until("it has ended", lambda: self.victim.poll() is not None)
        assert self.victim.returncode == -signal.SIGTERM

    def read_log(self) -> None:
        self.press("ctrl+l")
        self.until("the audit log is open", lambda: isinstance(self.dialog, AuditDialog))
        dialog = self.dialog
        assert isinstance(dialog, AuditDialog)
        rows = dialog.table.rows
        self.until("the log is read", lambda: rows.rowCount() >= 4)
        told = [tuple(rows.text(at, column) for column in range(1, 5)) for at in range(rows.rowCount())]
        self.check_log([(who, action, process, result) for who, action, process, result in told])
        self.press("Escape")
        self.until("the log is closed", lambda: self.dialog is None)

    def check_log(self, lines: list[tuple[str, str, str, str]]) -> None:
        """``lines``: who did what to whom, and what came of it; newest first."""
        told = [(action, result) for _, action, _, result in lines]
        assert told == [("end", "done"), ("continue", "done"), ("stop", "done"), ("set nice to 5", "done")], told
        assert all(f"({self.victim.pid})" in process for _, _, process, _ in lines)


def main() -> int:
    scene = Scene(Path(os.environ["SYSMON_HOME"]))
    try:
        scene.play()
    finally:
        scene.close()
    sys.stdout.write("all done\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
