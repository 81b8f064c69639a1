"""Benchmark ``wire``: bytes of one sample between machines, and what coding costs.

Measured on this machine, one batch a second, or on a recorded trace (``--trace FILE``). What counts is the
whole message that goes into a WebSocket, key frames included; WebSocket, TLS and TCP add their headers to
any coding. Every tick is decoded again and compared bit for bit. Other codings stand beside it, and Netdata's streaming on
this machine, where that is installed.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from sysmon.model.sample import SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol import tick_codec
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.tick_codec import TickDecoder, TickEncoder
from sysmon.runtime.bench import netdata_stream, wire_peers
from sysmon.runtime.bench.harness import Result
from sysmon.runtime.bench.trace_file import read_trace
from sysmon.runtime.engine import Engine, EngineOptions

BOUND: Final = 0.4
HUB_HOSTS: Final = 2000
_SETTLE: Final = 6
"""Ticks at the start that are left out: families that are read rarely come in, and the catalog grows."""


def run() -> list[Result]:
    """Measure on this machine; two minutes, so that two key frames are in it."""
    return [*measure(asyncio.run(_record(120 + _SETTLE))[_SETTLE:], "live, 1 Hz"), netdata_stream.measure()]


def run_quick() -> list[Result]:
    """Measure on this machine for twenty seconds."""
    return measure(asyncio.run(_record(20 + _SETTLE))[_SETTLE:], "live, 1 Hz, 20 s")


def run_trace(path: Path) -> list[Result]:
    """Measure on a recorded trace. Raises OSError or TraceError where it cannot be read."""
    return [*measure(read_trace(path), path.name), netdata_stream.measure()]


async def _record(ticks: int) -> list[SampleBatch]:
    engine = Engine(EngineOptions())
    batches: list[SampleBatch] = []
    done = asyncio.Event()

    def take(batch: SampleBatch) -> None:
        batches.append(batch)
        if len(batches) >= ticks:
            done.set()

    engine.bus.subscribe(SampleBatch, take)
    await engine.start()
    try:
        await done.wait()
    finally:
        await engine.stop()
    return batches


def measure(batches: Sequence[SampleBatch], source: str) -> list[Result]:
    """Code ``batches`` in every way. Raises RuntimeError where the default coding loses anything: a fault of ours."""
    samples = sum(len(batch.values) for batch in batches)
    changed = sum(_changed(before, after) for before, after in pairwise(batches))
    messages, encode_us = _encode(batches)
    decode_us = _decode(batches, messages)
    note = f"{source}: {len(batches)} ticks of {len(batches[-1].values)} series"
    results = [
        Result("bytes_per_sample", sum(map(len, messages)) / samples, "By", BOUND, note),
        Result("bytes_per_tick", sum(map(len, messages)) / len(batches), "By"),
        Result("changed_pct", 100.0 * changed / samples, "%"),
        Result("encode_us", encode_us, "us", None, "CPU time of one tick, once for all subscribers"),
        Result("decode_us", decode_us, "us", None, "CPU time of one tick"),
        Result("hub_cpu_pct", decode_us * HUB_HOSTS / 1e4, "%", None, f"decoding alone, {HUB_HOSTS} hosts at 1 Hz"),
    ]
    return results + wire_peers.measure(batches)


def _changed(before: SampleBatch, after: SampleBatch) -> int:
    if before.catalog is not after.catalog:
        return len(after.values)
    return sum(a != b and (a == a or b == b) for a, b in zip(before.values, after.values, strict=True))


def _encode(batches: Sequence[SampleBatch]) -> tuple[list[bytes], float]:
    codec = Codec(BINARY)
    messages: list[bytes] = []
    encoder: TickEncoder | None = None
    begun = time.process_time()
    for batch in batches:
        if encoder is None or encoder.catalog is not batch.catalog:
            encoder = TickEncoder(1, 1, batch.catalog, 1.0)
        messages.append(codec.encode(m.Tick([encoder.encode(batch)])))
    return messages, (time.process_time() - begun) * 1e6 / len(batches)


def _decode(batches: Sequence[SampleBatch], messages: Sequence[bytes]) -> float:
    codec = Codec(BINARY)
    decoder: TickDecoder | None = None
    catalog = None
    spent = 0.0
    for batch, message in zip(batches, messages, strict=True):
        if decoder is None or catalog is not batch.catalog:
            catalog = batch.catalog
            decoder = TickDecoder(batch.host, 1, catalog)
        begun = time.process_time()
        tick = codec.decode(message)
        assert isinstance(tick, m.Tick)
        _, flags, at = tick_codec.head(tick.ticks[0])
        got = decoder.decode(tick.ticks[0], at, flags)
        spent += time.process_time() - begun
        if not _same(got, batch):
            raise RuntimeError(f"sequence {batch.sequence} came back as another")
    return spent * 1e6 / len(batches)


def _same(one: SampleBatch, other: SampleBatch) -> bool:
    pairs = zip(one.values, other.values, strict=True)
    return one.sequence == other.sequence and all(
        struct.pack("<d", a) == struct.pack("<d", b) or (a != a and b != b) for a, b in pairs
    )
