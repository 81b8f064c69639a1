from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.processes_linux_stat import (
    HOT_BYTES,
    STATES,
    parse_boot_time,
    parse_command,
    parse_io,
    parse_stat,
)
from sysmon.model.process import PROCESS_STATES
from tests.collectors.proc_tree import stat_line

numbers = st.integers(min_value=0, max_value=2**64 - 1)


def test_the_fields_of_a_line() -> None:
    line = stat_line(7, b"demo", state=b"D", parent=3, utime=5, stime=6, nice=-4, threads=9, start=77, pages=12)
    found = parse_stat(line)
    assert (found.name, found.state, found.parent, found.ticks, found.nice) == (b"demo", "disk", 3, 11, -4)
    assert (found.threads, found.start, found.pages) == (9, 77, 12)


@pytest.mark.parametrize("name", [b"a) S 1 2 3", b"(((", b")", b") (", b"new\nline", b"\xff\xfe", b"", b" ", b"x" * 64])
def test_a_name_may_hold_anything(name: bytes) -> None:
    assert parse_stat(stat_line(1, name, parent=42)).name == name
    assert parse_stat(stat_line(1, name, parent=42)).parent == 42


@given(
    name=st.binary(max_size=64).filter(lambda name: b"\0" not in name),
    ticks=numbers,
    pages=numbers,
    start=numbers,
    parent=st.integers(0, 2**31),
)
def test_every_line_of_the_kernel_is_read_back_even_when_cut(
    name: bytes, ticks: int, pages: int, start: int, parent: int
) -> None:
    line = stat_line(2**31 - 1, name, parent=parent, utime=ticks, start=start, pages=pages, flags=2**32 - 1)
    found = parse_stat(line[:HOT_BYTES])
    assert (found.name, found.parent, found.ticks, found.start, found.pages) == (name, parent, ticks, start, pages)


@given(st.binary(max_size=400))
def test_anything_else_is_refused_with_value_error_only(line: bytes) -> None:
    try:
        found = parse_stat(line)
    except ValueError:
        return
    assert found.state in PROCESS_STATES


def test_a_line_cut_inside_the_hot_fields_is_refused() -> None:
    line = stat_line(7, b"demo", pages=123456)
    after_pages = line.index(b"123456") + 6
    for length in range(after_pages + 1):
        with pytest.raises(ValueError, match="not a stat line"):
            parse_stat(line[:length])


def test_every_state_is_a_word_of_the_model() -> None:
    assert set(STATES.values()) <= set(PROCESS_STATES)
    assert parse_stat(stat_line(1, state=b"?")).state == "unknown"


def test_io() -> None:
    assert parse_io(b"rchar: 9\nread_bytes: 4096\nwrite_bytes: 12\ncancelled_write_bytes: 5\n") == (4096, 12)
    for text in (b"", b"read_bytes: 1\n", b"read_bytes: x\nwrite_bytes: 1\n", b"read_bytes: -1\nwrite_bytes: 1\n"):
        with pytest.raises(ValueError, match=r"not an io file|invalid literal"):
            parse_io(text)


def test_boot_time() -> None:
    assert parse_boot_time(b"cpu 1\nbtime 123\n") == 123
    with pytest.raises(ValueError, match="btime"):
        parse_boot_time(b"cpu 1\n")


def test_a_command_is_text_of_one_line() -> None:
    assert parse_command(b"/bin/a\0-b\0c d\0") == "/bin/a -b c d"
    assert parse_command(b"\xff\0x") == "\ufffd x"
    assert parse_command(b"") == ""
