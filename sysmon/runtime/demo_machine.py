"""A machine that does not exist: figures that behave like those of a real one, second by second.

Seeded, so that the same seed gives the same machine; counters are counters, parts add up to their
whole. Knows no clock, no bus and no screen.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series, series
from sysmon.model.sample import Catalog, Missing

_GIB = float(1 << 30)
_MODES = ("user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal")
_BUSY_SHARES = (0.72, 0.01, 0.2, 0.0, 0.0, 0.02, 0.04, 0.01)
"""How the busy time of a CPU divides into modes."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a simulated machine has, and how hard it works."""

    cores: int = 8
    memory: float = 32 * _GIB
    used: float = 0.5
    """Share of memory in use."""
    load: float = 0.2
    """Mean busy share of its CPUs."""
    disk: str = "nvme0n1"
    disk_rate: float = 60e6
    """Mean bytes a second, read and written."""
    interface: str = "eth0"
    network_rate: float = 5e6
    speed: float = 1e9
    """Of the link, bits a second."""
    gpu: str | None = None
    gpu_memory: float = 0.0
    sensors: bool = True


class Wander:
    """A value that drifts around its mean and now and then rises for some seconds."""

    def __init__(self, rng: random.Random, mean: float, spread: float = 0.35, bursts: float = 0.01) -> None:
        """``spread``: share of the mean by which it drifts; ``bursts``: chance a second of a rise."""
        self._rng = rng
        self._mean, self._spread, self._bursts = mean, spread, bursts
        self._drift = self._burst = 0.0
        self._phase = rng.uniform(0.0, math.tau)

    def step(self, seconds: float) -> float:
        """The value ``seconds`` later."""
        rng = self._rng
        keep = math.exp(-seconds / 12.0)
        self._drift = self._drift * keep + rng.gauss(0.0, self._spread) * math.sqrt(1.0 - keep * keep)
        self._burst *= math.exp(-seconds / 8.0)
        if rng.random() < self._bursts * seconds:
            self._burst += rng.uniform(0.8, 2.2)
        self._phase += seconds * math.tau / 140.0
        jitter = rng.gauss(0.0, self._spread * 0.15)
        share = 1.0 + self._drift + jitter + 0.6 * self._spread * math.sin(self._phase) + self._burst
        return self._mean * max(0.15, share)


