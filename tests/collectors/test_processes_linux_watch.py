from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysmon.collectors.processes_linux_entry import LinuxProcess
from sysmon.collectors.processes_linux_watch import GONE, Watch


@pytest.fixture
def files(tmp_path: Path) -> Iterator[list[int]]:
    """Descriptors of five files that hold their number."""
    opened: list[int] = []
    for number in range(5):
        (tmp_path / str(number)).write_bytes(b"%d" % number)
        opened.append(os.open(tmp_path / str(number), os.O_RDWR))
    yield opened
    for descriptor in opened:
        os.close(descriptor)


def _watch(files: list[int]) -> tuple[Watch, list[LinuxProcess]]:
    watch = Watch()
    processes = [LinuxProcess(str(number)) for number in range(len(files))]
    for process, descriptor in zip(processes, files, strict=True):
        watch.add(process, descriptor)
    return watch, processes


def test_everything_is_new_once_and_then_only_what_changed(files: list[int]) -> None:
    watch, processes = _watch(files)
    assert list(watch.changed()) == [(process, b"%d" % number) for number, process in enumerate(processes)]
    assert list(watch.changed()) == []
    os.pwrite(files[3], b"x", 0)
    assert list(watch.changed()) == [(processes[3], b"x")]


def test_one_that_fails_does_not_hide_those_behind_it(files: list[int]) -> None:
    watch, processes = _watch(files)
    list(watch.changed())
    with subprocess.Popen(["sleep", "60"]) as child:
        ended = os.open(f"/proc/{child.pid}/stat", os.O_RDONLY)
        child.kill()
    kept = os.dup(files[1])
    for number in (1, 2, 4):
        os.dup2(ended, files[number])
    os.pwrite(files[3], b"x", 0)
    assert list(watch.changed()) == [
        (processes[1], GONE),
        (processes[2], GONE),
        (processes[3], b"x"),
        (processes[4], GONE),
    ]
    assert list(watch.changed()) == []
    os.close(kept)
    os.close(ended)


def test_who_leaves_is_not_read_and_the_others_keep_what_was_seen(files: list[int]) -> None:
    watch, processes = _watch(files)
    list(watch.changed())
    watch.discard({processes[0], processes[3]})
    assert len(watch) == 3
    os.pwrite(files[0], b"x", 0)
    os.pwrite(files[4], b"y", 0)
    assert list(watch.changed()) == [(processes[4], b"y")]


def test_nobody_watched() -> None:
    assert list(Watch().changed()) == []
