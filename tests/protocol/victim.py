"""A machine that is lied to, beside a witness who must notice nothing; and what it looks like when the link is over."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from sysmon.model.link import LinkState, Reason
from sysmon.model.sample import SampleBatch
from sysmon.protocol import catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.events import Event, StateChanged
from sysmon.protocol.feed import Feed
from sysmon.protocol.holdings import Holdings
from sysmon.protocol.session import Session
from sysmon.protocol.side import Side, greeting
from sysmon.protocol.tick_codec import TickEncoder
from tests.protocol.dialogue import ALL
from tests.protocol.made import batch, catalog

CATALOG = catalog(4)
EVIL = m.Host("evil", "Evil")


class Victim:
    """A machine with two links: one to whoever lies, one to a witness who watches it and must notice nothing."""

    def __init__(self, spelling: str = BINARY) -> None:
        self.codec = Codec(spelling)
        self.feed, self.holdings = Feed(), Holdings()
        self.host = self.feed.put_host(m.Host("desk", "Desk"))
        self.session = self._session(spelling)
        self.witness = self._session(BINARY)
        self.events: list[Event] = []
        self.now = 1.0
        self.sequence = 0
        self._meet(self.witness, Codec(BINARY), "witness")
        self.hear(greeting("evil 1", EVIL, 1))
        self.hear(m.Subscribe([m.Wish("*", 1.0)]))
        self.watched = self.ticks()

    def _session(self, spelling: str) -> Session:
        side = Side(greeting("test", self.host.host, 1), spelling=spelling)
        session = Session(side, self.feed, self.holdings, None, lambda: None)
        session.start(0.0)
        session.expect(ALL, 0.0)
        return session

    def _meet(self, session: Session, codec: Codec, name: str) -> None:
        session.receive(codec.encode(greeting(name, m.Host(name, name), 1)), 1.0)
        session.receive(codec.encode(m.Subscribe([m.Wish("*", 1.0)])), 1.0)

    def hear(self, *messages: m.AnyMessage | bytes) -> list[Event]:
        """Take what the liar says; the events of it."""
        found: list[Event] = []
        for message in messages:
            data = message if isinstance(message, bytes) else self.codec.encode(message)
            found += self.session.receive(data, self.now)
        self.events += found
        return found

    def announce(self, of: m.Host = EVIL, channel: int = 1, revision: int = 1) -> list[Event]:
        return self.hear(catalog_codec.whole(channel, revision, of, CATALOG, 1.0))

    def ticks(self) -> int:
        """Publish an instant; how many messages the witness gets of it."""
        self.sequence += 1
        self.feed.publish(batch(CATALOG, self.sequence, [float(self.sequence)] * 4, host="desk"))
        count = 0
        while self.witness.pull(self.now) is not None:
            count += 1
        return count

    def ended(self) -> Reason | None:
        """Why the link of the liar is over, after looking that it is over properly; None where it stands."""
        self.now += 0.1
        assert self.ticks() >= 1, "the witness gets its figures"
        assert not self.witness.finished
        if not self.session.finished:
            return None
        said: list[m.AnyMessage | None] = []
        while (data := self.session.pull(self.now)) is not None:
            said.append(self.codec.decode(data))
        assert isinstance(said[-1], m.Error)
        assert self.session.reason is not None
        assert said[-1].number == self.session.reason.number
        assert self.session.pull(self.now) is None
        assert self.session.wake(self.now + 100.0) == []
        assert self.hear(m.Pace(1.0)) == []
        assert self.session.state in (LinkState.BACKOFF, LinkState.REFUSED)
        assert len(self.feed._listeners) == 1, "only the witness listens"
        assert all(len(stream.listeners) == 1 for stream in self.host.streams.values())
        text = next(event.text for event in reversed(self.events) if isinstance(event, StateChanged))
        assert text.isprintable()
        return self.session.reason


def encoded(channel: int, revision: int, rows: Sequence[tuple[int, int, float]]) -> list[bytes]:
    """Ticks of (epoch, sequence, value), each after those before."""
    encoder = TickEncoder(channel, revision, CATALOG, 1.0)
    return [
        encoder.encode(SampleBatch("evil", epoch, sequence, 1e9 + sequence, CATALOG, array("d", [value] * 4)))
        for epoch, sequence, value in rows
    ]


def key(epoch: int, sequence: int, value: float = 1.0) -> m.Tick:
    return m.Tick(encoded(1, 1, [(epoch, sequence, value)]))
