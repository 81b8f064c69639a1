"""The receiving side of a hub for benchmarks: a real session for each of many machines, one store. Knows no socket.

All machines send the same coded ticks under names of their own: what they cost to code is none of the hub's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

CHANNEL = 1
REVISION = 1


@dataclass(frozen=True, slots=True)
class Coded:
    """The messages of a machine, one a tick. The first is a key frame."""

    rows: Sequence[SampleBatch]
    ticks: Sequence[bytes]


def coded(rows: Sequence[SampleBatch]) -> Coded:
    """``rows``, all of one catalog, as messages."""
    codec = Codec(BINARY)
    encoder = TickEncoder(CHANNEL, REVISION, rows[0].catalog, 1.0)
    return Coded(rows, [codec.encode(m.Tick([encoder.encode(row)])) for row in rows])


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
        self.sessions = [self._session(f"machine{number}") for number in range(machines)]

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

    def take(self, session: Session, tick: int, now: float) -> None:
        """What happens when the message of ``tick`` arrives at ``session``."""
        for event in session.receive(self._hour.ticks[tick], now):
            self.bus.publish(event)

    def check(self) -> None:
        """Raise RuntimeError where the store does not have what was sent, bit for bit: a fault of ours."""
        for host in self.store.hosts():
            for epoch, first, last in self.store.spans(host):
                rows = (row for part in self.store.stretches(host, epoch, first, last) for row in part.batches())
                for kept in rows:
                    sent = self._hour.rows[kept.sequence - 1]
                    if kept.values.tobytes() != sent.values.tobytes():
                        raise RuntimeError(f"sequence {kept.sequence} of {host} came back as another")


def own_catalog(catalog: Catalog, name: str) -> Catalog:
    """``catalog`` with something in it that no other machine has: no two machines are alike in all they have."""
    *others, last = catalog.series
    return Catalog((*others, Series(last.metric, (*last.attributes, ("machine", name)))))
