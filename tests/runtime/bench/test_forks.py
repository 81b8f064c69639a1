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


def test_the_rate_is_made_up_for_what_came_late() -> None:
    read, write = os.pipe()
    # A program of its own: whoever forks ignores its children from then on.
    words = f"import sys; from sysmon.runtime.bench.forks import fork_on; print(fork_on(400.0, {read}))"
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, pass_fds=(read,)) as process:
        parent, begun = psutil.Process(process.pid), time.monotonic()
        while not parent.children():
            assert time.monotonic() - begun < 20.0, "nobody was forked"
        first, end = time.monotonic(), time.monotonic() + 0.5
        while time.monotonic() < end:
            os.sched_yield()
        os.close(write)
        answer, _ = process.communicate(timeout=20.0)
        passed = time.monotonic() - begun
    os.close(read)
    assert 400.0 * (end - first) * 0.8 <= int(answer) <= 400.0 * (passed + 1.0) + 1.0


def test_it_stops_at_once_where_its_input_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    monkeypatch.setattr(forks, "_fork", made.append)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    read, write = os.pipe()
    os.close(write)
    assert fork_on(100.0, read) == len(made) == 1
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
