"""``sysmon kill`` says what it hits, asks, guards, and writes down what it did."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from sysmon.cli import main
from sysmon.model.action import Outcome, Target, Trouble
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.paths import find_paths


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def test_dry_run_names_what_would_be_hit_and_hits_nothing(
    sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kill", "--dry-run", f"pid:{sleeper.pid}"]) == 0
    out = capsys.readouterr().out
    assert f"{sleeper.pid}  sleep" in out
    assert "would send SIGTERM to 1 process\n" in out
    assert sleeper.poll() is None
    assert list(AuditLog(find_paths().state).entries()) == []


def test_it_is_done_and_written_down(sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", "--yes", "--signal", "SIGUSR2", f"pid:{sleeper.pid}"]) == 0
    assert sleeper.wait(10) == -signal.SIGUSR2
    (entry,) = AuditLog(find_paths().state).entries()
    assert (entry.pid, entry.action, entry.result) == (sleeper.pid, "send SIGUSR2", "done")
    assert "1 of 1 done" in capsys.readouterr().out


def test_nobody_to_ask_does_nothing(sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", f"pid:{sleeper.pid}"]) == 1
    assert "--yes" in capsys.readouterr().err
    assert sleeper.poll() is None


def test_guarded_processes_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", "--yes", f"pid:1 or pid:{os.getpid()}"]) == 1
    shown = capsys.readouterr()
    assert shown.out.count("left alone") == 2
    assert "nothing may be hit" in shown.err


def test_nothing_matched_is_not_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", "--yes", "name=there-is-no-such-name"]) == 1
    assert "no process matches" in capsys.readouterr().err


def test_what_is_not_permitted_says_how_it_would_be(
    sleeper: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(target: Target, name: str) -> Outcome:
        return Outcome(target, name, Trouble.NOT_PERMITTED, "it belongs to another user")

    monkeypatch.setattr("sysmon.control.actions.send_signal", refused)
    monkeypatch.setattr("sysmon.cli.kill.rights_refusal", lambda: "")
    assert main(["kill", "--yes", f"pid:{sleeper.pid}"]) == 1
    told = capsys.readouterr().err
    assert "pkexec" in told
    assert f"act signal SIGTERM --exact {sleeper.pid}@" in told
    monkeypatch.setattr("sysmon.cli.kill.rights_refusal", lambda: "sysmon runs as root already")
    assert main(["kill", "--yes", f"pid:{sleeper.pid}"]) == 1
    assert "pkexec" not in capsys.readouterr().err


def test_a_dry_run_in_which_nothing_matched_is_not_success() -> None:
    assert main(["kill", "--dry-run", "name=there-is-no-such-name"]) == 1
    assert main(["kill", "--dry-run", "pid:1"]) == 1, "what is guarded would not be hit"


def test_without_a_filter_it_is_wrong_usage() -> None:
    assert main(["kill", "--yes"]) == 2
