"""What is in an enrolment file, who can read it, and what is said of one that is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sysmon.cli.enrolment_file import free, meant_file, read, write
from sysmon.model.errors import ConfigError
from sysmon.model.peer import Enrolment

LINK = f"sysmon://atlas:4870,[fd00::1]:4870/#{'a' * 52}.{'a' * 26}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "farm.enrol"
    write(made, Enrolment(LINK, 20, 1_800_000_000.0))
    return made


def test_what_was_written_is_read_and_is_for_its_owner(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "20 machines may join, until 2027-01-15" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read(file) == LINK
    assert capsys.readouterr().err == ""


def test_a_file_that_others_can_read_is_used_and_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.chmod(0o644)
    assert read(file) == LINK
    assert "others can read" in capsys.readouterr().err


def test_no_file_is_replaced_not_even_a_link_that_leads_nowhere(file: Path, tmp_path: Path) -> None:
    before = file.read_text()
    with pytest.raises(ConfigError, match="is there already"):
        write(file, Enrolment(LINK, 1, 0.0))
    assert file.read_text() == before
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="is there already"):
        free(tmp_path / "dangling")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        write(tmp_path / "file" / "farm.enrol", Enrolment(LINK, 1, 0.0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no enrolment file"),
        (b"\xff\xfe\x00", "no link of sysmon"),
        (b"x" * 20_000, "too large"),
        (f"{LINK}\n{LINK}\n".encode(), "no enrolment file"),
    ],
)
def test_what_is_no_enrolment_file(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        read(file)


def test_a_folder_or_a_file_that_went_away_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(ConfigError, match="cannot be read"):
            read(path)


def test_codes_links_and_addresses_are_no_files(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert meant_file("farm.enrol") == Path("farm.enrol")
    assert meant_file(os.fspath(file)) == file
    for other in ("", "granite-lantern-otter", "atlas:4870", LINK, "ssh://me@atlas", "x" * 5000, "a\0b"):
        assert meant_file(other) is None
    with pytest.raises(ConfigError, match=r"There is no file farm/enrol\."):
        meant_file("farm/enrol")
