"""Benchmark ``idle``: what the program costs while nobody looks, in the tray and minimised. Linux.

The engine goes on at 1 Hz. The program puts its own window away (`sysmon.ui.bench_state`): a
private X server has neither a tray nor a window manager that would.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import crowd, tree_usage
from sysmon.runtime.bench.harness import Result

CROWD: Final = 370
BOUND: Final = 0.5
_STATES = ("hidden", "minimised")


def run() -> list[Result]:
    """Measure 60 s of each state after 10 s of warm-up."""
    return measure(10.0, 60.0)


def run_quick() -> list[Result]:
    """Measure 20 s of each state after 6 s of warm-up."""
    return measure(6.0, 20.0)


def measure(settle: float, span: float) -> list[Result]:
    """Seconds to settle and to measure, for each state."""
    reason = desktop.missing(parts=True)
    if reason is not None:
        return [Result("cpu_pct", None, "%", BOUND, reason)]
    found = {state: _percent(state, settle, span) for state in _STATES}
    return [
        Result("cpu_pct", max(found.values()), "%", BOUND, "the worse of both, X server included"),
        *(Result(f"{state}_cpu_pct", value, "%") for state, value in found.items()),
    ]


def _percent(state: str, settle: float, span: float) -> float:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-"))
        stack.enter_context(crowd(CROWD))
        server = stack.enter_context(desktop.display())
        program = stack.enter_context(desktop.window(server, Path(folder), desktop.part("bench_state", state)))
        program.logged("put away")
        time.sleep(settle)
        begun, before = time.monotonic(), _seconds(program.pid, server.pid)
        time.sleep(span)
        return (_seconds(program.pid, server.pid) - before) / (time.monotonic() - begun) * 100.0


def _seconds(*pids: int) -> float:
    return sum(tree_usage(pid).cpu_seconds for pid in pids)
