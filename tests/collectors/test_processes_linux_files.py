from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysmon.collectors.processes_linux_files import SPARE, KeptDescriptors, read_once


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """The limits of descriptors of this process, put back afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_counts_what_is_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    files = KeptDescriptors()
    descriptor = files.open(str(tmp_path / "a"))
    assert files.count == 1
    assert not os.get_inheritable(descriptor)
    files.close(descriptor)
    assert files.count == 0
    with pytest.raises(FileNotFoundError):
        files.open(str(tmp_path / "b"))
    assert files.count == 0


def test_a_fixed_bound_holds(tmp_path: Path, limits: tuple[int, int]) -> None:
    files = KeptDescriptors(3)
    assert files.room(3)
    assert not files.room(4)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limits


def test_half_of_the_soft_limit_is_used_until_more_is_needed(limits: tuple[int, int]) -> None:
    hard = limits[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    files = KeptDescriptors()
    assert files.room(1024)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 2048
    assert files.room(1025)  # raised towards the hard limit now
    raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert 2048 < raised <= hard
    assert not files.room(raised // 2 + 1)


def test_a_small_limit_leaves_descriptors_to_the_rest_of_the_program(limits: tuple[int, int]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (SPARE + 10, limits[1]))
    files = KeptDescriptors()
    assert files.room(10)
    resource.setrlimit(resource.RLIMIT_NOFILE, (SPARE - 100, limits[1]))
    assert KeptDescriptors(None).room(0)


def test_reading_once_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abcdef")
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    assert read_once(str(tmp_path / "a"), 4) == b"abcd"
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before
