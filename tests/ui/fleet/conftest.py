"""What tests of the page of all machines share: machines with figures, and their tiles."""

from __future__ import annotations

import pytest

from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport
from sysmon.model.machine import MachineState
from sysmon.viewmodels.fleet import Choice, Fleet, Member, Order
from sysmon.viewmodels.fleet_tiles import Tiles, TileView
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from tests.viewmodels.fake_fleet import FakeFleet, Loads


class Machines:
    """A small fleet with one machine in each state, and the tiles of it."""

    def __init__(self) -> None:
        self.fake = FakeFleet()
        self.fake.add(LOCAL, Loads(0.34, 0.61, 61e6, 0.3, 18e6), note="This machine")
        self.fake.add("vega", Loads(0.93), MachineState.ALERT, note="build-01 · 9 ms")
        self.fake.add("mira", state=MachineState.RECONNECTING, note="pi-4 · retry in 4 s")
        self.fake.add("deneb", state=MachineState.OFFLINE, note="edge-02 · offline 3 h")
        self.fake.run(5, "deneb")
        self.fake.run(30)
        for host in ("mira", "deneb"):
            link = LinkReport(
                f"{host}/out", host, host, True, LinkState.BACKOFF, self.fake.now - 40.0,
                reason=Reason.NOBODY_LISTENS, tries=6, next_try=self.fake.now + 4.0,
            )  # fmt: skip
            self.fake.facts.reports.append(link)
        self.fleet = Fleet(self.fake.query, self.fake.facts, self.fake.clock)
        self._tiles = Tiles(self.fake.query, Units())

    def members(self) -> tuple[Member, ...]:
        self.fleet.look()
        return self.fleet.members(Choice(Order.NAME))

    def tiles(self) -> list[TileView]:
        now = self.fake.now
        scope = TimeScope(now - 60, now, live=True)
        return [self._tiles.tile(member, scope, now) for member in self.members()]


@pytest.fixture
def machines() -> Machines:
    return Machines()
