"""``sysmon act`` hits exactly whom it is told, looks names up itself, guards, and writes down what it did."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from sysmon.cli import main
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.paths import find_paths


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def exact(pid: int, late: float = 0.0) -> str:
    return f"{pid}@{psutil.Process(pid).create_time() + late!r}"


def test_it_is_done_and_written_down(sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["act", "nice", "7", "--exact", exact(sleeper.pid)]) == 0
    assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 7
    (entry,) = AuditLog(find_paths().state).entries()
    assert (entry.pid, entry.name, entry.action, entry.result) == (sleeper.pid, "sleep", "set nice to 7", "done")
    assert capsys.readouterr().out.split() == [str(sleeper.pid), "sleep", "done"]


def test_another_owner_of_the_pid_is_not_hit(
    sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["act", "kill", "--json", "--exact", exact(sleeper.pid, late=30.0), "4194303@1.0"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["trouble"] for one in told] == ["gone", "gone"]
    assert sleeper.poll() is None


def test_guards_hold_whatever_the_caller_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["act", "end", "--json", "--exact", exact(1), exact(os.getpid())]) == 1
    assert [one["trouble"] for one in json.loads(capsys.readouterr().out)] == ["guarded", "guarded"]


def test_negative_numbers_are_values(sleeper: subprocess.Popen[bytes]) -> None:
    assert main(["act", "nice", "-1", "--exact", exact(sleeper.pid)]) in (0, 1)  # root may, others may not


@pytest.mark.parametrize("words", ["4711", "x@1", "4711@", "4711@nan", "-5@1.0", "@"])
def test_whom_must_be_said_exactly(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["act", "end", f"--exact={words}"]) == 2
    assert "PID@START" in capsys.readouterr().err


def test_an_action_that_does_not_exist_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["act", "dance", "--exact", exact(os.getpid())]) == 1
    assert "there is no action" in capsys.readouterr().err
