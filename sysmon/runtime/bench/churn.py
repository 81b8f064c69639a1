"""Benchmarks ``churn``, ``throng``: the processes page of the real window while 200 processes a second begin and end. Linux.

The machine is filled up to 1,000 processes (``throng``: 10,000), and one of them is chosen, so that its panel is shown too. Two figures say
what a tick costs the window's thread, both in CPU time: ``ui_ms_per_tick`` is measured as ``table`` measures, tick upon
tick off-screen with processes that are made up, as many of which begin and end as tables see of 200 forks a second.
``window_ms_per_tick`` is all that the thread of the real window does from one table to the next, once a second, its
panel with plots and everything in between included; among 1,000 it must fit into one frame of a screen.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import crowd, processes_now
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.table import TICK_BOUNDS, tick_cost

CROWD, THRONG = 1_000, 10_000
RATE: Final = 200.0
"""Forks a second."""
WINDOW_BOUNDS: Final = {CROWD: 16.0, THRONG: TICK_BOUNDS[THRONG]}
"""Milliseconds of the window's thread for all that it does in a tick, by the number of processes."""
GROWTH_BOUND_MB: Final = 1.0
OBJECTS_BOUND: Final = 2_000.0
"""Tables see about 4,000 of the processes that are forked: one object that is left of each would be twice as many."""
_DESCRIPTORS_A_PROCESS: Final = 3
"""Kept for each process of the machine; other people's programs come and go meanwhile."""
_OBJECTS_A_PROCESS: Final = 12
_SETTLE: Final = 6.0
"""Seconds until nothing is left on the screen of what was forked: lives, rows of what ended, one turn of the reader."""
_STARTING: Final = 90.0


def run() -> list[Result]:
    """Measure for 60 s after 45 s of warm-up."""
    return measure(CROWD, RATE, 45.0, 60.0)


def run_quick() -> list[Result]:
    """Measure for 20 s after 45 s of warm-up."""
    return measure(CROWD, RATE, 45.0, 20.0)


def run_throng() -> list[Result]:
    """As `run`, among 10,000 processes."""
    return measure(THRONG, RATE, 45.0, 60.0)


def run_throng_quick() -> list[Result]:
    """As `run_quick`, among 10,000 processes."""
    return measure(THRONG, RATE, 45.0, 20.0)


def measure(count: int, rate: float, warm: float, seconds: float, settle: float = _SETTLE) -> list[Result]:
    """Fork ``rate`` times a second on a machine filled up to ``count`` processes; seconds of each step."""
    reason = desktop.missing(parts=True)
    if reason is not None:
        return [
            Result("ui_ms_per_tick", None, "ms", TICK_BOUNDS[_size(count)], reason),
            Result("window_ms_per_tick", None, "ms", WINDOW_BOUNDS[_size(count)], reason),
            Result("selection_changes", None, "1", 0.0, reason),
            Result("memory_growth_mb", None, "MB", GROWTH_BOUND_MB, reason),
        ]
    made_up = tick_cost(count, rate)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-")))
        stack.enter_context(crowd(max(0, count - processes_now())))
        server = stack.enter_context(desktop.display("1440x900x24"))
        answer = subprocess.run(  # noqa: S603  # our own program
            desktop.part("bench_churn", str(rate), str(warm), str(seconds), str(settle)),
            env=desktop.environment_on(server, home),
            stdout=subprocess.PIPE,
            timeout=warm + seconds + 3 * settle + _STARTING,
            check=True,
        )
    found: dict[str, float] = json.loads(answer.stdout)
    return results(found | {"ui_ms_per_tick": made_up["ui_ms_per_tick"]}, count)


def _size(count: int) -> int:
    """The crowd whose bounds hold for ``count`` processes."""
    return CROWD if count <= CROWD else THRONG


def results(found: dict[str, float], count: int = CROWD) -> list[Result]:
    """What `sysmon.ui.bench_churn` found among ``count`` processes, against the bounds."""
    tick, window = TICK_BOUNDS[_size(count)], WINDOW_BOUNDS[_size(count)]

    def grown(name: str) -> float:
        return found[f"{name}_after"] - found[f"{name}_before"]

    more = max(0.0, grown("processes"))
    note = f"{more:g} more processes to watch" if more else ""
    return [
        Result("ui_ms_per_tick", found["ui_ms_per_tick"], "ms", tick, "made up, as `table`; best of three rounds"),
        Result("window_ms_per_tick", found["window_ms_per_tick"], "ms", window, "real window, all included; median"),
        Result("mean_ms_per_tick", found["mean_ms_per_tick"], "ms"),
        Result("worst_tick_ms", found["worst_tick_ms"], "ms"),
        Result("ticks", found["ticks"], "{tick}"),
        Result("forks_per_s", found["forks_per_s"], "{process}/s"),
        Result("selection_changes", found["selection_changes"], "1", 0.0),
        Result("selection_lost", found["selection_lost"], "{frame}", 0.0),
        Result("memory_growth_mb", grown("memory_mb"), "MB", GROWTH_BOUND_MB),
        Result("tasks_growth", grown("tasks"), "{task}", 0.0),
        Result("threads_growth", grown("threads"), "{thread}", 0.0),
        Result("descriptors_growth", grown("descriptors"), "{descriptor}", more * _DESCRIPTORS_A_PROCESS, note),
        Result("objects_growth", grown("objects"), "{object}", OBJECTS_BOUND + more * _OBJECTS_A_PROCESS, note),
        Result("processes", found["processes_after"], "{process}"),
    ]
