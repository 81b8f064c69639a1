"""Actions on real processes, and the clear answers where they cannot be done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from sysmon.control import actions
from sysmon.model.action import Target, Trouble
from sysmon.model.process import ProcessKey


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def of(child: subprocess.Popen[bytes]) -> Target:
    return Target(ProcessKey(child.pid, psutil.Process(child.pid).create_time()), "sleep")


def test_end_and_kill(sleeper: subprocess.Popen[bytes]) -> None:
    assert actions.end(of(sleeper)).done
    assert sleeper.wait(10) == -signal.SIGTERM


def test_kill_works_where_end_is_refused() -> None:
    script = "trap '' TERM; echo ready; while :; do sleep 1; done"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert actions.end(of(child)).done
        assert child.poll() is None
        assert actions.kill(of(child)).done
        assert child.wait(10) == -signal.SIGKILL


def test_stop_and_continue(sleeper: subprocess.Popen[bytes]) -> None:
    process = psutil.Process(sleeper.pid)
    assert actions.stop(of(sleeper)).done
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)
    assert process.status() == psutil.STATUS_STOPPED
    assert actions.resume(of(sleeper)).done
    os.waitid(os.P_PID, sleeper.pid, os.WCONTINUED)
    assert process.status() != psutil.STATUS_STOPPED


def test_any_signal_by_name(sleeper: subprocess.Popen[bytes]) -> None:
    outcome = actions.send_signal(of(sleeper), "SIGUSR1")
    assert outcome.done
    assert outcome.action == "send SIGUSR1"
    assert sleeper.wait(10) == -signal.SIGUSR1
    with pytest.raises(KeyError):
        actions.send_signal(Target(ProcessKey(sleeper.pid, 0.0), "sleep"), "SIGNONSENSE")


def test_priorities_and_affinity(sleeper: subprocess.Popen[bytes]) -> None:
    process = psutil.Process(sleeper.pid)
    assert actions.set_nice(of(sleeper), 7).done
    assert process.nice() == 7
    assert actions.set_io_priority(of(sleeper), "idle").done
    assert process.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
    assert actions.set_io_priority(of(sleeper), "best-effort", 6).done
    assert process.ionice().value == 6
    first = min(os.sched_getaffinity(0))
    assert actions.set_affinity(of(sleeper), {first}).done
    assert process.cpu_affinity() == [first]


def test_a_cpu_that_does_not_exist_is_refused_by_the_system(sleeper: subprocess.Popen[bytes]) -> None:
    outcome = actions.set_affinity(of(sleeper), {100_000})
    assert outcome.trouble is Trouble.FAILED
    assert "refused" in outcome.reason


@pytest.mark.parametrize("nice", [-21, 20])
def test_values_that_do_not_exist_are_errors_of_the_caller(sleeper: subprocess.Popen[bytes], nice: int) -> None:
    with pytest.raises(ValueError, match="nice is -20 to 19"):
        actions.set_nice(of(sleeper), nice)
    with pytest.raises(ValueError, match="I/O priority"):
        actions.set_io_priority(of(sleeper), "fast")
    with pytest.raises(ValueError, match="at least one CPU"):
        actions.set_affinity(of(sleeper), [])


def test_an_ended_process_is_gone() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        target = of(child)
        child.kill()
    outcome = actions.end(target)
    assert outcome.trouble is Trouble.GONE
    assert "ended" in outcome.reason


def test_guards_hold_for_what_harms_but_not_for_continue() -> None:
    me = Target(ProcessKey(os.getpid(), psutil.Process().create_time()), "python3")
    assert actions.end(me).trouble is Trouble.GUARDED
    assert actions.stop(me).trouble is Trouble.GUARDED
    assert actions.resume(me).done


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_another_users_process_is_not_permitted_and_says_so(sleeper: subprocess.Popen[bytes]) -> None:
    key = of(sleeper).key
    script = f"""
import os, psutil
from sysmon.control import actions
from sysmon.model.action import Target
from sysmon.model.process import ProcessKey
os.setuid(65534)
outcome = actions.end(Target(ProcessKey({key.pid}, {key.start!r}), "sleep"))
print(outcome.trouble.value, "|", outcome.reason)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("not permitted | sleep"), done.stderr
    assert sleeper.poll() is None
