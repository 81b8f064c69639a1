"""``--demo``: an engine whose machines are simulated, for pictures and for a look around.

Publishes the same events as a real one, so everything above it is the real program; every machine
says that it is not real. Reads nothing of this machine but its clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace

from sysmon.collectors.contract import Collector
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL
from sysmon.model.link import LinkState
from sysmon.model.machine import MachineState
from sysmon.model.metric import Series
from sysmon.model.peer import Peer
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, Reading, SampleBatch
from sysmon.pipeline.demand import PROCESSES
from sysmon.runtime.demo_fleet import DemoFleet
from sysmon.runtime.demo_machine import Hardware, SimulatedMachine
from sysmon.runtime.demo_processes import DemoProcesses
from sysmon.runtime.demo_roles import ROLES, Role, devices_of, machine_of
from sysmon.runtime.device_watch import DeviceWatch
from sysmon.runtime.engine import Engine, EngineOptions

HISTORY = 600
"""Seconds of past that each machine begins with."""

TRACED = 300
"""Seconds of past of the processes of this machine."""
_TABLES = 3
"""Seconds between two of its tables."""


class DemoEngine(Engine):
    """Simulates ``roles``. Starts, stops and is asked like any `Engine`."""

    def __init__(
        self,
        options: EngineOptions,
        now: Callable[[], float] = time.time,
        monitor: Collector | None = None,
        roles: Sequence[Role] = ROLES,
    ) -> None:
        """``now`` gives seconds since 1970; ``monitor`` tells what this very program costs, simulating or not.

        The first of ``roles`` is this machine.
        """
        super().__init__(options, [], NoProcesses(), lambda: machine_of(roles[0], now()))
        self.fleet = DemoFleet(now, roles=roles)
        self.fleet.on_paired = self._paired
        self.fleet.on_revoked = self._revoked
        self._demo: DemoSampler | None = None
        self._roles = roles
        self._now = now
        self._monitor = monitor

    def _link_word(self, host: str, now: float) -> str:
        """How the link to a machine that is not reached goes on; empty where it has none."""
        link = next((link for link in self.fleet.links() if link.peer == host), None) if self.fleet else None
        if link is None:
            return ""
        return (
            f"retry in {max(0, math.ceil(link.next_try - now))} s" if link.state is LinkState.BACKOFF else "connecting"
        )

    def make_device_watch(self) -> DeviceWatch:
        return DeviceWatch(self.demand, self.bus.publish, lambda: devices_of(self._roles[0]))

    def make_sampler(self) -> DemoSampler:
        self._demo = DemoSampler(
            self.bus.publish,
            self.options.interval,
            self._now,
            self._monitor,
            self._roles,
            lambda host: self.demand.interval(host, PROCESSES) is not None,
            self._link_word,
        )
        return self._demo

    def _paired(self, peer: Peer) -> None:
        """A machine that was paired with is simulated from now on."""
        if self._demo is not None:
            hardware = Hardware(8, 32 * (1 << 30), 0.4, 0.2)
            self._demo.add(Role(peer.id, peer.name, "just paired", hardware, 3600.0))

    def _revoked(self, peer: str) -> None:
        if self._demo is not None:
            self._demo.remove(peer)
        self.store.forget(peer)


class NoProcesses:
    """Stands in for the reader of this machine's processes, which a demo does not show."""

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:  # noqa: ARG002  # as every reader is asked
        return ProcessTable(host, time, {})

    def close(self) -> None: ...


