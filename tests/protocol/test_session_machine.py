"""Any interleaving of ticks, cuts, full links, new catalogs and epochs: at the end no sample is missing, and nothing grew."""

from __future__ import annotations

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sysmon.model.link import LinkState
from sysmon.protocol.feed import KEPT_TICKS
from tests.protocol.dialogue import ALL, Link, Node
from tests.protocol.made import catalog, same_bits

CATALOGS = [catalog(5), catalog(6), catalog(30), catalog(5, prefix="other")]


class LossyLink(RuleBasedStateMachine):
    """Both ends publish and both subscribe; only the machine's own rules break the link."""

    @initialize(seed=st.integers(0, 10**6))
    def begin(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.link = Link(Node("atlas", ALL), Node("desk", ALL))
        self.link.connect()
        self.link.flow()

    def row(self, width: int) -> list[float]:
        return [self.dice.choice((0.0, 1024.0, 0.01, float("nan"), self.dice.random())) for _ in range(width)]

    @rule(end=st.sampled_from(["left", "right"]), count=st.integers(1, 30), seconds=st.sampled_from([0.0, 0.3, 1.0]))
    def publish(self, end: str, count: int, seconds: float) -> None:
        node = self.link.node(end)
        for number in range(count):
            node.publish(self.row(len(node.catalog.series)), now=self.link.now + number / 100)
            self.link.step(seconds)

    @rule(end=st.sampled_from(["left", "right"]), count=st.integers(1, 5))
    def skip(self, end: str, count: int) -> None:
        self.link.node(end).sequence += count

    @rule(end=st.sampled_from(["left", "right"]))
    def begin_an_epoch(self, end: str) -> None:
        node = self.link.node(end)
        node.epoch, node.sequence = node.epoch + 1, 0

    @rule(end=st.sampled_from(["left", "right"]), number=st.integers(0, len(CATALOGS) - 1))
    def change_the_catalog(self, end: str, number: int) -> None:
        self.link.node(end).use(CATALOGS[number])

    @rule()
    def cut(self) -> None:
        self.link.cut()

    @rule()
    def connect(self) -> None:
        self.link.connect()

    @rule(end=st.sampled_from(["left", "right"]))
    def fill(self, end: str) -> None:
        self.link.full.add(end)

    @rule()
    def drain(self) -> None:
        self.link.full.clear()
        self.link.flow()

    @rule(seconds=st.floats(0.0, 4.0))
    def wait(self, seconds: float) -> None:
        self.link.step(seconds)

    @invariant()
    def nothing_comes_twice_and_nothing_grows(self) -> None:
        for node in (self.link.left, self.link.right):
            assert node.twice == 0
            for host in node.feed.hosts():
                assert len(host.streams) <= 1
                for stream in host.streams.values():
                    assert len(stream.since(max(0, stream.position - KEPT_TICKS)) or ()) <= KEPT_TICKS
            session = node.session
            if session is not None and session.publisher is not None:
                assert session.publisher.backlog < 200

    def teardown(self) -> None:
        self.link.full.clear()
        self.link.connect()
        for _ in range(15):
            for node in (self.link.left, self.link.right):
                node.publish(self.row(len(node.catalog.series)), now=self.link.now)
            self.link.step(1.0)
        self.check(self.link.left, self.link.right)
        self.check(self.link.right, self.link.left)

    def check(self, sender: Node, receiver: Node) -> None:
        """All that was recorded is there, bit for bit; what was not, is known not to be."""
        for key, batch in sender.rows.batches.items():
            assert key in receiver.got, f"{key} is missing"
            assert same_bits(receiver.got[key], batch.values)
        assert not receiver.never & set(sender.rows.batches)
        assert receiver.session is not None
        assert receiver.session.state is LinkState.LIVE
        assert receiver.session.subscriber is not None
        assert receiver.session.subscriber.awaited == 0
        first = min(sequence for _, epoch, sequence in sender.rows.batches if epoch == sender.epoch)
        assert receiver.holdings.missing(sender.name, sender.epoch, first, sender.sequence, 99) == []


TestLossyLink = LossyLink.TestCase
TestLossyLink.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
