"""Benchmark ``backfill``: an hour of 150 series that was missed but for some minutes, while live data goes on.

Two real sessions in one process, each with a store, joined by nothing but calls: what is measured is the work, done by both sides on
one core, and what it does to live ticks. The publisher was restarted meanwhile, so the hour is of another epoch than the
live ticks. These come twenty times a second, that there are enough of them to tell a percentile. Everything that arrived is
compared with what the publisher keeps, bit for bit.

The floor beside it codes the same rows as MessagePack, deflates them as blocks are, and reads them again.
"""

from __future__ import annotations

import math
import time
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec

from sysmon.model.link import Reason
from sysmon.model.sample import SampleBatch, Stretch
from sysmon.pipeline.store import Store
from sysmon.protocol import blocks
from sysmon.protocol import messages as m
from sysmon.protocol.backfill import PIECE
from sysmon.protocol.events import Event, Fetch
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.bench.harness import Result, percentile
from sysmon.runtime.bench.hour import made_up, over_and_over
from sysmon.runtime.bench.trace_file import read_trace

DELAY_BOUND: Final = 10.0
_HOUR: Final = 3600
_HOST: Final = "atlas"
_LIVE: Final = 0.05
"""Seconds between live ticks: as often as a peer may send them."""
_ISLANDS: Final = ((300, 600), (1500, 1560), (1562, 1563), (2400, 3000))
"""What of the hour is there before: rows from, to before."""
_ROUNDS: Final = 3
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
    lacking: int = 0
    """Rows that did not come, or came as others."""
    sent: int = 0
    """Bytes of blocks."""


def measure(rows: Sequence[SampleBatch], source: str, rounds: int) -> list[Result]:
    """Miss ``rows`` but for a few, and get them, ``rounds`` times."""
    publisher = _Publisher(rows)
    found = [_measure(publisher, rows) for _ in range(rounds)]
    missed = len(rows) - sum(last - first for first, last in _islands(len(rows)))
    samples = missed * len(rows[0].values)
    before = 1e3 * percentile([delay for one in found for delay in one.before], 99)
    during = 1e3 * percentile([delay for one in found for delay in one.during], 99)
    cost, floor, floor_bytes = _cost(publisher, rows), *_floor(rows)
    note = f"{missed} of {len(rows)} rows of {len(rows[0].values)} series in {len(_islands(len(rows))) + 1} holes; {source}"
    return [
        Result("missing_rows", float(sum(one.lacking for one in found)), "{row}", 0.0, note),
        Result("added_p99_ms", during - before, "ms", DELAY_BOUND, "of live ticks while history came, against before"),
        Result("before_p99_ms", before, "ms"),
        Result("during_p99_ms", during, "ms", None, f"{sum(len(one.during) for one in found)} live ticks"),
        Result("seconds", sum(one.seconds for one in found) / rounds, "s", None, "until all was there"),
        Result("bytes_per_sample", sum(one.sent for one in found) / rounds / samples, "By", None, "of blocks"),
        Result("floor_bytes_per_sample", floor_bytes, "By", None, "doubles in MessagePack, deflated by sixty rows"),
        Result("row_us", cost, "us", None, "CPU time of both sides: looked up, coded, decoded, kept"),
        Result("floor_us", floor, "us", None, "CPU time of the floor: coded, deflated, decoded, appended to a list"),
        Result("ratio_to_floor", cost / floor, "1"),
    ]


def _islands(rows: int) -> list[tuple[int, int]]:
    return [(first, min(rows, last)) for first, last in _ISLANDS if first < rows]


class _Publisher:
    """A machine that has the whole hour, was restarted, and goes on."""

    def __init__(self, rows: Sequence[SampleBatch]) -> None:
        self.store = Store(2.0 * _HOUR)
        for row in rows:
            self.store.append(row)
        self.feed = Feed()
        self.host = m.Host(_HOST, _HOST)
        self.feed.put_host(self.host, _LIVE)
        self._live = replace(rows[-1], epoch=rows[-1].epoch + 1, sequence=0)

    def tick(self) -> SampleBatch:
        """The next live batch."""
        last = self._live
        self._live = replace(last, sequence=last.sequence + 1, time=last.time + _LIVE)
        return self._live

    def spans(self, host: str) -> list[tuple[int, int, int]]:
        return self.store.spans(host)


