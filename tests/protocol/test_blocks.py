"""Blocks come back bit for bit; hostile ones are refused, and inflate to no more than a block can be."""

from __future__ import annotations

import random
import tracemalloc
import zlib
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import LocalProtocolError, RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.sample import Catalog, Stretch
from sysmon.protocol import blocks
from sysmon.protocol.blocks import MAX_ROWS, MAX_VALUES
from tests.protocol.made import batch, catalog, same_bits

WIDTH = 7
CATALOG = catalog(WIDTH)
columns = st.one_of(st.floats(), st.integers(0, 10**9).map(float), st.integers(-(10**4), 10**4).map(lambda n: n / 100))


def stretch(count: int, of: Catalog = CATALOG) -> Stretch:
    dice = random.Random(count)
    rows = [[n * 1024 * 7.0 + dice.choice((0, 0, 300)) for _ in of.series] for n in range(count)]
    return Stretch.of([batch(of, n + 1, row, time=1e9 + n + dice.random() / 100) for n, row in enumerate(rows)])


@given(st.data(), st.integers(1, 12))
def test_any_values_come_back_bit_for_bit(data: st.DataObject, count: int) -> None:
    rows = data.draw(st.lists(columns, min_size=count * WIDTH, max_size=count * WIDTH))
    sequences = sorted(data.draw(st.sets(st.integers(0, 10**12), min_size=count, max_size=count)))
    times = data.draw(st.lists(st.floats(0, 4e9), min_size=count, max_size=count))
    sent = Stretch("h", 5, CATALOG, array("q", sequences), array("d", times), array("d", rows))
    got = blocks.decode(blocks.encode(sent), "h", 5, CATALOG)
    assert same_bits(got.rows, rows)
    assert list(got.sequences) == sequences
    assert list(got.times) == pytest.approx(times, abs=1e-6)
    assert (got.host, got.epoch, got.catalog) == ("h", 5, CATALOG)


def test_batches_and_stretches_are_the_same_thing() -> None:
    made = [batch(CATALOG, n, [float(n)] * WIDTH, epoch=9) for n in (1, 2, 5)]
    back = list(Stretch.of(made).batches())
    assert [(b.host, b.epoch, b.sequence, b.time, b.values) for b in back] == [
        (b.host, b.epoch, b.sequence, b.time, b.values) for b in made
    ]


def test_a_minute_of_quiet_series_is_small() -> None:
    wide = catalog(150)
    body = blocks.encode(Stretch.of([batch(wide, n, [5.0] * 150) for n in range(1, 61)]))
    assert len(body) < 150


@given(st.binary(max_size=200))
def test_any_bytes_inside_are_a_block_or_refused(data: bytes) -> None:
    for body in (data, zlib.compress(data)):
        try:
            got = blocks.decode(body, "h", 1, CATALOG)
        except RemoteProtocolError:
            continue
        assert len(got.rows) == len(got.sequences) * WIDTH


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_a_changed_byte_harms_nobody(place: int, byte: int) -> None:
    plain = bytearray(zlib.decompress(blocks.encode(stretch(20))))
    plain[place % len(plain)] = byte
    try:
        got = blocks.decode(zlib.compress(plain), "h", 1, CATALOG)
    except RemoteProtocolError:
        return
    assert len(got.rows) == len(got.sequences) * WIDTH


def test_every_prefix_is_refused() -> None:
    body = blocks.encode(stretch(5))
    plain = zlib.decompress(body)
    for end in range(len(body)):
        with pytest.raises(RemoteProtocolError):
            blocks.decode(body[:end], "h", 1, CATALOG)
    for end in range(len(plain)):
        with pytest.raises(RemoteProtocolError):
            blocks.decode(zlib.compress(plain[:end]), "h", 1, CATALOG)
    for longer in (body + b"x", zlib.compress(plain + b"\0")):
        with pytest.raises(RemoteProtocolError):
            blocks.decode(longer, "h", 1, CATALOG)


def test_a_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(bytes(256 << 20), 9)
    tracemalloc.start()
    with pytest.raises(RemoteProtocolError, match="too large") as refused:
        blocks.decode(bomb, "h", 1, CATALOG)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason is Reason.BAD_BLOCK
    assert peak < 4 << 20


def test_the_limits_of_a_block() -> None:
    assert blocks.most_rows(0) == blocks.most_rows(1) == MAX_ROWS
    assert blocks.most_rows(20_000) == MAX_VALUES // 20_000
    full = stretch(MAX_ROWS)
    assert same_bits(blocks.decode(blocks.encode(full), "h", 1, CATALOG).rows, full.rows)
    for wrong in (stretch(MAX_ROWS + 1), Stretch("h", 1, CATALOG, array("q"), array("d"), array("d"))):
        with pytest.raises(LocalProtocolError, match="a block of"):
            blocks.encode(wrong)
    twice = Stretch.of([batch(CATALOG, 1, [0.0] * WIDTH)] * 2)
    with pytest.raises(LocalProtocolError, match="sequence 1 after 1"):
        blocks.encode(twice)


def test_a_host_without_series_has_blocks_too() -> None:
    empty = Catalog(())
    assert list(blocks.decode(blocks.encode(stretch(3, empty)), "h", 1, empty).sequences) == [1, 2, 3]


def test_hostile_counts_and_steps() -> None:
    def refused(*numbers: int) -> None:
        with pytest.raises(RemoteProtocolError):
            blocks.decode(zlib.compress(bytes(numbers)), "h", 1, CATALOG)

    huge = (0xFF,) * 8 + (0x7F,)
    refused(0, 1, 1)
    refused(*huge, 1, 1)
    refused(2, 1, 0, 1, 0)
    refused(1, *huge, 1)
    refused(1, 1, *huge)
    refused(2, 1, 1, 1, 5)
    refused(1, 1, 1, ord("q"), *huge)
    refused(1, 1, 1, ord("z"))


def test_a_long_stretch_becomes_blocks_that_fit() -> None:
    sent = stretch(3 * MAX_ROWS // 2)
    bodies = list(blocks.fitting(sent, 1 << 20, bytes))
    assert [len(blocks.decode(body, "h", 1, CATALOG).sequences) for body in bodies] == [MAX_ROWS, MAX_ROWS // 2]
    small = list(blocks.fitting(sent, 2000, lambda body: body + b"...."))
    assert max(map(len, small)) <= 2000
    got = [blocks.decode(body[:-4], "h", 1, CATALOG) for body in small]
    assert [n for one in got for n in one.sequences] == list(sent.sequences)
    assert b"".join(one.rows.tobytes() for one in got) == sent.rows.tobytes()
    assert len(list(blocks.fitting(stretch(5), 1, bytes))) == 5
