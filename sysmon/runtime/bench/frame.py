"""Benchmark ``frame``: how late the window's thread is while everything runs among 2,000 processes. Linux."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.crowd import crowd
from sysmon.runtime.bench.harness import Result

CROWD: Final = 2000
P99_BOUND: Final = 8.0
MAX_BOUND: Final = 40.0
_STARTING: Final = 60.0


def run() -> list[Result]:
    """Measure for 60 s."""
    return measure(CROWD, 60.0)


def run_quick() -> list[Result]:
    """Measure for 15 s."""
    return measure(CROWD, 15.0)


def measure(count: int, seconds: float) -> list[Result]:
    """Run the window in a crowd of ``count`` processes for ``seconds``."""
    reason = desktop.missing(parts=True)
    if reason is not None:
        return [Result("p99_ms", None, "ms", P99_BOUND, reason), Result("max_ms", None, "ms", MAX_BOUND, reason)]
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-")))
        stack.enter_context(crowd(count))
        server = stack.enter_context(desktop.display())
        answer = subprocess.run(  # noqa: S603  # our own program
            desktop.part("bench_frame", str(seconds)),
            env=desktop.environment_on(server, home),
            stdout=subprocess.PIPE,
            timeout=seconds + _STARTING,
            check=True,
        )
    found: dict[str, float] = json.loads(answer.stdout)
    return [
        Result("p99_ms", found["p99_ms"], "ms", P99_BOUND, f"{count} processes"),
        Result("max_ms", found["max_ms"], "ms", MAX_BOUND),
        Result("beats", found["count"], "1"),
    ]
