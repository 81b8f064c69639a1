"""Identity: nothing of another process is ever taken for that of the one that was meant."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from sysmon.collectors.process_folder import (
    ABSENT,
    ENDED,
    KERNEL,
    NOT_EVEN_ROOT,
    OTHER_USER,
    PROTECTED,
    open_process,
)
from sysmon.model.errors import ProcessGone
from sysmon.model.process import SAME_START, ProcessKey
from tests.collectors.detail_tree import KEY, PID, START, hold, made
from tests.collectors.held_process import BECOME_NOBODY, boot_time, child, nobody_thread, root_only
from tests.collectors.proc_tree import BOOT, KERNEL_THREAD, stat_line
from tests.collectors.reading_processes import descriptors

PROC = Path("/proc")


def test_a_real_child_is_read_while_it_lives() -> None:
    with child("") as (key, _), open_process(PROC, boot_time(), key) as folder:
        assert folder.read("cmdline", 1 << 16).startswith(sys.executable.encode())
        assert folder.link("exe") == os.path.realpath(sys.executable)
        assert not folder.kernel
        assert not folder.zombie


def test_a_process_that_ended_before_is_gone() -> None:
    with child("") as (key, process):
        process.kill()
        process.wait()
        with pytest.raises(ProcessGone, match="has ended"), open_process(PROC, boot_time(), key):
            pytest.fail("it was opened")


def test_a_process_that_ends_while_it_is_read_is_gone() -> None:
    def read_to_the_end() -> None:
        with open_process(PROC, boot_time(), key) as folder:
            process.kill()
            process.wait()
            with pytest.raises(ProcessLookupError):
                folder.read("status", 100)

    with child("") as (key, process), pytest.raises(ProcessGone, match="has ended"):
        read_to_the_end()


def test_a_zombie_is_still_there() -> None:
    with child("") as (key, process):
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with open_process(PROC, boot_time(), key) as folder:
            assert folder.zombie
            assert folder.reason(FileNotFoundError()) == ENDED


def test_a_pid_of_another_start_time_is_another_process(tmp_path: Path) -> None:
    made(tmp_path)
    later = ProcessKey(PID, KEY.start + SAME_START + 0.1)
    with pytest.raises(ProcessGone, match="another process"), open_process(tmp_path, BOOT, later):
        pytest.fail("it was opened")


def test_a_start_time_that_a_clock_step_moved_a_little_is_the_same(tmp_path: Path) -> None:
    made(tmp_path)
    with open_process(tmp_path, BOOT, ProcessKey(PID, KEY.start - 1.0)) as folder:
        assert folder.stat.start == START


def test_a_pid_that_changes_hands_while_it_is_read(tmp_path: Path) -> None:
    def read_meanwhile() -> None:
        with open_process(tmp_path, BOOT, KEY) as folder:
            (tmp_path / str(PID)).rename(tmp_path / "before")
            (tmp_path / str(PID)).mkdir()
            (tmp_path / str(PID) / "stat").write_bytes(stat_line(PID, b"thief", start=START + 1))
            (tmp_path / str(PID) / "environ").write_bytes(b"SECRET=1\0")
            assert folder.read("environ", 100) == b"HOME=/root\0PATH=/bin\0"

    made(tmp_path)
    with pytest.raises(ProcessGone, match="another process"):
        read_meanwhile()


@pytest.mark.parametrize("line", [b"", b"7 (demo", b"\0" * 100])
def test_a_stat_line_that_is_none_is_an_ended_process(tmp_path: Path, line: bytes) -> None:
    made(tmp_path, line=line)
    with pytest.raises(ProcessGone), open_process(tmp_path, BOOT, KEY):
        pytest.fail("it was opened")


def test_numbers_are_cut_sorted_and_counted(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {10: "/a", 9: "/b", 100: "/c"})
    (tmp_path / str(PID) / "fd" / "strange").touch()
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert folder.numbers("fd", 5) == ([9, 10, 100], 0)
        some, more = folder.numbers("fd", 2)
        assert (len(some), some, more) == (2, sorted(some), 1)


def test_a_long_file_is_read_whole_or_up_to_the_limit(tmp_path: Path) -> None:
    made(tmp_path, {"environ": b"x" * 200_000})
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert len(folder.read("environ", 1 << 20)) == 200_000
        assert len(folder.read("environ", 70_000)) == 70_000


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    made(tmp_path)
    os.mkfifo(tmp_path / str(PID) / "trap")
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert folder.read("trap", 10) == b""


def test_nothing_stays_open(tmp_path: Path) -> None:
    made(tmp_path)
    before = descriptors()
    with open_process(tmp_path, BOOT, KEY) as folder:
        lines = folder.lines("smaps")
        next(lines)
        del lines
    assert descriptors() == before


def test_reasons_by_what_the_process_is(tmp_path: Path) -> None:
    made(tmp_path, line=stat_line(PID, flags=KERNEL_THREAD, start=START))
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert folder.reason(PermissionError()) == KERNEL
    (tmp_path / str(PID) / "stat").write_bytes(stat_line(PID, start=START))
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert folder.reason(FileNotFoundError(2, "no")) == ABSENT
        assert folder.reason(OSError(5, "Input/output error")) == "Input/output error"


@root_only
def test_reasons_by_whose_it_is() -> None:
    def why(key: ProcessKey) -> str:
        with open_process(PROC, boot_time(), key) as folder:
            try:
                folder.link("exe")
            except OSError as error:
                return folder.reason(error)
        return "readable"

    with nobody_thread() as nobody:
        with child("") as (key, _):
            assert why(key) == "readable"
            assert nobody.submit(why, key).result() == OTHER_USER
        with child(BECOME_NOBODY) as (key, _):
            assert nobody.submit(why, key).result() == "readable"
        with child(BECOME_NOBODY, DUMPABLE="0") as (key, _):
            assert nobody.submit(why, key).result() == PROTECTED


@root_only
def test_a_process_that_is_not_seen_any_more_may_be_hidden() -> None:
    def look() -> None:
        with open_process(PROC, BOOT, ProcessKey(0, 0.0)):
            pass

    with nobody_thread() as nobody, pytest.raises(ProcessGone, match="has ended, or the system hides it now"):
        nobody.submit(look).result()
    with pytest.raises(ProcessGone, match=r"has ended$"):
        look()


@root_only
def test_who_it_is_may_be_hidden() -> None:
    def look(root: Path) -> None:
        with open_process(root, BOOT, KEY):
            pass

    with tempfile.TemporaryDirectory() as folder, nobody_thread() as nobody:
        root = Path(folder) / "proc"  # pytest's own folders are closed to nobody
        made(root)
        Path(folder).chmod(0o755)
        nobody.submit(look, root).result()
        (root / str(PID) / "stat").chmod(0)  # hidepid=noaccess
        with pytest.raises(PermissionError):
            nobody.submit(look, root).result()


def test_root_that_is_refused_is_told_so(tmp_path: Path) -> None:
    made(tmp_path)
    if os.geteuid() != 0:
        pytest.skip("only root is told")
    with open_process(tmp_path, BOOT, KEY) as folder:
        assert folder.reason(PermissionError(1, "no")) == NOT_EVEN_ROOT
