"""The receiving side of a hub for benchmarks: a real session for each of many machines, one store. Knows no socket.

All machines send the same coded ticks under names of their own: what they cost to code is none of the hub's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sysmon.model.metric import Series
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.store import Store
from sysmon.protocol import catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.protocol.tick_codec import TickEncoder

CHANNEL: Final = 1
REVISION: Final = 1
_SHIFTS: Final = (0, 30, 60, 90)
"""Numbers by which the sequences of machines differ: they are not all at the same place in the blocks of their rings."""


class Coded:
    """The messages of machines that live through the same ``rows``, all of one catalog. One a tick; the first is a key frame."""

    def __init__(self, rows: Sequence[SampleBatch]) -> None:
        self.rows = rows
        self._ticks = [_messages(rows, shift) for shift in _SHIFTS]

    def __len__(self) -> int:
        return len(self.rows)

    def message(self, machine: int, tick: int) -> bytes:
        """What ``machine`` says at ``tick``, counted from 0."""
        return self._ticks[machine % len(_SHIFTS)][tick]

    def row(self, machine: int, sequence: int) -> SampleBatch:
        """The row that ``machine`` gave the number ``sequence``."""
        return self.rows[sequence - _SHIFTS[machine % len(_SHIFTS)] - 1]


def _messages(rows: Sequence[SampleBatch], shift: int) -> list[bytes]:
    codec = Codec(BINARY)
    encoder = TickEncoder(CHANNEL, REVISION, rows[0].catalog, 1.0)
    return [codec.encode(m.Tick([encoder.encode(replace(row, sequence=row.sequence + shift))])) for row in rows]


class Hub:
    """Sessions with machines that publish ``hour``, and what is kept of them."""

    def __init__(self, hour: Coded, machines: int) -> None:
        self.store = Store()
        self.bus = Bus()
        self.bus.subscribe(SampleBatch, self.store.append)
        self.bus.subscribe(Stretch, self.store.fill)
        self._hour = hour
        self._holdings = Holdings()
        self._codec = Codec(BINARY)
        self._sessions = [self._session(_name(number)) for number in range(machines)]

    def _session(self, name: str) -> Session:
        session = Session(Side(greeting("bench", m.Host("hub", "hub"), 1)), Feed(), self._holdings, None, lambda: None)
        session.start(0.0)
        session.expect({"*": m.Wish("*", 1.0)}, 0.0)
        host = m.Host(name, name)
        catalog = catalog_codec.whole(CHANNEL, REVISION, host, own_catalog(self._hour.rows[0].catalog, name), 1.0)
        for message in (greeting("bench", host, 1), catalog):
            session.receive(self._codec.encode(message), 0.0)
        while session.pull(0.0) is not None:
            pass
        return session

    def take(self, tick: int) -> Iterator[int]:
        """Let the message of ``tick`` arrive from each machine, one after the other; gives the number of each that was heard."""
        publish, message = self.bus.publish, self._hour.message
        for number, session in enumerate(self._sessions):
            for event in session.receive(message(number, tick), float(tick)):
                publish(event)
            yield number

    def check(self) -> None:
        """Raise RuntimeError where the store does not have what was sent, bit for bit: a fault of ours."""
        for number in range(len(self._sessions)):
            host = _name(number)
            for epoch, first, last in self.store.spans(host):
                rows = (row for part in self.store.stretches(host, epoch, first, last) for row in part.batches())
                for kept in rows:
                    if kept.values.tobytes() != self._hour.row(number, kept.sequence).values.tobytes():
                        raise RuntimeError(f"sequence {kept.sequence} of {host} came back as another")


def _name(number: int) -> str:
    return f"machine{number}"


def own_catalog(catalog: Catalog, name: str) -> Catalog:
    """``catalog`` with something in it that no other machine has: no two machines are alike in all they have."""
    *others, last = catalog.series
    return Catalog((*others, Series(last.metric, (*last.attributes, ("machine", name)))))