class DemoSampler:
    """Publishes the past of all machines, then a batch of each live one on every tick."""

    def __init__(
        self,
        publish: Callable[[object], None],
        interval: float,
        now: Callable[[], float],
        monitor: Collector | None = None,
        roles: Sequence[Role] = ROLES,
        wanted: Callable[[str], bool] = lambda _: True,
        word: Callable[[str, float], str] = lambda _, __: "",
    ) -> None:
        """``wanted``: whether somebody wants the processes of a machine; ``word``: how its link is at a time, in words."""
        self._monitor = monitor
        self._roles = list(roles)
        self._wanted = wanted
        self._word = word
        self._left: set[str] = set()
        """Hosts that are simulated no longer."""
        self._own: tuple[Series, ...] = ()
        self._catalog = Catalog(())
        self._publish = publish
        self._now = now
        self._interval = interval
        self._wake = asyncio.Event()
        self._paused = False
        self._epoch = int(now() * 1000)
        self._simulated = [SimulatedMachine(role.hardware, seed, role.uptime) for seed, role in enumerate(roles)]
        self._sequences = [0] * len(roles)
        self._processes = [
            DemoProcesses(seed, now() - role.uptime, gpu=role.hardware.gpu is not None)
            for seed, role in enumerate(roles)
        ]

    @property
    def skipped(self) -> int:
        return 0

    def set_interval(self, interval: float) -> None:
        """Tick every ``interval`` seconds."""
        self._interval = interval
        self._wake.set()

    def set_paused(self, paused: bool) -> None:
        """Let no time pass."""
        self._paused = paused
        self._wake.set()

    def add(self, role: Role) -> None:
        """Simulate one more machine from the next tick on. It has no past; one that was there before goes on."""
        self._left.discard(role.host)
        known = next((known for known in self._roles if known.host == role.host), None)
        if known is not None:
            self._publish(machine_of(known, self._now()))
            return
        seed = len(self._roles)
        self._roles.append(role)
        self._simulated.append(SimulatedMachine(role.hardware, seed, role.uptime))
        self._sequences.append(0)
        self._processes.append(DemoProcesses(seed, self._now() - role.uptime))
        self._publish(machine_of(role, self._now()))

    def remove(self, host: str) -> None:
        """Simulate ``host`` no longer."""
        self._left.add(host)

    async def run(self) -> None:
        """Tick until cancelled."""
        try:
            await self._tick_for_ever()
        finally:
            if self._monitor is not None:
                self._monitor.close()

    async def _tick_for_ever(self) -> None:
        last = self._now()
        for number, role in enumerate(self._roles):
            self._publish(machine_of(role, last))
            self._publish_past(number, role, last)
            await asyncio.sleep(0)  # the past of a machine takes a tenth of a second: others may want the loop
        loop = asyncio.get_running_loop()
        deadline = loop.time()
        while True:
            deadline = max(deadline + self._interval, loop.time())
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(None if self._paused else deadline):
                    await self._wake.wait()
            now = self._now()
            if not self._paused and now - last >= self._interval * 0.5:
                self._tick(now, now - last)
                last = now

    def _publish_past(self, number: int, role: Role, now: float) -> None:
        newest = now - role.silent
        self._publish(Mark(role.host, newest - HISTORY, MarkKind.STARTED, "sysmon began to watch"))
        for step in range(int(HISTORY / role.every), -1, -1):
            moment = newest - step * role.every
            lost = role.gap is not None and role.gap[1] <= now - moment <= role.gap[0]
            self._publish_batch(number, role, moment, role.every, lost=lost)
        if role.gap is not None:
            begun, ended = role.gap
            self._publish(Mark(role.host, now - ended, MarkKind.SKIPPED, "link lost", begun - ended))
        # Of this machine's processes the past is kept, too; of others only rates are known.
        span = TRACED if role.host == LOCAL else _TABLES
        for second in range(span, -1, -_TABLES):
            self._publish(self._processes[number].table(role.host, newest - second, float(_TABLES)))

    def _tick(self, now: float, passed: float) -> None:
        for number, role in enumerate(self._roles):
            if role.host in self._left:
                continue
            if role.silent:
                self._count_down(role, now)
                continue
            self._publish_batch(number, role, now, passed, live=True)
            if role.host == LOCAL or self._wanted(role.host):
                self._publish(self._processes[number].table(role.host, now, passed))

    def _count_down(self, role: Role, now: float) -> None:
        """Say how it goes on with a machine that is tried again."""
        word = self._word(role.host, now) if role.state is MachineState.RECONNECTING else ""
        if word:
            purpose = role.note.partition(" · ")[0]
            self._publish(replace(machine_of(role, now), note=f"{purpose} · {word}"))

    def _publish_batch(
        self, number: int, role: Role, moment: float, passed: float, *, lost: bool = False, live: bool = False
    ) -> None:
        """``lost`` lets time pass without a sample: the hole in the sequence tells of it."""
        machine = self._simulated[number]
        values = machine.step(passed)
        self._sequences[number] += 1
        if not lost:
            catalog = machine.catalog
            if live and role.host == LOCAL and self._monitor is not None:
                catalog = self._with_own(self._monitor.read(), catalog, values)
            self._publish(SampleBatch(role.host, self._epoch, self._sequences[number], moment, catalog, values))

    def _with_own(self, reading: Reading, simulated: Catalog, values: array[float]) -> Catalog:
        """Put what this program costs behind the simulated ``values``; the catalog of both."""
        if reading.series is not self._own:
            self._own = reading.series
            missing = (*simulated.missing, *reading.missing)
            self._catalog = Catalog((*simulated.series, *reading.series), missing)
        values.extend(reading.values)
        return self._catalog