class _Pair:
    """The two sessions, and what lies between them: nothing."""

    def __init__(self, publisher: _Publisher, store: Store, holdings: Holdings, *, history: bool) -> None:
        self.publisher = publisher
        self.store = store
        self.blocks = 0
        limits = m.Limits(interval=_LIVE)
        there = Side(greeting("bench", publisher.host, 2, limits=limits))
        here = Side(greeting("bench", m.Host("desk", "desk"), 1, limits=limits), backfill=history)
        self.far = Session(there, publisher.feed, Holdings(), publisher, lambda: None)
        self.near = Session(here, Feed(), holdings, None, lambda: None)
        now = time.monotonic()
        for one in (self.far, self.near):
            one.start(now)
        self.near.expect({"*": m.Wish("*", _LIVE)}, now)
        self.flow()

    def flow(self) -> None:
        """Carry messages both ways until nothing moves."""
        moved = True
        while moved:
            moved = self._carry(self.far, self.near) | self._carry(self.near, self.far)

    def _carry(self, sender: Session, receiver: Session) -> bool:
        message = sender.pull(time.monotonic())
        if message is None:
            return False
        for event in receiver.receive(message, time.monotonic()):
            if isinstance(event, Stretch):
                self.blocks += len(message)
            self._take(receiver, event)
        return True

    def _take(self, session: Session, event: Event) -> None:
        if isinstance(event, SampleBatch):
            self.store.append(event)
        elif isinstance(event, Stretch):
            self.store.fill(event)
        elif isinstance(event, Fetch):
            session.supply(event, self.publisher.store.stretches(event.host, event.epoch, event.first, event.last))

    def until(self, moment: float) -> None:
        """Do what is due until ``moment``."""
        while (now := time.monotonic()) < moment:
            for one in (self.far, self.near):
                for event in one.wake(now):
                    self._take(one, event)
            self.flow()
            due = min(self.far.deadline(), self.near.deadline(), moment)
            time.sleep(max(0.0, due - time.monotonic()))

    def live(self, seconds: float, complete: bool = False) -> list[float]:
        """Publish for ``seconds``, or until all history is there; seconds from each batch to the other store."""
        delays: list[float] = []
        begun = due = time.monotonic()
        while due - begun < seconds:
            self.until(due)
            batch = self.publisher.tick()
            self.publisher.store.append(batch)
            self.publisher.feed.publish(batch)
            self.flow()
            delays.append(time.monotonic() - due)
            due += _LIVE
            subscriber = self.near.subscriber
            if complete and subscriber is not None and not subscriber.awaited and subscriber.plan_at == math.inf:
                break
        return delays

    def end(self) -> None:
        for one in (self.far, self.near):
            one.lost(Reason.CUT)


def _measure(publisher: _Publisher, rows: Sequence[SampleBatch]) -> _Round:
    store, holdings, found = Store(2.0 * _HOUR), Holdings(), _Round()
    for first, last in _islands(len(rows)):
        for row in rows[first:last]:
            store.append(row)
        holdings.add(_HOST, rows[0].epoch, rows[first].sequence, rows[last - 1].sequence)
    quiet = _Pair(publisher, store, holdings, history=False)
    found.before = quiet.live(3.0)
    quiet.end()
    begun = time.monotonic()
    pair = _Pair(publisher, store, holdings, history=True)
    found.during = pair.live(_LONGEST, complete=True)
    found.seconds = time.monotonic() - begun
    found.sent = pair.blocks
    pair.end()
    found.lacking = _lacking(store, rows)
    return found


def _lacking(store: Store, rows: Sequence[SampleBatch]) -> int:
    first, last = rows[0], rows[-1]
    kept = {
        row.sequence: (row.time, row.values)
        for stretch in store.stretches(_HOST, first.epoch, first.sequence, last.sequence)
        for row in stretch.batches()
    }
    return sum(not _same(kept.get(row.sequence), row) for row in rows)


def _same(kept: tuple[float, array[float]] | None, row: SampleBatch) -> bool:
    """Whether ``kept`` is ``row``, its time to the microsecond as it travels."""
    return (
        kept is not None and round(kept[0] * 1e6) == round(row.time * 1e6) and kept[1].tobytes() == row.values.tobytes()
    )


def _cost(publisher: _Publisher, rows: Sequence[SampleBatch]) -> float:
    """CPU time of a row as fast as it goes, in µs."""
    store = Store(2.0 * _HOUR)
    store.append(rows[-1])
    begun = time.process_time()
    for last in range(rows[-1].sequence, rows[0].sequence, -PIECE):
        for stretch in publisher.store.stretches(_HOST, rows[0].epoch, last - PIECE + 1, last):
            store.fill(blocks.decode(blocks.encode(stretch), _HOST, stretch.epoch, stretch.catalog))
    return (time.process_time() - begun) * 1e6 / len(rows)


def _floor(rows: Sequence[SampleBatch]) -> tuple[float, float]:
    """(CPU time of a row in µs, bytes of a sample) of the floor."""
    decoder = msgspec.msgpack.Decoder(list[tuple[int, float, list[float]]])
    kept: list[tuple[int, float, list[float]]] = []
    size = 0
    begun = time.process_time()
    for first in range(0, len(rows), PIECE):
        piece = [(row.sequence, row.time, row.values.tolist()) for row in rows[first : first + PIECE]]
        message = zlib.compress(msgspec.msgpack.encode(piece), 6)
        size += len(message)
        kept += decoder.decode(zlib.decompress(message))
    spent = time.process_time() - begun
    return spent * 1e6 / len(rows), size / sum(len(row.values) for row in rows)
