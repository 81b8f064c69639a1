"""Ticks come back bit for bit, whoever joins when; hostile bytes decode or are refused, nothing else."""

from __future__ import annotations

import math
import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import LocalProtocolError, RemoteProtocolError
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol.tick_codec import KEY_EVERY, TickDecoder, TickEncoder, head
from tests.protocol.made import batch, catalog, same_bits

WIDTH = 11
CATALOG = catalog(WIDTH)
values = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf, 0.01, 1e300, 5e-324, 2.0**53, 2.0**53 - 1]),
    st.integers(-(10**6), 10**6).map(lambda n: n / 100),
    st.integers(0, 10**9).map(float),
)
rows = st.lists(values, min_size=WIDTH, max_size=WIDTH)


def read(decoder: TickDecoder, tick: bytes) -> SampleBatch:
    _, flags, at = head(tick)
    return decoder.decode(tick, at, flags)


def pair(of: Catalog = CATALOG) -> tuple[TickEncoder, TickDecoder]:
    return TickEncoder(3, 1, of, 1.0), TickDecoder("h", 1, of)


def steady(count: int) -> list[SampleBatch]:
    dice = random.Random(1)
    row = [0.0] * WIDTH
    made: list[SampleBatch] = []
    for sequence in range(1, count + 1):
        row = [value + dice.choice((0, 0, 0, 1024 * 7 * 125)) for value in row]
        made.append(batch(CATALOG, sequence, row, time=1e9 + sequence + dice.uniform(0, 0.002)))
    return made


@given(st.lists(rows, min_size=1, max_size=8), st.data())
def test_any_values_come_back_bit_for_bit(table: list[list[float]], data: st.DataObject) -> None:
    encoder, decoder = pair()
    sequence, epoch, time = 0, 1, 1e9
    for row in table:
        if data.draw(st.booleans()):
            epoch, sequence = epoch + 1, data.draw(st.integers(0, 100))
        sequence += data.draw(st.integers(1, 10**6))
        time += data.draw(st.floats(-1e6, 1e6))
        sent = batch(CATALOG, sequence, row, epoch=epoch, time=time)
        got = read(decoder, encoder.encode(sent))
        assert same_bits(got.values, row)
        assert (got.host, got.epoch, got.sequence) == ("h", epoch, sequence)
        assert got.time == pytest.approx(time, abs=1e-6)
        assert got.catalog is CATALOG


@given(st.lists(rows, min_size=2, max_size=8), st.data())
def test_whoever_joins_with_a_key_frame_follows_the_same_ticks(table: list[list[float]], data: st.DataObject) -> None:
    encoder, _ = pair()
    joined = data.draw(st.integers(0, len(table) - 2))
    late = TickDecoder("late", 1, CATALOG)
    for number, row in enumerate(table):
        tick = encoder.encode(batch(CATALOG, number + 1, row))
        if number > joined:
            assert same_bits(read(late, tick).values, row)
        elif number == joined:
            assert same_bits(read(late, encoder.key()).values, row)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    encoder, decoder = pair()
    read(decoder, encoder.encode(batch(CATALOG, 1, [1.0] * WIDTH)))
    try:
        got = read(decoder, data)
    except RemoteProtocolError:
        return
    assert len(got.values) == WIDTH


@given(st.integers(0, 10**9), st.integers(0, 255))
def test_a_changed_byte_harms_nobody(place: int, byte: int) -> None:
    encoder, decoder = pair()
    first, second = steady(2)
    read(decoder, encoder.encode(first))
    tick = bytearray(encoder.encode(second))
    tick[place % len(tick)] = byte
    try:
        got = read(decoder, bytes(tick))
    except RemoteProtocolError:
        return
    assert len(got.values) == WIDTH


@pytest.mark.parametrize("key", [True, False])
def test_every_prefix_and_every_longer_tick_is_refused(key: bool) -> None:
    encoder, decoder = pair()
    first, second = steady(2)
    begun = encoder.encode(first)
    tick = begun if key else encoder.encode(second)
    for end in range(len(tick)):
        if not key:
            read(decoder, begun)
        with pytest.raises(RemoteProtocolError):
            read(decoder, tick[:end])
    read(decoder, begun)
    with pytest.raises(RemoteProtocolError):
        read(decoder, tick + b"\0")


