"""Descriptors: real ones of every kind, very many, hostile and forbidden ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_files import FdInfo, flag_names, kind_of, parse_fdinfo, read_files
from sysmon.collectors.process_folder import OTHER_USER, open_process
from sysmon.collectors.process_lookup import MOST_DESCRIPTORS
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import FileFacts, Section
from tests.collectors.detail_tree import KEY, PID, hold, made
from tests.collectors.held_process import boot_time, child, nobody_thread, root_only
from tests.collectors.proc_tree import BOOT
from tests.collectors.recorded import write_tree

HOLD = """
import os, select, sys
path = os.fsencode(sys.argv[1])
file = os.open(path + b"/held \\xff\\n\\x1b[2J", os.O_RDWR | os.O_CREAT | os.O_APPEND)
os.write(file, b"12345")
gone = os.open(path + b"/gone", os.O_WRONLY | os.O_CREAT)
os.unlink(path + b"/gone")
folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
memory = os.memfd_create("shared")
poll = select.epoll()
"""


def look(key: ProcessKey, root: Path, boot: float) -> Section[FileFacts]:
    with open_process(root, boot, key) as folder:
        return read_files(folder)


def test_what_a_real_process_holds(tmp_path: Path) -> None:
    with child(HOLD, str(tmp_path)) as (key, _):
        found = look(key, Path("/proc"), boot_time())
    assert (found.missing, found.cut) == (None, 0)
    assert [file.fd for file in found.items] == sorted(file.fd for file in found.items)
    assert (found.items[0].kind, found.items[0].flags[0]) == ("pipe", "read")
    by_path = {file.path: file for file in found.items}
    held = by_path[f"{tmp_path}/held \ufffd\n\x1b[2J"]
    assert (held.kind, held.flags, held.position) == ("file", ("read", "write", "append", "cloexec"), 5)
    assert by_path[f"{tmp_path}/gone (deleted)"].flags[0] == "write"
    assert by_path[str(tmp_path)].kind == "directory"
    assert by_path["/memfd:shared (deleted)"].kind == "memory"
    assert by_path["anon_inode:[eventpoll]"].kind == "event"


@root_only
def test_descriptors_of_another_user() -> None:
    with child("") as (key, _), nobody_thread() as nobody:
        found = nobody.submit(look, key, Path("/proc"), boot_time()).result()
    assert found == Section(missing=OTHER_USER)


def test_very_many_descriptors_are_cut_and_counted(tmp_path: Path) -> None:
    made(tmp_path)
    folder = tmp_path / str(PID) / "fd"
    for first in (0, 50_000):  # file systems bound the number of hard links of one file
        (folder / str(first)).symlink_to(tmp_path / "held")
        for number in range(first + 1, first + 50_000):
            os.link(folder / str(first), folder / str(number), follow_symlinks=False)
    (tmp_path / "held").write_text("pos:\t3\nflags:\t0\n")
    (folder.parent / "fdinfo").symlink_to("fd")
    found = look(KEY, tmp_path, BOOT)
    assert len(found.items) == MOST_DESCRIPTORS
    assert found.items[0].position == 3
    assert found.cut == 100_000 - MOST_DESCRIPTORS


def test_a_descriptor_that_is_closed_meanwhile_is_left_out(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {0: "/dev/null", 1: "/gone"})
    write_tree(tmp_path / str(PID), {"fdinfo/0": "pos:\t7\nflags:\t0100002\nmnt_id:\t1\n"})
    assert look(KEY, tmp_path, BOOT).items == (FileFacts(0, "/dev/null", "device", ("read", "write"), 7),)


def test_the_first_lines_of_fdinfo_count() -> None:
    assert parse_fdinfo(b"pos:\t7\nflags:\t02004002\nmnt_id:\t15\npos: 9 ino: 1\nflags: 1\n") == FdInfo(7, 0o2004002)
    assert parse_fdinfo(b"pos:\t?\nflags:\t9\n") == FdInfo(-1, -1)


def test_flags_that_are_not_told_are_none() -> None:
    assert flag_names(-1) == ()
    assert flag_names(os.O_WRONLY | os.O_NONBLOCK) == ("write", "nonblock")


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("/home/ada/notes (deleted)", "file"),
        ("/dev/pts/3", "terminal"),
        ("/dev/dri/renderD128", "device"),
        ("/dev/shm/sem.x", "memory"),
        ("socket:[1]", "socket"),
        ("pipe:[1]", "pipe"),
        ("anon_inode:inotify", "event"),
        ("anon_inode:[eventfd]", "event"),
        ("anon_inode:bpf-map", "other"),
        ("anon_inode:[pidfd]", "event"),
        ("net:[4026531840]", "other"),
        ("", "other"),
    ],
)
def test_kinds(link: str, kind: str) -> None:
    assert kind_of(link, -1) == kind


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    info = parse_fdinfo(data)
    flag_names(info.flags)
    kind_of(data.decode("utf-8", "replace"), info.flags)
