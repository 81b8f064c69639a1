"""``python -m sysmon.ui.bench_fleet MACHINES VIEW``: what one tick costs the window while it shows all machines.

For `sysmon bench fleet`. The real window, off-screen, over a store in which every live machine ticks once a second;
and as a floor beside it the same tiles and lines drawn with nothing behind them. Prints ``{"ms_per_tick",
"longest_ms", "floor_ms", "tiles", "behind"}``.
"""

from __future__ import annotations

import json
import math
import os
import sys
from array import array
from collections.abc import Callable
from statistics import median
from time import process_time

from PySide6.QtCore import QEventLoop, QPointF, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from sysmon.model.sample import SampleBatch
from sysmon.pipeline.demand import Demand
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.demo_machine import SimulatedMachine
from sysmon.runtime.demo_roles import Role, machine_of, roles

_BEGIN = 1_800_000_000.0
_PAST = 300
_TICKS = 20
_SETTLE = 4
_KINDS = 12
"""Machines that are really simulated; the others repeat what these do."""
_SLICE_MS, _SLICES = 60, (2, 15)
"""A tick is waited for in slices: at least so many, and until all figures are read, which takes several frames with
hundreds of machines; at most nine tenths of a second, as at 1 Hz."""
_POINTS = 300
_TEXTS = 10


class Crowd:
    """Machines whose samples come together, once a second."""

    def __init__(self, count: int, store: Store) -> None:
        self._store = store
        self._roles: tuple[Role, ...] = roles(count)
        made = [SimulatedMachine(role.hardware, seed, role.uptime) for seed, role in enumerate(self._roles[:_KINDS])]
        self._simulated = made
        self._second = 0
        for role in self._roles:
            store.put_machine(machine_of(role, _BEGIN))

    def tick(self) -> None:
        """One more second."""
        self._second += 1
        values = [machine.step(1.0) for machine in self._simulated]
        for number, role in enumerate(self._roles):
            if not role.silent:
                kind = number % len(values)
                catalog = self._simulated[kind].catalog
                moment = _BEGIN + self._second
                self._store.append(SampleBatch(role.host, 1, self._second, moment, catalog, array("d", values[kind])))


class Floor(QWidget):
    """Draws ``tiles`` times four lines and some words, and six long lines: what no page of tiles can do without."""

    def __init__(self, tiles: int) -> None:
        super().__init__()
        self._tiles = tiles
        wave = [30.0 + 20.0 * math.sin(at / 7.0) for at in range(_POINTS)]
        self._short = QPolygonF([QPointF(at * 190 / _POINTS, height / 2) for at, height in enumerate(wave)])
        self._long = QPolygonF([QPointF(at * 1100 / _POINTS, height) for at, height in enumerate(wave)])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(90, 140, 255), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for at in range(self._tiles):
            painter.resetTransform()
            painter.translate(at % 3 * 380, at // 3 * 190)
            painter.fillRect(0, 0, 370, 180, QColor(24, 27, 33))
            for line in range(4):
                painter.translate(0, 34)
                painter.drawPolyline(self._short)
                painter.drawText(0, 10, f"Figure {line}")
            for word in range(_TEXTS - 4):
                painter.drawText(word * 30, 20, "34 %")
        painter.resetTransform()
        painter.translate(0, 700)
        for _ in range(6):
            painter.translate(0, 4)
            painter.drawPolyline(self._long)
        painter.end()


def main(count: int, view: str) -> dict[str, float]:
    """CPU time of the window's thread for one tick: the median of some, and of one frame of it the longest."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from sysmon.ui.application import Application
    from sysmon.ui.main_window import MainWindow
    from sysmon.ui.pages.fleet import FleetPage
    from sysmon.ui.theme import Scheme, Theme
    from sysmon.viewmodels.format import Units

    application = Application(["bench"])
    theme = Theme(application, Scheme.DARK)
    theme.apply()
    store = Store(_PAST + 200.0)
    crowd = Crowd(count, store)
    for _ in range(_PAST):
        crowd.tick()
    window = MainWindow(theme, Query(store), Demand(), Units(), kept=store.keep)
    window.axis.choose("5m")
    window.show_page(view)
    page = window.pages.page
    assert isinstance(page, FleetPage)
    window.resize(1440, 900)
    window.show()
    frames: list[float] = []
    window.painted.connect(frames.append)
    spent: list[float] = []
    behind = 0
    for number in range(_SETTLE + _TICKS):
        crowd.tick()
        if number == _SETTLE:
            frames.clear()
        took = _measured(window.clock.wake, lambda: page.behind == 0)
        if number >= _SETTLE:
            spent.append(took)
            behind = max(behind, page.behind)
    tiles = len(page.tiles.seen())
    floor = _floor(tiles)
    window.deleteLater()
    return {
        "ms_per_tick": median(spent) * 1e3,
        "longest_ms": max(frames, default=math.nan) * 1e3,
        "floor_ms": floor * 1e3,
        "tiles": float(tiles),
        "behind": float(behind),
    }


def _measured(begin: Callable[[], object], done: Callable[[], bool]) -> float:
    """Seconds of CPU time that ``begin`` and everything after it cost, until it is ``done``."""
    loop = QEventLoop()
    begun = process_time()
    begin()
    least, most = _SLICES
    for number in range(most):
        QTimer.singleShot(_SLICE_MS, loop.quit)
        loop.exec()
        if number + 1 >= least and done():
            break
    return process_time() - begun


def _floor(tiles: int) -> float:
    floor = Floor(tiles)
    floor.resize(1188, 848)
    picture = QPixmap(floor.size())
    spent: list[float] = []
    for _ in range(_TICKS):
        begun = process_time()
        floor.render(picture)
        spent.append(process_time() - begun)
    return median(spent)


if __name__ == "__main__":
    found = main(int(sys.argv[1]), sys.argv[2])
    print(json.dumps(found))  # noqa: T201  # read by the bench
