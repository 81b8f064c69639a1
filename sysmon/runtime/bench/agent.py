"""Benchmark ``agent``: what the head-less program costs at 1 Hz with 400 processes, beside btop and htop. Linux.

All run at the same time in the same crowd, so that they see the same machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from sysmon.runtime.bench.crowd import TreeUsage, crowd, tree_usage
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.paths import HOME_VARIABLE
from sysmon.runtime.program import own_command

CROWD: Final = 400
CPU_BOUND: Final = 0.5
RSS_BOUND: Final = 45.0
_ROWS, _COLUMNS = 40, 120


def run() -> list[Result]:
    """Measure for 60 s after 15 s of warm-up."""
    return measure(CROWD, 15.0, 60.0)


def run_quick() -> list[Result]:
    """Measure for 20 s after 8 s of warm-up."""
    return measure(CROWD, 8.0, 20.0)


def measure(count: int, settle: float, span: float) -> list[Result]:
    """Run the agent and its peers in a crowd of ``count`` processes; seconds to settle and to measure."""
    if sys.platform != "linux":
        reason = "needs Linux"
        return [Result("cpu_pct", None, "%", CPU_BOUND, reason), Result("rss_mb", None, "MB", RSS_BOUND, reason)]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-"))
        stack.enter_context(crowd(count))
        programs = {"sysmon": stack.enter_context(_agent(Path(folder)))}
        for name, words in _peers(Path(folder)).items():
            programs[name] = stack.enter_context(_in_terminal(words, Path(folder)))
        time.sleep(settle)
        begun = time.monotonic()
        before = {name: tree_usage(pid) for name, pid in programs.items()}
        time.sleep(span)
        after = {name: tree_usage(pid) for name, pid in programs.items()}
        passed = time.monotonic() - begun
    return _results({name: _percent(before[name], after[name], passed) for name in programs}, after)


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


def _peers(folder: Path) -> dict[str, list[str]]:
    """Monitors that are installed, told to refresh once a second."""
    settings = folder / "btop"
    settings.mkdir()
    (settings / "btop.conf").write_text("update_ms = 1000\n", encoding="utf-8")
    wanted = {"btop": ["--utf-force"], "htop": ["--delay=10"]}
    found = {name: shutil.which(name) for name in wanted}
    return {name: [path, *wanted[name]] for name, path in found.items() if path}


@contextlib.contextmanager
def _in_terminal(words: list[str], folder: Path) -> Generator[int]:
    """Run a full-screen program on a pseudo-terminal that somebody reads; gives its PID, and kills it on the way out."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(  # noqa: S603  # a monitor of this system
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    reader = threading.Thread(target=_drain, args=(ours,), name="terminal", daemon=True)
    reader.start()
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()
        reader.join(5.0)
        os.close(ours)


def _drain(descriptor: int) -> None:
    """Read and forget until the other side is closed (Linux answers EIO then)."""
    with contextlib.suppress(OSError):
        while os.read(descriptor, 65536):
            pass
