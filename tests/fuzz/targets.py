"""What is fuzzed: everything that takes bytes from a peer. Whatever they are, nothing but the agreed error is raised.

An input is one byte that chooses the target, then what it is fed. `one_input` is called by the fuzzer (`run`), and by
the test that replays the corpus.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from sysmon.model.errors import ConfigError, RemoteProtocolError
from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab
from sysmon.model.sample import SampleBatch
from sysmon.protocol import blocks, pairing_link, pairing_messages, part_codec, question_rights, tick_codec
from sysmon.protocol import messages as m
from sysmon.protocol import questions as q
from sysmon.protocol.codec import BINARY, JSON, Codec
from sysmon.protocol.events import Answered, Asked, Event, Fetch, Greeted
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.protocol.tick_codec import TickDecoder
from tests.protocol.made import batch, catalog

CATALOG: Final = catalog(40)
LONGEST: Final = 1 << 16
"""Bytes of an input."""
_ALL: Final = Rights(True, True, True, True, True)
_PROCESS: Final = ProcessKey(5, 1.0)
_ENDED: Final = {LinkState.BACKOFF, LinkState.REFUSED}


def decode_binary(data: bytes) -> None:
    """One message in MessagePack; what was read is written again, and reads the same."""
    _decode(Codec(BINARY), data)


def decode_json(data: bytes) -> None:
    """One message in JSON."""
    _decode(Codec(JSON), data)


def _decode(codec: Codec, data: bytes) -> None:
    try:
        message = codec.decode(data)
    except RemoteProtocolError:
        return
    if message is not None:
        written = codec.encode(message)
        again = codec.decode(written)
        assert again is not None
        assert codec.encode(again) == written


def tick(data: bytes) -> None:
    """Ticks of a host whose catalog is known, after a good one."""
    decoder = TickDecoder("h", 1, CATALOG)
    decoder.decode(_KEY, *_head(_KEY))
    for piece in pieces(data):
        try:
            made = decoder.decode(piece, *_head(piece))
        except RemoteProtocolError:
            return
        assert len(made.values) == len(CATALOG.series)
        assert math.isfinite(made.time)


def _head(data: bytes) -> tuple[int, int]:
    _, flags, at = tick_codec.head(data)
    return at, flags


_KEY: Final = tick_codec.TickEncoder(1, 1, CATALOG, 1.0).encode(batch(CATALOG, 5, [1.0] * len(CATALOG.series)))


def block(data: bytes) -> None:
    """A piece of history."""
    try:
        stretch = blocks.decode(data, "h", 1, CATALOG)
    except RemoteProtocolError:
        return
    assert 0 < len(stretch.sequences) <= blocks.MAX_ROWS
    assert len(list(stretch.batches())) == len(stretch.sequences)


def converse_binary(data: bytes) -> None:
    """A whole conversation in MessagePack, message by message."""
    _converse(BINARY, data)


def converse_json(data: bytes) -> None:
    """A whole conversation in JSON."""
    _converse(JSON, data)


def _converse(spelling: str, data: bytes) -> None:
    feed = Feed()
    host = feed.put_host(m.Host("desk", "Desk"))
    feed.publish(batch(CATALOG, 1, [2.0] * len(CATALOG.series), host="desk"))
    side = Side(greeting("fuzz", m.Host("desk", "Desk"), 1), _ALL, spelling)
    session = Session(side, feed, Holdings(), None, lambda: None)
    session.start(0.0)
    session.expect({"*": m.Wish("*", 1.0, processes=1.0)}, 0.0)
    now = 0.0
    for piece in pieces(data):
        now += 0.3
        for event in [*session.receive(piece, now), *session.wake(now)]:
            _act(session, event, now)
        for _ in range(200):
            if session.pull(now) is None:
                break
        else:
            raise AssertionError("it never stops talking")
    assert session.finished == (session.state in _ENDED)
    session.lost(Reason.CUT)
    assert session.deadline() == math.inf
    assert not host.streams
    assert not host.table_listeners


def _act(session: Session, event: Event, now: float) -> None:
    """What a program does with an event."""
    if isinstance(event, Greeted):
        for tab in Tab:
            session.ask("", q.Look(_PROCESS, tab.name.lower()), now)
    elif isinstance(event, Fetch):
        session.supply(event, ())
    elif isinstance(event, Asked):
        question_rights.refusal(event.question, _ALL, "desk")
        if isinstance(event.question, q.Act):
            part_codec.action(event.question.deed)
            [part_codec.target(part) for part in event.question.targets]
        session.answer(event.number, q.Living([]))
    elif isinstance(event, Answered) and isinstance(event.reply, q.Looked):
        for tab in Tab:
            part_codec.tab_answer(_PROCESS, tab, event.reply)
    elif isinstance(event, SampleBatch):
        assert len(event.values) == len(event.catalog.series)


def pairing(data: bytes) -> None:
    """A message of pairing."""
    try:
        pairing_messages.decode(data)
    except RemoteProtocolError:
        return


def link(data: bytes) -> None:
    """A join link, as a user may paste it."""
    try:
        pairing_link.parse_link(data.decode("utf-8", "replace"))
    except ConfigError:
        return


TARGETS: Final[tuple[Callable[[bytes], None], ...]] = (
    decode_binary,
    decode_json,
    tick,
    block,
    converse_binary,
    converse_json,
    pairing,
    link,
)
"""By the first byte of an input; a number is never given to another one, or the corpus would lose its meaning."""


def one_input(data: bytes) -> None:
    """Feed ``data`` to the target that its first byte names."""
    if data and len(data) <= LONGEST:
        TARGETS[data[0] % len(TARGETS)](data[1:])


def pieces(data: bytes) -> Iterator[bytes]:
    """The messages in ``data``: two bytes of length, lowest first, then so many bytes, or as many as there are."""
    at = 0
    while at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2], "little")
        yield data[at + 2 : at + 2 + size]
        at += 2 + size


def joined(messages: list[bytes]) -> bytes:
    """The inverse of `pieces`."""
    return b"".join(len(message).to_bytes(2, "little") + message for message in messages)
