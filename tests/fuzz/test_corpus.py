"""The corpus is replayed with every run of the tests, and speaks of every message."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.protocol import blocks
from sysmon.protocol import messages as m
from tests.fuzz.make_corpus import CORPUS, FOUND, corpus
from tests.fuzz.targets import LONGEST, TARGETS, joined, one_input, pieces

FILES = sorted(CORPUS.iterdir())
INPUTS = [file.read_bytes() for file in FILES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_breaks(file: Path) -> None:
    one_input(file.read_bytes())


def test_it_is_small_and_made_of_what_is_said_today() -> None:
    made = dict(corpus())
    kept = {file.name: file.read_bytes() for file in FILES if not file.name.startswith(FOUND)}
    assert {*kept} == {*made}, "run: python -m tests.fuzz.make_corpus"
    # What was deflated differs by version of zlib; all else is the same each time, as the clock is stepped by hand.
    deflated = ("block", "converse", "decode-binary-block", "decode-json-block")
    old = [name for name in made if kept[name] != made[name] and not name.startswith(deflated)]
    assert old == [], "run: python -m tests.fuzz.make_corpus"
    assert sum(map(len, INPUTS)) < 256 << 10
    assert max(map(len, INPUTS)) <= LONGEST


def test_every_message_and_every_target_is_in_it() -> None:
    names = {file.name for file in FILES}
    for kind in (*get_args(m.Named), m.Tick):
        assert {f"decode-{word}-{kind.__name__.lower()}" for word in ("binary", "json")} <= names
    assert {data[0] % len(TARGETS) for data in INPUTS} == set(range(len(TARGETS)))


def test_a_fault_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise IndexError("planted")

    monkeypatch.setattr(blocks, "decode", faulty)
    (block,) = (file for file in FILES if file.name.startswith("block"))
    with pytest.raises(IndexError):
        one_input(block.read_bytes())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(INPUTS), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4))
def test_nothing_breaks_where_bytes_are_others(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for place, byte in changes:
        changed[place % len(data)] = byte
    one_input(bytes(changed))


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_messages_are_joined_and_taken_apart(messages: list[bytes]) -> None:
    assert list(pieces(joined(messages))) == messages
