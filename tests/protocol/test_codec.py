"""Both spellings carry the same messages; what is unknown is skipped, what is wrong is refused."""

from __future__ import annotations

import contextlib
import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, JSON, Codec

CODECS = [Codec(BINARY), Codec(JSON)]
HOST = m.Host("id", "atlas", m.Facts(hostname="atlas"), ["hub"])
EXAMPLES: list[m.AnyMessage] = [
    m.Hello("sysmon 1", 1, 2, HOST, ["tick"], m.Limits(series=10), 7, 1.5, 0.25, 500, True),
    m.Catalog(1, 2, HOST, "d", [m.MetricEntry("a", "1", "gauge", 0.5, "h", ["n"])], [m.SeriesEntry(0, ["x"], 2.0)]),
    m.Change(1, 2, 3, "d", [(0, 3), (-1, 1)], [], [m.SeriesEntry(0)], [m.MissingEntry("gpu", "none")]),
    m.Leave(1, 15),
    m.Tick([b"\x01", b"\xff" * 300]),
    m.Tick([b"\xff" * 70_000]),
    m.Tick([b"\x01\x02"]),
    m.Tick([]),
    m.Values("h", 1, 2, 3.0, [1.0, None, -0.5]),
    m.Processes(1, 2.0, None, [m.ProcessEntry(1, 0.5, 0, "init", "root", "idle", 0, 1, 1.0, None, None, 2.0)]),
    m.Processes(1, 3.0, 2.0, [], [m.ProcessStep(1, "idle", 1, 1.0, 2.0, None, None)], [5, 6]),
    m.Subscribe([m.Wish("*", 1.0, ["system.cpu"], 2.0)]),
    m.Update([m.Wish("id", 0.0)]),
    m.Have(1, 2, 3, 4),
    m.Want(1, 2, [(3, 4), (9, 9)]),
    m.Block(1, 2, 3, b"\x00\xff", [(5, 6)]),
    m.Clock(1.0, 2.0, 3.0),
    m.Gap(1, 2, 3, 4),
    m.Pace(2.0),
    m.Move(["b:1"], 5.0),
    m.Goaway(52, "bye", 2.5, ["c:1"]),
    m.Error(41, "why"),
]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back(codec: Codec, message: m.AnyMessage) -> None:
    assert codec.decode(codec.encode(message)) == message


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_every_prefix_is_refused(codec: Codec, message: m.AnyMessage) -> None:
    data = codec.encode(message)
    for end in range(len(data)):
        with pytest.raises(RemoteProtocolError):
            codec.decode(data[:end])


def test_a_single_tick_costs_two_bytes_more_than_itself() -> None:
    assert Codec(BINARY).encode(m.Tick([b"\x01" * 60])) == b"\xc4\x3c" + b"\x01" * 60


def test_json_is_what_a_person_writes() -> None:
    codec = Codec(JSON)
    assert codec.decode(b'{"type": "subscribe", "wishes": [{"host": "*"}]}') == m.Subscribe([m.Wish("*")])
    assert json.loads(codec.encode(m.Values("h", 1, 2, 3.0, [math.nan]))) == {
        "type": "values",
        "host": "h",
        "epoch": 1,
        "sequence": 2,
        "time": 3.0,
        "values": [None],
    }


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_types_and_fields_of_a_later_version_are_skipped(codec: Codec) -> None:
    write = (msgspec.msgpack if codec.binary else msgspec.json).encode
    assert codec.decode(write({"type": "later", "x": [1, {"y": 2}]})) is None
    assert codec.decode(write([77, "x"])) is None
    assert codec.decode(write({"type": "pace", "interval": 2.0, "later": {"a": [1]}})) == m.Pace(2.0)
    assert codec.decode(write([1, [], "later"])) == m.Tick([])


HOSTILE = [
    {"type": "clock"},
    {"type": "clock", "origin": "now"},
    {"type": "pace", "interval": None},
    {"type": "leave", "channel": -1},
    {"type": "leave", "channel": 1 << 40},
    {"type": "have", "channel": 1, "epoch": 1 << 60, "first": 0, "last": 0},
    {"type": "goaway", "reason": 1, "text": "x" * 5000},
    {"type": "subscribe", "wishes": [{"host": "x" * 300}]},
    {"type": "want", "channel": 1, "epoch": 1, "spans": [[1, 2]] * 5000},
    {"type": 5},
    {"type": ["clock"]},
    {},
    [1],
    [1, 5],
    [1, [5]],
    [],
    5,
    None,
    "clock",
]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize("document", HOSTILE, ids=lambda document: str(document)[:40])
def test_what_does_not_fit_is_refused(codec: Codec, document: object) -> None:
    write = (msgspec.msgpack if codec.binary else msgspec.json).encode
    with pytest.raises(RemoteProtocolError):
        codec.decode(write(document))


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize(
    "byte", [b"\x91", b"[", b'{"a":', b"\x81\xa1a", b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff"]
)
def test_depth_and_announced_sizes_cost_nothing(codec: Codec, byte: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        codec.decode(byte * 100_000)
    with pytest.raises(RemoteProtocolError):
        codec.decode(byte)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_a_field_to_be_skipped_may_be_deep(codec: Codec) -> None:
    if codec.binary:
        data = b"\x82\xa4type\xa4pace\xa5later" + b"\x91" * 100_000
    else:
        data = b'{"type":"pace","later":' + b"[" * 100_000
    with pytest.raises(RemoteProtocolError):
        codec.decode(data)


def test_a_message_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        Codec(BINARY).decode(b"\xc1" * (m.MAX_FRAME + 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_text_that_is_no_text_is_refused() -> None:
    data = Codec(BINARY).encode(m.Error(1, "abc")).replace(b"abc", b"a\xffc")
    with pytest.raises(RemoteProtocolError):
        Codec(BINARY).decode(data)
    with pytest.raises(RemoteProtocolError):
        Codec(BINARY).decode(b"\x81\xa4type\xa2\xff\xff")


def test_what_is_said_of_a_fault_is_short_and_harmless() -> None:
    data = Codec(BINARY).encode(m.Error(1, "abc")).replace(b"\xa5error", b"\xa5\x1b[2J\n")
    with pytest.raises(RemoteProtocolError) as refused:
        Codec(BINARY).decode(data + b"x")
    assert str(refused.value).isprintable()
    long = b"\x81\xa4type\xda\xff\xff" + b"x" * 0xFFFF
    with pytest.raises(RemoteProtocolError) as refused:
        Codec(BINARY).decode(long)
    assert len(str(refused.value)) < 300


@given(st.integers(0, len(EXAMPLES) - 1), st.integers(0, 10**6), st.integers(0, 255), st.booleans())
def test_a_changed_byte_is_another_message_nothing_or_refused(which: int, place: int, byte: int, as_json: bool) -> None:
    codec = CODECS[as_json]
    data = bytearray(codec.encode(EXAMPLES[which]))
    data[place % len(data)] = byte
    with contextlib.suppress(RemoteProtocolError):
        codec.decode(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_nothing_or_refused(data: bytes) -> None:
    for codec in CODECS:
        with contextlib.suppress(RemoteProtocolError):
            codec.decode(data)


def test_there_are_two_spellings() -> None:
    with pytest.raises(ValueError, match="xml"):
        Codec("xml")
