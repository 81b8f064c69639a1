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
_PACE: Final = 0.25
"""Seconds between ticks in the second part, where the caches of the machine went cold meanwhile."""

_PSUTIL: Final = """
import statistics, sys, time
import psutil
times = []
for _ in range(int(sys.argv[1])):
    begun = time.process_time()
    psutil.cpu_times(); psutil.cpu_times(percpu=True); psutil.cpu_stats(); psutil.getloadavg(); psutil.boot_time()
    psutil.virtual_memory(); psutil.swap_memory(); psutil.disk_io_counters(perdisk=True); psutil.net_io_counters(pernic=True)
    times.append(time.process_time() - begun)
print(statistics.median(times) * 1e3)
"""


def run() -> list[Result]:
    """Measure; about 10 seconds."""
    return measure(300, 20, 12)


def run_quick() -> list[Result]:
    """Fewer readings."""
    return measure(60, 5, 4)


def measure(quick: int, slow: int, paced: int) -> list[Result]:
    """Read each family ``quick`` times, those with a pace of their own ``slow`` times, then all together ``paced`` times."""
    collectors = local_collectors()
    try:
        shares = {
            collector.family: family_ms(collector, slow if collector.pace.interval else quick) * _share(collector)
            for collector in collectors
        }
        cold = statistics.median(_paced_tick_ms(collectors) for _ in range(paced))
    finally:
        for collector in collectors:
            collector.close()
    ours = sum(shares.values())
    dearest = max(shares, key=lambda family: shares[family])
    peer = _psutil_ms(quick)
    results = [
        Result("cpu_ms", ours, "ms", BOUND_MS),
        Result("families", float(len(collectors)), "{family}"),
        Result("paced_cpu_ms", cold, "ms", None, f"ticks {_PACE} s apart, caches cold"),
        Result("dearest_cpu_ms", shares[dearest], "ms", None, f"share of a tick of {dearest}"),
    ]
    if peer is None:
        return [*results, Result("ratio_to_psutil", None, "1", None, "no interpreter with psutil to compare with")]
    return [*results, Result("psutil_cpu_ms", peer, "ms"), Result("ratio_to_psutil", ours / peer, "1")]


def _share(collector: Collector) -> float:
    """The part of a reading that one tick at 1 Hz bears."""
    return 1.0 / max(1.0, collector.pace.interval)


def family_ms(collector: Collector, reads: int) -> float:
    """Median CPU milliseconds of one reading, threads that it uses included. The first reading does not count."""
    attempt(collector)
    return statistics.median(_read_ms(collector) for _ in range(reads))


def _paced_tick_ms(collectors: Sequence[Collector]) -> float:
    time.sleep(_PACE)
    return sum(_read_ms(collector) * _share(collector) for collector in collectors)


def _read_ms(collector: Collector) -> float:
    begun = time.process_time()
    attempt(collector)
    return (time.process_time() - begun) * 1e3


def _psutil_ms(rounds: int) -> float | None:
    if getattr(sys, "frozen", False):
        return None
    done = subprocess.run(  # noqa: S603  # words of ours
        [sys.executable, "-c", _PSUTIL, str(rounds)], capture_output=True, text=True, check=False, timeout=60
    )
    return float(done.stdout) if done.returncode == 0 else None
