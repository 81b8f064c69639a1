from __future__ import annotations

from collections.abc import Callable

from sysmon.model.host import LOCAL
from sysmon.model.machine import MachineState
from sysmon.model.process import ProcessKey
from sysmon.viewmodels.fleet import Choice, Fleet, Member, Order
from sysmon.viewmodels.fleet_asking import PATIENCE, FleetAsking, Pairs, Told
from sysmon.viewmodels.fleet_search import MOST, FleetSearch
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_fleet import FakeFleet
from tests.viewmodels.fake_host import BEGIN, plain
from tests.viewmodels.test_fleet_asking import Machines, Said


class Scene:
    def __init__(self, *hosts: str) -> None:
        self.machines = FakeFleet()
        for host in hosts:
            self.machines.add(host)
        self.machines.run(2)
        self.fleet = Fleet(self.machines.query, None, self.machines.clock)
        self.deep = Machines()
        asking = FleetAsking(self.deep, self.machines.clock, lambda: None)
        self.search = FleetSearch(self.machines.query, Units(), asking)

    def members(self) -> tuple[Member, ...]:
        self.fleet.look()
        return self.fleet.members(Choice(Order.NAME))

    def rows(self) -> list[str]:
        assert self.search.step(self.members())
        return [
            row.name if row.key is not None else f"{row.name}: {row.note}"
            for row in self.search.view(self.members()).rows
        ]


def test_results_stand_under_their_machine() -> None:
    scene = Scene("vega", "atlas", "mira")
    scene.machines.processes("vega", "nginx", "bash")
    scene.machines.processes("atlas", "nginx", "nginx")
    scene.machines.processes("mira", "bash")
    assert scene.search.set_text("name:nginx")
    assert scene.rows() == ["atlas: 2 processes", "nginx", "nginx", "vega: 1 process", "nginx"]
    view = scene.search.view(scene.members())
    assert view.summary == "3 processes on 2 of 3 machines"
    process = view.rows[1]
    assert (process.host, process.pid, process.user, plain(process.memory)) == ("atlas", "100", "ada", "1.00 GiB")


def test_rates_come_with_the_second_table_and_sort() -> None:
    scene = Scene("vega")
    scene.machines.processes("vega", "idle", "idle")
    scene.search.set_text("idle")
    scene.rows()
    scene.machines.now += 1.0
    scene.machines.processes("vega", "idle", "idle", cpu=0.5)
    scene.rows()
    first = scene.search.view(scene.members()).rows[1]
    assert (plain(first.cpu), first.heat) == ("50.0 %", 0.5)
    scene.search.set_text("cpu>40")
    assert scene.rows() == ["vega: 1 process", "idle"]


def test_a_table_is_looked_through_once() -> None:
    scene = Scene("vega")
    scene.machines.processes("vega", "nginx")
    scene.search.set_text("nginx")
    scene.rows()
    kept = scene.search.view(scene.members()).rows
    scene.rows()
    assert scene.search.view(scene.members()).rows[0] is kept[0]


def test_hundreds_of_machines_are_looked_through_some_at_a_time() -> None:
    hosts = [f"m{at:03d}" for at in range(60)]
    scene = Scene(*hosts)
    for host in hosts:
        scene.machines.processes(host, *["nginx"] * 10)
    scene.search.set_text("nginx")
    calls = 1
    while not scene.search.step(scene.members(), most=100):
        calls += 1
    assert calls == 6
    assert scene.search.view(scene.members()).summary == "600 processes on 60 of 60 machines"


def test_of_one_machine_only_so_many_are_listed() -> None:
    scene = Scene("vega")
    scene.machines.processes("vega", *["nginx"] * (MOST + 5))
    scene.search.set_text("nginx")
    rows = scene.rows()
    assert len(rows) == MOST + 2
    assert rows[-1] == "and 5 more"


