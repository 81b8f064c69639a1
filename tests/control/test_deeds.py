"""Every action value reaches the process, and nonsense is an outcome."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from sysmon.control.deeds import perform
from sysmon.control.held import alive
from sysmon.model.action import (
    Action,
    End,
    Kill,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
    Target,
    Trouble,
)
from sysmon.model.process import ProcessKey


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def of(child: subprocess.Popen[bytes]) -> Target:
    return Target(ProcessKey(child.pid, psutil.Process(child.pid).create_time()), "sleep")


def test_priorities(sleeper: subprocess.Popen[bytes]) -> None:
    process, target = psutil.Process(sleeper.pid), of(sleeper)
    first = min(os.sched_getaffinity(0))
    assert perform(target, SetNice(9)).done
    assert perform(target, SetIoPriority("best-effort", 7)).done
    assert perform(target, SetAffinity((first,))).done
    assert (process.nice(), process.ionice().value, process.cpu_affinity()) == (9, 7, [first])


def test_stop_continue_and_signals(sleeper: subprocess.Popen[bytes]) -> None:
    target = of(sleeper)
    assert perform(target, Stop()).done
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)
    assert perform(target, Resume()).done
    os.waitid(os.P_PID, sleeper.pid, os.WCONTINUED)
    assert perform(target, SendSignal("SIGHUP")).done
    assert sleeper.wait(10) == -1


@pytest.mark.parametrize(("action", "number"), [(End(), -15), (Kill(), -9)])
def test_end_and_kill(sleeper: subprocess.Popen[bytes], action: Action, number: int) -> None:
    target = of(sleeper)
    assert alive(target.key)
    assert perform(target, action).done
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert not alive(target.key), "one that nobody waited for has ended all the same"
    assert sleeper.wait(10) == number
    assert not alive(target.key)


@pytest.mark.parametrize(
    "action", [SendSignal("SIGNONE"), SetNice(40), SetIoPriority("fast"), SetAffinity(()), SetLimit(memory=1.0)]
)
def test_what_does_not_exist_is_a_failed_outcome(sleeper: subprocess.Popen[bytes], action: Action) -> None:
    outcome = perform(of(sleeper), action)
    assert outcome.trouble is Trouble.FAILED
    assert "no such value" in outcome.reason
    assert sleeper.poll() is None
