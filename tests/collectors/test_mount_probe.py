"""A file system that does not answer is asked once, by one thread, and waited for by nobody."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sysmon.collectors.mount_probe import MountProbe

LONG = 20.0
"""More than any answer takes; a test that gets here has failed."""


class SlowFilesystem:
    """Answers when it is let, and counts the questions."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.questions = 0
        self.error: OSError | None = None

    def statvfs(self, path: bytes) -> os.statvfs_result:
        self.questions += 1
        self.asked.release()
        assert self.let.acquire(timeout=LONG)
        if self.error is not None:
            raise self.error
        return os.statvfs(path)


def test_an_answer_comes_back(tmp_path: Path) -> None:
    probe = MountProbe(os.fsencode(tmp_path), os.statvfs)
    probe.ask()
    answer = probe.answer(LONG)
    assert answer is not None
    assert answer.f_blocks == os.statvfs(tmp_path).f_blocks


def test_while_one_question_is_open_no_other_is_asked(tmp_path: Path) -> None:
    slow = SlowFilesystem()
    probe = MountProbe(os.fsencode(tmp_path), slow.statvfs)
    for _ in range(10):
        probe.ask()
        assert probe.answer(0.0) is None
    assert slow.asked.acquire(timeout=LONG)
    assert slow.questions == 1
    slow.let.release()
    assert probe.answer(LONG) is not None
    slow.let.release()
    probe.ask()
    assert probe.answer(LONG) is not None
    assert slow.questions == 2


def test_an_error_is_raised_where_the_answer_is_read_and_then_forgotten(tmp_path: Path) -> None:
    slow = SlowFilesystem()
    slow.error = PermissionError("no")
    probe = MountProbe(os.fsencode(tmp_path), slow.statvfs)
    probe.ask()
    slow.let.release()
    with pytest.raises(PermissionError):
        probe.answer(LONG)
    slow.error = None
    slow.let.release()
    probe.ask()
    assert probe.answer(LONG) is not None


def test_nothing_asked_nothing_answered(tmp_path: Path) -> None:
    assert MountProbe(os.fsencode(tmp_path), os.statvfs).answer(LONG) is None


def test_its_thread_does_not_keep_the_program_from_ending(tmp_path: Path) -> None:
    slow = SlowFilesystem()
    probe = MountProbe(os.fsencode(tmp_path), slow.statvfs)
    probe.ask()
    assert slow.asked.acquire(timeout=LONG)
    threads = [thread for thread in threading.enumerate() if thread.name == f"statvfs {tmp_path}"]
    assert [thread.daemon for thread in threads] == [True]
    slow.let.release()
    threads[0].join(LONG)
    assert not threads[0].is_alive()
