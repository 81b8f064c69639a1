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
