"""Births and deaths told by the kernel: messages of any shape, and real processes where permitted."""

from __future__ import annotations

import select
import struct
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_events import Executed, Exited, Forked, ProcessEvents, parse_event
from sysmon.model.errors import CollectorFailed, CollectorUnavailable


def message(what: int, *words: int) -> bytes:
    return bytes(36) + struct.pack("=IIQ", what, 0, 123) + struct.pack(f"={len(words)}I", *words)


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (message(0x1, 10, 10, 20, 20), Forked(20, 10)),
        (message(0x1, 11, 10, 20, 20), Forked(20, 10)),
        (message(0x1, 10, 10, 21, 20), None),
        (message(0x2, 20, 20), Executed(20, "")),
        (message(0x80000000, 20, 20, 3 << 8, 17), Exited(20, 3, None)),
        (message(0x80000000, 20, 20, 9, 17), Exited(20, None, 9)),
        (message(0x80000000, 20, 20, 0x80 | 11, 17), Exited(20, None, 11)),
        (message(0x80000000, 21, 20, 0, 0), None),
        (message(0x0, 0), None),
        (message(0x200, 1, 1), None),
    ],
)
def test_messages(data: bytes, event: object) -> None:
    assert parse_event(data) == event


@given(st.binary(max_size=120))
def test_any_bytes_are_an_event_nothing_or_a_failure(data: bytes) -> None:
    try:
        event = parse_event(data)
    except CollectorFailed:
        event = None
    assert event is None or isinstance(event, Forked | Executed | Exited)


@pytest.fixture
def events() -> Iterator[ProcessEvents]:
    try:
        opened = ProcessEvents()
    except CollectorUnavailable as error:
        pytest.skip(str(error))
    yield opened
    opened.close()
    opened.close()


def test_a_process_that_lives_for_a_moment_is_seen_from_birth_to_death(events: ProcessEvents) -> None:
    with subprocess.Popen(["sh", "-c", "exit 7"]) as child:
        child.wait(10)
    found: list[object] = []
    while Exited(child.pid, 7, None) not in found:
        readable, _, _ = select.select([events], [], [], 10.0)
        assert readable, "the kernel told nothing"
        found += events.read()
    kinds = [type(event) for event in found if getattr(event, "pid", None) == child.pid]
    assert kinds == [Forked, Executed, Exited]
    assert events.read() == [] or all(getattr(event, "pid", None) != child.pid for event in events.read())
