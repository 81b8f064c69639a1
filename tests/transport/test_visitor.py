"""One connection of a peer that dialled here."""

from __future__ import annotations

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.protocol import messages as m
from sysmon.protocol.codec import Codec
from sysmon.protocol.side import greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.record import Record
from sysmon.transport.rounds import Rounds
from sysmon.transport.visitor import Visitor
from sysmon.transport.wire import End
from tests.transport.made import EVERYTHING, Program
from tests.transport.test_wire import PaperWire

HELLO = Codec("sysmon.v1").encode(greeting("test 1", m.Host("vega", "vega"), 1))


class Doorman:
    """A host that lets in, or not."""

    def __init__(self, lets_in: bool = True) -> None:
        self.lets_in = lets_in
        self.left_by: list[Visitor] = []

    def introduced(self, visitor: Visitor, hello: m.Hello) -> bool:
        if not self.lets_in:
            visitor.conversation.close(Reason.DUPLICATE)
        return self.lets_in

    def left(self, visitor: Visitor) -> None:
        self.left_by.append(visitor)


class Visit:
    def __init__(self, doorman: Doorman) -> None:
        rounds = Rounds()
        self.program = Program("here", PlainTrust())
        self.record = Record("in:vega", Peer("vega", "vega"), False, self.program, rounds)
        self.wire = PaperWire()
        side = self.program.side(self.record.peer)
        self.visitor = Visitor(self.wire, side, self.record.peer, self.record, doorman, self.program, rounds)

    @property
    def states(self) -> list[LinkState]:
        return [step.after for step in self.program.steps]


async def test_it_enters_greets_and_leaves() -> None:
    doorman = Doorman()
    visit = Visit(doorman)
    visit.visitor.enter()
    visit.visitor.enter()
    visit.visitor.conversation.start(EVERYTHING)
    assert not visit.visitor.here
    visit.visitor.conversation.message(HELLO)
    assert visit.visitor.here
    visit.visitor.conversation.lost(End(Reason.CUT, "reset"))
    assert visit.states == [
        LinkState.SECURING,
        LinkState.GREETING,
        LinkState.SYNCING,
        LinkState.BACKOFF,
        LinkState.DISABLED,
    ]
    assert (visit.record.reason, visit.record.text) == (Reason.CUT, "reset")
    assert doorman.left_by == [visit.visitor]
    assert visit.record.report().counts.connections == 1


async def test_one_that_did_not_enter_changes_nothing_in_the_record() -> None:
    visit = Visit(Doorman(lets_in=False))
    visit.visitor.conversation.start(EVERYTHING)
    visit.visitor.conversation.message(HELLO)
    visit.visitor.conversation.lost(End(Reason.CUT))
    assert visit.states == []
    assert visit.wire.closed == [Reason.DUPLICATE]
    assert visit.program.events == []


async def test_stepping_aside_leaves_the_record_to_another() -> None:
    visit = Visit(Doorman())
    visit.visitor.enter()
    visit.visitor.conversation.start(EVERYTHING)
    visit.visitor.conversation.message(HELLO)
    visit.visitor.step_aside(Reason.NOT_WANTED, "another came")
    assert visit.states[-2:] == [LinkState.CLOSING, LinkState.DISABLED]
    visit.record.step(LinkState.SECURING)
    visit.visitor.conversation.lost(End(Reason.CUT))
    assert visit.record.state is LinkState.SECURING
    assert not visit.visitor.here
