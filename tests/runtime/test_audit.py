"""The audit log keeps every outcome, survives damage and turns over."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sysmon.model.action import Outcome, Target, Trouble
from sysmon.model.process import ProcessKey
from sysmon.runtime.audit import LARGEST, AuditLog

TARGET = Target(ProcessKey(42, 7.5), 'na"me\nwith \x1b[31m')


def test_what_was_done_and_what_was_refused_come_back(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "state")
    log.record(1.0, "me", Outcome(TARGET, "end"))
    log.record(2.0, "me", Outcome(TARGET, "kill", Trouble.GUARDED, "no"))
    found = list(log.entries())
    assert [(entry.action, entry.result, entry.reason) for entry in found] == [
        ("end", "done", ""),
        ("kill", "guarded", "no"),
    ]
    assert found[0].name == TARGET.name
    assert len(log.path.read_text().splitlines()) == 2
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_damaged_lines_are_left_out(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record(1.0, "me", Outcome(TARGET, "end"))
    with log.path.open("ab") as file:
        file.write(b'\xff\x00 garbage\n{"time": "x"}\n[]\n')
    log.record(3.0, "me", Outcome(TARGET, "stop"))
    assert [entry.action for entry in log.entries()] == ["end", "stop"]


def test_a_full_log_turns_over_and_both_parts_are_read(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record(1.0, "me", Outcome(TARGET, "end"))
    os.truncate(log.path, LARGEST)
    log.record(2.0, "me", Outcome(TARGET, "stop"))
    assert log.path.stat().st_size < 1000
    assert [entry.action for entry in log.entries()] == ["end", "stop"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        AuditLog(tmp_path / "file" / "state").record(1.0, "me", Outcome(TARGET, "end"))