def test_machines_that_are_silent_or_told_nothing_are_counted() -> None:
    scene = Scene("vega", "atlas")
    scene.machines.add("gone", state=MachineState.OFFLINE)
    scene.machines.processes("gone", "nginx")
    scene.machines.processes("vega", "nginx")
    scene.search.set_text("nginx")
    assert scene.rows() == ["vega: 1 process", "nginx"]
    assert scene.search.view(scene.members()).summary == "1 process on 1 of 1 machine · 1 told nothing yet · 1 silent"


def test_a_wrong_filter_keeps_the_one_before() -> None:
    scene = Scene("vega")
    scene.machines.processes("vega", "nginx")
    scene.search.set_text("nginx")
    assert not scene.search.set_text("cpu>")
    assert scene.search.problem is not None
    assert scene.rows()


def key(at: int) -> ProcessKey:
    return ProcessKey(100 + at, BEGIN - 500)


def test_what_needs_a_look_into_processes_is_asked_of_each_machine() -> None:
    scene = Scene("vega", "atlas", "mira", "lyra")
    for host in ("vega", "atlas", "mira"):
        scene.machines.processes(host, "nginx", "bash")
    scene.deep.reasons["lyra"] = "lyra does not show its processes to this machine"
    scene.search.set_text("port:80")
    assert scene.search.active
    assert scene.search.problem is None
    assert scene.rows() == ["lyra: lyra does not show its processes to this machine"]
    assert scene.deep.asked == [(host, "port:80") for host in ("atlas", "mira", "vega")]
    assert "3 told nothing yet · 1 cannot tell" in scene.search.view(scene.members()).summary
    scene.deep.answer(Said(refused=2))
    scene.deep.answer(Said(frozenset((key(1), ProcessKey(100, 1.0))), cut=1))
    scene.deep.answer(Said(trouble="the version there cannot be asked"))
    assert scene.rows() == [
        "mira: 1 process · 1 process holds too much to be looked through whole",
        "bash",
        "atlas: nothing found; 2 processes of other users could not be looked into; root may",
        "lyra: lyra does not show its processes to this machine",
        "vega: the version there cannot be asked",
    ]
    assert scene.search.view(scene.members()).summary == "1 process on 1 of 2 machines · 2 cannot tell"


def test_this_machine_gets_its_rows_and_others_look_at_their_own() -> None:
    scene = Scene(LOCAL, "vega")
    sent: dict[str, list[str]] = {}

    def search(host: str, rows: Pairs, text: str, done: Callable[[Told], None]) -> None:
        sent[host] = [row.name for row, _ in rows]
        done(Said(frozenset((key(0),))))

    scene.deep.search = search  # type: ignore[method-assign]  # a fake that answers at once
    for host in (LOCAL, "vega"):
        scene.machines.processes(host, "nginx", "bash")
    scene.search.set_text("port:80")
    scene.rows()
    assert sent == {LOCAL: ["nginx", "bash"], "vega": []}
    assert scene.rows().count("nginx") == 2


def test_a_filter_of_the_table_forgets_what_was_asked() -> None:
    scene = Scene("vega")
    scene.machines.processes("vega", "nginx", "bash")
    scene.search.set_text("port:80")
    scene.rows()
    scene.deep.answer(Said(frozenset((key(0),))))
    assert scene.rows() == ["vega: 1 process", "nginx"]
    scene.search.set_text("bash")
    assert scene.rows() == ["vega: 1 process", "bash"]


def test_a_machine_that_tells_no_processes_says_why_after_a_while() -> None:
    scene = Scene("vega")
    scene.deep.reasons["vega"] = "vega does not show its processes to this machine"
    scene.search.set_text("bash")
    assert scene.rows() == []
    scene.machines.now += PATIENCE
    assert scene.rows() == ["vega: vega does not show its processes to this machine"]


def test_ages_are_those_of_the_clock_of_each_machine() -> None:
    scene = Scene("vega")
    scene.machines.now += 1e7  # its clock is months ahead of the one here
    scene.machines.processes("vega", "old")
    scene.search.set_text("age>100d")
    assert scene.rows() == ["vega: 1 process", "old"]


def test_nothing_is_looked_for_at_first() -> None:
    scene = Scene("vega")
    assert not scene.search.active
    assert scene.search.problem is None
