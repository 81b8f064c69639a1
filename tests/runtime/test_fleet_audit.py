"""The audit list keeps what happened, newest first, whatever peers call themselves and whatever happens to the file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.printable import printable
from sysmon.private_files import older_part
from sysmon.runtime.fleet_audit import LARGEST, LONGEST, FleetAudit


def test_the_newest_comes_first_with_its_time(tmp_path: Path) -> None:
    audit = FleetAudit(tmp_path / "state")
    assert audit.newest() == ()
    audit.record(1e9, "atlas was paired", "id")
    audit.record(1e9 + 1, "atlas was revoked")
    lines = audit.newest()
    assert [line[21:] for line in lines] == ["atlas was revoked", "atlas was paired"]
    assert lines[0].startswith("2001-09-0")
    assert audit.newest(1) == lines[:1]
    assert audit.newest(-1) == ()
    if os.name == "posix":
        assert stat.S_IMODE(audit.path.stat().st_mode) == 0o600


@given(text=st.text(max_size=500), peer=st.text(max_size=100))
def test_whatever_is_told_stays_one_line_that_can_be_printed(
    text: str, peer: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    audit = FleetAudit(tmp_path_factory.mktemp("audit"))
    audit.record(1e9, text, peer)
    (line,) = audit.newest()
    assert printable(line) == line
    assert len(line) <= LONGEST + 22


def test_damaged_lines_are_left_out(tmp_path: Path) -> None:
    audit = FleetAudit(tmp_path)
    audit.record(1e9, "one")
    with audit.path.open("ab") as file:
        file.write(b'\xff\x00\n[]\n{"time": 1e300, "text": "x"}\n{"time": "x"}\n' + b"[" * 5000 + b"\n")
    audit.record(1e9, "two")
    assert [line[21:] for line in audit.newest()] == ["two", "one"]


def test_it_does_not_grow_without_end_and_both_parts_are_read(tmp_path: Path) -> None:
    audit = FleetAudit(tmp_path)
    audit.record(1e9, "early")
    with audit.path.open("ab") as file:
        file.write(b" " * LARGEST + b"\n")
    audit.record(1e9, "late")
    assert [line[21:] for line in audit.newest()] == ["late", "early"]
    assert audit.path.stat().st_size < 200
    assert older_part(audit.path).stat().st_size > LARGEST
    os.truncate(audit.path, 100 * LARGEST)
    assert len(audit.newest()) <= 2


def test_a_list_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        FleetAudit(tmp_path / "file" / "state").record(1e9, "x")
