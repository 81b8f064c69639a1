"""What is held is what was meant: real processes, real PIDs."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from sysmon.control.held import GoneError, held
from sysmon.model.process import ProcessKey


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_process_that_was_meant_gets_the_signal() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        before = descriptors()
        with held(ProcessKey(child.pid, psutil.Process(child.pid).create_time())) as process:
            process.send(signal.SIGTERM)
        assert child.wait(10) == -signal.SIGTERM
        assert descriptors() == before


def test_a_pid_that_changed_hands_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        earlier = ProcessKey(child.pid, psutil.Process(child.pid).create_time() - 100.0)
        with pytest.raises(GoneError, match="another process"), held(earlier):
            raise AssertionError("held the wrong process")
        assert child.poll() is None
        child.kill()


def test_an_ended_process_is_gone_and_nothing_stays_open() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        key = ProcessKey(child.pid, psutil.Process(child.pid).create_time())
        child.kill()
    before = descriptors()
    with pytest.raises(GoneError, match="ended"), held(key):
        raise AssertionError("held nothing")
    assert descriptors() == before
