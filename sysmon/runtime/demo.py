"""``--demo``: an engine whose machines are simulated, for pictures and for a look around.

Publishes the same events as a real one, so everything above it is the real program; every machine
says that it is not real. Reads nothing of this machine but its clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from sysmon.collectors.contract import Collector
from sysmon.model.events import Mark, MarkKind
from sysmon.model.host import LOCAL, DeviceFacts, DiskFacts, HostFacts, InterfaceFacts
from sysmon.model.machine import DEMO_LABEL, Machine, MachineState
from sysmon.model.metric import Series
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog, Reading, SampleBatch
from sysmon.runtime.demo_fleet import DemoFleet
from sysmon.runtime.demo_machine import Hardware, SimulatedMachine
from sysmon.runtime.demo_processes import DemoProcesses
from sysmon.runtime.device_watch import DeviceWatch
from sysmon.runtime.engine import Engine, EngineOptions

HISTORY = 600
"""Seconds of past that each machine begins with."""

_GIB = float(1 << 30)
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Role:
    """One simulated machine: how it is called, and what is wrong with it."""

    host: str
    name: str
    note: str
    hardware: Hardware
    uptime: float = 12 * _DAY + 4 * 3600.0
    state: MachineState = MachineState.LIVE
    silent: float = 0.0
    """Seconds since its last sample; 0 while samples come."""
    gap: tuple[float, float] | None = None
    """From and until how many seconds ago the link was lost."""
    system: str = "Debian GNU/Linux 12 (bookworm)"
    cpu: str = "AMD Ryzen 9 7950X 16-Core Processor"


ROLES: tuple[Role, ...] = (
    Role(LOCAL, "orion", "This machine", Hardware(
        32, 64 * _GIB, 0.6, 0.3, "nvme0n1", 200e6, "enp5s0", 18e6, 2.5e9, "GeForce RTX 4080", 16 * _GIB)),
    Role("atlas", "atlas", "db-primary · 12 ms", Hardware(16, 128 * _GIB, 0.71, 0.18, disk_rate=60e6), gap=(200, 165)),
    Role("vega", "vega", "build-01 · 9 ms", Hardware(64, 256 * _GIB, 0.44, 0.75, disk_rate=160e6, network_rate=50e6),
         state=MachineState.ALERT),
    Role("lyra", "lyra", "nas · 3 ms", Hardware(4, 16 * _GIB, 0.38, 0.07, "sda", 13e6, "eth0", 3.8e6)),
    Role("rigel", "rigel", "gpu-box · 21 ms", Hardware(
        24, 128 * _GIB, 0.48, 0.3, gpu="RTX A6000", gpu_memory=48 * _GIB)),
    Role("mira", "mira", "pi-4 · retry in 4 s", Hardware(4, 4 * _GIB, 0.55, 0.12, "mmcblk0", 2e6, "eth0", 2e5),
         state=MachineState.RECONNECTING, silent=45.0, cpu="Cortex-A72"),
    Role("deneb", "deneb", "edge-02 · offline 3 h", Hardware(4, 8 * _GIB, 0.4, 0.1), state=MachineState.OFFLINE,
         silent=3 * 3600.0 + 720.0, cpu="Intel N100"),
)  # fmt: skip
"""The machines of the demo."""


TRACED = 300
"""Seconds of past of the processes of this machine."""
_TABLES = 2
"""Seconds between two of its tables."""


class DemoEngine(Engine):
    """Simulates `ROLES`. Starts, stops and is asked like any `Engine`."""

    def __init__(
        self, options: EngineOptions, now: Callable[[], float] = time.time, monitor: Collector | None = None
    ) -> None:
        """``now`` gives seconds since 1970; ``monitor`` tells what this very program costs, simulating or not."""
        super().__init__(options, [], NoProcesses(), lambda: machine_of(ROLES[0], now()))
        self.fleet = DemoFleet(now)
        self._now = now
        self._monitor = monitor

    def make_device_watch(self) -> DeviceWatch:
        return DeviceWatch(self.demand, self.bus.publish, lambda: devices_of(ROLES[0]))

    def make_sampler(self) -> DemoSampler:
        return DemoSampler(self.bus.publish, self.options.interval, self._now, self._monitor)


def devices_of(role: Role) -> DeviceFacts:
    """What is plugged into ``role``; the addresses are those kept for documentation (RFC 5737, RFC 3849)."""
    hardware = role.hardware
    kind = "nvme" if hardware.disk.startswith("nvme") else "hdd"
    disk = DiskFacts(hardware.disk, kind, "Simulated disk", 1_000_000_000_000)
    addresses = ("192.0.2.10", "2001:db8::10")
    return DeviceFacts(role.host, (disk,), (InterfaceFacts(hardware.interface, "wired", addresses, None, 1500),))


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
    ) -> None:
        self._monitor = monitor
        self._own: tuple[Series, ...] = ()
        self._catalog = Catalog(())
        self._publish = publish
        self._now = now
        self._interval = interval
        self._wake = asyncio.Event()
        self._paused = False
        self._epoch = int(now() * 1000)
        self._simulated = [SimulatedMachine(role.hardware, seed, role.uptime) for seed, role in enumerate(ROLES)]
        self._sequences = [0] * len(ROLES)
        self._processes = [
            DemoProcesses(seed, now() - role.uptime, gpu=role.hardware.gpu is not None)
            for seed, role in enumerate(ROLES)
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

    async def run(self) -> None:
        """Tick until cancelled."""
        try:
            await self._tick_for_ever()
        finally:
            if self._monitor is not None:
                self._monitor.close()

    async def _tick_for_ever(self) -> None:
        last = self._now()
        for number, role in enumerate(ROLES):
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
        for second in range(HISTORY, -1, -1):
            moment = newest - second
            lost = role.gap is not None and role.gap[1] <= now - moment <= role.gap[0]
            self._publish_batch(number, role, moment, 1.0, lost=lost)
        if role.gap is not None:
            begun, ended = role.gap
            self._publish(Mark(role.host, now - ended, MarkKind.SKIPPED, "link lost", begun - ended))
        # Of this machine's processes the past is kept, too; of others only rates are known.
        span = TRACED if role.host == LOCAL else _TABLES
        for second in range(span, -1, -_TABLES):
            self._publish(self._processes[number].table(role.host, newest - second, float(_TABLES)))

    def _tick(self, now: float, passed: float) -> None:
        for number, role in enumerate(ROLES):
            if not role.silent:
                self._publish_batch(number, role, now, passed, live=True)
                self._publish(self._processes[number].table(role.host, now, passed))

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


def machine_of(role: Role, now: float) -> Machine:
    """``role`` as the window knows a machine. Its product says that it is not real."""
    hardware = role.hardware
    facts = HostFacts(
        hostname=role.name,
        os_name=role.system,
        kernel="Linux 6.18.2",
        architecture="x86_64",
        product=DEMO_LABEL,
        cpu_model=role.cpu,
        cpu_sockets=1,
        cpu_cores=max(1, hardware.cores // 2),
        cpu_threads=hardware.cores,
        cpu_max_frequency=5.4e9,
        memory_total=int(hardware.memory),
        boot_time=now - role.uptime,
        virtualisation="none",
        container="none",
    )
    return Machine(role.host, role.name, facts, role.state, role.note)
