"""What ``sysmon watch`` shows, as values: taken from the store, before anything is drawn. NaN is unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.metric import MetricSpec, Series
from sysmon.model.process import ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.pipeline.query import Query
from sysmon.viewmodels import format as words
from sysmon.viewmodels.format import Units

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Cpu:
    """Shares of all CPUs together, 0 to 1; ``cores`` are the busy shares of each."""

    busy: float = NAN
    user: float = NAN
    system: float = NAN
    iowait: float = NAN
    steal: float = NAN
    cores: tuple[tuple[str, float], ...] = ()
    frequency: float = NAN
    """Mean of all CPUs, in hertz."""
    load: tuple[float, float, float] = (NAN, NAN, NAN)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes."""

    used: float = NAN
    limit: float = NAN
    available: float = NAN
    cached: float = NAN
    swap_used: float = NAN
    swap_limit: float = NAN


@dataclass(frozen=True, slots=True)
class Flow:
    """What moves through one disk or interface, in bytes per second; ``busy`` is a share (NaN for interfaces)."""

    name: str
    into: float
    """Read from the disk, or received."""
    out: float
    busy: float = NAN


@dataclass(frozen=True, slots=True)
class Now:
    """Everything on the screen at one time (seconds since 1970)."""

    time: float = NAN
    uptime: float = NAN
    cpu: Cpu = field(default_factory=Cpu)
    memory: Memory = field(default_factory=Memory)
    disks: tuple[Flow, ...] = ()
    networks: tuple[Flow, ...] = ()
    pressure: tuple[tuple[str, float], ...] = ()
    """Resource and the share of time in which something waited for it."""
    temperatures: tuple[tuple[str, float], ...] = ()
    """Sensor and degrees Celsius, the hottest first."""
    processes: int | None = None
    busiest: tuple[tuple[ProcessRow, ProcessRate], ...] = ()


def now(query: Query, processes: int | None, busiest: Iterable[tuple[ProcessRow, ProcessRate]]) -> Now:
    """The newest figures of this machine."""
    look = _Look(query)
    return Now(
        time=query.newest(LOCAL),
        uptime=look.one(names.UPTIME),
        cpu=_cpu(look),
        memory=_memory(look),
        disks=_flows(look, names.DISK_IO, "read", look.by(names.DISK_IO_TIME)),
        networks=_by_use(_flows(look, names.NETWORK_IO, "receive", {}), look.totals(names.NETWORK_IO)),
        pressure=_pressure(look),
        temperatures=_temperatures(look),
        processes=processes,
        busiest=tuple(busiest),
    )


