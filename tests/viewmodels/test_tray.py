from __future__ import annotations

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.model.metric import series
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.tray import Tray
from tests.viewmodels.fake_fleet import FakeFleet, Loads
from tests.viewmodels.fake_host import CountingStore, FakeHost, level, steady

FEEDS = {
    series(names.CPU_TIME, "user"): steady(0.5),
    series(names.CPU_TIME, "idle"): steady(1.5),
    series(names.MEMORY_USAGE, "used"): level(6e9),
    series(names.MEMORY_LIMIT): level(10e9),
    series(names.DISK_IO, "sda", "read"): steady(3e6),
    series(names.DISK_IO, "sda", "write"): steady(1e6),
    series(names.UPTIME): level(90_061.0),
}


def test_figures_and_traces_of_this_machine() -> None:
    host = FakeHost()
    host.store.put_machine(Machine(LOCAL, "orion"))
    host.run(30, FEEDS)
    view = Tray(host.query, Units()).view()
    assert view.title == "orion"
    assert view.note.replace("\u202f", " ") == "up 1 d 1 h"
    texts = {row.name: row.text.replace("\u202f", " ") for row in view.rows}
    assert texts["CPU"] == "25 %"
    assert texts["Memory"] == "60 %"
    assert texts["Disk"] == "4.00 MB/s"
    assert texts["Network"] == "–"
    assert len(view.rows[0].values) >= 28


def test_before_the_first_sample_everything_is_unknown_and_nothing_fails() -> None:
    host = FakeHost()
    tray = Tray(host.query, Units())
    assert list(tray.cpu_trace()) == []
    assert tray.view().title == "This machine"
    assert all(row.text == "–" for row in tray.view().rows)


def test_the_worst_machine_is_first_and_silent_ones_say_so() -> None:
    host = FakeHost()
    for name, state in (
        ("calm", MachineState.LIVE),
        ("gone", MachineState.OFFLINE),
        ("hot", MachineState.ALERT),
        ("away", MachineState.RECONNECTING),
    ):
        host.store.put_machine(Machine(name, name, state=state))
    others = Tray(host.query, Units()).view().others
    assert [row.host for row in others] == ["hot", "gone", "away", "calm"]
    assert [row.trace.text for row in others] == ["–", "offline", "reconnecting", "–"]


def test_units_change_at_once() -> None:
    host = FakeHost()
    host.run(30, {series(names.NETWORK_IO, "eth0", d): steady(1e6) for d in ("receive", "transmit")})
    tray = Tray(host.query, Units())
    before = tray.view().rows[3].text
    tray.set_units(Units(network_bits=True))
    assert before.endswith("MB/s")
    assert tray.view().rows[3].text.endswith("Mb/s")


def test_of_hundreds_only_the_worst_are_looked_at_closely() -> None:
    store = CountingStore()
    machines = FakeFleet(store)
    machines.add()
    for number in range(200):
        machines.add(f"m{number}", Loads(cpu=0.1 + number / 300))
    machines.run(60)
    tray = Tray(machines.query, Units())
    others = tray.view().others
    assert [row.host for row in others] == [f"m{number}" for number in range(199, 193, -1)]
    assert store.rows < 60 * 200
    machines.store.forget("m199")
    assert tray.view().others[0].host == "m198"
