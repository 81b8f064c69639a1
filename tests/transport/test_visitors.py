"""Connections of peers that dial here: the newest counts, and a machine is told from its copy."""

from __future__ import annotations

from dataclasses import replace

from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.pipeline.tasks import TaskOwner
from sysmon.protocol import messages as m
from sysmon.protocol.codec import Codec
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.rounds import Rounds
from sysmon.transport.visitors import Visitors
from sysmon.transport.wire import End, Wire
from tests.transport.made import Program
from tests.transport.test_rounds import turn
from tests.transport.test_wire import PaperWire
from tests.transport.times import SteppedTimes

VEGA = Peer("vega", "vega")


class House:
    """A household that remembers."""

    def __init__(self) -> None:
        self.program = Program("here", PlainTrust([VEGA]))
        self.times = SteppedTimes()
        self.visitors = Visitors(self, self.program, Rounds(self.times), TaskOwner("test"))
        self.heard: list[tuple[str, str]] = []

    def side(self, peer: Peer, spelling: str) -> Side:
        return replace(self.program.side(peer), peer=peer.id)

    def wishes(self, peer: str) -> dict[str, m.Wish]:
        return {}

    def came(self, peer: str) -> None:
        self.heard.append(("came", peer))

    def went(self, peer: str) -> None:
        self.heard.append(("went", peer))

    def visit(self, peer: Peer = VEGA) -> PaperWire:
        wire = PaperWire()
        self.visitors.arrived(wire, peer)
        return wire


def greet(wire: PaperWire, epoch: int = 1, host: str = "vega", clock: float = 0.0) -> None:
    assert wire.receiver is not None
    wire.receiver.message(Codec("sysmon.v1").encode(greeting("test 1", m.Host(host, host), epoch, clock=clock)))


def lose(wire: PaperWire) -> None:
    assert wire.receiver is not None
    wire.receiver.lost(End(Reason.CUT))


async def test_of_two_connections_the_newer_stays() -> None:
    house = House()
    old = house.visit()
    greet(old)
    new = house.visit()
    assert old.closed == [], "one that has not greeted pushes nobody out"
    greet(new)
    assert old.closed == [Reason.NOT_WANTED]
    assert new.closed == []
    lose(old)
    assert house.visitors.here("vega")
    lose(new)
    await turn()
    assert not house.visitors.here("vega")
    assert list(house.visitors) == []
    assert house.heard.count(("went", "vega")) == 2


async def test_a_machine_that_started_again_takes_its_place_and_a_copy_of_it_does_not() -> None:
    house = House()
    first = house.visit()
    greet(first, epoch=100)
    restarted = house.visit()
    greet(restarted, epoch=200)
    assert first.closed == [Reason.NOT_WANTED]
    copy = house.visit()
    greet(copy, epoch=100)
    assert copy.closed == [Reason.DUPLICATE]
    assert restarted.closed == []
    assert house.visitors.here("vega")


async def test_a_machine_that_lost_its_clock_with_its_power_takes_its_place() -> None:
    house = House()
    before = house.visit()
    greet(before, epoch=200)
    house.times.step(4.0)
    after = house.visit()
    greet(after, epoch=100)
    assert before.closed == [Reason.NOT_WANTED]
    assert after.closed == []


async def test_a_connection_that_was_held_up_does_not_push_out_the_one_made_in_its_stead() -> None:
    house = House()
    held_up, made_later = house.visit(), house.visit()
    greet(made_later, clock=20.0)
    greet(held_up, clock=10.0)
    assert made_later.closed == []
    assert held_up.closed == [Reason.NOT_WANTED]
    greet(newest := house.visit(), clock=30.0)
    assert made_later.closed == [Reason.NOT_WANTED]
    assert newest.closed == []


async def test_connections_that_do_not_greet_are_few() -> None:
    house = House()
    greet(house.visit())
    wires = [house.visit() for _ in range(6)]
    for wire in wires:
        if wire.closed:
            lose(wire)
    assert len(list(house.visitors)) <= 4
    assert house.visitors.here("vega")


async def test_a_peer_in_the_name_of_another_is_refused() -> None:
    house = House()
    wire = house.visit()
    greet(wire, host="rigel")
    assert wire.closed == [Reason.WRONG_PIN]
    assert not house.visitors.here("vega")


async def test_who_is_let_in() -> None:
    house = House()
    assert house.visitors.admits(VEGA) is None
    house.visitors.most = 1
    greet(house.visit())
    assert house.visitors.admits(VEGA) is None, "it may come again"
    assert house.visitors.admits(Peer("rigel", "rigel")) is Reason.BUSY
    house.visitors.closing = True
    assert house.visitors.admits(VEGA) is Reason.DRAINING


async def test_pairing_ends_with_its_wire() -> None:
    house = House()
    refused = PaperWire()
    house.visitors.pairing_arrived(refused)
    assert refused.closed == [Reason.PAIRING_CLOSED]
    wire = PaperWire()

    async def pair(given: Wire) -> None:
        assert given is wire

    house.visitors.on_pairing = pair
    assert house.visitors.pairing_open()
    house.visitors.pairing_arrived(wire)
    await turn()
    assert wire.closed == [Reason.PAIRING_CLOSED]


async def test_a_record_is_kept_until_it_is_forgotten() -> None:
    house = House()
    wire = house.visit()
    greet(wire)
    house.visitors.forget("vega")
    assert "vega" in house.visitors.records
    lose(wire)
    assert "vega" in house.visitors.records
    house.visitors.forget("vega")
    assert house.visitors.records == {}
