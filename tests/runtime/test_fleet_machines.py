"""Machines as their peers and links make them: who speaks for whom, what the line under the name says, what changed."""

from __future__ import annotations

import math

from sysmon.model.host import HostFacts
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.model.peer import Peer
from sysmon.runtime.fleet_machines import FleetMachines

FACTS = HostFacts(hostname="atlas")


def report(peer: str, state: LinkState, **more: float) -> LinkReport:
    return LinkReport(f"{peer}/out", peer, peer, True, state, 0.0, **more)  # type: ignore[arg-type]


def made(*peers: Peer) -> FleetMachines:
    machines = FleetMachines()
    machines.set_peers(peers)
    return machines


def only(found: list[Machine]) -> Machine:
    (machine,) = found
    return machine


def test_a_live_peer_is_named_as_the_user_calls_it_with_its_role_and_its_round_trip() -> None:
    machines = made(Peer("a", "atlas", tags=("db-primary", "prod")))
    machines.saw("a", "ip-10-0-0-4", FACTS, "a")
    machine = only(machines.changed([report("a", LinkState.LIVE, round_trip=0.0123)], 10.0, {}))
    assert (machine.name, machine.note, machine.state) == ("atlas", "db-primary · 12 ms", MachineState.LIVE)
    assert machine.facts == FACTS


def test_what_did_not_change_is_not_told_again() -> None:
    machines = made(Peer("a", "atlas"))
    live = [report("a", LinkState.LIVE, round_trip=0.0001)]
    assert only(machines.changed(live, 10.0, {})).note == "under 1 ms"
    assert machines.changed(live, 11.0, {}) == []


def test_the_countdown_then_the_hours() -> None:
    machines = made(Peer("a", "atlas"))
    down = [report("a", LinkState.BACKOFF, next_try=14.2)]
    machine = only(machines.changed(down, 10.0, {}))
    assert (machine.note, machine.state) == ("retry in 5 s", MachineState.RECONNECTING)
    assert only(machines.changed(down, 10.0 + 61.0, {})).note == "offline 1 min"
    machine = only(machines.changed(down, 10.0 + 3 * 3600.0 + 5.0, {}))
    assert (machine.note, machine.state) == ("offline 3 h", MachineState.OFFLINE)
    assert only(machines.changed([report("a", LinkState.LIVE)], 20000.0, {})).state is MachineState.LIVE
    assert only(machines.changed(down, 20001.0, {})).state is MachineState.RECONNECTING


def test_every_state_of_a_link_has_a_machine() -> None:
    for state in LinkState:
        machine = only(made(Peer("a", "atlas")).changed([report("a", state, next_try=math.nan)], 0.0, {}))
        assert (machine.state is MachineState.LIVE) == (state is LinkState.LIVE)
        assert machine.note or state is LinkState.LIVE


def test_machines_behind_a_hub_come_and_go_with_it() -> None:
    machines = made(Peer("hub", "harbour", hub=True))
    machines.saw("hub", "harbour", FACTS, "hub")
    machines.saw("x", "vega", FACTS, "hub")
    told = {one.host: one for one in machines.changed([report("hub", LinkState.LIVE, round_trip=0.003)], 1.0, {})}
    assert told["x"].note == "through harbour · 3 ms"
    assert machines.hosts_through("hub") == ["hub", "x"]
    machines.left("x", "hub")
    gone = only(machines.changed([report("hub", LinkState.LIVE, round_trip=0.003)], 2.0, {}))
    assert (gone.host, gone.state) == ("x", MachineState.OFFLINE)
    assert sorted(machines.set_peers([])) == ["hub", "x"]
    assert machines.changed([], 3.0, {}) == []


def test_a_machine_is_as_its_last_word_came_whoever_brought_it() -> None:
    machines = made(Peer("hub", "harbour"), Peer("a", "atlas"))
    machines.saw("a", "atlas", HostFacts(), "a")
    machines.saw("a", "hub's word", FACTS, "hub")
    links = [report("a", LinkState.BACKOFF), report("hub", LinkState.LIVE)]
    told = {one.host: one for one in machines.changed(links, 1.0, {})}
    assert (told["a"].facts, told["a"].state) == (FACTS, MachineState.LIVE)
    assert machines.route("a") == "hub"


def test_of_two_links_the_one_with_figures_speaks() -> None:
    machines = made(Peer("a", "atlas"))
    links = [report("a", LinkState.BACKOFF), report("a", LinkState.LIVE)]
    assert only(machines.changed(links, 1.0, {})).state is MachineState.LIVE


def test_a_peer_that_is_not_watched_is_no_machine() -> None:
    assert made(Peer("a", "atlas", watched=False)).changed([report("a", LinkState.LIVE)], 1.0, {}) == []


def test_a_name_that_a_peer_chose_is_harmless() -> None:
    machines = made(Peer("hub", "harbour"))
    machines.saw("x", "ev\x1b]0;il\n" + "l" * 500, FACTS, "hub")
    told = {one.host: one for one in machines.changed([report("hub", LinkState.LIVE)], 1.0, {})}
    assert told["x"].name.isprintable()
    assert len(told["x"].name) <= 60
