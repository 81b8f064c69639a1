"""Benchmark ``window``: the Overview at 1 Hz on a real X server among 370 processes, beside btop. Linux.

Counts what the X server spends on the window too. All run at the same time.
"""

from __future__ import annotations

from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import crowd
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.shown import Shown, show

CROWD: Final = 370
CPU_BOUND: Final = 1.2
RSS_BOUND: Final = 130.0
_SIZE: Final = "1280x800x24"


def run() -> list[Result]:
    """Measure for 60 s after 15 s of warm-up."""
    return measure(CROWD, 15.0, 60.0)


def run_quick() -> list[Result]:
    """Measure for 20 s after 8 s of warm-up."""
    return measure(CROWD, 8.0, 20.0)


def measure(count: int, settle: float, span: float) -> list[Result]:
    """Show the window in a crowd of ``count`` processes; seconds to settle and to measure."""
    reason = desktop.missing()
    if reason is not None:
        return [Result("cpu_pct", None, "%", CPU_BOUND, reason), Result("rss_mb", None, "MB", RSS_BOUND, reason)]
    with crowd(count):
        return _results(show("overview", ("btop",), settle, (span,), _SIZE))


def _results(shown: Shown) -> list[Result]:
    ratio = shown.ratio("btop")
    results = [
        Result("cpu_pct", shown.percent("own", "x"), "%", CPU_BOUND, "own and X server"),
        Result("rss_mb", shown.own.resident_bytes / 1e6, "MB", RSS_BOUND),
        Result("own_cpu_pct", shown.percent("own"), "%"),
        Result("x_cpu_pct", shown.percent("x"), "%"),
        Result("threads", float(shown.own.threads), "{thread}"),
    ]
    if ratio is None:
        return [*results, Result("ratio_to_btop", None, "1", 1.0, "btop is not installed")]
    return [
        *results,
        Result("btop_cpu_pct", shown.percent("btop"), "%"),
        Result("ratio_to_btop", ratio, "1", 1.0),
    ]
