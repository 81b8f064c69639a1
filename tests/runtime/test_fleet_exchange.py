"""This machine under the name that others know it by, others' figures on the bus, and who wants processes here."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest

from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL, DeviceFacts, HostFacts
from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkStep
from sysmon.model.machine import Machine
from sysmon.model.peer import Peer
from sysmon.model.process import ProcessTable
from sysmon.model.sample import PIECE_ROWS, SampleBatch, Stretch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.demand import PROCESSES, Demand
from sysmon.pipeline.store import Store
from sysmon.protocol import messages as m
from sysmon.protocol.events import Fetch, HostLeft, HostSeen, Wanted
from sysmon.runtime.fleet_exchange import FleetExchange
from sysmon.runtime.fleet_machines import FleetMachines
from tests.runtime.machines_of_a_fleet import CATALOG

ATLAS = Peer("atlas-id", "atlas")


def batch(host: str, sequence: int = 1) -> SampleBatch:
    return SampleBatch(host, 7, sequence, float(sequence), CATALOG, array("d", (1.0, 2.0)))


class Room:
    def __init__(self, *, relays: bool = False, later: Callable[[Callable[[], None]], None] | None = None) -> None:
        self.bus, self.store, self.demand, self.machines = Bus(), Store(), Demand(), FleetMachines()
        self.machines.set_peers([ATLAS])
        self.bus.subscribe(SampleBatch, self.store.append)
        self.exchange = FleetExchange(
            "own-id",
            lambda: "orion",
            self.bus,
            self.store,
            self.demand,
            self.machines,
            now=lambda: 50.0,
            relays=relays,
            later=later,
        )
        self.exchange.begin()

    def newest(self, host: str) -> int:
        published = self.exchange.feed.get(host)
        return published.last.sequence if published is not None and published.last is not None else 0


def test_this_machine_is_published_under_its_id() -> None:
    room = Room()
    room.bus.publish(Machine(LOCAL, "orion", HostFacts(hostname="orion", cpu_model="6502")))
    room.bus.publish(batch(LOCAL, 3))
    room.bus.publish(ProcessTable(LOCAL, 3.0, {}))
    room.bus.publish(Mark(LOCAL, 3.0, MarkKind.USER, "here"))
    room.bus.publish(DeviceFacts(LOCAL))
    published = room.exchange.feed.get("own-id")
    assert published is not None
    assert published.host.name == "orion"
    assert published.host.facts.cpu_model == "6502"
    assert room.newest("own-id") == 3
    assert published.table is not None
    assert published.table.host == "own-id"
    assert [mark.host for mark in published.marks] == ["own-id"]
    assert room.exchange.feed.get(LOCAL) is None
    assert room.exchange.side(ATLAS).hello.epoch == 7


def test_what_is_kept_of_this_machine_is_found_under_its_id() -> None:
    room = Room()
    for sequence in (1, 2, 3):
        room.bus.publish(batch(LOCAL, sequence))
    assert list(room.exchange.spans("own-id")) == [(7, 1, 3)]
    (stretch,) = room.exchange.fetch(Fetch("own-id", 7, 2, 3))
    assert list(stretch.sequences) == [2, 3]


@pytest.mark.parametrize("relays", [False, True])
def test_others_figures_go_to_the_bus_and_only_a_hub_publishes_them(relays: bool) -> None:
    room = Room(relays=relays)
    room.exchange.deliver("out:atlas-id", ATLAS, HostSeen(m.Host("atlas-id", "atlas"), CATALOG, 1.0))
    room.exchange.deliver("out:atlas-id", ATLAS, batch("atlas-id", 9))
    assert room.store.newest_batch("atlas-id") is not None
    assert room.exchange.heard == {"atlas-id": 50.0}
    assert (room.newest("atlas-id") == 9) is relays
    published = room.exchange.feed.get("atlas-id")
    assert (published is not None and published.host.path == ["own-id"]) is relays
    room.exchange.deliver("out:atlas-id", ATLAS, HostLeft("atlas-id", Reason.NOT_WANTED))
    assert room.exchange.feed.get("atlas-id") is None


def test_nothing_is_taken_from_a_peer_that_is_not_watched() -> None:
    room = Room()
    stranger = Peer("vega-id", "vega", watched=False)
    room.exchange.deliver("in:vega-id", stranger, HostSeen(m.Host("vega-id", "vega"), CATALOG, 1.0))
    room.exchange.deliver("in:vega-id", stranger, batch("vega-id"))
    stretch = Stretch.of([batch("vega-id")])
    room.exchange.deliver("in:vega-id", stranger, stretch)
    assert room.store.newest_batch("vega-id") is None


def test_rows_that_came_late_are_filled_in() -> None:
    room = Room()
    room.exchange.deliver("out:atlas-id", ATLAS, batch("atlas-id", 9))
    room.exchange.deliver("out:atlas-id", ATLAS, Stretch.of([batch("atlas-id", 7), batch("atlas-id", 8)]))
    assert room.store.spans("atlas-id") == [(7, 7, 9)]


def test_a_long_block_is_kept_in_pieces_when_there_is_time() -> None:
    waiting: list[Callable[[], None]] = []
    room = Room(later=waiting.append)
    room.exchange.deliver("out:atlas-id", ATLAS, batch("atlas-id", 2 * PIECE_ROWS + 2))
    rows = [batch("atlas-id", sequence) for sequence in range(1, 2 * PIECE_ROWS + 2)]
    room.exchange.deliver("out:atlas-id", ATLAS, Stretch.of(rows))
    assert len(waiting) == 3
    assert room.store.spans("atlas-id") == [(7, 2 * PIECE_ROWS + 2, 2 * PIECE_ROWS + 2)]
    for work in waiting:
        work()
    assert room.store.spans("atlas-id") == [(7, 1, 2 * PIECE_ROWS + 2)]


def test_what_waits_to_be_kept_goes_with_its_machine() -> None:
    waiting: list[Callable[[], None]] = []
    room = Room(later=waiting.append)
    room.exchange.deliver("out:atlas-id", ATLAS, Stretch.of([batch("atlas-id", 7)]))
    room.exchange.deliver("out:atlas-id", ATLAS, Stretch.of([batch("vega-id", 8)]))
    room.exchange.forget("atlas-id")
    for work in waiting:
        work()
    assert room.store.hosts() == ["vega-id"]


HARBOUR = Peer("hub-id", "harbour", hub=True)


def seen(*path: str) -> HostSeen:
    return HostSeen(m.Host("atlas-id", "atlas", path=list(path)), CATALOG, 1.0)


def path_of(room: Room) -> list[str]:
    published = room.exchange.feed.get("atlas-id")
    return published.host.path if published is not None else []


def test_a_hub_that_has_a_machine_itself_does_not_say_that_it_comes_through_another() -> None:
    room = Room(relays=True)
    room.machines.set_peers([ATLAS, HARBOUR])
    room.exchange.deliver("in:atlas-id", ATLAS, seen())
    room.exchange.deliver("in:hub-id", HARBOUR, seen("hub-id"))
    assert path_of(room) == ["own-id"]
    assert room.machines.route("atlas-id") == "atlas-id"
    room.exchange.stepped(LinkStep("in:atlas-id", ATLAS.id, ATLAS.name, False, 1.0, LinkState.LIVE, LinkState.BACKOFF))
    assert path_of(room) == ["hub-id", "own-id"], "it moved to the other hub"
    assert room.machines.route("atlas-id") == "hub-id"
    room.exchange.deliver("in:hub-id", HARBOUR, HostLeft("atlas-id", Reason.NOT_WANTED))
    assert room.exchange.feed.get("atlas-id") is None


def test_a_hub_says_what_it_may_still_get_and_tells_when_it_came() -> None:
    told: list[tuple[str, int, int, int]] = []
    room = Room(relays=True)
    room.exchange.deliver("in:atlas-id", ATLAS, seen())
    room.exchange.holdings.add("atlas-id", 7, 1, 3)
    room.exchange.holdings.add("atlas-id", 7, 8, 9)
    assert list(room.exchange.awaited("atlas-id", 7, 1, 9)) == [(4, 7)]
    assert list(room.exchange.awaited("own-id", 7, 1, 9)) == [], "nobody else can have what this machine did not record"
    room.exchange.feed.filled = lambda *found: told.append(found)  # type: ignore[method-assign]
    room.exchange.deliver("in:atlas-id", ATLAS, Stretch.of([batch("atlas-id", 6), batch("atlas-id", 7)]))
    room.exchange.deliver("in:atlas-id", ATLAS, Stretch.of([batch("atlas-id", 4), batch("atlas-id", 5)]))
    assert told == []
    room.exchange.tell_filled()
    room.exchange.tell_filled()
    assert told == [("atlas-id", 7, 4, 7)]


def test_processes_are_read_while_a_peer_wants_them() -> None:
    room = Room()
    room.exchange.deliver(
        "in:atlas-id", ATLAS, Wanted((m.Wish("own-id", processes=2.0), m.Wish("elsewhere", processes=1.0)))
    )
    assert room.demand.interval(LOCAL, PROCESSES) == 2.0
    assert room.demand.interval("elsewhere", PROCESSES) is None, "only a hub reads others for others"
    room.exchange.deliver("in:atlas-id", ATLAS, Wanted((m.Wish("own-id", processes=5.0),)))
    assert room.demand.interval(LOCAL, PROCESSES) == 5.0
    step = LinkStep("in:atlas-id", ATLAS.id, ATLAS.name, False, 1.0, LinkState.LIVE, LinkState.BACKOFF)
    room.exchange.stepped(step)
    assert room.demand.interval(LOCAL, PROCESSES) is None
    assert len(room.demand) == 0


def test_after_the_end_nothing_is_published_or_wanted() -> None:
    room = Room()
    room.exchange.deliver("in:atlas-id", ATLAS, Wanted((m.Wish("own-id", processes=2.0),)))
    room.exchange.end()
    room.exchange.end()
    room.bus.publish(batch(LOCAL, 3))
    assert room.newest("own-id") == 0
    assert len(room.demand) == 0
