from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.sample import Catalog
from sysmon.runtime.agent import Pacing, run_agent
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
from tests.pipeline.made import batch

SKIPPED = Mark(LOCAL, 1.0, MarkKind.SKIPPED, "2 ticks skipped", 2.0)
BATCH = batch(Catalog(()), 1, [])


class EndOnceStarted(logging.Handler):
    """Sends a signal to this very process as soon as the engine says that it has started."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self.number = number

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("engine started"):
            signal.raise_signal(self.number)


def paths_below(folder: Path) -> Paths:
    return Paths(folder / "config", folder / "state", folder / "data", folder / "run")


@pytest.fixture
def thaw() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(
    number: signal.Signals, caplog: pytest.LogCaptureFixture, thaw: None, tmp_path: Path
) -> None:
    ender = EndOnceStarted(number)
    logger = logging.getLogger("sysmon.runtime.engine")
    threads = threading.active_count()
    logger.addHandler(ender)
    try:
        with caplog.at_level(logging.INFO):
            assert run_agent(Values({"sampling.interval": 0.25}), paths_below(tmp_path)) == number
    finally:
        logger.removeHandler(ender)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("sysmon.runtime")]
    assert said[-2:] == [f"ends: {number.name}", "engine stopped"]
    assert threading.active_count() == threads
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_falling_behind_is_said_once_and_so_is_catching_up(caplog: pytest.LogCaptureFixture) -> None:
    pacing = Pacing()
    with caplog.at_level(logging.INFO):
        for _ in range(100):
            pacing.mark(SKIPPED)
            pacing.batch(BATCH)
        for _ in range(100):
            pacing.batch(BATCH)
        pacing.mark(SKIPPED)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "sampling falls behind: 2 ticks skipped",
        "sampling is in time again",
        "sampling falls behind: 2 ticks skipped",
    ]


def test_sleep_and_clock_steps_are_said(caplog: pytest.LogCaptureFixture) -> None:
    pacing = Pacing()
    with caplog.at_level(logging.INFO):
        pacing.mark(Mark(LOCAL, 1.0, MarkKind.ASLEEP, "the machine slept for 60 s", 60.0))
        pacing.mark(Mark(LOCAL, 1.0, MarkKind.STARTED, "sysmon began to watch"))
    assert [record.getMessage() for record in caplog.records] == ["the machine slept for 60 s"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere psutil reads")
def test_it_loads_only_what_it_needs() -> None:
    program = """
import asyncio, sys
from sysmon.runtime.agent import run_agent
from sysmon.runtime.assembly import assemble
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths
async def live():
    engine, _ = assemble(Values({"sampling.interval": 0.25}))
    await engine.start()
    await engine.stop()
asyncio.run(live())
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    heavy = {"numpy", "PySide6", "rich", "psutil", "websockets", "msgspec", "sqlite3", "platformdirs", "pynvml"}
    assert not heavy & {name.partition(".")[0] for name in done.stdout.split()}
