from __future__ import annotations

import math

from sysmon.model.host import LOCAL
from sysmon.model.machine import MachineState
from sysmon.viewmodels.compare import HUES, USUAL, Compare
from sysmon.viewmodels.fleet import Choice, Fleet, Member, Order
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.measures import measure_of
from sysmon.viewmodels.plot import PlotView, TimeScope
from tests.viewmodels.fake_fleet import FakeFleet, Loads
from tests.viewmodels.fake_host import plain


class Scene:
    def __init__(self, count: int = 3, ticks: int = 30) -> None:
        self.machines = FakeFleet()
        for at in range(count):
            self.machines.add(LOCAL if at == 0 else f"m{at}", Loads(cpu=0.1 + 0.8 * at / count))
        self.machines.run(ticks)
        self.fleet = Fleet(self.machines.query, None, self.machines.clock)
        self.compare = Compare(self.machines.query, Units())

    def members(self) -> tuple[Member, ...]:
        self.fleet.look(most=1000)
        return self.fleet.members(Choice(Order.NAME))

    def view(self, key: str = "cpu") -> PlotView:
        now = self.machines.now
        shown = self.compare.shown(self.members())
        return self.compare.view(shown, measure_of(key), TimeScope(now - 60, now, live=True), 300)


def test_a_line_for_each_machine_with_its_value_now() -> None:
    view = Scene().view()
    assert [(line.name, plain(line.text)) for line in view.lines] == [("m1", "37 %"), ("m2", "63 %"), ("orion", "10 %")]
    assert len({line.hue for line in view.lines}) == 3
    assert view.top == 1.0
    assert not any(line.area for line in view.lines)
    assert "CPU of 3 machines" in view.spoken


def test_a_machine_keeps_its_hue_and_no_two_have_the_same() -> None:
    scene = Scene(6)
    first = {line.name: line.hue for line in scene.view().lines}
    scene.machines.store.forget("m2")
    scene.machines.add("zeta")
    scene.machines.run(2, LOCAL, "m1", "m3", "m4", "m5", "zeta")
    after = {line.name: line.hue for line in scene.view().lines}
    assert {name: after[name] for name in first if name in after} == {n: h for n, h in first.items() if n != "m2"}
    assert len(set(after.values())) == len(after)


def test_of_many_the_first_are_shown_unless_some_are_picked() -> None:
    scene = Scene(30, ticks=3)
    assert len(scene.view().lines) == USUAL
    for number in range(1, 12):
        scene.compare.pick(f"m{number}")
    assert len(scene.view().lines) == len(HUES)
    assert scene.compare.picked == tuple(f"m{number}" for number in range(4, 12))
    assert len({line.hue for line in scene.view().lines}) == len(HUES)
    scene.compare.pick("m4")
    assert "m4" not in scene.compare.picked


def test_who_is_shown_stays_while_it_is_near_the_front() -> None:
    scene = Scene(10, ticks=3)
    members = scene.members()
    first = scene.compare.shown(members)
    scene.compare.view(first, measure_of("cpu"), TimeScope(0, 60, live=True), 100)
    moved = (*members[6:8], *members[:6], *members[8:])
    assert {m.host for m in scene.compare.shown(moved)} == {m.host for m in first}


def test_silent_machines_are_not_compared_unless_picked() -> None:
    scene = Scene(2)
    scene.machines.add("gone", state=MachineState.OFFLINE)
    assert [m.host for m in scene.compare.shown(scene.members())] == ["m1", LOCAL]
    scene.compare.pick("gone")
    view = scene.view()
    assert [line.name for line in view.lines] == ["gone"]
    assert view.missing is not None


def test_what_no_machine_tells_has_a_reason() -> None:
    scene = Scene(2)
    view = scene.view("hw.fan.speed")
    assert view.missing is not None
    assert "orion: " in view.missing
    assert view.missing in view.spoken


def test_a_past_that_is_filled_in_is_news_and_a_tick_is_not() -> None:
    scene = Scene(2, ticks=3)
    machines = scene.compare.shown(scene.members())
    before = scene.compare.stage(machines)
    scene.machines.run(1)
    assert scene.compare.stage(machines) == before
    scene.machines.run(60)
    assert scene.compare.stage(machines) != before


def test_no_machine_at_all() -> None:
    scene = Scene(0, ticks=0)
    view = scene.view()
    assert view.lines == ()
    assert view.missing


def test_a_rate_has_an_axis_that_fits_the_greatest_machine() -> None:
    scene = Scene(2)
    scene.machines.loads["m1"].disk = 90e6
    scene.machines.run(5)
    view = scene.view("disk")
    assert view.top >= max(value for line in view.lines for value in line.values if not math.isnan(value))
