"""Two sessions joined by a link that can be cut, filled and delayed; time is stepped by hand."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from sysmon.model.link import PAIRED, Reason, Rights
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, SampleBatch, Stretch
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.events import Event, Fetch, NeverRecorded
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from tests.protocol.made import catalog

ALL = {"*": m.Wish("*", 1.0)}


class Rows:
    """An archive in memory: every batch that was ever recorded here."""

    def __init__(self) -> None:
        self.batches: dict[tuple[str, int, int], SampleBatch] = {}
        self.expected: list[tuple[str, int, int, int]] = []
        """What may still come: host, epoch, first, last."""

    def awaited(self, host: str, epoch: int, first: int, last: int) -> list[tuple[int, int]]:
        return [(a, b) for name, of, a, b in self.expected if (name, of) == (host, epoch) and a <= last and b >= first]

    def spans(self, host: str) -> list[tuple[int, int, int]]:
        epochs: dict[int, list[int]] = {}
        for name, epoch, sequence in self.batches:
            if name == host:
                epochs.setdefault(epoch, []).append(sequence)
        return [(epoch, min(found), max(found)) for epoch, found in epochs.items()]

    def read(self, fetch: Fetch) -> list[Stretch]:
        found = [self.batches.get((fetch.host, fetch.epoch, n)) for n in range(fetch.first, fetch.last + 1)]
        runs: list[list[SampleBatch]] = []
        for one in found:
            if one is not None and runs and runs[-1][-1].catalog is one.catalog:
                runs[-1].append(one)
            elif one is not None:
                runs.append([one])
        return [Stretch.of(run) for run in runs]


class Node:
    """A machine: what it publishes, what it got, and its end of a link."""

    def __init__(self, name: str, wishes: dict[str, m.Wish] | None = None) -> None:
        self.name = name
        self.host = m.Host(name, name.title())
        self.feed = Feed()
        self.holdings = Holdings()
        self.rows = Rows()
        self.wishes = wishes or {}
        self.rights = PAIRED
        self.spelling = BINARY
        self.limits = m.Limits(interval=0.05)
        self.capabilities: list[str] | None = None
        self.catalog = catalog(9)
        self.sequence = 0
        self.epoch = 1
        self.session: Session | None = None
        self.events: list[Event] = []
        self.live: list[SampleBatch] = []
        self.got: dict[tuple[str, int, int], array[float]] = {}
        self.never: set[tuple[str, int, int]] = set()
        self.tables: list[ProcessTable] = []
        self.twice = 0

    def begin(self, now: float) -> Session:
        hello = greeting("test", self.host, self.epoch, limits=self.limits)
        if self.capabilities is not None:
            hello.capabilities = self.capabilities
        side = Side(hello, self.rights, self.spelling)
        self.session = Session(side, self.feed, self.holdings, self.rows, lambda: None)
        self.session.start(now)
        self.session.expect(self.wishes, now)
        return self.session

    def next_batch(self, now: float, values: Sequence[float] | None = None, host: m.Host | None = None) -> SampleBatch:
        """Record the next instant, and publish it not yet."""
        self.sequence += 1
        row = array("d", values if values is not None else [float(self.sequence)] * len(self.catalog.series))
        batch = SampleBatch((host or self.host).id, self.epoch, self.sequence, 1e9 + now, self.catalog, row)
        self.rows.batches[batch.host, self.epoch, self.sequence] = batch
        return batch

    def publish(
        self, values: Sequence[float] | None = None, now: float = 0.0, host: m.Host | None = None
    ) -> SampleBatch:
        batch = self.next_batch(now, values, host)
        self.feed.put_host(host or self.host)
        self.feed.publish(batch)
        return batch

    def use(self, made: Catalog) -> None:
        self.catalog = made

    def take(self, events: list[Event]) -> None:
        for event in events:
            self.events.append(event)
            if isinstance(event, SampleBatch):
                self.live.append(event)
                self._keep(event)
            elif isinstance(event, Stretch):
                for batch in event.batches():
                    self._keep(batch)
            elif isinstance(event, NeverRecorded):
                self.never |= {
                    (event.host, event.epoch, n) for first, last in event.ranges for n in range(first, last + 1)
                }
            elif isinstance(event, ProcessTable):
                self.tables.append(event)
            elif isinstance(event, Fetch):
                assert self.session is not None
                self.session.supply(event, self.rows.read(event))

    def _keep(self, batch: SampleBatch) -> None:
        key = (batch.host, batch.epoch, batch.sequence)
        self.twice += key in self.got
        self.got[key] = batch.values

    def said(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class Link:
    """What lies between two nodes. ``full`` ends take nothing from their session."""

    left: Node
    right: Node
    now: float = 0.0
    full: set[str] = field(default_factory=set[str])
    mute: set[str] = field(default_factory=set[str])
    """Ends whose messages do not arrive: half-open."""
    sent: dict[str, list[bytes]] = field(default_factory=lambda: {"left": [], "right": []})
    pipes: dict[str, deque[bytes]] = field(default_factory=lambda: {"left": deque(), "right": deque()})
    up: bool = False

    def node(self, end: str) -> Node:
        return self.left if end == "left" else self.right

    def connect(self) -> None:
        self.cut()
        self.left.begin(self.now)
        self.right.begin(self.now)
        self.up = True

    def cut(self) -> None:
        """What is under way is lost."""
        self.up = False
        for end in ("left", "right"):
            self.pipes[end].clear()
            self.sent[end].clear()
            session = self.node(end).session
            if session is not None:
                self.node(end).take(session.lost(Reason.CUT))

    def flow(self, rounds: int = 100) -> None:
        """Carry messages both ways until nothing moves."""
        for _ in range(rounds):
            if not any([self._carry("left", "right"), self._carry("right", "left")]):
                return
        raise AssertionError("the two never stop talking")

    def _carry(self, end: str, other: str) -> bool:
        session, receiver = self.node(end).session, self.node(other).session
        if not self.up or session is None or receiver is None:
            return False
        moved = False
        if end not in self.full:
            for _ in range(200):
                message = session.pull(self.now)
                if message is None:
                    break
                self.sent[end].append(message)
                if end not in self.mute:
                    self.pipes[end].append(message)
                moved = True
        while self.pipes[end]:
            self.node(other).take(receiver.receive(self.pipes[end].popleft(), self.now))
            moved = True
        return moved

    def step(self, seconds: float) -> None:
        """Let time pass, deadline by deadline."""
        end = self.now + seconds
        self.flow()
        for _ in range(2000):
            sessions = [node.session for node in (self.left, self.right) if node.session is not None]
            due = min([session.deadline() for session in sessions], default=end)
            self.now = max(self.now, min(due, end))
            for node in (self.left, self.right):
                if self.up and node.session is not None:
                    node.take(node.session.wake(self.now))
            self.flow()
            if self.now >= end:
                return
        raise AssertionError("deadlines come without end")

    def messages(self, end: str) -> list[m.AnyMessage | None]:
        """All that was sent from ``end`` since it connected."""
        codec = Codec(self.node(end).spelling)
        return [codec.decode(data) for data in self.sent[end]]


def joined(left: Node | None = None, right: Node | None = None) -> Link:
    """A publisher and a subscriber that have greeted each other."""
    link = Link(left or Node("atlas"), right or Node("desk", ALL))
    link.connect()
    link.flow()
    return link


def run(link: Link, seconds: int) -> None:
    """The left end publishes once a second."""
    for _ in range(seconds):
        link.left.publish(now=link.now)
        link.step(1.0)


WITH_COMMANDS = Rights(commands=True)
