from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from sysmon.runtime.bench import forks
from sysmon.runtime.bench.forks import LIVES, Forks, fork_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")


def test_it_forks_until_it_is_told_to_stop_and_says_how_many() -> None:
    running = Forks(500.0)
    parent = psutil.Process(running.pid)
    begun = time.monotonic()
    while not parent.children():
        assert time.monotonic() - begun < 20.0, "nobody was forked"
    made = running.stop()
    assert made >= 1
    assert not psutil.pid_exists(running.pid)


def test_what_came_late_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, waits = [100.0], list[float]()
    costs = iter([0.0, 0.0, 0.035, 0.0, 0.0, 0.0, 0.0, 0.0])

    def select(*args: object) -> tuple[list[int], list[int], list[int]]:
        wait = args[3]
        assert isinstance(wait, float)
        waits.append(round(wait, 6))
        clock[0] += wait
        return ([0] if len(waits) > 8 else []), [], []

    def fork(_: float) -> None:
        clock[0] += next(costs)

    monkeypatch.setattr("select.select", select)
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(forks, "_fork", fork)
    assert fork_on(100.0, 0) == 8
    assert waits == [0.0, 0.01, 0.01, 0.0, 0.0, 0.0, 0.005, 0.01, 0.01]


def test_it_stops_where_its_input_has_ended_also_when_it_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def fork(life: float) -> None:
        made.append(life)
        if len(made) == 3:
            os.close(write)

    monkeypatch.setattr(forks, "_fork", fork)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    read, write = os.pipe()
    assert fork_on(1e12, read) == len(made) == 3
    assert fork_on(100.0, read) == 0
    os.close(read)


def test_lives_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def fork(life: float) -> None:
        made.append(life)
        if len(made) == 2 * len(LIVES):
            os.close(write)

    monkeypatch.setattr(forks, "_fork", fork)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    read, write = os.pipe()
    fork_on(1000.0, read)
    os.close(read)
    assert made[: 2 * len(LIVES)] == [*LIVES, *LIVES]
    assert 0.0 in LIVES, "some are never seen by a table"


def test_a_wrong_number_is_an_error() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sysmon.runtime.bench.forks", "many"], check=False, capture_output=True, timeout=60
    )
    assert done.returncode != 0