class _Look:
    """Newest values by metric."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._catalog = query.catalog(LOCAL)

    def all(self, metric: MetricSpec) -> list[tuple[Series, float]]:
        if self._catalog is None:
            return []
        return [(series, self._query.latest(LOCAL, series)) for series in self._catalog.select(metric)]

    def one(self, metric: MetricSpec) -> float:
        return next((value for _, value in self.all(metric)), NAN)

    def by(self, metric: MetricSpec) -> dict[str, float]:
        """Values by the last attribute."""
        return {series.attributes[-1][1]: value for series, value in self.all(metric)}

    def totals(self, metric: MetricSpec) -> dict[str, float]:
        """What the counters of ``metric`` stand at, summed by the first attribute; unknown counts as nothing."""
        found: dict[str, float] = {}
        for series, _ in self.all(metric):
            total = self._query.total(LOCAL, series)
            if not math.isnan(total):
                found[series.attributes[0][1]] = found.get(series.attributes[0][1], 0.0) + total
        return found


def _cpu(look: _Look) -> Cpu:
    modes = look.by(names.CPU_TIME)
    total = sum(modes.values()) if modes else NAN

    def share(*wanted: str) -> float:
        return sum(modes.get(mode, NAN) for mode in wanted) / total if total > 0.0 else NAN

    cores: dict[str, dict[str, float]] = {}
    for series, value in look.all(names.CORE_TIME):
        cores.setdefault(series.attributes[0][1], {})[series.attributes[1][1]] = value
    frequencies = [value for _, value in look.all(names.CPU_FREQUENCY) if not math.isnan(value)]
    return Cpu(
        busy=1.0 - share("idle", "iowait"),
        user=share("user", "nice"),
        system=share("system", "interrupt", "softirq"),
        iowait=share("iowait"),
        steal=share("steal"),
        cores=tuple((number, _busy(core)) for number, core in cores.items()),
        frequency=sum(frequencies) / len(frequencies) if frequencies else NAN,
        load=(look.one(names.LOAD_1M), look.one(names.LOAD_5M), look.one(names.LOAD_15M)),
    )


def _busy(core: dict[str, float]) -> float:
    busy, idle = core.get("busy", NAN), core.get("idle", NAN)
    return busy / (busy + idle) if busy + idle > 0.0 else NAN


def _memory(look: _Look) -> Memory:
    states, swap = look.by(names.MEMORY_USAGE), look.by(names.SWAP_USAGE)
    return Memory(
        used=states.get("used", NAN),
        limit=look.one(names.MEMORY_LIMIT),
        available=look.one(names.MEMORY_AVAILABLE),
        cached=states.get("cached", NAN) + states.get("buffers", 0.0),
        swap_used=swap.get("used", NAN),
        swap_limit=swap.get("used", NAN) + swap.get("free", NAN),
    )


def _flows(look: _Look, metric: MetricSpec, inward: str, busy: dict[str, float]) -> tuple[Flow, ...]:
    found: dict[str, dict[str, float]] = {}
    for series, value in look.all(metric):
        (_, device), (_, direction) = series.attributes
        found.setdefault(device, {})["into" if direction == inward else "out"] = value
    return tuple(
        Flow(device, values.get("into", NAN), values.get("out", NAN), busy.get(device, NAN))
        for device, values in found.items()
    )


def _by_use(flows: tuple[Flow, ...], totals: dict[str, float]) -> tuple[Flow, ...]:
    """Those that ever moved most come first, so that nothing jumps; the loopback comes last."""
    return tuple(sorted(flows, key=lambda flow: (flow.name == "lo", -totals.get(flow.name, 0.0))))


def _pressure(look: _Look) -> tuple[tuple[str, float], ...]:
    return tuple(
        (series.attributes[0][1], value)
        for series, value in look.all(names.PRESSURE_TIME)
        if series.attributes[1][1] == "some"
    )


def _temperatures(look: _Look) -> tuple[tuple[str, float], ...]:
    found = [
        (series.attributes[-1][1] or series.attributes[0][1], value)
        for series, value in look.all(names.TEMPERATURE)
        if not math.isnan(value)
    ]
    return tuple(sorted(found, key=lambda entry: -entry[1]))


def line(figures: Now, units: Units) -> str:
    """One line for a pipe or a log file."""
    cpu, memory = figures.cpu, figures.memory
    read, written = _total(figures.disks)
    received, sent = _total(flow for flow in figures.networks if flow.name != "lo")
    parts = (
        words.clock(figures.time),
        f"cpu {words.percent(cpu.busy)}",
        f"load {words.number(cpu.load[0])}",
        f"mem {units.size_of(memory.used, memory.limit)}",
        f"swap {units.size(memory.swap_used)}",
        f"disk read {units.rate(read)} write {units.rate(written)}",
        f"net in {units.network(received)} out {units.network(sent)}",
    )
    return "  ".join(parts).replace(words.SPACE, " ")


def _total(flows: Iterable[Flow]) -> tuple[float, float]:
    """Sums of both ways over what is known; NaN where nothing is."""
    known = [flow for flow in flows if not math.isnan(flow.into + flow.out)]
    if not known:
        return NAN, NAN
    return sum(flow.into for flow in known), sum(flow.out for flow in known)
