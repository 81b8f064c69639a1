"""``python -m sysmon.ui.bench_paint POINTS smooth|noise``: what one refresh of the Overview costs.

For `sysmon bench paint`. The real window, off-screen, over a store filled with ``POINTS`` seconds
of made-up samples; each refresh adds a sample. Prints ``{"ms_per_refresh"}``.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from array import array
from collections.abc import Iterator
from statistics import median
from time import process_time

from sysmon.model.host import LOCAL
from sysmon.model.metric import Kind
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.demand import Demand
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.runtime.demo_machine import Hardware, SimulatedMachine
from sysmon.runtime.demo_processes import DemoProcesses

REFRESHES = 60
_BEGIN = 1_800_000_000.0
_SETTLE = 5


def samples(noise: bool) -> Iterator[SampleBatch]:
    """One sample a second for ever: every series waves slowly, or jumps at random around the same mean."""
    machine = SimulatedMachine(Hardware(16, gpu="card", gpu_memory=8e9), 1, 1e5)
    first, second = machine.step(1.0), machine.step(1.0)
    kinds = [s.metric.kind for s in machine.catalog.series]
    means = [b - a if kind is Kind.COUNTER else b for a, b, kind in zip(first, second, kinds, strict=True)]
    values = array("d", first)
    rng = random.Random(1)  # noqa: S311  # pictures, no secrets
    sequence = 0
    while True:
        sequence += 1
        for at, (mean, kind) in enumerate(zip(means, kinds, strict=True)):
            factor = 2.0 * rng.random() if noise else 1.0 + 0.8 * math.sin(sequence / 40.0 + at)
            values[at] = values[at] + mean * factor if kind is Kind.COUNTER else mean * factor
        yield SampleBatch(LOCAL, 1, sequence, _BEGIN + sequence, machine.catalog, array("d", values))


def main(points: int, noise: bool) -> float:
    """Milliseconds of CPU time that one refresh with its painting costs: the median of `REFRESHES`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from sysmon.ui.application import Application
    from sysmon.ui.main_window import MainWindow
    from sysmon.ui.theme import Scheme, Theme
    from sysmon.viewmodels.format import Units

    application = Application(["bench"])
    theme = Theme(application, Scheme.DARK)
    theme.apply()
    store, made = Store(points + REFRESHES + 100.0), samples(noise)
    for _ in range(points):
        store.append(next(made))
    processes = DemoProcesses(1, _BEGIN)
    window = MainWindow(theme, Query(store), Demand(), Units(), kept=store.keep)
    window.axis.choose("5m")
    window.axis.zoom(points / 300.0, _BEGIN)
    window.show_page("overview")
    window.resize(1440, 900)
    window.show()
    spent: list[float] = []
    for number in range(_SETTLE + REFRESHES):
        batch = next(made)
        store.append(batch)
        store.put_processes(processes.table(LOCAL, batch.time, 1.0))
        begun = process_time()
        window.clock.now()
        application.processEvents()
        if number >= _SETTLE:
            spent.append(process_time() - begun)
    window.deleteLater()
    return median(spent) * 1e3


if __name__ == "__main__":
    found = main(int(sys.argv[1]), sys.argv[2] == "noise")
    print(json.dumps({"ms_per_refresh": found}))  # noqa: T201  # read by the bench
