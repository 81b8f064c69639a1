"""Memory and swap through psutil: the reader for Windows, macOS and the BSDs."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import Final

import psutil

from sysmon.collectors.contract import Pace
from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

_SWAP: Final = (series(names.SWAP_USAGE, "used"), series(names.SWAP_USAGE, "free"))
_SWAP_IO: Final = (series(names.SWAP_IO, "in"), series(names.SWAP_IO, "out"))
_NOT_TOLD: Final = tuple(
    Missing(metric.name, "this system does not tell it")
    for metric in (
        names.MEMORY_SHARED,
        names.MEMORY_SLAB,
        names.MEMORY_DIRTY,
        names.MEMORY_COMMITTED,
        names.MEMORY_HUGE_PAGES,
        names.PAGE_FAULTS,
    )
)


def composition(memory: Mapping[str, float]) -> dict[str, float]:
    """Bytes by state (used, free, buffers, cached) from the fields of psutil; together they are ``total``.

    Where the system tells its buffers and cache apart (BSD, Linux), used is what is left; else
    used is what is not available, and cached is what is available without being free. A state
    that the system does not tell is absent.
    """
    total, free, available = memory["total"], memory["free"], memory["available"]
    if "cached" in memory:
        states = {"free": free, "buffers": memory.get("buffers", 0.0), "cached": memory["cached"]}
    elif available > free:
        states = {"free": free, "cached": available - free}
    else:
        states = {"free": available}
    return {"used": max(0.0, total - sum(states.values())), **states}


class MemoryPsutilCollector:
    """Family ``memory``."""

    family = "memory"
    pace = Pace()

    def __init__(self) -> None:
        self._states: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        states = composition({name: float(value) for name, value in memory._asdict().items()})
        if tuple(states) != self._states:
            self._lay_out(tuple(states))
        values = [*states.values(), float(memory.total), float(memory.available), float(swap.used), float(swap.free)]
        if not psutil.WINDOWS:
            values += (swap.sin / mmap.PAGESIZE, swap.sout / mmap.PAGESIZE)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        """Nothing is kept open."""

    def _lay_out(self, states: tuple[str, ...]) -> None:
        self._states = states
        layout = [series(names.MEMORY_USAGE, state) for state in states]
        layout += (series(names.MEMORY_LIMIT), series(names.MEMORY_AVAILABLE), *_SWAP)
        missing = [
            Missing(series(names.MEMORY_USAGE, state).key, "this system does not tell it apart from free memory")
            for state in ("buffers", "cached")
            if state not in states
        ]
        if psutil.WINDOWS:
            missing.append(Missing(names.SWAP_IO.name, "psutil does not count it on Windows"))
        else:
            layout += _SWAP_IO
        self._series, self._missing = tuple(layout), (*missing, *_NOT_TOLD)
