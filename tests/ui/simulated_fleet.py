"""A simulated fleet behind a door, whose time and answers go on when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TypeVar

from sysmon.runtime.demo_fleet import DemoFleet
from sysmon.runtime.demo_roles import roles
from sysmon.ui.fleet_door import FleetDoor
from tests.ui.door import MadeCrossing

T = TypeVar("T")
NOW = 1_800_000_000.0


class Slow(MadeCrossing):
    """Runs what was asked at once, or when `go` is called where it is held."""

    def __init__(self) -> None:
        super().__init__()
        self.held = False
        self.waiting: list[Callable[[], object]] = []
        self.asked: list[str] = []

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T]:
        self.asked.append(coroutine.__name__)
        if not self.held:
            return super().call(coroutine, done)
        future: Future[T] = Future()

        def answer() -> None:
            if future.cancelled():
                coroutine.close()
            else:
                super(Slow, self).call(coroutine, done)

        self.waiting.append(answer)
        return future

    def go(self) -> None:
        self.held = False
        for answer in self.waiting:
            answer()
        self.waiting.clear()


class Simulated:
    """`fleet` behind `door`; `now` is its time."""

    def __init__(self, machines: int = 7) -> None:
        self.now = NOW
        self.fleet = DemoFleet(lambda: self.now, self._pause, roles=roles(machines))
        self.crossing = Slow()
        self.door = FleetDoor(self.fleet)
        self.door.open(self.crossing)

    async def _pause(self, seconds: float) -> None:
        self.now += seconds
