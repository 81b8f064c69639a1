"""Benchmark ``backfill``: an hour of 150 series that was missed but for some minutes, while live data goes on.

Two programs with real links, TLS and a store each, joined over the loopback; both on one loop, so that what one of them works the other
has to wait for: live ticks are no later than this in programs of their own. The publisher was restarted meanwhile, so the hour is of
another epoch than the live ticks. These come twenty times a second, that there are enough of them to tell a percentile. Everything that arrived
is compared with what the publisher keeps, bit for bit.

The floor beside it codes the same rows as MessagePack, deflates them as blocks are, and reads them again.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from sysmon.model.peer import Peer
from sysmon.model.sample import PIECE_ROWS, SampleBatch, Stretch
from sysmon.pipeline.store import Store
from sysmon.protocol import blocks
from sysmon.protocol import messages as m
from sysmon.protocol.events import Event, Fetch
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.bench.harness import Result, percentile
from sysmon.runtime.bench.hour import made_up, over_and_over
from sysmon.runtime.bench.station import Station, introduce, trust_of
from sysmon.runtime.bench.trace_file import read_trace
from sysmon.transport.identity import load_or_create
from sysmon.transport.pool import Links
from sysmon.transport.port import Trust

DELAY_BOUND: Final = 10.0
_HOUR: Final = 3600
_HOST: Final = "atlas"
_NEAR: Final = "desk"
_LIVE: Final = 0.05
"""Seconds between live ticks: as often as a peer may send them."""
_ISLANDS: Final = ((300, 600), (1500, 1560), (1562, 1563), (2400, 3000))
"""What of the hour is there before: rows from, to before."""
_ROUNDS: Final = 3
_WARM: Final = 5
"""Ticks at the start of a link that are not counted: the first waits for the greeting."""
_QUIET: Final = 4.0
"""Seconds of live ticks alone."""
_LONGEST: Final = 120.0
"""Seconds after which what did not come will not come."""


def run() -> list[Result]:
    """Measure with a made-up machine; half a minute."""
    return measure(made_up(_HOST, _HOUR), "made-up machine", _ROUNDS)


def run_quick() -> list[Result]:
    """One round instead of three."""
    return measure(made_up(_HOST, _HOUR), "made-up machine", 1)


def run_trace(path: Path) -> list[Result]:
    """Measure with a recorded trace, over and over. Raises OSError or TraceError where it cannot be read."""
    return measure(over_and_over(read_trace(path), _HOST, _HOUR), path.name, _ROUNDS)


@dataclass(slots=True)
class _Round:
    """One back-fill."""

    before: list[float] = field(default_factory=list[float])
    """Seconds from a live batch to the other store, without history beside it."""
    during: list[float] = field(default_factory=list[float])
    seconds: float = 0.0
    steps: list[float] = field(default_factory=list[float])
    """CPU seconds of each look into a store, and of each piece put into one."""
    lacking: int = 0
    """Rows that did not come, or came as others."""


def measure(rows: Sequence[SampleBatch], source: str, rounds: int) -> list[Result]:
    """Miss ``rows`` but for a few, and get them, ``rounds`` times."""
    found = [asyncio.run(_measure(rows)) for _ in range(rounds)]
    missed = len(rows) - sum(last - first for first, last in _islands(len(rows)))
    before = 1e3 * percentile([delay for one in found for delay in one.before], 99)
    during = 1e3 * percentile([delay for one in found for delay in one.during], 99)
    cost, size = _cost(rows)
    floor, floor_size = _floor(rows)
    note = f"{missed} of {len(rows)} rows of {len(rows[0].values)} series in {len(_islands(len(rows))) + 1} holes; {source}"
    return [
        Result("missing_rows", float(sum(one.lacking for one in found)), "{row}", 0.0, note),
        Result("added_p99_ms", during - before, "ms", DELAY_BOUND, "of live ticks while history came, against before"),
        Result("before_p99_ms", before, "ms"),
        Result("during_p99_ms", during, "ms", None, f"{sum(len(one.during) for one in found)} live ticks"),
        Result(
            "longest_step_ms",
            1e3 * max(step for one in found for step in one.steps),
            "ms",
            None,
            "CPU time of the longest look into a store, or piece put into one: whoever else uses this machine has no part in it",
        ),
        Result("seconds", sum(one.seconds for one in found) / rounds, "s", None, "until all was there"),
        Result("bytes_per_sample", size, "By", None, "of blocks"),
        Result("floor_bytes_per_sample", floor_size, "By", None, "doubles in MessagePack, deflated piece by piece"),
        Result("row_us", cost, "us", None, "CPU time of both sides: looked up, coded, decoded, kept"),
        Result("floor_us", floor, "us", None, "CPU time of the floor: coded, deflated, decoded, appended to a list"),
        Result("ratio_to_floor", cost / floor, "1"),
    ]


def _islands(rows: int) -> list[tuple[int, int]]:
    return [(first, min(rows, last)) for first, last in _ISLANDS if first < rows]


class _Program(Station):
    """A station with a store: what it hears is kept, what is kept it tells."""

    def __init__(self, name: str, trust: Trust, store: Store) -> None:
        super().__init__(name, epoch=2)
        self.store = store
        self.backfill = True
        self.steps: list[float] = []
        """CPU seconds for which each piece of history kept everything else waiting in the store."""
        self.heard = self._heard
        self.news = asyncio.Event()
        self._greeting = greeting("bench", m.Host(name, name), 2, limits=m.Limits(interval=_LIVE))
        self.links = Links(self, name, trust)

    def side(self, peer: Peer) -> Side:
        return Side(self._greeting, peer.rights, backfill=self.backfill)

    def spans(self, host: str) -> Sequence[tuple[int, int, int]]:
        return self.store.spans(host)

    def fetch(self, fetch: Fetch) -> Iterable[Stretch]:
        begun = time.thread_time()
        found = self.store.stretches(fetch.host, fetch.epoch, fetch.first, fetch.last)
        self.steps.append(time.thread_time() - begun)
        return found

    def publish(self, batch: SampleBatch) -> None:
        self.store.append(batch)
        self.feed.put_host(self._greeting.host, _LIVE)
        self.feed.publish(batch)

    def _heard(self, link: str, event: Event) -> None:
        del link
        if isinstance(event, SampleBatch):
            self.store.append(event)
            self.news.set()
        elif isinstance(event, Stretch):
            for piece in event.pieces():
                self.links.rounds.later(partial(self._fill, piece))

    def _fill(self, stretch: Stretch) -> None:
        begun = time.thread_time()
        self.store.fill(stretch)
        self.steps.append(time.thread_time() - begun)


class _Pair:
    """The two programs and the link between them."""

    def __init__(self, folder: Path, rows: Sequence[SampleBatch]) -> None:
        introduce(folder, [_NEAR], _HOST)
        far, far_trust, _ = trust_of(folder, _HOST)
        _, self._near_trust, self._peer = trust_of(folder, _NEAR)
        self._near_id = load_or_create(folder / _NEAR).id
        self.rows = [replace(row, host=far.id) for row in rows]
        self.far = _Program(far.id, far_trust, Store(2.0 * _HOUR))
        for row in self.rows:
            self.far.store.append(row)
        self.steps = self.far.steps
        self._live = replace(self.rows[-1], epoch=2, sequence=0)
        self.store, self.holdings = Store(2.0 * _HOUR), Holdings()
        for first, last in _islands(len(rows)):
            for row in self.rows[first:last]:
                self.store.append(row)
            self.holdings.add(far.id, rows[0].epoch, rows[first].sequence, rows[last - 1].sequence)

    async def live(self, seconds: float, *, history: bool) -> list[float]:
        """Connect and publish for ``seconds``, or until all ``history`` is there; seconds from each batch to the other store."""
        near = _Program(self._near_id, self._near_trust, self.store)
        near.backfill, near.holdings, near.steps = history, self.holdings, self.steps
        host, port = self.far.links.server.addresses[0]
        self._near_trust.put(replace(self._peer, addresses=(f"{host}:{port}",)))
        near.links.expect(self._peer.id, {"*": m.Wish("*", _LIVE)})
        near.links.want(self._peer.id)
        try:
            for _ in range(_WARM):
                await self._tick(near)
            return await self._tick_for(near, seconds, history)
        finally:
            await near.links.close()

    async def _tick_for(self, near: _Program, seconds: float, history: bool) -> list[float]:
        loop = asyncio.get_running_loop()
        delays: list[float] = []
        begun = due = loop.time()
        while due - begun < seconds and not (history and self._is_complete()):
            await asyncio.sleep(due - loop.time())
            await self._tick(near)
            delays.append(loop.time() - due)
            due += _LIVE
        return delays

    async def _tick(self, near: _Program) -> None:
        """Publish a batch, and wait until it is in the other store."""
        self._live = replace(self._live, sequence=self._live.sequence + 1, time=self._live.time + _LIVE)
        near.news.clear()
        self.far.publish(self._live)
        async with asyncio.timeout(_LONGEST):
            await near.news.wait()

    def _is_complete(self) -> bool:
        first, last = self.rows[0], self.rows[-1]
        return not self.holdings.missing(first.host, first.epoch, first.sequence, last.sequence, 1)


async def _measure(rows: Sequence[SampleBatch]) -> _Round:
    found = _Round()
    with tempfile.TemporaryDirectory() as scratch:
        pair = _Pair(Path(scratch), rows)
        try:
            await pair.far.links.listen([("127.0.0.1", 0)])
            found.before = await pair.live(_QUIET, history=False)
            begun = time.monotonic()
            found.during = await pair.live(_LONGEST, history=True)
            found.seconds = time.monotonic() - begun
        finally:
            await pair.far.links.close()
    found.steps = pair.steps
    found.lacking = _lacking(pair.store, pair.rows)
    return found


def _lacking(store: Store, rows: Sequence[SampleBatch]) -> int:
    first, last = rows[0], rows[-1]
    kept = {
        row.sequence: (row.time, row.values)
        for stretch in store.stretches(first.host, first.epoch, first.sequence, last.sequence)
        for row in stretch.batches()
    }
    return sum(not _same(kept.get(row.sequence), row) for row in rows)


def _same(kept: tuple[float, array[float]] | None, row: SampleBatch) -> bool:
    """Whether ``kept`` is ``row``, its time to the microsecond as it travels."""
    return (
        kept is not None and round(kept[0] * 1e6) == round(row.time * 1e6) and kept[1].tobytes() == row.values.tobytes()
    )


def _cost(rows: Sequence[SampleBatch]) -> tuple[float, float]:
    """(CPU time of a row as fast as it goes, in µs; bytes of a sample) of blocks, from one store to another."""
    here, there = Store(2.0 * _HOUR), Store(2.0 * _HOUR)
    for row in rows:
        here.append(row)
    there.append(rows[-1])
    size = 0
    begun = time.process_time()
    for last in range(rows[-1].sequence, rows[0].sequence, -PIECE_ROWS):
        for stretch in here.stretches(rows[0].host, rows[0].epoch, last - PIECE_ROWS + 1, last):
            body = blocks.encode(stretch)
            size += len(body)
            there.fill(blocks.decode(body, stretch.host, stretch.epoch, stretch.catalog))
    spent = time.process_time() - begun
    return spent * 1e6 / len(rows), size / sum(len(row.values) for row in rows)


def _floor(rows: Sequence[SampleBatch]) -> tuple[float, float]:
    """(CPU time of a row in µs, bytes of a sample) of the floor."""
    decoder = msgspec.msgpack.Decoder(list[tuple[int, float, list[float]]])
    kept: list[tuple[int, float, list[float]]] = []
    size = 0
    begun = time.process_time()
    for first in range(0, len(rows), PIECE_ROWS):
        piece = [(row.sequence, row.time, row.values.tolist()) for row in rows[first : first + PIECE_ROWS]]
        message = zlib.compress(msgspec.msgpack.encode(piece), 6)
        size += len(message)
        kept += decoder.decode(zlib.decompress(message))
    spent = time.process_time() - begun
    return spent * 1e6 / len(rows), size / sum(len(row.values) for row in rows)
