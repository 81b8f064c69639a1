"""Benchmark ``page``: the processes page at 1 Hz on a real X server among 400 processes, beside htop. Linux.

Counts what the X server spends on the window too. htop gets a terminal that costs nothing: what a
terminal program spends on showing it is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import crowd, processes_now
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.shown import Shown, show

CROWD: Final = 400
"""Processes on the machine while it is measured, ours included."""
CPU_BOUND: Final = 2.4
RATIO_BOUND: Final = 1.0
_SIZE: Final = "1440x900x24"
_NO_HTOP: Final = "htop is not installed"


def run() -> list[Result]:
    """Measure three rounds of 20 s after 15 s of warm-up."""
    return measure(CROWD, 15.0, (20.0,) * 3)


def run_quick() -> list[Result]:
    """Measure three rounds of 7 s after 8 s of warm-up."""
    return measure(CROWD, 8.0, (7.0,) * 3)


def measure(count: int, settle: float, spans: Sequence[float]) -> list[Result]:
    """Show the page on a machine filled up to ``count`` processes; seconds to settle and of each round."""
    reason = desktop.missing()
    if reason is not None:
        return [
            Result("cpu_pct", None, "%", CPU_BOUND, reason),
            Result("ratio_to_htop", None, "1", RATIO_BOUND, reason),
        ]
    with crowd(max(0, count - processes_now())):
        shown = show("processes", ("htop",), settle, spans, _SIZE)
        processes = Result("processes", float(processes_now()), "{process}")
    return [*_results(shown), processes]


def _results(shown: Shown) -> list[Result]:
    note = f"own and X server; median of {len(shown.rounds)} rounds"
    ratio = shown.ratio("htop")
    results = [
        Result("cpu_pct", shown.percent("own", "x"), "%", CPU_BOUND, note),
        Result("ratio_to_htop", ratio, "1", RATIO_BOUND, _NO_HTOP if ratio is None else ""),
        Result("own_cpu_pct", shown.percent("own"), "%"),
        Result("x_cpu_pct", shown.percent("x"), "%"),
    ]
    if ratio is not None:
        results.append(Result("htop_cpu_pct", shown.percent("htop"), "%"))
    return [*results, Result("rss_mb", shown.own.resident_bytes / 1e6, "MB")]
