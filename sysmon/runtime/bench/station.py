"""A machine with made-up figures and real links: what the benchmarks of links are made of."""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sysmon.model.link_report import LinkStep
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.peer import Peer
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.events import Event, Fetch
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.side import Side, greeting
from sysmon.transport import peer_file
from sysmon.transport.identity import Identity, load_or_create
from sysmon.transport.trust import TrustBook

SERIES: Final = 150
_KEPT: Final = 600
"""Rows that are kept for back-fill."""
EVERYTHING: Final = {"*": m.Wish("*")}


class Station:
    """See `transport.port.Exchange`. ``heard`` is told of each event, ``stepped`` of each step."""

    def __init__(self, name: str, epoch: int = 1, feed: Feed | None = None) -> None:
        self.id = name
        self.epoch = epoch
        self.feed = feed or Feed()
        self.holdings = Holdings()
        self.archive = self
        self.kept: deque[SampleBatch] = deque(maxlen=_KEPT)
        self.heard: Callable[[str, Event], None] = lambda _link, _event: None
        self.step: Callable[[LinkStep], None] = lambda _: None
        self._hello = greeting("bench", m.Host(name, name), epoch)

    def side(self, peer: Peer) -> Side:
        return Side(self._hello, peer.rights)

    def deliver(self, link: str, peer: Peer, event: Event) -> None:  # noqa: ARG002
        self.heard(link, event)

    def fetch(self, fetch: Fetch) -> Iterable[Stretch]:
        rows = [one for one in self.kept if one.epoch == fetch.epoch and fetch.first <= one.sequence <= fetch.last]
        return [Stretch.of(rows)] if rows else []

    def stepped(self, step: LinkStep) -> None:
        self.step(step)

    def spans(self, host: str) -> Sequence[tuple[int, int, int]]:
        return [(self.epoch, self.kept[0].sequence, self.kept[-1].sequence)] if self.kept and host == self.id else []

    def awaited(self, host: str, epoch: int, first: int, last: int) -> list[tuple[int, int]]:  # noqa: ARG002
        return []

    def publish(self, batch: SampleBatch) -> None:
        """Keep ``batch`` and send it to all who follow."""
        self.kept.append(batch)
        self.feed.put_host(self._hello.host)
        self.feed.publish(batch)


class Figures:
    """Made-up figures of a desktop: half of them counters; of all, two of five change from tick to tick."""

    def __init__(self, host: str, epoch: int = 1, series: int = SERIES) -> None:
        self._host = host
        self._epoch = epoch
        self._random = random.Random(7)  # noqa: S311  # figures, not secrets
        kinds = (Kind.COUNTER, Kind.GAUGE)
        specs = [MetricSpec(f"bench.m{n}", "1", kinds[n % 2], 1.0, "", ("n",)) for n in range(series)]
        self.catalog = Catalog(tuple(Series(spec, (("n", str(n)),)) for n, spec in enumerate(specs)))
        self._values = [float(self._random.randrange(1 << 20)) for _ in specs]
        self.sequence = 0

    def next(self, now: float) -> SampleBatch:
        """The next instant."""
        self.sequence += 1
        for at in self._random.sample(range(len(self._values)), 2 * len(self._values) // 5):
            step = self._random.randrange(1, 200)
            self._values[at] += step if at % 2 == 0 or self._values[at] < 1000 else -step
        return SampleBatch(self._host, self._epoch, self.sequence, now, self.catalog, array("d", self._values))


def introduce(folder: Path, names: Sequence[str], center: str) -> None:
    """Make an identity for ``center`` and each of ``names`` below ``folder``, and pair each of them with it."""
    hub = load_or_create(folder / center)
    others: list[Peer] = []
    for name in names:
        identity = load_or_create(folder / name)
        others.append(Peer(identity.id, name, identity.certificate))
        peer_file.write(folder / name / peer_file.FILE, (Peer(hub.id, center, hub.certificate),))
    peer_file.write(folder / center / peer_file.FILE, tuple(others))


def trust_of(folder: Path, name: str, addresses: tuple[str, ...] = ()) -> tuple[Identity, TrustBook, Peer]:
    """Identity and book of ``name`` as `introduce` made them, and its first peer, which is at ``addresses``."""
    identity = load_or_create(folder / name)
    book = TrustBook(folder / name, identity)
    first = book.peers()[0]
    if addresses:
        first = replace(first, addresses=addresses)
        book.put(first)
    return identity, book, first
