"""What sysmon costs, as metrics like any other: CPU, memory, threads, tasks, descriptors, painting, store.

It is a collector, so plots, history and alerts need nothing special for it. Lateness and length
of ticks are the sampler's own metrics. Knows no window: whoever paints tells it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sysmon.collectors.contract import Pace
from sysmon.collectors.own_process import OwnProcess, open_own_process
from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing, Reading

FAMILY = "self_monitor"
STORE_EVERY = 10
"""Counting what a full store takes costs half a millisecond: after the first ten readings it is done on
every tenth only."""

_ALWAYS = tuple(
    series(metric)
    for metric in (
        names.SELF_CPU_TIME,
        names.SELF_MEMORY,
        names.SELF_THREADS,
        names.SELF_DESCRIPTORS,
        names.SELF_TASKS,
        names.SELF_STORE_MEMORY,
    )
)
_PAINTING = (*_ALWAYS, series(names.SELF_PAINT_TIME))
_NOT_PAINTING = (Missing(names.SELF_PAINT_TIME.name, "no window is painted"),)


def _unknown() -> float:
    return math.nan


class SelfMonitor:
    """Watches this program. The numbers that only others know come in through `tasks`, `store_memory`, `painted`."""

    def __init__(self, process: OwnProcess | None = None) -> None:
        self._process = open_own_process() if process is None else process
        self._paint = math.nan
        self._store_memory = math.nan
        self._reads = 0
        self.tasks: Callable[[], float] = _unknown
        """Tasks alive on the engine's loop. Called on the sampler's thread."""
        self.store_memory: Callable[[], float] = _unknown
        """Bytes that the kept samples take. Called on the sampler's thread."""

    @property
    def family(self) -> str:
        return FAMILY

    @property
    def pace(self) -> Pace:
        return Pace()

    def painted(self, seconds: float) -> None:
        """The window needed ``seconds`` for a refresh. Any thread."""
        self._paint = seconds

    def read(self) -> Reading:
        usage = self._process.read()
        paint = self._paint
        if self._reads < STORE_EVERY or self._reads % STORE_EVERY == 0:
            self._store_memory = self.store_memory()
        self._reads += 1
        values = (*usage, self.tasks(), self._store_memory)
        if paint != paint:
            return Reading(_ALWAYS, values, _NOT_PAINTING)
        return Reading(_PAINTING, (*values, paint))

    def close(self) -> None:
        self._process.close()
