"""Other codings are really made: what is counted can be read again."""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from sysmon.protocol import varint
from sysmon.runtime.bench import wire_peers
from tests.protocol.made import batch, catalog

CATALOG = catalog(3)


def fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """What a protobuf message holds: number and content of each field."""
    at = 0
    while at < len(data):
        tag, at = varint.take(data, at)
        if tag & 7 == 2:
            size, at = varint.take(data, at)
            yield tag >> 3, data[at : at + size]
            at += size
        elif tag & 7 == 1:
            yield tag >> 3, data[at : at + 8]
            at += 8
        else:
            number, at = varint.take(data, at)
            yield tag >> 3, number


def read(data: bytes) -> list[tuple[dict[str, str], list[tuple[float, int]]]]:
    """Labels and samples of each time series of a write request."""
    found: list[tuple[dict[str, str], list[tuple[float, int]]]] = []
    for number, series in fields(data):
        assert number == 1
        assert isinstance(series, bytes)
        labels: dict[str, str] = {}
        samples: list[tuple[float, int]] = []
        for part, content in fields(series):
            assert isinstance(content, bytes)
            inner = dict(fields(content))
            if part == 1:
                name, text = inner[1], inner[2]
                assert isinstance(name, bytes)
                assert isinstance(text, bytes)
                labels[name.decode()] = text.decode()
            else:
                value, stamp = inner[1], inner[2]
                assert isinstance(value, bytes)
                assert isinstance(stamp, int)
                samples.append((struct.unpack("<d", value)[0], stamp))
        found.append((labels, samples))
    return found


def test_a_write_request_can_be_read_again() -> None:
    rows = [batch(CATALOG, 1, [1.5, math.nan, -2.0]), batch(CATALOG, 2, [2.5, 7.0, -2.0])]
    found = read(wire_peers.write_request(rows))
    assert found == [
        ({"__name__": "test.m0", "instance": "h", "n": "0"}, [(1.5, 1_000_000_001_000), (2.5, 1_000_000_002_000)]),
        ({"__name__": "test.m2", "instance": "h", "n": "2"}, [(-2.0, 1_000_000_001_000), (-2.0, 1_000_000_002_000)]),
        ({"__name__": "test.m1", "instance": "h", "n": "1"}, [(7.0, 1_000_000_002_000)]),
    ]
    assert all(list(labels) == sorted(labels) for labels, _ in found), "labels are sorted, as the receiver wants them"


def test_without_the_package_it_is_said_that_nothing_was_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cramjam", None)
    assert wire_peers.snappy() is None
    results = {result.metric: result for result in wire_peers.measure([batch(CATALOG, 1, [1.0, 2.0, 3.0])])}
    one = results["remote_write_bytes_per_sample"]
    assert "not compressed" in one.note
    assert one.value == len(wire_peers.write_request([batch(CATALOG, 1, [1.0, 2.0, 3.0])])) / 3


def test_with_a_snappy_its_bytes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def halved(data: bytes) -> bytes:
        return data[::2]

    made = SimpleNamespace(snappy=SimpleNamespace(compress_raw=halved))
    monkeypatch.setitem(sys.modules, "cramjam", made)
    compress = wire_peers.snappy()
    assert compress is not None
    assert compress(b"12345678") == 4
    results = {result.metric: result for result in wire_peers.measure([batch(CATALOG, 1, [1.0, 2.0, 3.0])])}
    assert results["remote_write_bytes_per_sample"].note.startswith("Prometheus remote write 1.0, snappy, ")


def test_waiting_saves_names() -> None:
    rows = [batch(CATALOG, number, [float(number)] * 3) for number in range(1, 31)]
    results = {result.metric: result.value for result in wire_peers.measure(rows)}
    one, several = results["remote_write_bytes_per_sample"], results["remote_write_15_bytes_per_sample"]
    assert one is not None
    assert several is not None
    assert several < one / 2
