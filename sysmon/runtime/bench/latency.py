"""Benchmark ``latency``: how old a figure of another machine is when it is kept here, and when it is on the screen. Linux.

An agent and the real window on one machine, over TLS on loopback, at 1 Hz. An age begins with the tick, so that
reading the machine is in it; the floor is the age of this machine's own figures, which go over no link.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Final

from sysmon.model.peer import Peer
from sysmon.runtime.bench import desktop
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.paths import HOME_VARIABLE
from sysmon.runtime.program import own_command
from sysmon.transport.identity import Identity, load_or_create
from sysmon.transport.trust import TrustBook

STORE_BOUND_MS: Final = 20.0
PIXEL_BOUND_MS: Final = 100.0
_PORT: Final = 24_870
_STARTING: Final = 60.0
_LISTENING: Final = 15.0


def run() -> list[Result]:
    """Measure for 60 s."""
    return measure(60.0)


def run_quick() -> list[Result]:
    """Measure for 15 s."""
    return measure(15.0)


def measure(seconds: float) -> list[Result]:
    """Watch an agent from a window for ``seconds``."""
    reason = desktop.missing(parts=True)
    if reason is not None:
        return [
            Result("p99_ms", None, "ms", STORE_BOUND_MS, reason),
            Result("pixel_p99_ms", None, "ms", PIXEL_BOUND_MS, reason),
        ]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sysmon-bench-")))
        agent, viewer = (load_or_create(folder / name / "data") for name in ("agent", "viewer"))
        TrustBook(folder / "agent" / "data", agent).put(_peer(viewer, "viewer", watched=False))
        TrustBook(folder / "viewer" / "data", viewer).put(_peer(agent, "agent", f"127.0.0.1:{_PORT}"))
        stack.enter_context(_agent(folder / "agent"))
        server = stack.enter_context(desktop.display())
        answer = subprocess.run(  # noqa: S603  # our own program
            desktop.part("bench_latency", agent.id, str(seconds)),
            env=desktop.environment_on(server, folder / "viewer"),
            stdout=subprocess.PIPE,
            timeout=seconds + _STARTING,
            check=True,
        )
    ages: dict[str, list[float]] = json.loads(answer.stdout)
    store, own, pixel = (sorted(ages.get(name, [])) for name in ("store_ms", "own_ms", "pixel_ms"))
    floor = _quantile(own, 0.5)
    return [
        Result("p99_ms", _quantile(store, 0.99), "ms", STORE_BOUND_MS, f"{len(store)} ticks"),
        Result("median_ms", _quantile(store, 0.5), "ms"),
        Result("pixel_p99_ms", _quantile(pixel, 0.99), "ms", PIXEL_BOUND_MS, f"{len(pixel)} pictures"),
        Result("pixel_median_ms", _quantile(pixel, 0.5), "ms"),
        Result("own_median_ms", floor, "ms", None, "figures of this machine, over no link"),
        Result("ratio_to_own", _quantile(store, 0.5) / floor if floor > 0.0 else None, "1", None, "of the medians"),
    ]


def _peer(identity: Identity, name: str, address: str = "", *, watched: bool = True) -> Peer:
    return Peer(identity.id, name, identity.certificate, (address,) if address else (), watched=watched)


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


@contextlib.contextmanager
def _agent(home: Path) -> Generator[None]:
    """A shared agent with settings of its own in ``home``, listening; ended on the way out."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        [*own_command(), "agent", "--share", "--port", str(_PORT), "--interval", "1"],
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    log = home / "state" / "agent.log"
    try:
        until = time.monotonic() + _LISTENING
        while not (log.exists() and "is shared on" in log.read_text("utf-8")) and time.monotonic() < until:
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