def test_hostile_numbers_do_not_grow() -> None:
    _, decoder = pair(catalog(2, (1.0,)))
    key, huge = bytes.fromhex("0d 01 01 01 01 01 00 00"), b"\xff" * 8 + b"\x7f"
    read(decoder, key)
    with pytest.raises(RemoteProtocolError, match="too large"):
        read(decoder, b"\x0c\x00\x01\x03" + huge + huge)
    with pytest.raises(RemoteProtocolError, match="beyond time"):
        read(decoder, b"\x0e" + huge + b"\x00\x00")
    for field in range(4):
        numbers = [b"\x01"] * 5
        numbers[field + 1] = huge
        with pytest.raises(RemoteProtocolError):
            read(decoder, b"\x0d" + b"".join(numbers) + b"\x00\x00")


def test_a_difference_needs_a_key_frame_before_it() -> None:
    encoder, decoder = pair()
    first, second = steady(2)
    key, tick = encoder.encode(first), encoder.encode(second)
    with pytest.raises(RemoteProtocolError, match="without a key frame"):
        read(decoder, tick)
    read(decoder, key)
    decoder.lose()
    with pytest.raises(RemoteProtocolError, match="without a key frame"):
        read(decoder, tick)


def test_a_tick_of_another_catalog_is_refused() -> None:
    encoder, _ = pair()
    other = TickDecoder("h", 2, catalog(WIDTH + 1))
    with pytest.raises(RemoteProtocolError, match="catalog 1, not 2"):
        read(other, encoder.encode(steady(1)[0]))


def test_nothing_new_takes_a_handful_of_bytes() -> None:
    encoder, _ = pair(wide := catalog(150))
    encoder.encode(batch(wide, 1, [5.0] * 150))
    encoder.encode(batch(wide, 2, [5.0] * 150))
    assert len(encoder.encode(batch(wide, 3, [5.0] * 150))) == 5


def test_a_value_that_goes_away_and_stays_away_costs_once() -> None:
    encoder, decoder = pair(wide := catalog(150))
    row = [5.0] * 150
    for sequence in (1, 2, 3):
        encoder.encode(batch(wide, sequence, row))
    read(decoder, encoder.key())
    away = [math.nan, *row[1:]]
    ticks = [encoder.encode(batch(wide, sequence, away)) for sequence in (4, 5, 6)]
    assert [len(tick) for tick in ticks] == [7, 6, 5]
    assert all(same_bits(read(decoder, tick).values, away) for tick in ticks)


def test_key_frames_come_every_minute() -> None:
    encoder, decoder = pair()
    keys: list[int] = []
    for made in steady(150):
        tick = encoder.encode(made)
        assert same_bits(read(decoder, tick).values, made.values)
        if head(tick)[1] & 1:
            keys.append(made.sequence)
    assert len(keys) == 3
    assert keys[1] - keys[0] == pytest.approx(KEY_EVERY, abs=1)
    assert decoder.interval == 1.0


def test_hidden_series_have_no_value() -> None:
    encoder = TickEncoder(1, 1, CATALOG, 1.0, hidden=(2, 5))
    sent = batch(CATALOG, 1, [1.0] * WIDTH)
    got = read(TickDecoder("h", 1, CATALOG), encoder.encode(sent))
    assert [math.isnan(value) for value in got.values] == [n in (2, 5) for n in range(WIDTH)]
    assert sent.values == array("d", [1.0] * WIDTH), "the publisher's own batch stays as it is"


def test_a_catalog_without_series_works() -> None:
    encoder, decoder = pair(empty := Catalog(()))
    for sequence in (1, 2):
        assert read(decoder, encoder.encode(batch(empty, sequence, []))).sequence == sequence


def test_misuse_is_our_fault() -> None:
    encoder, _ = pair()
    with pytest.raises(LocalProtocolError, match="no batch"):
        encoder.key()
    with pytest.raises(LocalProtocolError, match="another catalog"):
        encoder.encode(batch(catalog(WIDTH), 1, [0.0] * WIDTH))
    encoder.encode(batch(CATALOG, 5, [0.0] * WIDTH))
    with pytest.raises(LocalProtocolError, match="after 5"):
        encoder.encode(batch(CATALOG, 5, [0.0] * WIDTH))
    with pytest.raises(LocalProtocolError, match="out of range"):
        encoder.encode(batch(CATALOG, 6, [0.0] * WIDTH, time=-1.0))
