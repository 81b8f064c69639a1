"""Filters of the command line find real processes and mark what is wrong."""

from __future__ import annotations

import os
from argparse import ArgumentParser

import pytest

from sysmon.cli.filtering import add_filter, find
from sysmon.model.errors import SysmonError


def searched(*words: str) -> list[int]:
    parser = ArgumentParser()
    add_filter(parser)
    return [found.row.key.pid for found in find(parser.parse_args(words), rates=False)]


def test_finds_this_process_by_pid_and_by_its_user() -> None:
    assert searched(f"pid:{os.getpid()}") == [os.getpid()]
    assert os.getpid() in searched("user:me", "and", "not", "kernel:yes")


def test_no_words_find_everything() -> None:
    assert os.getpid() in searched()


def test_a_wrong_filter_is_marked_where_it_is_wrong() -> None:
    with pytest.raises(SysmonError) as caught:
        searched("cpu>5", "usr:me")
    message, text, mark = str(caught.value).split("\n")
    assert "did you mean user?" in message
    assert text.index("usr") == mark.index("^")
