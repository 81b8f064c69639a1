"""Messages come out of the stream as they went in, however it is cut; nothing goes after the end."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.link import Reason
from sysmon.transport.framed import MOST_EARLY, FramedWire
from sysmon.transport.wire import FIRST_MESSAGES, End


class FakeSink:
    """Keeps what is written until the test takes it."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.closed = self.aborted = False
        self.gone = asyncio.Event()

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written += data

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True
        self.gone.set()


class Ear:
    """Hears everything."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.rooms = 0
        self.ends: list[End] = []

    def message(self, data: bytes) -> None:
        self.messages.append(data)

    def room(self) -> None:
        self.rooms += 1

    def lost(self, end: End) -> None:
        self.ends.append(end)


def wire() -> tuple[FramedWire, FakeSink, Ear]:
    sink, ear = FakeSink(), Ear()
    made = FramedWire(sink, "test", "somewhere")
    made.attach(ear)
    return made, sink, ear


async def test_what_is_said_is_heard() -> None:
    here, sink, _ = wire()
    there, _, ear = wire()
    for message in (b"one", b"", b"three" * 100):
        here.send(message)
    assert here.in_flight == here.bytes_out == len(sink.written)
    there.fed(bytes(sink.written))
    assert ear.messages == [b"one", b"three" * 100]
    assert there.bytes_in == here.bytes_out


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=10), st.lists(st.integers(1, 40), min_size=1))
def test_any_cut_of_the_stream_gives_the_same_messages(messages: list[bytes], cuts: list[int]) -> None:
    here, sink, _ = wire()
    there, _, ear = wire()
    for message in messages:
        here.send(message)
    left, number = bytes(sink.written), 0
    while left:
        size = cuts[number % len(cuts)]
        there.fed(left[:size])
        left, number = left[size:], number + 1
    assert ear.messages == messages


async def test_a_goodbye_says_why_on_both_sides() -> None:
    here, sink, mine = wire()
    there, _, ear = wire()
    here.send(b"last")
    here.close(Reason.STOPPING_HERE, "bye\n")
    here.close(Reason.REVOKED)
    here.send(b"never")
    there.fed(bytes(sink.written))
    assert ear.messages == [b"last"]
    assert not there.room
    there.send(b"never")
    here.gone(End(Reason.CUT))
    here.gone(End(Reason.CUT))
    there.gone(End(Reason.CUT))
    assert [(end.reason, end.text) for end in mine.ends] == [(Reason.STOPPING_HERE, "bye\\x0a")]
    assert [end.reason for end in ear.ends] == [Reason.DRAINING]
    here.abort()
    assert not sink.aborted


async def test_a_stream_that_does_not_end_is_cut_off() -> None:
    here, sink, mine = wire()
    here.close(Reason.NOT_WANTED, limit=0.0)
    await asyncio.wait_for(sink.gone.wait(), 5)
    assert sink.aborted
    here.gone(End(Reason.CUT))
    assert mine.ends[0].reason is Reason.NOT_WANTED


async def test_a_message_that_is_too_long_is_not_waited_for() -> None:
    there, sink, ear = wire()
    there.fed((FIRST_MESSAGES + 1).to_bytes(4))
    assert sink.closed
    there.fed(b"more" * 1000)
    there.gone(End(Reason.CUT))
    assert ear.ends[0].reason is Reason.TOO_LARGE
    wide, _, heard = wire()
    wide.widen(1 << 20)
    wide.fed((FIRST_MESSAGES + 1).to_bytes(4) + bytes(FIRST_MESSAGES + 1))
    assert len(heard.messages) == 1


async def test_nothing_is_lost_before_somebody_listens_and_nothing_is_heaped_up() -> None:
    here, sink, _ = wire()
    for _ in range(3):
        here.send(b"early")
    late = FramedWire(FakeSink(), "test", "x")
    late.fed(bytes(sink.written))
    late.gone(End(Reason.CUT))
    ear = Ear()
    late.attach(ear)
    await asyncio.sleep(0)
    assert ear.ends
    assert ear.messages == [b"early"] * 3
    out = FakeSink()
    full = FramedWire(out, "test", "x")
    message = (1000).to_bytes(4) + bytes(1000)
    for _ in range(MOST_EARLY // 1000 + 1):
        full.fed(message)
    assert out.closed


async def test_a_full_stream_says_so() -> None:
    here, _, ear = wire()
    assert here.room
    here.filled()
    assert not here.room
    here.drained()
    assert here.room
    assert ear.rooms == 1
    here.abort()
    here.drained()
    assert ear.rooms == 1
