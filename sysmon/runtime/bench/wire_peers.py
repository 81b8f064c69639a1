"""What the same samples take in other codings: JSON, MessagePack, and remote write of Prometheus with its snappy.

Remote write is written out by hand after https://prometheus.io/docs/specs/prw/remote_write_spec/ (protobuf ``WriteRequest``,
then snappy's block format), so that no library of Prometheus is needed; snappy itself is the package ``cramjam``, where it is installed.
"""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

import msgspec

from sysmon.model.sample import SampleBatch
from sysmon.protocol import varint
from sysmon.runtime.bench.harness import Result

TOGETHER: Final = 15
"""Samples of a series that go into one request where an agent waits: Prometheus sends so many at 1 Hz in a quarter of a minute."""
_DOUBLE: Final = struct.Struct("<d")


def measure(batches: Sequence[SampleBatch]) -> list[Result]:
    """Bytes of a sample in each coding. Samples are all places of the catalog, as in ours; empty ones travel nowhere."""
    samples = sum(len(batch.values) for batch in batches)
    plain: list[tuple[str, Callable[[SampleBatch], int], str]] = [
        ("json", _json_named, "full names, all values, not compressed"),
        ("msgpack", _msgpack_named, "full names, all values, not compressed"),
        ("msgpack_positional", _msgpack_plain, "all values as doubles, names sent once"),
    ]
    results = [
        Result(f"{name}_bytes_per_sample", sum(map(size, batches)) / samples, "By", None, how)
        for name, size, how in plain
    ]
    return results + _remote_writes(batches, samples)


def _json_named(batch: SampleBatch) -> int:
    named = {one.key: value for one, value in zip(batch.catalog.series, batch.values, strict=True) if value == value}
    return len(json.dumps({"t": batch.time, "values": named}, separators=(",", ":")))


def _msgpack_named(batch: SampleBatch) -> int:
    named = {one.key: value for one, value in zip(batch.catalog.series, batch.values, strict=True) if value == value}
    return len(msgspec.msgpack.encode({"t": batch.time, "values": named}))


def _msgpack_plain(batch: SampleBatch) -> int:
    return len(msgspec.msgpack.encode([batch.time, list(batch.values)]))


# Remote write.


class _Snappy(Protocol):
    def compress_raw(self, data: bytes) -> object: ...


class _Cramjam(Protocol):
    snappy: _Snappy


def snappy() -> Callable[[bytes], int] | None:
    """Bytes of something after snappy; None where the package is not installed."""
    try:
        found = cast("_Cramjam", importlib.import_module("cramjam"))
    except ImportError:
        return None
    return lambda data: len(bytes(cast("bytes", found.snappy.compress_raw(data))))


def _remote_writes(batches: Sequence[SampleBatch], samples: int) -> list[Result]:
    compress = snappy()
    how = "Prometheus remote write 1.0, snappy"
    if compress is None:
        compress, how = (
            len,
            "Prometheus remote write 1.0, not compressed: the package cramjam (extra bench) is not installed",
        )
    runs = [batches[first : first + TOGETHER] for first in range(0, len(batches), TOGETHER)]
    single = sum(compress(write_request([batch])) for batch in batches) / samples
    several = sum(compress(write_request(run)) for run in runs) / samples
    return [
        Result("remote_write_bytes_per_sample", single, "By", None, f"{how}, a request each second"),
        Result("remote_write_15_bytes_per_sample", several, "By", None, f"{how}, a request each {TOGETHER} s"),
    ]


def write_request(batches: Sequence[SampleBatch]) -> bytes:
    """``prometheus.WriteRequest`` with the samples of ``batches``, a time series for each series that has any."""
    samples: dict[str, bytearray] = {}
    labels: dict[str, bytes] = {}
    for batch in batches:
        stamp = bytearray()
        varint.put(stamp, round(batch.time * 1000))
        for series, value in zip(batch.catalog.series, batch.values, strict=True):
            if value != value:
                continue
            if series.key not in labels:
                names = sorted([("__name__", series.metric.name), ("instance", batch.host), *series.attributes])
                pairs = (_field(1, name.encode()) + _field(2, text.encode()) for name, text in names)
                labels[series.key] = b"".join(_field(1, pair) for pair in pairs)
                samples[series.key] = bytearray()
            # Sample: field 1 a double (tag 0x09), field 2 milliseconds as a varint (tag 0x10).
            samples[series.key] += _field(2, b"\x09" + _DOUBLE.pack(value) + b"\x10" + stamp)
    return b"".join(_field(1, labels[key] + found) for key, found in samples.items())


def _field(number: int, content: bytes) -> bytes:
    """A field of protobuf that holds bytes."""
    out = bytearray([number << 3 | 2])
    varint.put(out, len(content))
    return bytes(out) + content
