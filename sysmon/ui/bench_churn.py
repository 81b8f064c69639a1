"""``python -m sysmon.ui.bench_churn RATE WARM SECONDS SETTLE``: the processes page while others fork and end.

For `sysmon bench churn`. The real program in a real window: one process is chosen, RATE processes a second are
forked beside it: first three times as many for WARM seconds, until what is kept of the past is full, then for
SECONDS, in which the window's thread is measured and the selection watched. What could grow is counted before and after those, both
times after SETTLE seconds without forks, among the processes that were there anyway. Prints one JSON object and ends.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from sysmon.collectors.own_process import open_own_process
from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import series
from sysmon.model.process import ProcessKey
from sysmon.pipeline.query import Query
from sysmon.runtime.bench.forks import Forks
from sysmon.runtime.launch import WindowOrder
from sysmon.runtime.paths import find_paths
from sysmon.runtime.settings import Settings
from sysmon.ui import desktop
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.shell import Shell
from sysmon.ui.widgets import ink

FILLING: Final = 3.0
"""Times as many processes during the warm-up."""
_LOOK: Final = 0.1
"""Seconds between two looks whether our own row is there."""


class Watched:
    """The chosen row from frame to frame, and what each frame costs the window's thread."""

    def __init__(self, page: ProcessesPage, key: ProcessKey) -> None:
        self._page, self._key = page, key
        self._before: float | None = None
        self.costs: list[float] = []
        """Milliseconds of CPU time between two frames with a new table, everything in between included."""
        self.changes = 0
        """How often the table said that another selection was made."""
        self.lost = 0
        """Frames after which the chosen process was not what is selected and current."""
        self._time = float("nan")
        page.table.selectionModel().selectionChanged.connect(self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def begin(self) -> None:
        """Forget what was, and go on from here."""
        self.costs.clear()
        self.changes = self.lost = 0
        self._before = None

    def frame(self, time_of_table: float) -> None:
        """The window has been painted."""
        if time_of_table == self._time:
            return
        self._time, now = time_of_table, time.thread_time()
        if self._before is not None:
            self.costs.append((now - self._before) * 1e3)
        current = self._page.table.current()
        chosen = [entry.key for entry in self._page.table.selected()]
        if chosen != [self._key] or current is None or current.key != self._key:
            self.lost += 1
        self._before = time.thread_time()  # to look at the selection is no work of the window


def count(query: Query) -> dict[str, float]:
    """What may not grow. What is kept of texts is bounded, and dropped before: which were drawn is chance."""
    ink.forget()
    gc.collect()
    own = open_own_process()
    try:
        usage = own.read()
    finally:
        own.close()
    table = query.processes(LOCAL)
    return {
        "memory_mb": usage.memory / 1e6,
        "threads": usage.threads,
        "descriptors": usage.descriptors,
        "tasks": query.latest(LOCAL, series(names.SELF_TASKS)),
        "objects": float(len(gc.get_objects())),
        "processes": 0.0 if table is None else float(len(table.rows)),
    }


class Churn(QObject):
    """The steps, one after the other."""

    def __init__(self, shell: Shell, rate: float, warm: float, seconds: float, settle: float) -> None:
        """Processes a second, and the seconds of the steps."""
        super().__init__(shell)
        self._shell, self._query, self._rate = shell, shell.query, rate
        self._warm, self._seconds, self._settle = warm, seconds, settle
        self._forks: Forks | None = None
        self._watched: Watched | None = None
        self._begun = 0.0
        self.answer: dict[str, float] = {}
        shell.window.show_page(ProcessesPage.name)
        shell.window.painted.connect(self._painted)
        self._after(settle, self._choose)

    def _after(self, seconds: float, step: Callable[[], None]) -> None:
        QTimer.singleShot(round(seconds * 1000), self, step)

    def _choose(self) -> None:
        """Choose this program itself: it is busy, so its row moves, and those that are forked stand around it."""
        page = self._shell.window.pages.page
        assert isinstance(page, ProcessesPage)
        listed = (page.table.rows.entry(at).key for at in range(page.table.rows.rowCount()))
        own = next((key for key in listed if key.pid == os.getpid()), None)
        if own is None:
            self._after(_LOOK, self._choose)
            return
        page.table.go_to(own)
        self._watched = Watched(page, own)
        self._fork(self._rate * FILLING)
        self._after(self._warm, self._rest)

    def _rest(self) -> None:
        self._stop()
        self._after(self._settle, self._begin)

    def _begin(self) -> None:
        assert self._watched is not None
        self.answer |= {f"{name}_before": value for name, value in count(self._query).items()}
        self._fork(self._rate)
        self._watched.begin()
        self._after(self._seconds, self._finish)

    def _finish(self) -> None:
        watched = self._watched
        assert watched is not None
        forked, passed = self._stop(), time.monotonic() - self._begun
        self.answer |= {
            "forks_per_s": forked / passed,
            "selection_changes": float(watched.changes),
            "selection_lost": float(watched.lost),
            "ticks": float(len(watched.costs)),
            "window_ms_per_tick": statistics.median(watched.costs),
            "mean_ms_per_tick": statistics.fmean(watched.costs),
            "worst_tick_ms": max(watched.costs),
        }
        self._after(self._settle, self._end)

    def _end(self) -> None:
        self.answer |= {f"{name}_after": value for name, value in count(self._query).items()}
        self._shell.leave()

    def _fork(self, rate: float) -> None:
        self._forks, self._begun = Forks(rate), time.monotonic()

    def _stop(self) -> int:
        assert self._forks is not None
        forks, self._forks = self._forks, None
        return forks.stop()

    def _painted(self) -> None:
        table = self._query.processes(LOCAL)
        if self._watched is not None and table is not None:
            self._watched.frame(table.time)


def main(rate: float, warm: float, seconds: float, settle: float) -> int:
    """Run the window until all is measured; print what was."""
    made: list[Churn] = []

    def begin(shell: Shell) -> None:
        made.append(Churn(shell, rate, warm, seconds, settle))

    paths = find_paths()
    code = desktop.main(WindowOrder(Settings(paths.settings_file), paths), begin)
    for churn in made:
        print(json.dumps(churn.answer))  # noqa: T201  # read by the bench
    return code


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:5])))
