"""Benchmark ``agent``: what the head-less program costs at 1 Hz with 400 processes, beside btop and htop. Linux.

All run at the same time in the same crowd, so that they see the same machine.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from sysmon.runtime.bench.crowd import TreeUsage, crowd, processes_now, tree_usage
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.peers import in_terminal, installed_peers
from sysmon.runtime.paths import HOME_VARIABLE
from sysmon.runtime.program import own_command

CROWD: Final = 400
"""Processes on the machine while it is measured, its own included."""
CPU_BOUND: Final = 0.5
RSS_BOUND: Final = 45.0


def run() -> list[Result]:
    """Measure for 60 s after 15 s of warm-up."""
    return measure(CROWD, 15.0, 60.0)


def run_quick() -> list[Result]:
    """Measure for 20 s after 8 s of warm-up."""
    return measure(CROWD, 8.0, 20.0)


def measure(count: int, settle: float, span: float) -> list[Result]:
    """Run the agent and its peers on a machine filled up to ``count`` processes; seconds to settle and to measure."""
    if sys.platform != "linux":
        reason = "needs Linux"
        return [Result("cpu_pct", None, "%", CPU_BOUND, reason), Result("rss_mb", None, "MB", RSS_BOUND, reason)]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-"))
        stack.enter_context(crowd(max(0, count - processes_now())))
        programs = {"sysmon": stack.enter_context(_agent(Path(folder)))}
        for name, words in installed_peers(Path(folder)).items():
            programs[name] = stack.enter_context(in_terminal(words, Path(folder)))
        time.sleep(settle)
        begun = time.monotonic()
        before = {name: tree_usage(pid) for name, pid in programs.items()}
        time.sleep(span)
        after = {name: tree_usage(pid) for name, pid in programs.items()}
        passed = time.monotonic() - begun
        processes = Result("processes", float(processes_now()), "{process}")
    percent = {name: _percent(before[name], after[name], passed) for name in programs}
    return [*_results(percent, after), processes]


def _percent(before: TreeUsage, after: TreeUsage, passed: float) -> float:
    return (after.cpu_seconds - before.cpu_seconds) / passed * 100.0


def _results(percent: dict[str, float], usage: dict[str, TreeUsage]) -> list[Result]:
    ours = percent["sysmon"]
    results = [
        Result("cpu_pct", ours, "%", CPU_BOUND),
        Result("rss_mb", usage["sysmon"].resident_bytes / 1e6, "MB", RSS_BOUND),
        Result("threads", float(usage["sysmon"].threads), "{thread}"),
    ]
    for name in ("btop", "htop"):
        if name not in percent:
            results.append(Result(f"ratio_to_{name}", None, "1", None, f"{name} is not installed"))
            continue
        results.append(Result(f"{name}_cpu_pct", percent[name], "%"))
        results.append(Result(f"ratio_to_{name}", ours / percent[name] if percent[name] else None, "1"))
    return results


@contextlib.contextmanager
def _agent(folder: Path) -> Generator[int]:
    """Run the agent with settings of its own; gives its PID, and ends it on the way out."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        [*own_command(), "agent", "--interval", "1"],
        env={**os.environ, HOME_VARIABLE: str(folder / "home")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
