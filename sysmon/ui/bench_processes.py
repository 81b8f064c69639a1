"""``python -m sysmon.ui.bench_processes COUNT [FORKS]``: what a tick and a key stroke in the filter cost the window.

Started as a process of its own by the benchmarks ``table``, ``filter`` and ``churn``: the page of processes, off-screen,
with a crowd that is made up. Counts the CPU time of the window's thread, so that a busy machine tells the same.
Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from typing import Final

from PySide6.QtWidgets import QWidget

from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.bench.forks import LIVES
from sysmon.ui.application import Application
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.processes import ProcessesPage
from sysmon.ui.theme import Scheme, Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

_ROUNDS: Final = 3
"""What others do to the machine only adds: the best of so many rounds counts."""
_TICKS: Final = 20
_WARM: Final = 5
_BUSY: Final = 0.08
"""Share of processes that do something within a second."""
_CHURN: Final = 0.01
"""Share of processes that end, and are replaced, within a second."""
_TYPED: Final = ("p", "pr", "pro", "proc", "proc1", "proc1 c", "cpu>5", "cpu>5 and mem>1M", "/usr.*7/", "user:me")
_HEIGHT: Final = 30 * 28
_START: Final = 1_700_000_000.0


def seen_of(forks: float) -> int:
    """How many new processes a table each second sees of ``forks`` a second that live as `LIVES` says."""
    return round(forks * statistics.fmean(min(life, 1.0) for life in LIVES))


class Crowd:
    """Processes that do not exist. Seeded: every run is the same."""

    def __init__(self, count: int, forks: float = 0.0) -> None:
        """``count`` live on from table to table; besides, so many a second begin and end."""
        self._short = seen_of(forks)
        self._brief: list[int] = []
        self._rng = random.Random(7)  # noqa: S311  # no secrets
        self._next = 1
        self._rows: dict[int, ProcessRow] = {}
        self._time = _START
        for _ in range(count):
            self._begin()

    def _begin(self) -> None:
        pid, self._next = self._next, self._next + 1
        parent = self._rng.choice((1, self._rng.randint(1, max(1, pid - 1)))) if pid > 1 else 0
        name = f"proc{pid % 97}"
        self._rows[pid] = ProcessRow(
            ProcessKey(pid, self._time - 1.0), parent, name, "me" if pid % 3 else "root", "sleeping", 0, 1 + pid % 9,
            0.0, 1e6 * (1 + pid % 900), 0.0, 0.0, f"/usr/bin/{name} --number {pid} --path /srv/some/where/{pid * 7}",
            kernel=False,
        )  # fmt: skip

    def _fork(self) -> int:
        pid, self._next = self._next, self._next + 1
        start = self._time - self._rng.random()
        self._rows[pid] = ProcessRow(
            ProcessKey(pid, start), 2, "fork", "me", "sleeping", 0, 1,
            0.01 * self._rng.randint(0, 1), 1e6, 0.0, 0.0, "fork", kernel=False,
        )  # fmt: skip
        return pid

    def table(self) -> ProcessTable:
        """The table one second later."""
        self._time += 1.0
        pids = [pid for pid in self._rows if pid not in self._brief]
        for pid in self._rng.sample(pids[2:], int(len(pids) * _CHURN)):
            del self._rows[pid]
            self._begin()
        for pid in self._brief:
            del self._rows[pid]
        self._brief = [self._fork() for _ in range(self._short)]
        for pid in self._rng.sample(list(self._rows), int(len(pids) * _BUSY)):
            row = self._rows[pid]
            moved = self._rng.random()
            self._rows[pid] = row._replace(cpu_time=row.cpu_time + moved, read_bytes=row.read_bytes + moved * 1e6)
        return ProcessTable(LOCAL, self._time, dict(self._rows))


def main(count: int, forks: float = 0.0) -> dict[str, float]:
    """Milliseconds of the window's thread: a tick, and a key stroke until its rows are painted (the worst)."""
    application = Application(sys.argv[:1])
    theme = Theme(application, Scheme.DARK)
    theme.apply()
    window = QWidget()
    window.resize(1300, _HEIGHT + 120)
    page = ProcessesPage(PageContext(theme, TimeCursor(window), lambda _: None), window)
    page.resize(window.size())
    store, crowd = Store(), Crowd(count, forks)
    page.show_machine(Source(Query(store), LOCAL, Units(), "bench"))
    window.show()
    for _ in range(_WARM):
        _tick(application, page, store, crowd)
    rounds = [[_tick(application, page, store, crowd) for _ in range(_TICKS)] for _ in range(_ROUNDS)]
    typed = [[_stroke(application, page, text) for text in (*_TYPED, "")] for _ in range(_ROUNDS)]
    strokes = [min(times) for times in zip(*typed, strict=True)]
    return {
        "processes": float(count),
        "rows": float(page.table.rows.rowCount()),
        "ui_ms_per_tick": min(map(statistics.median, rounds)),
        "worst_tick_ms": max(map(max, rounds)),
        "filter_ms": max(strokes),
        "filter_median_ms": statistics.median(strokes),
    }


def _tick(application: Application, page: ProcessesPage, store: Store, crowd: Crowd) -> float:
    table = crowd.table()
    begun = time.thread_time()
    store.put_processes(table)
    page.refresh(TimeScope(table.time - 300.0, table.time, live=True))
    application.processEvents()
    return (time.thread_time() - begun) * 1e3


def _stroke(application: Application, page: ProcessesPage, text: str) -> float:
    begun = time.thread_time()
    page.bar.filter.setText(text)
    application.processEvents()
    return (time.thread_time() - begun) * 1e3


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), *map(float, sys.argv[2:3]))))
