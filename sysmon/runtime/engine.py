"""The engine: everything that samples and keeps, wired together, started and stopped in one order.

It is one asyncio program that does not know its loop: `asyncio.run` without a screen, a thread
of its own in the desktop. Knows no window, no command line and no option file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sysmon.collectors.contract import Collector
from sysmon.collectors.processes import open_process_reader
from sysmon.collectors.registry import local_collectors
from sysmon.model.events import Mark
from sysmon.model.host import LOCAL, DeviceFacts
from sysmon.model.machine import Machine
from sysmon.model.process import ProcessTable
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.clock import SteadyClock, SystemClock
from sysmon.pipeline.demand import Claim, Demand
from sysmon.pipeline.query import Query
from sysmon.pipeline.sampler import ProcessSource, Sampler
from sysmon.pipeline.store import Store
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime.device_watch import DeviceWatch
from sysmon.runtime.this_machine import this_machine

if TYPE_CHECKING:
    from sysmon.runtime.fleet_port import FleetPort
    from sysmon.runtime.process_desk import ProcessDesk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the engine needs to know of the settings."""

    interval: float = 1.0
    """Seconds between ticks, 0.25 to 10."""
    keep: float = 3600.0
    """Seconds of history that the rings hold."""
    disabled: frozenset[str] = frozenset()
    """Families that are not read."""


class Sampling(Protocol):
    """What the engine runs and tells its wishes; `Sampler` is the real one. All on the engine's loop."""

    @property
    def skipped(self) -> int: ...

    def set_interval(self, interval: float) -> None: ...

    def set_paused(self, paused: bool) -> None: ...

    async def run(self) -> None: ...


class Part(Protocol):
    """What lives and ends with an engine, on its loop."""

    async def start(self) -> None:
        """Raises nothing that should keep the engine from running."""
        ...

    async def stop(self) -> None:
        """End within a few seconds. Idempotent."""
        ...


class Engine:
    """Samples this machine and keeps what it and others publish.

    `store`, `query`, `demand` may be used from any thread; everything else on the engine's loop.
    """

    def __init__(
        self,
        options: EngineOptions,
        collectors: Sequence[Collector] | None = None,
        processes: ProcessSource | None = None,
        machine: Callable[[], Machine] = this_machine,
    ) -> None:
        """``collectors``, ``processes`` and ``machine`` default to those of this machine."""
        self.options = options
        self.bus = Bus()
        self.store = Store(options.keep)
        self.query = Query(self.store)
        self.demand = Demand()
        self.desk: ProcessDesk | None = None
        """The door to processes of this machine where somebody needs one; set it before `start`."""
        self.fleet: FleetPort | None = None
        """The links to other machines where there are any; set it before `start`."""
        self.parts: list[Part] = []
        """What begins after sampling has, in this order, and ends before it; filled before `start`."""
        self._collectors = local_collectors() if collectors is None else list(collectors)
        self._processes = open_process_reader() if processes is None else processes
        self._machine = machine
        self._claims: dict[str, Claim] = {}
        self._tasks: TaskOwner | None = None
        self._sampler: Sampling | None = None
        self._stopping: asyncio.Future[None] | None = None
        self._paused = False

    def add_collector(self, collector: Collector) -> None:
        """Read ``collector``, too. Before `start` only."""
        self._collectors.append(collector)

    @property
    def running(self) -> bool:
        return self._tasks is not None and self._stopping is None

    @property
    def collectors(self) -> tuple[Collector, ...]:
        """What reads this machine, processes excepted."""
        return tuple(self._collectors)

    @property
    def families(self) -> tuple[str, ...]:
        """Names of all families this machine could be asked for."""
        return tuple(collector.family for collector in self._collectors)

    @property
    def skipped(self) -> int:
        """Ticks that were skipped so far."""
        return self._sampler.skipped if self._sampler is not None else 0

    async def start(self) -> None:
        """Begin to sample. Raises RuntimeError where it runs already. Cancelling stops it again."""
        if self._tasks is not None:
            raise RuntimeError("the engine runs already")
        self._stopping = None
        self._tasks = TaskOwner("engine")
        self.keep()
        if self.desk is not None:
            self.desk.begin(self.bus, self.demand)
        self.bus.publish(self._machine())
        self.set_disabled(self.options.disabled)
        self._sampler = self.make_sampler()
        self._sampler.set_paused(self._paused)
        self._tasks.start("sampler", self._sampler.run())
        self._tasks.start("devices", self.make_device_watch().run())
        for part in self.parts:
            await part.start()
        log.info("engine started: %d families, every %g s", len(self._collectors), self.options.interval)

    def keep(self) -> Callable[[], None]:
        """Let the store have everything that is published from now on; the answer ends that."""
        subscribe, store = self.bus.subscribe, self.store
        leave = (
            subscribe(SampleBatch, store.append),
            subscribe(ProcessTable, store.put_processes),
            subscribe(Mark, store.put_mark),
            subscribe(Machine, store.put_machine),
            subscribe(DeviceFacts, store.put_devices),
        )

        def end() -> None:
            for one in leave:
                one()

        return end

    def make_sampler(self) -> Sampling:
        """What reads this machine. Overridden where it is simulated."""
        return Sampler(
            LOCAL,
            self._collectors,
            self._processes,
            self.demand,
            SteadyClock(SystemClock()),
            self.bus.publish,
            self.options.interval,
        )

    def make_device_watch(self) -> DeviceWatch:
        """What looks at disks and interfaces. Overridden where they are simulated."""
        return DeviceWatch(self.demand, self.bus.publish)

    def set_disabled(self, disabled: frozenset[str]) -> None:
        """Read every family but ``disabled`` from the next tick on."""
        for family in self.families:
            if family in disabled:
                claim = self._claims.pop(family, None)
                if claim is not None:
                    claim.release()
            elif family not in self._claims:
                self._claims[family] = self.demand.want(LOCAL, family, self.options.interval)

    def set_interval(self, interval: float) -> None:
        """Tick every ``interval`` seconds. Raises ValueError outside 0.25 to 10."""
        if self._sampler is not None:
            self._sampler.set_interval(interval)

    def set_paused(self, paused: bool) -> None:
        """Stop or go on sampling this machine; what others publish is kept all the same."""
        self._paused = paused
        if self._sampler is not None:
            self._sampler.set_paused(paused)

    async def stop(self) -> None:
        """End sampling and everything this engine owns, within about five seconds. Idempotent.

        A second caller waits for the first. Cancelling a waiting caller does not stop the stopping.
        """
        if self._tasks is None:
            return
        if self._stopping is not None:
            await asyncio.shield(self._stopping)
            return
        self._stopping = asyncio.get_running_loop().create_future()
        try:
            for part in reversed(self.parts):
                await part.stop()
            await self._tasks.close(limit=3.0)
            if self.desk is not None:
                self.desk.close()
            for claim in self._claims.values():
                claim.release()
            self._claims.clear()
            log.info("engine stopped")
        finally:
            self._stopping.set_result(None)
            self._tasks = None