class SimulatedMachine:
    """One machine. `step` moves it on, `values` says how it is, in the order of `catalog`."""

    def __init__(self, hardware: Hardware, seed: int, uptime: float) -> None:
        self.hardware = hardware
        self._rng = random.Random(seed)  # noqa: S311  # pictures, no secrets
        self._uptime = uptime
        self._entries: list[tuple[Series, Callable[[float], float]]] = []
        self._work = Wander(self._rng, hardware.load, 0.22, 0.012)
        self._cores = [Wander(self._rng, 1.0, 0.5) for _ in range(hardware.cores)]
        self._busy = [hardware.load] * hardware.cores
        self._wait = 0.01
        self._mean = hardware.load
        self._used = hardware.used
        self._heat = 40.0
        self._add_cpu()
        self._add_memory()
        self._add_disk()
        self._add_network()
        if hardware.sensors:
            self._add_sensors()
        if hardware.gpu is not None:
            self._add_gpu(hardware.gpu)
        missing = () if hardware.gpu is not None else (Missing("gpu", "this machine has no graphics processor"),)
        self.catalog = Catalog(tuple(s for s, _ in self._entries), missing)
        self._values = array("d", [0.0] * len(self._entries))

    def step(self, seconds: float) -> array[float]:
        """Let ``seconds`` pass; a new array of values, also of counters since the machine came up."""
        self._uptime += seconds
        work = self._work.step(seconds)
        self._busy = [min(0.995, work * core.step(seconds)) for core in self._cores]
        self._mean = math.fsum(self._busy) / len(self._busy)
        self._heat += (38.0 + 45.0 * self._mean - self._heat) * (1.0 - math.exp(-seconds / 10.0))
        self._values = array("d", [advance(seconds) for _, advance in self._entries])
        return self._values

    # --- parts ------------------------------------------------------------------------------------

    def _gauge(self, metric: MetricSpec, value: Callable[[], float], *attributes: str) -> None:
        self._entries.append((series(metric, *attributes), lambda _: value()))

    def _counter(self, metric: MetricSpec, rate: Callable[[], float], *attributes: str) -> None:
        total = [rate() * self._uptime]

        def advance(seconds: float) -> float:
            total[0] += rate() * seconds
            return total[0]

        self._entries.append((series(metric, *attributes), advance))

    def _wandering(self, metric: MetricSpec, mean: float, *attributes: str, whole: bool = False) -> None:
        """A counter whose rate wanders around ``mean``."""
        wander = Wander(self._rng, mean, 0.45, 0.02)
        total = [float(round(mean * self._uptime))]

        def advance(seconds: float) -> float:
            total[0] += wander.step(seconds) * seconds
            return float(round(total[0])) if whole else total[0]

        self._entries.append((series(metric, *attributes), advance))

    def _add_cpu(self) -> None:
        cores = self.hardware.cores
        for mode, share in zip(_MODES, _BUSY_SHARES, strict=True):
            self._counter(names.CPU_TIME, lambda mode=mode, share=share: self._mode_rate(mode, share), mode)
        for core in range(cores):
            self._counter(names.CORE_TIME, lambda core=core: self._busy[core], str(core), "busy")
            self._counter(names.CORE_TIME, lambda core=core: 1.0 - self._busy[core], str(core), "idle")
            self._gauge(names.CPU_FREQUENCY, lambda core=core: 2.2e9 + 3.0e9 * self._busy[core] ** 0.3, str(core))
        self._gauge(names.CPU_FREQUENCY_LIMIT, lambda: 5.4e9)
        self._gauge(names.CPU_LOGICAL_COUNT, lambda: float(cores))
        self._gauge(names.CPU_PHYSICAL_COUNT, lambda: float(max(1, cores // 2)))
        for metric, factor in ((names.LOAD_1M, 1.0), (names.LOAD_5M, 0.9), (names.LOAD_15M, 0.8)):
            self._gauge(metric, lambda factor=factor: self._mean * cores * factor)
        self._gauge(names.PRESSURE_AVG10, lambda: 0.04 * self._mean**2, "cpu", "some")
        self._gauge(names.PRESSURE_AVG10, lambda: 0.002, "memory", "some")
        self._gauge(names.PRESSURE_AVG10, lambda: self._wait * 0.5, "io", "some")
        self._wandering(names.CONTEXT_SWITCHES, 3000.0 * cores, whole=True)
        self._wandering(names.INTERRUPTS, 1500.0 * cores, whole=True)
        self._gauge(names.PROCESS_COUNT, lambda: float(1 + round(self._mean * cores)), "running")
        self._gauge(names.PROCESS_COUNT, lambda: 0.0, "blocked")
        self._gauge(names.THREADS, lambda: 1900.0)
        self._gauge(names.UPTIME, lambda: self._uptime)

    def _mode_rate(self, mode: str, share: float) -> float:
        cores = self.hardware.cores
        if mode == "iowait":
            return self._wait * (1.0 - self._mean) * cores
        if mode == "idle":
            return (1.0 - self._wait) * (1.0 - self._mean) * cores
        return share * self._mean * cores

    def _add_memory(self) -> None:
        limit = self.hardware.memory
        drift = Wander(self._rng, self.hardware.used, 0.02, 0.0)

        def used(seconds: float) -> float:
            self._used = min(0.92, drift.step(seconds))
            return self._used * limit

        self._entries.append((series(names.MEMORY_USAGE, "used"), used))
        cached = 0.21
        self._gauge(names.MEMORY_USAGE, lambda: max(0.02, 1.0 - self._used - cached - 0.01) * limit, "free")
        self._gauge(names.MEMORY_USAGE, lambda: 0.01 * limit, "buffers")
        self._gauge(names.MEMORY_USAGE, lambda: min(cached, 0.97 - self._used) * limit, "cached")
        self._gauge(names.MEMORY_LIMIT, lambda: limit)
        self._gauge(names.MEMORY_AVAILABLE, lambda: (0.99 - self._used) * limit)
        self._gauge(names.MEMORY_SHARED, lambda: 0.012 * limit)
        self._gauge(names.MEMORY_DIRTY, lambda: 2e6 + 4e8 * self._wait)
        self._gauge(names.MEMORY_COMMITTED, lambda: 1.3 * self._used * limit)
        self._gauge(names.SWAP_USAGE, lambda: 0.2 * _GIB, "used")
        self._gauge(names.SWAP_USAGE, lambda: 7.8 * _GIB, "free")
        self._gauge(names.MEMORY_SLAB, lambda: 0.02 * limit, "reclaimable")
        self._gauge(names.MEMORY_SLAB, lambda: 0.006 * limit, "unreclaimable")
        self._wandering(names.SWAP_IO, 3.0, "in", whole=True)
        self._wandering(names.SWAP_IO, 6.0, "out", whole=True)
        self._wandering(names.PAGE_FAULTS, 20_000.0, "minor", whole=True)
        self._wandering(names.PAGE_FAULTS, 2.0, "major", whole=True)

    def _add_disk(self) -> None:
        disk, rate = self.hardware.disk, self.hardware.disk_rate
        for direction, share in (("read", 0.75), ("write", 0.25)):
            self._wandering(names.DISK_IO, rate * share, disk, direction, whole=True)
            self._wandering(names.DISK_OPERATIONS, rate * share / 150e3, disk, direction, whole=True)
            self._wandering(names.DISK_OPERATION_TIME, rate * share / 150e3 * 3e-4, disk, direction)
        busy = Wander(self._rng, min(0.6, rate / 5e8), 0.4)

        def disk_busy(seconds: float) -> float:
            self._wait = 0.05 * min(1.0, busy.step(seconds))
            return self._wait * 20.0

        self._integrated(names.DISK_IO_TIME, disk_busy, disk)
        self._wandering(names.DISK_QUEUE_TIME, 0.6, disk)
        size = 1e12
        self._gauge(names.DISK_LIMIT, lambda: size, disk)
        place = (f"/dev/{disk}p2", "/", "ext4")
        self._gauge(names.FILESYSTEM_USAGE, lambda: 0.62 * size, *place, "used")
        self._gauge(names.FILESYSTEM_USAGE, lambda: 0.33 * size, *place, "free")
        self._gauge(names.FILESYSTEM_USAGE, lambda: 0.05 * size, *place, "reserved")
        self._gauge(names.FILESYSTEM_LIMIT, lambda: size, *place)
        self._gauge(names.FILESYSTEM_INODES, lambda: 7.4e6, *place, "used")
        self._gauge(names.FILESYSTEM_INODES, lambda: 53.6e6, *place, "free")

    def _integrated(self, metric: MetricSpec, rate: Callable[[float], float], *attributes: str) -> None:
        """A counter whose rate is asked with the time that passed."""
        total = [0.0]

        def advance(seconds: float) -> float:
            total[0] += rate(seconds) * seconds
            return total[0]

        self._entries.append((series(metric, *attributes), advance))

    def _add_network(self) -> None:
        name, rate = self.hardware.interface, self.hardware.network_rate
        for direction, share in (("receive", 0.9), ("transmit", 0.1)):
            self._wandering(names.NETWORK_IO, rate * share, name, direction, whole=True)
            self._wandering(names.NETWORK_PACKETS, rate * share / 900, name, direction, whole=True)
            self._integrated(names.NETWORK_ERRORS, lambda _: 0.0, name, direction)
            self._integrated(names.NETWORK_DROPPED, lambda _: 0.0, name, direction)
        self._gauge(names.NETWORK_SPEED, lambda: self.hardware.speed, name)
        self._gauge(names.NETWORK_UP, lambda: 1.0, name)
        for state, count in (("established", 84.0), ("listen", 22.0), ("time_wait", 9.0)):
            self._gauge(names.NETWORK_CONNECTIONS, lambda count=count: count, "tcp", state)
        self._wandering(names.TCP_SEGMENTS, rate / 900, "received", whole=True)
        self._wandering(names.TCP_SEGMENTS, rate / 1500, "sent", whole=True)
        self._wandering(names.TCP_SEGMENTS, 0.4, "retransmitted", whole=True)

    def _add_sensors(self) -> None:
        self._gauge(names.TEMPERATURE, lambda: self._heat, "k10temp-0/temp1", "Tctl")
        self._gauge(
            names.TEMPERATURE, lambda: 36.0 + self._wait * 200.0, f"nvme-{self.hardware.disk}/temp1", "Composite"
        )
        for core, above in enumerate((3.0, -1.0)):
            self._gauge(
                names.TEMPERATURE, lambda above=above: self._heat + above, f"k10temp-0/ccd{core}", f"Tccd{core + 1}"
            )
        self._gauge(names.FAN_SPEED, lambda: 600.0 + 16.0 * (self._heat - 35.0), "nct6775-0/fan1", "CPU fan")
        self._gauge(names.FAN_SPEED, lambda: 450.0 + 6.0 * (self._heat - 35.0), "nct6775-0/fan2", "Case fan")
        self._gauge(names.TEMPERATURE, lambda: 31.0 + 0.1 * (self._heat - 40.0), "nct6775-0/temp1", "Board")
        self._gauge(names.VOLTAGE, lambda: 1.02 + 0.2 * self._mean, "nct6775-0/in0", "Vcore")
        self._counter(names.ENERGY, lambda: 22.0 + 120.0 * self._mean, "package-0", "package-0", "cpu")

    def _add_gpu(self, name: str) -> None:
        busy = Wander(self._rng, 0.41, 0.4)
        now = [0.4]

        def share(seconds: float) -> float:
            now[0] = min(1.0, busy.step(seconds))
            return now[0]

        card = ("gpu-0", name)
        self._entries.append((series(names.GPU_UTILIZATION, *card, "general"), share))
        self._gauge(names.GPU_UTILIZATION, lambda: 0.03, *card, "decoder")
        self._gauge(names.GPU_MEMORY_USAGE, lambda: (0.3 + 0.2 * now[0]) * self.hardware.gpu_memory, *card)
        self._gauge(names.GPU_MEMORY_LIMIT, lambda: self.hardware.gpu_memory, *card)
        self._gauge(names.GPU_POWER, lambda: 60.0 + 240.0 * now[0], *card)
        self._gauge(names.GPU_POWER_LIMIT, lambda: 320.0, *card)
        self._gauge(names.GPU_TEMPERATURE, lambda: 42.0 + 36.0 * now[0], *card)
        self._gauge(names.GPU_CLOCK, lambda: 0.8e9 + 1.8e9 * now[0], *card, "graphics")
        self._gauge(names.GPU_FAN, lambda: 0.25 + 0.5 * now[0], *card)
