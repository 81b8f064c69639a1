from __future__ import annotations

import math

from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.fleet import SETTLE, Choice, Fleet, Order
from tests.viewmodels.fake_fleet import FakeFleet, Loads

WORST, NAME, TAG = Choice(), Choice(Order.NAME), Choice(Order.TAG)


def hosts(fleet: Fleet, choice: Choice = WORST, *, held: bool = False) -> list[str]:
    return [member.host for member in fleet.members(choice, held=held)]


def looked(machines: FakeFleet) -> Fleet:
    fleet = Fleet(machines.query, machines.facts, machines.clock)
    assert fleet.look()
    return fleet


def test_worst_is_alert_then_offline_then_reconnecting_then_the_hardest_pressed() -> None:
    machines = FakeFleet()
    machines.add(LOCAL, Loads(cpu=0.9))
    machines.add("calm", Loads(cpu=0.1, memory=0.2))
    machines.add("full", Loads(cpu=0.1, memory=0.95))
    machines.add("busy", Loads(cpu=0.1, memory=0.2, busy=0.7))
    machines.add("gone", state=MachineState.OFFLINE)
    machines.add("back", state=MachineState.RECONNECTING)
    machines.add("alarm", Loads(cpu=0.1), state=MachineState.ALERT)
    machines.run(3)
    fleet = looked(machines)
    assert hosts(fleet) == ["alarm", "gone", "back", "full", LOCAL, "busy", "calm"]
    assert hosts(fleet, NAME) == ["alarm", "back", "busy", "calm", "full", "gone", LOCAL]


def test_figures_alone_move_nobody_for_some_seconds_and_never_while_held() -> None:
    machines = FakeFleet()
    machines.add("a", Loads(cpu=0.2, memory=0.1))
    machines.add("b", Loads(cpu=0.6, memory=0.1))
    machines.run(3)
    fleet = looked(machines)
    assert hosts(fleet) == ["b", "a"]
    machines.loads["a"].cpu, machines.loads["b"].cpu = 0.9, 0.1
    machines.run(2)
    fleet.look()
    assert hosts(fleet) == ["b", "a"]
    machines.run(int(SETTLE))
    fleet.look()
    assert hosts(fleet, held=True) == ["b", "a"]
    assert hosts(fleet) == ["a", "b"]


def test_a_change_of_state_moves_at_once() -> None:
    machines = FakeFleet()
    machines.add("a", Loads(cpu=0.2))
    machines.add("b", Loads(cpu=0.9))
    machines.run(3)
    fleet = looked(machines)
    assert hosts(fleet) == ["b", "a"]
    machines.store.put_machine(Machine("a", "a", state=MachineState.OFFLINE))
    fleet.look()
    assert hosts(fleet) == ["a", "b"]
    assert fleet.members(WORST)[0].figures.cpu != fleet.members(WORST)[0].figures.cpu, "figures of a silent machine"


def test_hundreds_of_machines_are_read_some_at_a_time_and_none_is_forgotten() -> None:
    machines = FakeFleet()
    for number in range(50):
        machines.add(f"m{number:02d}")
    machines.run(2)
    fleet = Fleet(machines.query, None, machines.clock)
    calls = 1
    while not fleet.look(seen=("m49",), most=20):
        known = [member.host for member in fleet.members(NAME) if member.figures.cpu == member.figures.cpu]
        assert "m49" in known
        assert len(known) <= 21 * calls
        calls += 1
    assert calls == 3
    assert fleet.behind == 0
    assert all(member.figures.cpu == member.figures.cpu for member in fleet.members(NAME))
    # While all tick on, those at the front are not the only ones that are read.
    for _ in range(5):
        machines.run(1)
        fleet.look(most=10)
    times = {fleet._reader(f"m{at:02d}").figures.uptime for at in range(50)}
    assert min(times) > 1002.0


def test_machines_that_are_removed_are_forgotten() -> None:
    machines = FakeFleet()
    machines.add("a")
    machines.add("b")
    machines.run(2)
    fleet = looked(machines)
    machines.store.forget("a")
    fleet.look()
    assert hosts(fleet) == ["b"]
    assert set(fleet._readers) == {"b"}


def test_tags_choose() -> None:
    machines = FakeFleet()
    machines.add("a", tags=("web", "prod"))
    machines.add("b", tags=("db",))
    machines.add("c")
    machines.add("d", tags=("web",))
    machines.run(2)
    fleet = looked(machines)
    assert fleet.tags() == ("db", "prod", "web")
    assert hosts(fleet, TAG) == hosts(fleet, WORST), "groups are made of them elsewhere"
    assert hosts(fleet, Choice(Order.NAME, "web")) == ["a", "d"]
    assert hosts(fleet, Choice(Order.NAME, "")) == ["c"]
    assert hosts(fleet, Choice(Order.NAME, "nowhere")) == []


def test_without_tags_or_links_there_is_nothing_to_group_by() -> None:
    machines = FakeFleet()
    machines.add()
    fleet = Fleet(machines.query, None, machines.clock)
    fleet.look()
    assert fleet.tags() == ()
    assert fleet.links == {}


def test_role_and_label() -> None:
    machines = FakeFleet()
    machines.add(LOCAL, note="This machine")
    machines.add("a", note="db-primary · 12 ms", tags=("servers",))
    machines.add("b", note="12 ms")
    machines.add("c", note="web", tags=("web", "prod"))
    found = {m.host: (m.role, m.label) for m in looked(machines).members(NAME)}
    assert found == {
        LOCAL: ("This machine", "This machine"),
        "a": ("db-primary", "db-primary · servers"),
        "b": ("", ""),
        "c": ("web", "web · prod"),
    }


def test_links_follow_their_machines() -> None:
    machines = FakeFleet()
    machines.add("a")
    fleet = looked(machines)
    machines.facts.reports.append(LinkReport("a/out", "a", "a", True, LinkState.LIVE, 0.0, round_trip=0.012))
    fleet.look()
    assert fleet.members(WORST)[0].link is None, "nothing says that links changed"
    machines.facts.changed()
    fleet.look()
    link = fleet.members(WORST)[0].link
    assert link is not None
    assert link.round_trip == 0.012


def test_since_when_a_machine_is_away_is_told_by_its_links() -> None:
    machines = FakeFleet()
    machines.add("a", state=MachineState.OFFLINE)
    trying = LinkReport("a/out", "a", "a", True, LinkState.BACKOFF, machines.now - 3.0)
    machines.facts.reports.append(trying)
    fleet = looked(machines)
    assert fleet.away("a") == machines.now - 3.0
    assert math.isnan(fleet.away("nobody"))
    machines.facts.reports.append(LinkReport("a/in", "a", "a", False, LinkState.LIVE, machines.now))
    machines.facts.changed()
    fleet.look()
    assert math.isnan(fleet.away("a"))
