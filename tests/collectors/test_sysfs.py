"""Attribute files: kept descriptors, bounds, words for errors."""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.sysfs import SysFile, clean_label, parse_number, read_bytes, read_number, reason_of


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_kept_file_shows_what_was_written_since(tmp_path: Path) -> None:
    path = tmp_path / "temp1_input"
    path.write_text("47000\n")
    file = SysFile(path)
    assert file.number() == 47000.0
    path.write_text("48000\n")
    assert file.number() == 48000.0
    file.close()


def test_descriptors_are_kept_only_where_asked_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("1")
    before = open_descriptors()
    loose, kept = SysFile(path, keep=False), SysFile(path)
    assert loose.number() == kept.number() == 1.0
    assert open_descriptors() == before + 1
    kept.close()
    kept.close()
    assert open_descriptors() == before
    assert kept.number() == 1.0
    kept.close()


def test_a_missing_file_raises_and_works_once_it_is_there(tmp_path: Path) -> None:
    file = SysFile(tmp_path / "later")
    with pytest.raises(FileNotFoundError):
        file.read()
    (tmp_path / "later").write_text("5")
    assert file.number() == 5.0
    file.close()


def test_a_fifo_does_not_hang_and_a_folder_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert read_bytes(str(tmp_path / "fifo")) == b""
    with pytest.raises(IsADirectoryError):
        read_bytes(str(tmp_path))


def test_only_the_first_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "huge").write_bytes(b"1" * 100_000)
    file = SysFile(tmp_path / "huge", limit=64)
    assert len(file.read()) == 64
    file.close()
    assert len(read_bytes(str(tmp_path / "huge"))) == 4096


def test_numbers_of_files(tmp_path: Path) -> None:
    (tmp_path / "n").write_text(" 12\n")
    assert read_number(tmp_path / "n") == 12.0
    assert math.isnan(read_number(tmp_path / "absent"))


@pytest.mark.parametrize("text", [b"", b"max", b"1 2", b"inf", b"nan", b"\xff\x00", b"9" * 5000])
def test_what_is_no_number_is_nan(text: bytes) -> None:
    assert math.isnan(parse_number(text))


@given(st.binary(max_size=200))
def test_any_bytes_give_a_finite_number_or_nan(data: bytes) -> None:
    value = parse_number(data)
    assert math.isnan(value) or math.isfinite(value)


@given(st.integers(-(2**53), 2**53))
def test_whole_numbers_survive(number: int) -> None:
    assert parse_number(f"{number}\n".encode()) == number


@given(st.text(max_size=400))
def test_labels_are_one_short_printable_line_that_cannot_break_a_series_key(text: str) -> None:
    label = clean_label(text)
    assert len(label) <= 64
    assert label.isprintable()
    assert label == label.strip()
    assert not set(label) & set("{},=")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "not permitted"),
        (errno.ENODATA, "the device has no value now"),
        (errno.EIO, "the device did not answer"),
        (errno.ENODEV, "the device is gone"),
    ],
)
def test_errors_have_words(number: int, words: str) -> None:
    assert reason_of(OSError(number, "x")) == words


def test_an_error_without_words_says_what_the_system_says() -> None:
    assert reason_of(OSError(errno.ENOSPC, "No space left on device")) == "No space left on device"
    assert reason_of(OSError()) == "the file cannot be read"
