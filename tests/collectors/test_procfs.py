"""Kept descriptors: they read whole files, survive what goes away, and are given back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sysmon.collectors.procfs import KeptFile, attribute, close_all, entries
from sysmon.model.errors import CollectorFailed, CollectorUnavailable

KEPT = Path("/proc/self/fd")


def descriptors() -> int:
    return len(list(KEPT.iterdir()))


def open_descriptors_of(path: Path) -> list[int]:
    found: list[int] = []
    for entry in KEPT.iterdir():
        try:
            if str(entry.readlink()) == str(path):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_reads_what_the_file_holds_now_through_one_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "stat"
    path.write_bytes(b"one")
    kept = KeptFile(path)
    assert kept.read() == b"one"
    path.write_bytes(b"two, longer")
    assert kept.read() == b"two, longer"
    assert len(open_descriptors_of(path)) == 1
    path.write_bytes(b"")
    assert kept.read() == b""
    kept.close()
    assert open_descriptors_of(path) == []


@pytest.mark.parametrize("size", [16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 32 * 1024, 1_000_003])
def test_reads_files_larger_than_its_first_buffer_whole(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    path = tmp_path / "large"
    path.write_bytes(content[:size])
    kept = KeptFile(path)
    assert kept.read() == content[:size]
    assert kept.read() == content[:size]
    kept.close()


def test_refuses_a_file_that_no_kernel_would_write(tmp_path: Path) -> None:
    path = tmp_path / "absurd"
    with path.open("wb") as file:
        file.truncate(17 << 20)
    kept = KeptFile(path)
    with pytest.raises(CollectorFailed, match="larger than 16 MiB"):
        kept.read()
    kept.close()


def test_a_seq_file_longer_than_a_page_is_read_to_its_end() -> None:
    # /proc/self/smaps answers a part of itself per call.
    path = Path("/proc/self/smaps")
    if not path.exists():
        pytest.skip("this kernel has no /proc/self/smaps")
    kept = KeptFile(path)
    assert kept.read().count(b"VmFlags:") == path.read_bytes().count(b"VmFlags:")
    kept.close()


def test_opens_again_where_the_descriptor_went_stale(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"old")
    kept = KeptFile(path)
    kept.read()
    path.unlink()
    path.write_bytes(b"new device, same name")
    os.close(open_descriptors_of(Path(f"{path} (deleted)"))[0])
    assert kept.read() == b"new device, same name"
    kept.close()


def test_a_process_that_ended_is_an_os_error_not_old_content(tmp_path: Path) -> None:
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "read x"], {}, file_actions=[(os.POSIX_SPAWN_CLOSE, 0)])
    kept = KeptFile(Path(f"/proc/{child}/stat"))
    kept.read()
    os.waitpid(child, 0)
    with pytest.raises(OSError, match=r"No such (file|process)"):
        kept.read()
    kept.close()


def test_require_says_why_this_machine_lacks_the_file(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match=r"absent does not exist on this system"):
        KeptFile(tmp_path / "absent").require()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CollectorUnavailable, match="does not exist"):
        KeptFile(tmp_path / "file/below").require()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_require_says_that_permission_is_lacking(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(CollectorUnavailable, match="this user may not read"):
        KeptFile(path).require()


def test_a_directory_in_place_of_a_file_is_an_os_error(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path)
    with pytest.raises(IsADirectoryError):
        kept.require()
    kept.close()


def test_close_is_idempotent_and_leaves_no_descriptor(tmp_path: Path) -> None:
    files = [KeptFile(tmp_path / str(number)) for number in range(20)]
    before = descriptors()
    for file in files:
        file.path.write_bytes(b"x")
        file.read()
    assert descriptors() == before + 20
    close_all(files)
    close_all(files)
    assert descriptors() == before


def test_attribute_is_stripped_text_or_none(tmp_path: Path) -> None:
    (tmp_path / "size").write_bytes(b" 1024\n")
    (tmp_path / "odd").write_bytes(b"\xff\x00name\n")
    (tmp_path / "empty").write_bytes(b"")
    assert attribute(tmp_path / "size") == "1024"
    assert attribute(tmp_path / "odd") == "\\xff\x00name"
    assert attribute(tmp_path / "empty") is None
    assert attribute(tmp_path / "absent") is None
    assert attribute(tmp_path) is None


def test_entries_are_sorted_and_nothing_where_there_is_no_directory(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).touch()
    assert entries(tmp_path) == ["a", "b"]
    assert entries(tmp_path / "absent") == []
    assert entries(tmp_path / "a") == []
