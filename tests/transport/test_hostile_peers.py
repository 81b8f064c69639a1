"""Peers that were let in and misbehave: they lose their connection with the right reason, others notice nothing."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.worker import Worker
from sysmon.protocol import catalog_codec, tick_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import Codec
from sysmon.protocol.side import Side, greeting
from sysmon.protocol.tick_codec import TickEncoder
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.dialer import Dialer
from sysmon.transport.rounds import Rounds
from sysmon.transport.wire import Mailbox, Wire
from tests.protocol import made
from tests.transport.leftovers import nothing_left
from tests.transport.made import EVERYTHING, Program, closing, secured_pair, tell_address

CODEC = Codec("sysmon.v1")
HELLO = greeting("evil 1", m.Host("evil", "evil"), 1)
CATALOG = made.catalog(3)
ANNOUNCED = catalog_codec.whole(1, 1, m.Host("evil", "evil"), CATALOG, 1.0)


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    async with nothing_left():
        yield


class Scene:
    """A hub, an honest watcher of it, and somebody who sends what a test wants."""

    def __init__(self, hub: Program, honest: Program, wire: Wire, box: Mailbox) -> None:
        self.hub, self.honest, self.wire, self.box = hub, honest, wire, box

    def say(self, *messages: m.AnyMessage | bytes) -> None:
        for message in messages:
            self.wire.send(message if isinstance(message, bytes) else CODEC.encode(message))

    async def all_is_well(self) -> None:
        """The honest one goes on to get what the hub publishes."""
        self.hub.tick()
        await self.honest.until(lambda: self.honest.has("hub", [self.hub.kept[-1].sequence]))
        assert self.honest.report("out:hub").counts.connections == 1


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    hub = Program("hub", PlainTrust([Peer("evil", "evil"), Peer("honest", "honest")]))
    honest = Program("honest", PlainTrust([Peer("hub", "hub")]))
    async with closing(hub, honest):
        address = await hub.listen()
        hub.tick()
        tell_address(honest, "hub", address)
        honest.links.expect("hub", EVERYTHING)
        honest.links.want("hub")
        await honest.until(lambda: bool(honest.batches))
        hub.links.expect("evil", EVERYTHING)
        wire = await Dialer(Rounds()).dial([address], None, lambda _: None, "/as/evil")
        box = Mailbox(wire, most=100_000)
        yield Scene(hub, honest, wire, box)
        wire.abort()
        await box.gone()


def tick(sequence: int, values: list[float] | None = None, epoch: int = 1) -> bytes:
    encoder = TickEncoder(1, 1, CATALOG, 1.0)
    return encoder.encode(made.batch(CATALOG, sequence, values or [1.0, 2.0, 3.0], host="evil", epoch=epoch))


def renamed(name: str) -> m.Catalog:
    return catalog_codec.whole(1, 1, m.Host("evil", name), CATALOG, 1.0)


def lying(**changes: object) -> m.Catalog:
    made_up = catalog_codec.whole(1, 1, m.Host("evil", "evil"), CATALOG, 1.0)
    for name, value in changes.items():
        setattr(made_up, name, value)
    return made_up


OFFENCES = {
    "nothing": ([b""], Reason.BAD_FRAME),
    "a MiB": ([os.urandom(1 << 20)], None),
    "more than was agreed": ([bytes((1 << 20) + 1)], Reason.TOO_LARGE),
    "noise": ([b"\xc1\xff\x00"], Reason.BAD_FRAME),
    "deep nesting": ([b"\x91" * 100_000], Reason.BAD_FRAME),
    "a huge number": ([b"\x81\xa4type\xcf" + b"\xff" * 8], Reason.BAD_FRAME),
    "a second hello": ([HELLO], Reason.OUT_OF_TURN),
    "a tick of nothing": ([m.Tick([tick(1)])], Reason.OUT_OF_TURN),
    "a tick that is cut short": ([ANNOUNCED, m.Tick([tick(1)[:-3]])], Reason.BAD_FRAME),
    "a tick that goes on": ([ANNOUNCED, m.Tick([tick(1) + b"more"])], Reason.BAD_TICK),
    "values that do not fit": ([ANNOUNCED, m.Values("evil", 1, 1, 1.0, [1.0])], Reason.BAD_TICK),
    "values from beyond time": ([ANNOUNCED, m.Values("evil", 1, 1, 1e300, [1.0] * 3)], Reason.BAD_TICK),
    "a digest that lies": ([lying(digest="x")], Reason.BAD_CATALOG),
    "an interval of nothing": ([lying(interval=0.0)], Reason.BAD_CATALOG),
    "metrics that are not there": ([lying(metrics=[])], Reason.BAD_CATALOG),
    "one host on two channels": ([ANNOUNCED, lying(channel=2)], Reason.BAD_CATALOG),
    "20,001 series": ([lying(series=[m.SeriesEntry(0)] * 20_001)], Reason.TOO_MANY_SERIES),
    "a gap that goes back": ([ANNOUNCED, m.Gap(1, 1, 9, 3)], Reason.BAD_FRAME),
    "history that goes back": ([ANNOUNCED, m.Have(1, 1, 9, 3)], Reason.BAD_FRAME),
    "a block that is none": ([ANNOUNCED, m.Have(1, 1, 1, 9), m.Block(1, 1, 1, b"zzz")], Reason.BAD_BLOCK),
    "an interval that is none": ([m.Subscribe([m.Wish("*", interval=-1.0)])], Reason.BAD_FRAME),
}


@pytest.mark.parametrize("offence", OFFENCES)
async def test_an_offence_costs_the_connection_and_is_named(offence: str) -> None:
    messages, reason = OFFENCES[offence]
    async with scene() as at:
        at.say(HELLO)
        await at.hub.until(lambda: at.hub.report("in:evil").counts.connections == 1)
        at.say(*messages)
        end = await at.box.gone()
        report = await at.hub.until_state("in:evil", LinkState.DISABLED)
        assert reason is None or report.reason is reason
        # It is told its number; from its side a fault in what it sent is a fault of its own.
        assert end.reason in (Reason.FAULT_HERE, Reason.CUT)
        await at.all_is_well()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([m.Subscribe([])], Reason.OUT_OF_TURN),
        ([b"x" * 9000], Reason.TOO_LARGE),
        ([greeting("evil", m.Host("hub", "hub"), 1)], Reason.WRONG_PIN),
        ([greeting("evil", m.Host("honest", "honest"), 1)], Reason.WRONG_PIN),
        ([m.Hello("later 9", 7, 9, HELLO.host)], Reason.VERSION),
        ([greeting("evil", m.Host("evil", "evil", path=["hub"]), 1)], Reason.LOOP),
        ([m.Hello("evil", 1, 1, HELLO.host, limits=m.Limits(frame=1))], Reason.BAD_FRAME),
        ([m.Goaway(Reason.DRAINING.number)], Reason.DRAINING),
    ],
)
async def test_before_it_has_greeted(said: list[m.AnyMessage | bytes], reason: Reason) -> None:
    async with scene() as at:
        at.say(*said)
        await at.box.gone()
        report = await at.hub.until_state("in:evil", LinkState.DISABLED)
        assert report.reason is reason
        assert report.counts.connections == 0
        await at.all_is_well()


async def test_what_is_odd_but_allowed_does_no_harm() -> None:
    odd = "two\nlines \x1b[31mred <b>bold</b> %s {peer}"
    async with scene() as at:
        at.say(HELLO, renamed(odd))
        encoder = TickEncoder(1, 1, CATALOG, 1.0)
        nan, inf = float("nan"), float("inf")
        batches = [made.batch(CATALOG, n, [nan, inf, -1e308], host="evil") for n in (5, 6, 900)]
        at.say(*(m.Tick([encoder.encode(batch)]) for batch in batches))
        at.say(m.Tick([tick(5)]), m.Tick([tick(3)]), m.Tick([tick(1, epoch=1 << 52)]))
        at.say(b"\x82\xa4type\xa5later\xa1x\x01", m.Clock(1e300), m.Clock(float("nan")))
        await at.hub.until(lambda: at.hub.has("evil", [5, 6, 900, 1]))
        assert at.hub.state("in:evil") is LinkState.LIVE
        assert at.hub.sequences("evil") == [1, 5, 6, 900], "what came twice or late is left out"
        await at.all_is_well()


async def test_catalogs_that_change_each_tick_are_followed_and_forgotten() -> None:
    async with scene() as at:
        at.say(HELLO)
        for revision in range(1, 60):
            catalog = made.catalog(3, prefix=f"r{revision}-")
            at.say(catalog_codec.whole(1, revision, m.Host("evil", "evil"), catalog, 1.0))
            encoder = TickEncoder(1, revision, catalog, 1.0)
            at.say(m.Tick([encoder.encode(made.batch(catalog, revision, [1.0, 2.0, 3.0], host="evil"))]))
        await at.hub.until(lambda: at.hub.has("evil", range(1, 60)))
        await at.all_is_well()


async def test_a_flood_is_ended() -> None:
    async with scene() as at:
        at.say(HELLO, ANNOUNCED)
        message = CODEC.encode(m.Clock(1.0))
        for _ in range(100_000):
            at.say(message)
        await at.box.gone()
        report = await at.hub.until_state("in:evil", LinkState.DISABLED)
        assert report.reason in (Reason.TOO_FAST, Reason.TOO_SLOW)
        await at.all_is_well()


async def test_another_machine_in_the_place_of_a_peer_is_refused_loudly(tmp_path: Path) -> None:
    here, there = secured_pair(tmp_path / "one")
    other_here, impostor = secured_pair(tmp_path / "two")
    async with closing(here, there, other_here, impostor):
        tell_address(here, there.id, await impostor.listen())
        here.links.want(there.id)
        report = await here.until_state(f"out:{there.id}", LinkState.REFUSED, Reason.WRONG_PIN)
        assert report.counts.connections == 0
        here.links.network_changed()
        assert here.state(f"out:{there.id}") is LinkState.REFUSED
        tell_address(here, there.id, await there.listen())
        here.links.retry()
        await here.until_state(f"out:{there.id}", LinkState.SYNCING)


@pytest.mark.parametrize(("first", "last"), [(2, 9), (0, 0)])
async def test_a_version_that_cannot_be_talked_to_is_told_on_both_sides(first: int, last: int) -> None:
    hub = Program("hub", PlainTrust([Peer("other", "other")]))
    other = Program("other", PlainTrust([Peer("hub", "hub")]))

    def another_version(side: Side) -> Side:
        hello = m.Hello("other 9", first, last, side.hello.host, side.hello.capabilities, epoch=1)
        return replace(side, hello=hello)

    other.sides["hub"] = another_version
    async with closing(hub, other):
        tell_address(other, "hub", await hub.listen())
        other.links.want("hub")
        await other.until_state("out:hub", LinkState.REFUSED, Reason.VERSION)
        report = await hub.until_state("in:other", LinkState.DISABLED)
        assert report.reason is Reason.VERSION


async def test_two_machines_with_one_key_are_told_apart() -> None:
    hub = Program("hub", PlainTrust([Peer("twin", "twin")]))
    newer, older = (Program("twin", PlainTrust([Peer("hub", "hub")])) for _ in range(2))
    newer.epoch, older.epoch = 2000, 1000
    async with closing(hub, newer, older):
        address = await hub.listen()
        for twin in (newer, older):
            tell_address(twin, "hub", address)
        newer.links.want("hub")
        await newer.until_state("out:hub", LinkState.SYNCING)
        older.links.want("hub")
        await older.until_state("out:hub", LinkState.REFUSED, Reason.DUPLICATE)
        assert newer.state("out:hub") in (LinkState.SYNCING, LinkState.LIVE)
        assert newer.report("out:hub").counts.connections == 1


def test_the_ticks_of_these_tests_are_ticks() -> None:
    assert tick_codec.head(tick(1))[0] == 1


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sysmon.v1\r\n\r\n"
)


def asked(address: str, context: ssl.SSLContext, session: ssl.SSLSession | None) -> tuple[bytes, ssl.SSLSession | None]:
    """The answer to one who asks for a WebSocket and offers ``session`` to resume; and the session that it has afterwards."""
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), 20) as plain,
        context.wrap_socket(plain, session=session) as secured,
    ):
        secured.sendall(UPGRADE)
        try:
            answer = secured.recv(4096)
        except OSError:
            answer = b""
        return answer, secured.session


async def test_one_who_was_revoked_cannot_come_in_by_resuming(tmp_path: Path) -> None:
    here, there = secured_pair(tmp_path)
    worker = Worker("stranger")
    async with closing(here, there):
        address = await there.listen()
        known = here.trust.get(there.id)
        assert known is not None
        context = here.trust.client_context(known)
        assert context is not None
        answer, session = await worker.call(lambda: asked(address, context, None))
        assert answer.startswith(b"HTTP/1.1 101")
        there.trust.remove(here.id)  # type: ignore[attr-defined]
        answer, _ = await worker.call(lambda: asked(address, context, session))
        assert answer == b""
    worker.close(5.0)
