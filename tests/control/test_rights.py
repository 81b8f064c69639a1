"""More rights for one action: asked through pkexec, done by a small program, every answer checked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.control import rights
from sysmon.control.deeds import perform
from sysmon.control.rights import RightsAsked, parse_outcomes, rights_refusal
from sysmon.model.action import End, SetNice, Target, Trouble
from sysmon.model.process import ProcessKey
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.program import own_command
from tests.collectors.held_process import nobody_thread, root_only
from tests.control import fake_pkexec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pkexec is of Linux")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def target(child: subprocess.Popen[bytes], late: float = 0.0) -> Target:
    return Target(ProcessKey(child.pid, psutil.Process(child.pid).create_time() + late), "sleep")


def test_it_is_done_and_both_sides_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    home = fake_pkexec.allowing(tmp_path, monkeypatch)
    (outcome,) = RightsAsked(own_command()).perform([target(sleeper)], SetNice(5))
    assert (outcome.trouble, outcome.action) == (None, "set nice to 5")
    assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 5
    (entry,) = AuditLog(home / "state" / "sysmon").entries()
    assert (entry.pid, entry.action, entry.result) == (sleeper.pid, "set nice to 5", "done")
    assert " as " in entry.who


@root_only
def test_what_was_refused_without_rights_is_done_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    fake_pkexec.allowing(tmp_path, monkeypatch)
    meant, before = target(sleeper), os.getpriority(os.PRIO_PROCESS, sleeper.pid)
    with nobody_thread() as nobody:
        assert nobody.submit(perform, meant, SetNice(6)).result().trouble is Trouble.NOT_PERMITTED
    assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == before
    assert RightsAsked(own_command()).perform([meant], SetNice(6))[0].done
    assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 6


def test_guards_and_identity_hold_with_rights_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    fake_pkexec.allowing(tmp_path, monkeypatch)
    first = Target(ProcessKey(1, psutil.Process(1).create_time()), "harmless")
    outcomes = RightsAsked(own_command()).perform([first, target(sleeper, late=60.0)], End())
    assert [outcome.trouble for outcome in outcomes] == [Trouble.GUARDED, Trouble.GONE]
    assert outcomes[1].action == "end"
    assert sleeper.poll() is None


@pytest.mark.parametrize(
    ("code", "words", "trouble", "reason"),
    [
        (126, "", Trouble.NOT_PERMITTED, "dismissed"),
        (127, "", Trouble.NOT_PERMITTED, "not given"),
        (3, "it broke", Trouble.FAILED, "code 3: it broke"),
        (0, "", Trouble.FAILED, "code 0"),
    ],
)
def test_a_no_says_which(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sleeper: subprocess.Popen[bytes],
    code: int,
    words: str,
    trouble: Trouble,
    reason: str,
) -> None:
    fake_pkexec.answering(tmp_path, monkeypatch, code, words)
    (outcome,) = RightsAsked(own_command()).perform([target(sleeper)], End())
    assert outcome.trouble is trouble
    assert reason in outcome.reason
    assert sleeper.poll() is None


def test_a_question_that_nobody_answers_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    fake_pkexec.waiting(tmp_path, monkeypatch)
    (outcome,) = RightsAsked(own_command()).perform([target(sleeper)], End(), patience=0.2)
    assert "nobody answered" in outcome.reason


def test_it_can_be_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]) -> None:
    fake_pkexec.waiting(tmp_path, monkeypatch)
    asked, found = RightsAsked(own_command()), []
    thread = threading.Thread(target=lambda: found.extend(asked.perform([target(sleeper)], End())))
    thread.start()
    asked.give_up()
    asked.give_up()
    thread.join(10)
    assert not thread.is_alive()
    assert found[0].trouble is not None


def test_without_a_pkexec_it_says_so(monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(rights.os, "geteuid", lambda: 1000)
    assert "not installed" in rights_refusal()
    assert RightsAsked(own_command()).perform([target(sleeper)], End())[0].trouble is Trouble.NOT_PERMITTED


def test_root_and_other_systems_have_nobody_to_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_pkexec.allowing(tmp_path, monkeypatch)
    monkeypatch.setattr(rights.os, "geteuid", lambda: 1000)
    assert rights_refusal() == ""
    monkeypatch.setattr(rights.os, "geteuid", lambda: 0)
    assert "root already" in rights_refusal()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "no pkexec" in rights_refusal()


ONE = Target(ProcessKey(5, 1.0), "web")


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"[1]", b'[{"pid": 6, "trouble": null, "action": "end", "reason": ""}]', b"[" * 9000],
)
def test_an_answer_that_is_none_is_not_believed(data: bytes) -> None:
    assert parse_outcomes(data, [ONE], End()) is None


def test_what_an_answer_says_is_made_harmless() -> None:
    told = parse_outcomes(b'[{"pid": 5, "trouble": "new", "action": "end", "reason": "a\\u001b[2J"}]', [ONE], End())
    assert told is not None
    assert told[0].trouble is Trouble.FAILED
    assert "\x1b" not in told[0].reason


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_none(data: bytes) -> None:
    told = parse_outcomes(data, [ONE], End())
    assert told is None or len(told) == 1
