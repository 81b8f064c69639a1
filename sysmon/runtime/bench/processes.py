"""Benchmark ``processes``: a sweep of the process table against C programs that do the same. Linux.

The C programs (``proc_floor.c``) are built where a compiler is there. Python and C take turns, so
that both see the same machine; times are CPU time of the thread that sweeps. The crowd is like that of a
desktop: a quarter of the 400 processes has four threads, which are dearer to read.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Final

from sysmon.collectors.processes import ProcessReader, open_process_reader
from sysmon.runtime.bench.crowd import crowd
from sysmon.runtime.bench.harness import Result

CROWD: Final = 400
_WITH_THREADS: Final = CROWD // 4
_THREADS: Final = 4
_ROUNDS: Final = 7
_SWEEPS: Final = 40
_PACED_SWEEPS: Final = 8
_PACE: Final = 0.25
"""Seconds between sweeps in the second part, where the caches of the machine went cold meanwhile."""
RATIO_TO_C: Final = 0.4
RATIO_TO_KEPT_C: Final = 1.4


@dataclass(slots=True)
class _Times:
    """Medians of the rounds, in milliseconds a sweep."""

    ours: list[float] = field(default_factory=list[float])
    opening: list[float] = field(default_factory=list[float])
    kept: list[float] = field(default_factory=list[float])


def run() -> list[Result]:
    """Measure; about 20 seconds. Without Linux or a compiler the ratios are unknown, and the note says so."""
    if sys.platform != "linux":
        return _unknown("needs Linux")
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(_floor())
        if floor is None:
            stack.enter_context(crowd(CROWD))
        else:
            stack.enter_context(crowd(CROWD - _WITH_THREADS))
            stack.enter_context(crowd(_WITH_THREADS, (str(floor), "rest", str(_THREADS), "900")))
        time.sleep(0.5)  # the crowd goes to sleep
        reader = stack.enter_context(contextlib.closing(open_process_reader()))
        count = len(reader.read("bench", 0.0, with_io=False).rows)
        rapid = _take_turns(reader, floor, _ROUNDS, _SWEEPS, 0.0)
        paced = _take_turns(reader, floor, 1, _PACED_SWEEPS, _PACE)
    return _results(count, rapid, paced)


def _take_turns(reader: ProcessReader, floor: Path | None, rounds: int, sweeps: int, pause: float) -> _Times:
    times = _Times()
    for _ in range(rounds):
        times.ours.append(_sweep(reader, sweeps, pause))
        if floor is not None:
            times.opening.append(_sweep_in_c(floor, "open", sweeps, pause))
            times.ours.append(_sweep(reader, sweeps, pause))
            times.kept.append(_sweep_in_c(floor, "kept", sweeps, pause))
    return times


def _sweep(reader: ProcessReader, sweeps: int, pause: float) -> float:
    times: list[float] = []
    reader.read("bench", 0.0, with_io=False)
    for number in range(sweeps):
        time.sleep(pause)
        start = time.thread_time()
        reader.read("bench", float(number), with_io=False)
        times.append((time.thread_time() - start) * 1e3)
    return statistics.median(times)


def _sweep_in_c(floor: Path, way: str, sweeps: int, pause: float) -> float:
    words = [str(floor), way, str(sweeps), str(round(pause * 1e3))]
    answer = subprocess.run(words, capture_output=True, check=True, timeout=60)  # noqa: S603 - our own program
    return float(answer.stdout.split()[0])


@contextlib.contextmanager
def _floor() -> Generator[Path | None]:
    """The C program, built for the time of the benchmark; None where no compiler is there or it fails."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    source = resources.files("sysmon.runtime.bench") / "proc_floor.c"
    if compiler is None or not source.is_file():
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="sysmon-bench-") as directory, resources.as_file(source) as path:
        program = Path(directory) / "proc_floor"
        words = [compiler, "-O2", "-pthread", "-o", str(program), str(path)]
        built = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - words of ours
        yield program if built.returncode == 0 else None


def _results(count: int, rapid: _Times, paced: _Times) -> list[Result]:
    ours = statistics.median(rapid.ours)
    results = [Result("processes", float(count), "{process}"), Result("ms_per_sweep", ours, "ms")]
    if not rapid.opening:
        return results + _unknown("no C compiler here")
    opening, kept = statistics.median(rapid.opening), statistics.median(rapid.kept)
    note = f"CPU time, sweeps {_PACE} s apart"
    return [
        *results,
        Result("c_ms_per_sweep", opening, "ms"),
        Result("kept_c_ms_per_sweep", kept, "ms"),
        Result("ratio_to_c", ours / opening, "1", RATIO_TO_C),
        Result("ratio_to_kept_c", ours / kept, "1", RATIO_TO_KEPT_C),
        Result("paced_ms_per_sweep", statistics.median(paced.ours), "ms", None, note),
        Result("paced_ratio_to_c", statistics.median(paced.ours) / paced.opening[0], "1", None, note),
        Result("paced_ratio_to_kept_c", statistics.median(paced.ours) / paced.kept[0], "1", None, note),
    ]


def _unknown(reason: str) -> list[Result]:
    return [
        Result("ratio_to_c", None, "1", RATIO_TO_C, reason),
        Result("ratio_to_kept_c", None, "1", RATIO_TO_KEPT_C, reason),
    ]
