"""Only what is new on the screen counts, and only once the window has settled."""

from __future__ import annotations

import time
from array import array
from types import SimpleNamespace

from PySide6.QtCore import QObject, Signal

from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.ui.bench_latency import Watch


class Window(QObject):
    painted = Signal(float)


class FalseShell(QObject):
    """What a watch looks at: a bus, a store and a window that says when it was painted."""

    def __init__(self) -> None:
        super().__init__()
        store, bus = Store(), Bus()
        bus.subscribe(SampleBatch, store.append)
        self.engine = SimpleNamespace(bus=bus, query=Query(store))
        self.window = Window()

    def tick(self, host: str, sequence: int) -> None:
        self.engine.bus.publish(SampleBatch(host, 1, sequence, time.time(), Catalog(()), array("d")))


def test_ages_are_noted_once_for_each_batch_and_each_new_picture(qapp: QObject) -> None:
    shell = FalseShell()
    watch = Watch(shell, "atlas")  # type: ignore[arg-type]
    shell.tick("atlas", 1)
    shell.window.painted.emit(0.0)
    assert not any(watch.ages.values()), "it has not settled yet"
    watch.begin()
    shell.window.painted.emit(0.0)
    assert watch.ages["pixel_ms"] == [], "that picture shows nothing new"
    shell.tick("atlas", 2)
    shell.tick("local", 1)
    shell.window.painted.emit(0.0)
    shell.window.painted.emit(0.0)
    assert [len(watch.ages[name]) for name in ("store_ms", "own_ms", "pixel_ms")] == [1, 1, 1]
    assert 0.0 <= watch.ages["store_ms"][0] < 1000.0
