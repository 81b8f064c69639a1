from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.host import LOCAL, HostFacts
from sysmon.model.machine import Machine, MachineState
from sysmon.model.metric import series
from sysmon.model.process import ProcessTable
from sysmon.ui.fleet_door import FleetDoor
from sysmon.ui.subject import AllMachines, OneMachine
from tests.viewmodels.fake_host import FakeHost, level

FEEDS = {series(names.LOAD_1M): level(1.5)}


def test_one_machine_is_news_when_anything_of_it_is_new() -> None:
    host = FakeHost()
    subject = OneMachine(host.query, Machine(LOCAL, "orion", HostFacts(os_name="Debian")), FleetDoor(None))
    assert math.isnan(subject.newest())
    before = subject.news()
    host.run(1, FEEDS)
    assert subject.newest() == host.now
    assert subject.news() != before
    assert subject.head(host.now).name == "orion"


def test_all_machines_are_news_when_one_ticks_changes_or_tells_of_processes() -> None:
    host = FakeHost()
    host.store.put_machine(Machine(LOCAL, "orion"))
    subject = AllMachines(host.query, "All machines", FleetDoor(None))
    found = [subject.news()]
    host.run(1, FEEDS)
    found.append(subject.news())
    host.store.put_machine(Machine("vega", "vega", state=MachineState.OFFLINE))
    found.append(subject.news())
    host.store.put_processes(ProcessTable("vega", host.now, {}))
    found.append(subject.news())
    assert len(set(found)) == 4
    assert subject.news() == found[-1]
    assert subject.head(host.now).facts == "1 live · 1 offline"
    assert subject.newest() == host.now


def test_rows_that_come_late_are_news_once() -> None:
    host, elsewhere = FakeHost(), FakeHost()
    for one in (host, elsewhere):
        one.run(5, FEEDS)
    elsewhere.run(100, FEEDS)
    machine = Machine(LOCAL, "orion")
    host.store.put_machine(machine)
    host.store.append(next(iter(elsewhere.store.stretches(LOCAL, 1, 105, 105)[0].batches())))
    subjects = (
        OneMachine(host.query, machine, FleetDoor(None)),
        AllMachines(host.query, "All machines", FleetDoor(None)),
    )
    before = [subject.news() for subject in subjects]
    for first in range(95, 5, -10):
        for stretch in elsewhere.store.stretches(LOCAL, 1, first, first + 9):
            assert host.store.fill(stretch) == 10
    after = [subject.news() for subject in subjects]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert [subject.news() for subject in subjects] == after
