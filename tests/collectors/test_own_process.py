from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.own_process import LinuxOwnProcess, OwnUsage, PsutilOwnProcess, open_own_process, parse_stat
from sysmon.model.errors import CollectorFailed

LINE = b"42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 20 30 20 0 7 0 1000 100000000 2560 184 1 1"


def test_a_name_with_brackets_and_spaces_does_not_shift_the_fields() -> None:
    usage = parse_stat(LINE, ticks=100, page=4096)
    assert usage.cpu_time == 2.5
    assert usage.memory == 2560 * 4096
    assert usage.threads == 7
    assert math.isnan(usage.descriptors)


@pytest.mark.parametrize("raw", [b"", b"42 (x) S", b"garbage", LINE[:60], LINE.replace(b"150", b"abc")])
def test_another_line_is_a_failure_with_words(raw: bytes) -> None:
    with pytest.raises(CollectorFailed, match="not understood"):
        parse_stat(raw, ticks=100, page=4096)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_usage_or_a_failure(raw: bytes) -> None:
    try:
        usage = parse_stat(raw, ticks=100, page=4096)
    except CollectorFailed:
        return
    assert isinstance(usage, OwnUsage)


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_it_agrees_with_psutil() -> None:
    reader = LinuxOwnProcess()
    try:
        usage = reader.read()
        process = psutil.Process()
        assert usage.threads == process.num_threads()
        assert usage.descriptors == process.num_fds() - 1  # psutil counts the one by which it counts
        assert abs(usage.memory - process.memory_info().rss) < 8e6
        assert abs(usage.cpu_time - sum(process.cpu_times()[:4])) < 0.5
    finally:
        reader.close()


@linux
def test_one_more_open_file_is_one_more_descriptor() -> None:
    reader = LinuxOwnProcess()
    try:
        before = reader.read().descriptors
        descriptor = os.open(os.devnull, os.O_RDONLY)
        assert reader.read().descriptors == before + 1
        os.close(descriptor)
        assert reader.read().descriptors == before
    finally:
        reader.close()


@linux
def test_kernels_that_do_not_tell_the_number_have_their_entries_counted(tmp_path: Path) -> None:
    (tmp_path / "stat").write_bytes(LINE)
    (tmp_path / "fd").mkdir()
    for number in range(5):
        (tmp_path / "fd" / str(number)).touch()
    reader = LinuxOwnProcess(tmp_path, ticks=100, page=4096)
    size = (tmp_path / "fd").stat().st_size
    assert reader.read().descriptors == (size or 4)
    reader.close()


@linux
def test_closing_twice_is_harmless_and_reading_after_it_says_so() -> None:
    reader = LinuxOwnProcess()
    reader.close()
    reader.close()
    with pytest.raises(CollectorFailed, match="after close"):
        reader.read()


def test_psutil_answers_the_same_figures() -> None:
    reader = PsutilOwnProcess()
    usage = reader.read()
    reader.close()
    assert usage.memory > 1e6
    assert usage.threads >= 1
    assert usage.descriptors >= 1
    assert usage.cpu_time > 0.0


def test_every_system_has_a_reader() -> None:
    reader = open_own_process()
    assert reader.read().memory > 1e6
    reader.close()
