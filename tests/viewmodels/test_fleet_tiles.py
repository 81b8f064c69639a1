from __future__ import annotations

from sysmon.model.host import LOCAL
from sysmon.model.machine import Machine, MachineState
from sysmon.viewmodels.fleet import Choice, Fleet, Member
from sysmon.viewmodels.fleet_links import LAST
from sysmon.viewmodels.fleet_tiles import WAITING, Tiles, TileView
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from tests.viewmodels.fake_fleet import FakeFleet, Loads
from tests.viewmodels.fake_host import CountingStore, plain


class Scene:
    def __init__(self, machines: FakeFleet) -> None:
        self.machines = machines
        self.fleet = Fleet(machines.query, machines.facts, machines.clock)
        self.tiles = Tiles(machines.query, Units())

    def member(self, host: str) -> Member:
        self.fleet.look()
        return next(member for member in self.fleet.members(Choice()) if member.host == host)

    def tile(self, host: str, scope: TimeScope | None = None) -> TileView:
        now = self.machines.now
        return self.tiles.tile(self.member(host), scope or TimeScope(now - 60, now, live=True), now)


def test_four_figures_with_their_trend() -> None:
    machines = FakeFleet()
    machines.add(LOCAL, Loads(0.34, 0.61, 61e6, 0.1, 18.4e6), note="This machine")
    machines.run(30)
    tile = Scene(machines).tile(LOCAL)
    assert [(t.label, t.figure, t.unit) for t in tile.trends] == [
        ("CPU", "34", "%"), ("Memory", "61", "%"), ("Disk", "61.0", "MB/s"), ("Network", "18.4", "MB/s"),
    ]  # fmt: skip
    assert (tile.name, tile.role, tile.state, tile.hue) == ("orion", "This machine", "Live", "ok")
    assert all(len(trend.line.times) == 30 for trend in tile.trends)
    assert plain(tile.spoken) == "orion, Live: CPU 34 %, Memory 61 %, Disk 61.0 MB/s, Network 18.4 MB/s"


def test_a_tile_is_the_same_object_until_something_of_its_machine_is_new() -> None:
    store = CountingStore()
    machines = FakeFleet(store)
    machines.add(LOCAL)
    machines.add("vega")
    machines.run(30)
    scene = Scene(machines)
    first = {host: scene.tile(host) for host in (LOCAL, "vega")}
    machines.run(1, "vega")
    before = store.rows
    assert scene.tile(LOCAL) is first[LOCAL]
    assert store.rows == before, "a tile that stays costs no look into the store"
    assert scene.tile("vega") is not first["vega"]


def test_while_paused_a_tile_shows_the_moment_of_the_page() -> None:
    machines = FakeFleet()
    machines.add(LOCAL, Loads(cpu=0.2))
    machines.run(30)
    scene = Scene(machines)
    paused = TimeScope(machines.now - 60, machines.now, live=False)
    first = scene.tile(LOCAL, paused)
    machines.run(5)
    assert scene.tile(LOCAL, paused) is first


def test_a_silent_machine_says_why_instead_of_old_figures() -> None:
    machines = FakeFleet()
    machines.add("deneb", Loads())
    machines.run(10)
    machines.store.put_machine(Machine("deneb", "deneb", state=MachineState.OFFLINE, note="edge-02 · offline 3 h"))
    machines.now += 3 * 3600 + 720
    tile = Scene(machines).tile("deneb")
    assert tile.trends == ()
    assert tile.silence is not None
    assert plain(tile.silence.words) == "Offline for 3 h 12 min"
    assert (tile.silence.offer, tile.role, tile.hue, tile.state) == (LAST, "edge-02", "offline", "Offline")
    assert not tile.can_retry
    assert "Offline for" in tile.spoken


def test_a_live_machine_without_a_sample_waits() -> None:
    machines = FakeFleet()
    machines.add("new")
    tile = Scene(machines).tile("new")
    assert tile.silence is not None
    assert (tile.silence.words, tile.silence.offer) == (WAITING, "")


def test_a_figure_that_is_unknown_has_a_reason() -> None:
    machines = FakeFleet()
    machines.add(LOCAL)
    machines.run(1)  # counters have no rate yet
    tile = Scene(machines).tile(LOCAL)
    cpu = tile.trends[0]
    assert (cpu.figure, cpu.unit) == ("–", "")
    assert cpu.reason
    assert tile.trends[1].reason is None


def test_an_alert_colours_the_cpu_only_where_it_presses() -> None:
    machines = FakeFleet()
    machines.add("hot", Loads(cpu=0.95), state=MachineState.ALERT)
    machines.add("full", Loads(cpu=0.1, memory=0.95), state=MachineState.ALERT)
    machines.run(5)
    scene = Scene(machines)
    assert scene.tile("hot").trends[0].line.hue == "critical"
    assert scene.tile("full").trends[0].line.hue == "cpu"


def test_tiles_of_machines_that_went_are_dropped() -> None:
    machines = FakeFleet()
    machines.add("a")
    machines.add("b")
    machines.run(3)
    scene = Scene(machines)
    first = scene.tile("a")
    scene.tile("b")
    scene.tiles.keep_only({"b"})
    assert set(scene.tiles._kept) == {"b"}
    assert scene.tile("a") is not first
