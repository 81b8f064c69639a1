"""Private files are whole or not there, whatever happens in between."""

from __future__ import annotations

import errno
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from sysmon.private_files import append_line, create, keep_aside, older_part, private_folder, replace


def test_a_private_folder_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert private_folder(folder) == folder
    assert private_folder(folder) == folder
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        private_folder(tmp_path / "file")


def left_over(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir() if found.name.startswith("."))


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    replace(file, b"one")
    file.chmod(0o644)
    found = replace(file, b"two")
    assert (found.st_ino, found.st_mtime_ns) == (file.stat().st_ino, file.stat().st_mtime_ns)
    assert file.read_bytes() == b"two"
    assert not left_over(file.parent)
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    replace(file, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace(file, b"new")
    with pytest.raises(OSError, match="No space"):
        create(tmp_path / "other", b"new")
    assert file.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_what_is_there_is_not_created_again(tmp_path: Path) -> None:
    create(tmp_path / "file", b"one")
    with pytest.raises(FileExistsError):
        create(tmp_path / "file", b"two")
    assert (tmp_path / "file").read_bytes() == b"one"
    assert not left_over(tmp_path)


def try_to_create(folder: str, number: int) -> bool:
    try:
        create(Path(folder) / "file", bytes([number]) * 100_000)
    except FileExistsError:
        return False
    return True


def test_of_many_programs_one_creates_it(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        won = pool.starmap(try_to_create, [(str(tmp_path), number) for number in range(8)])
    assert sum(won) == 1
    assert (tmp_path / "file").read_bytes() == bytes([won.index(True)]) * 100_000
    assert not left_over(tmp_path)


def test_what_is_kept_aside_never_hides_another(tmp_path: Path) -> None:
    for text in ("one", "two"):
        (tmp_path / "file").write_text(text)
        keep_aside(tmp_path / "file")
    assert [(tmp_path / f"file.broken-{n}").read_text() for n in (1, 2)] == ["one", "two"]
    with pytest.raises(FileNotFoundError):
        keep_aside(tmp_path / "file")


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_file_system_without_links_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    create(tmp_path / "file", b"one")
    with pytest.raises(FileExistsError):
        create(tmp_path / "file", b"two")
    assert (tmp_path / "file").read_bytes() == b"one"
    assert keep_aside(tmp_path / "file").read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.broken-1"]


def test_a_full_list_goes_on_in_a_new_file(tmp_path: Path) -> None:
    file = tmp_path / "a" / "list"
    for line in ("one", "two", "three"):
        append_line(file, line, largest=8)
    assert older_part(file).read_text() == "one\ntwo\n"
    assert file.read_text() == "three\n"
