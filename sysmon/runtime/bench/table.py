"""Benchmarks ``table`` and ``filter``: the page of processes with 1,000 and 10,000 processes that are made up."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.harness import Result

TICK_BOUNDS: Final = {1_000: 8.0, 10_000: 40.0}
"""Milliseconds of the window's thread for a tick, by the number of processes."""
FILTER_BOUND: Final = 30.0
_FILTERED: Final = 10_000
_LONGEST: Final = 300.0


def run() -> list[Result]:
    """What a tick costs the window's thread: tree, default columns, 30 rows in view."""
    if getattr(sys, "frozen", False):
        return [_unknown("ui_ms_per_tick", bound) for bound in TICK_BOUNDS.values()]
    results: list[Result] = []
    for count, bound in TICK_BOUNDS.items():
        found = tick_cost(count)
        results.append(Result(f"ui_ms_per_tick_{count}", found["ui_ms_per_tick"], "ms", bound))
        results.append(Result(f"worst_tick_ms_{count}", found["worst_tick_ms"], "ms"))
    return results


def run_filter() -> list[Result]:
    """From a key stroke in the filter to painted rows, over 10,000 processes: the dearest of eleven, and their median."""
    if getattr(sys, "frozen", False):
        return [_unknown("ms", FILTER_BOUND)]
    found = tick_cost(_FILTERED)
    return [
        Result("ms", found["filter_ms"], "ms", FILTER_BOUND, "the dearest of eleven key strokes"),
        Result("median_ms", found["filter_median_ms"], "ms"),
    ]


def _unknown(metric: str, bound: float) -> Result:
    return Result(metric, None, "ms", bound, "needs an installation with its modules, not the frozen program")


def tick_cost(count: int, forks: float = 0.0) -> dict[str, float]:
    """What `sysmon.ui.bench_processes` measures with ``count`` processes, while ``forks`` a second come and go."""
    words = desktop.part("bench_processes", str(count), str(forks))
    answer = subprocess.run(words, stdout=subprocess.PIPE, timeout=_LONGEST, check=True)  # noqa: S603  # our own program
    document: dict[str, float] = json.loads(answer.stdout)
    return document
