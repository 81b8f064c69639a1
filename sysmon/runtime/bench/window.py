"""Benchmark ``window``: the Overview at 1 Hz on a real X server among 370 processes, beside btop. Linux.

Counts what the X server spends on the window too. All run at the same time.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import TreeUsage, crowd, tree_usage
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.peers import in_terminal, installed_peers

CROWD: Final = 370
CPU_BOUND: Final = 1.2
RSS_BOUND: Final = 130.0


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
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-")))
        stack.enter_context(crowd(count))
        server = stack.enter_context(desktop.display())
        program = stack.enter_context(desktop.window(server, folder / "home"))
        program.logged(desktop.FIRST_PICTURE)
        pids = {"own": program.pid, "x": server.pid}
        peers = installed_peers(folder)
        if "btop" in peers:
            pids["btop"] = stack.enter_context(in_terminal(peers["btop"], folder))
        time.sleep(settle)
        begun, before = time.monotonic(), _usage(pids)
        time.sleep(span)
        after, passed = _usage(pids), time.monotonic() - begun
    percent = {name: (after[name].cpu_seconds - before[name].cpu_seconds) / passed * 100.0 for name in pids}
    return _results(percent, after["own"])


def _usage(pids: dict[str, int]) -> dict[str, TreeUsage]:
    return {name: tree_usage(pid) for name, pid in pids.items()}


def _results(percent: dict[str, float], own: TreeUsage) -> list[Result]:
    ours = percent["own"] + percent["x"]
    results = [
        Result("cpu_pct", ours, "%", CPU_BOUND, "own and X server"),
        Result("rss_mb", own.resident_bytes / 1e6, "MB", RSS_BOUND),
        Result("own_cpu_pct", percent["own"], "%"),
        Result("x_cpu_pct", percent["x"], "%"),
        Result("threads", float(own.threads), "{thread}"),
    ]
    if "btop" in percent:
        results.append(Result("btop_cpu_pct", percent["btop"], "%"))
        results.append(Result("ratio_to_btop", ours / percent["btop"] if percent["btop"] else None, "1", 1.0))
    else:
        results.append(Result("ratio_to_btop", None, "1", 1.0, "btop is not installed"))
    return results
