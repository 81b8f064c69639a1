"""Benchmark ``collect``: CPU time of one tick of all families, processes excepted, at 1 Hz.

A family that is read every ten seconds counts with a tenth of its cost. Beside it stand the nine
basic calls of psutil, which read far less, in a child of the same interpreter.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from sysmon.collectors.contract import Collector
from sysmon.collectors.registry import local_collectors
from sysmon.pipeline.family import attempt
from sysmon.runtime.bench.harness import Result

BOUND_MS: Final = 1.5
_QUICK_READS: Final = 300
_SLOW_READS: Final = 20
_PACED_READS: Final = 12
_PACE: Final = 0.25
"""Seconds between ticks in the second part, where the caches of the machine went cold meanwhile."""

_PSUTIL: Final = """
import statistics, time
import psutil
times = []
for _ in range(300):
    begun = time.process_time()
    psutil.cpu_times(); psutil.cpu_times(percpu=True); psutil.cpu_stats(); psutil.getloadavg(); psutil.boot_time()
    psutil.virtual_memory(); psutil.swap_memory(); psutil.disk_io_counters(perdisk=True); psutil.net_io_counters(pernic=True)
    times.append(time.process_time() - begun)
print(statistics.median(times) * 1e3)
"""


def run() -> list[Result]:
    """Measure; about 10 seconds."""
    collectors = local_collectors()
    try:
        ours = _tick_ms(collectors, _QUICK_READS, _SLOW_READS, 0.0)
        paced = _tick_ms(collectors, _PACED_READS, 3, _PACE)
        dearest = _dearest(collectors)
    finally:
        for collector in collectors:
            collector.close()
    peer = _psutil_ms()
    results = [
        Result("cpu_ms", ours, "ms", BOUND_MS),
        Result("families", float(len(collectors)), "{family}"),
        Result("paced_cpu_ms", paced, "ms", None, f"ticks {_PACE} s apart"),
        Result(f"{dearest[0]}_cpu_ms", dearest[1], "ms", None, "the dearest family, share of one tick"),
    ]
    if peer is None:
        return [*results, Result("ratio_to_psutil", None, "1", None, "no interpreter with psutil to compare with")]
    return [*results, Result("psutil_cpu_ms", peer, "ms"), Result("ratio_to_psutil", ours / peer, "1")]


def _tick_ms(collectors: Sequence[Collector], quick: int, slow: int, pause: float) -> float:
    return sum(
        family_ms(collector, slow if collector.pace.interval else quick, pause) / max(1.0, collector.pace.interval)
        for collector in collectors
    )


def _dearest(collectors: Sequence[Collector]) -> tuple[str, float]:
    costs = {
        collector.family: family_ms(collector, _SLOW_READS, 0.0) / max(1.0, collector.pace.interval)
        for collector in collectors
    }
    name = max(costs, key=lambda family: costs[family])
    return name, costs[name]


def family_ms(collector: Collector, reads: int, pause: float) -> float:
    """Median CPU milliseconds of one reading, threads that it uses included. The first reading does not count."""
    attempt(collector)
    times: list[float] = []
    for _ in range(reads):
        time.sleep(pause)
        begun = time.process_time()
        attempt(collector)
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1e3


def _psutil_ms() -> float | None:
    if getattr(sys, "frozen", False):
        return None
    done = subprocess.run(  # noqa: S603  # words of ours
        [sys.executable, "-c", _PSUTIL], capture_output=True, text=True, check=False, timeout=60
    )
    return float(done.stdout) if done.returncode == 0 else None
