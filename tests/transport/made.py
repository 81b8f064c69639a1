"""Programs with links, made for tests: small, real, on the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Peer
from sysmon.model.sample import SampleBatch
from sysmon.protocol import messages as m
from sysmon.protocol.blocks import Stretch
from sysmon.protocol.events import Event, Fetch
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.dialer import DialLimits
from sysmon.transport.identity import Identity, load_or_create
from sysmon.transport.pool import Links
from sysmon.transport.port import Trust
from sysmon.transport.rounds import Rounds, Times
from sysmon.transport.trust import TrustBook
from tests.protocol import made

PATIENCE = 30.0
"""Seconds after which something that should happen is taken not to happen."""


class Program:
    """A machine with links, whose figures are made up. It is an `Exchange`."""

    def __init__(
        self, name: str, trust: Trust, series: int = 4, times: Times | None = None, limits: DialLimits | None = None
    ) -> None:
        self.id = name
        self.feed = Feed()
        self.holdings = Holdings()
        self.archive = self
        self.epoch = 1
        self.catalog = made.catalog(series)
        self.kept: list[SampleBatch] = []
        self.batches: list[SampleBatch] = []
        self.events: list[Event] = []
        self.steps: list[LinkStep] = []
        self.sides: dict[str, Callable[[Side], Side]] = {}
        self._news = asyncio.Event()
        self.trust = trust
        self.links = Links(self, name, trust, rounds=Rounds(times), limits=limits)

    # Exchange.

    def side(self, peer: Peer) -> Side:
        hello = greeting("test 1", m.Host(self.id, self.id), self.epoch)
        side = Side(hello, peer.rights)
        return self.sides[peer.id](side) if peer.id in self.sides else side

    def deliver(self, link: str, peer: Peer, event: Event) -> None:
        if isinstance(event, SampleBatch):
            self.batches.append(event)
        self.events.append(event)
        self._news.set()

    def fetch(self, fetch: Fetch) -> Iterable[Stretch]:
        rows = [b for b in self.kept if b.epoch == fetch.epoch and fetch.first <= b.sequence <= fetch.last]
        return [Stretch.of(rows)] if rows else []

    def stepped(self, step: LinkStep) -> None:
        self.steps.append(step)
        self._news.set()

    def spans(self, host: str) -> list[tuple[int, int, int]]:
        return [(self.epoch, self.kept[0].sequence, self.kept[-1].sequence)] if self.kept and host == self.id else []

    def awaited(self, host: str, epoch: int, first: int, last: int) -> list[tuple[int, int]]:
        return []

    # What tests do.

    def tick(self, count: int = 1) -> None:
        """Publish the next instants."""
        for _ in range(count):
            sequence = self.kept[-1].sequence + 1 if self.kept else 1
            values = [float(sequence * 10 + n) for n in range(len(self.catalog.series))]
            self.kept.append(made.batch(self.catalog, sequence, values, host=self.id, epoch=self.epoch))
            self.feed.put_host(m.Host(self.id, self.id))
            self.feed.publish(self.kept[-1])

    async def listen(self) -> str:
        """Listen on the loopback; the address."""
        await self.links.listen([("127.0.0.1", 0)])
        host, port = self.links.server.addresses[0]
        return f"{host}:{port}"

    def report(self, link: str) -> LinkReport:
        return next(report for report in self.links.reports() if report.link == link)

    def state(self, link: str) -> LinkState:
        return next((report.state for report in self.links.reports() if report.link == link), LinkState.DISABLED)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something that this program hears of holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_state(self, link: str, state: LinkState, reason: Reason | None = None) -> LinkReport:
        await self.until(lambda: self.state(link) is state and (reason is None or self.report(link).reason is reason))
        return self.report(link)

    def has(self, host: str, sequences: Iterable[int]) -> bool:
        """Whether all ``sequences`` of ``host`` came, live or later."""
        filled = {one for event in self.events if isinstance(event, Stretch) for one in event.sequences}
        return set(sequences) <= filled | set(self.sequences(host))

    def sequences(self, host: str) -> list[int]:
        return sorted(batch.sequence for batch in self.batches if batch.host == host)


EVERYTHING = {"*": m.Wish("*")}


def plain_pair() -> tuple[Program, Program]:
    """Two programs that know each other, without TLS."""
    return Program("alpha", PlainTrust([Peer("beta", "beta")])), Program("beta", PlainTrust([Peer("alpha", "alpha")]))


def secured_pair(folder: Path) -> tuple[Program, Program]:
    """Two programs that were paired."""
    books: list[TrustBook] = []
    identities: list[Identity] = []
    for name in ("alpha", "beta"):
        identities.append(load_or_create(folder / name))
        books.append(TrustBook(folder / name, identities[-1]))
    for book, other, name in zip(books, reversed(identities), ("beta", "alpha"), strict=True):
        book.put(Peer(other.id, name, other.certificate))
    return Program(identities[0].id, books[0]), Program(identities[1].id, books[1])


def tell_address(program: Program, peer: str, *addresses: str) -> None:
    """Let ``program`` know where ``peer`` is."""
    known = program.trust.get(peer)
    assert known is not None
    program.trust.put(replace(known, addresses=addresses))  # type: ignore[attr-defined]


@asynccontextmanager
async def closing(*programs: Program) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for program in programs:
            await program.links.close()
