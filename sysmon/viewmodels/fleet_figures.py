"""The key figures of a machine now: what machines are compared, ordered and coloured by. Knows no pixels.

Cheap enough for hundreds of machines: no line over time is made, only the newest value of some twenty series is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.pipeline.query import Query
from sysmon.viewmodels.cpu import Cpu
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.network import Network
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.readings import Readings, at_most_one, attribute, highest

_NAN = math.nan
_NOWHEN = TimeScope(0.0, 0.0, live=True)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0 to 1, rates bytes a second, temperatures Celsius, times seconds; NaN where unknown."""

    cpu: float = _NAN
    """Busy share of all CPUs."""
    memory: float = _NAN
    """Used share of memory."""
    memory_used: float = _NAN
    """Bytes."""
    disk: float = _NAN
    """Read and written, of all disks."""
    disk_busy: float = _NAN
    """Share of time in which the busiest disk had work."""
    network: float = _NAN
    """In and out, of all interfaces that count."""
    temperature: float = _NAN
    """Of the CPU, else of the hottest sensor."""
    load: float = _NAN
    """Average over a minute."""
    fullest: float = _NAN
    """Used share of the fullest file system."""
    gpu: float = _NAN
    """Busy share of the busiest graphics processor."""
    uptime: float = _NAN

    @property
    def pressure(self) -> float:
        """How hard the machine is pressed: the highest of CPU, memory and busiest disk, 0 to 1; 0 where unknown."""
        found = highest((self.cpu, self.memory, self.disk_busy))
        return found if found == found else 0.0


UNKNOWN = Figures()


@dataclass(frozen=True, slots=True)
class _Plan:
    """The series that the figures of one catalog are made of."""

    modes: tuple[Series, ...]
    idle: frozenset[Series]
    used: Series | None
    limit: Series | None
    disks: tuple[Series, ...]
    busy: tuple[Series, ...]
    links: tuple[Series, ...]
    heat: tuple[Series, ...]
    load: Series | None
    filled: tuple[tuple[Series, Series], ...]
    gpus: tuple[Series, ...]
    uptime: Series | None


class FigureReader:
    """Reads the figures of one machine."""

    def __init__(self, query: Query, host: str) -> None:
        self._query, self._host = query, host
        self._readings = Readings(query, host, Units())
        self._catalog: object = None
        self._plan: _Plan | None = None
        self._version = -1
        self._figures = UNKNOWN

    @property
    def stale(self) -> bool:
        """Whether there is something newer than what was read last."""
        return self._query.version(self._host) != self._version

    @property
    def figures(self) -> Figures:
        """What was read last; all unknown before that."""
        return self._figures

    def read(self) -> Figures:
        """The figures now; the same object where nothing is new."""
        version = self._query.version(self._host)
        if version != self._version:
            self._version = version
            self._figures = self._read()
        return self._figures

    def _read(self) -> Figures:
        catalog = self._query.catalog(self._host)
        if catalog is None:
            return UNKNOWN
        if self._plan is None or catalog is not self._catalog:
            self._catalog = catalog
            self._readings.look(_NOWHEN, 1)
            self._plan = _plan(self._readings)
        plan = self._plan
        limit, used = self._now(plan.limit), self._now(plan.used)
        return Figures(
            cpu=self._cpu(plan),
            memory=used / limit if limit > 0 else _NAN,
            memory_used=used,
            disk=self._sum(plan.disks),
            disk_busy=at_most_one(self._highest(plan.busy)),
            network=self._sum(plan.links),
            temperature=self._highest(plan.heat),
            load=self._now(plan.load),
            fullest=self._fullest(plan),
            gpu=self._highest(plan.gpus),
            uptime=self._now(plan.uptime),
        )

    def _now(self, series: Series | None) -> float:
        return self._query.latest(self._host, series) if series is not None else _NAN

    def _sum(self, series: Sequence[Series]) -> float:
        return math.fsum(map(self._now, series)) if series else _NAN

    def _highest(self, series: Sequence[Series]) -> float:
        return highest(list(map(self._now, series)))

    def _cpu(self, plan: _Plan) -> float:
        total = waited = 0.0
        for series in plan.modes:
            rate = self._now(series)
            total += rate
            if series in plan.idle:
                waited += rate
        return 1.0 - waited / total if total > 0.0 else _NAN

    def _fullest(self, plan: _Plan) -> float:
        shares: list[float] = []
        for used, free in plan.filled:
            taken, left = self._now(used), self._now(free)
            shares.append(taken / (taken + left) if taken + left > 0 else _NAN)
        return highest(shares)


def _plan(readings: Readings) -> _Plan:
    modes = readings.select(names.CPU_TIME)
    sensor = Cpu(readings).temperature_sensor()
    counted = set(Network(readings).counted())
    return _Plan(
        modes,
        frozenset(s for s in modes if attribute(s, "mode") in ("idle", "iowait")),
        readings.one(names.MEMORY_USAGE, state="used"),
        readings.one(names.MEMORY_LIMIT),
        readings.select(names.DISK_IO),
        readings.select(names.DISK_IO_TIME),
        tuple(s for s in readings.select(names.NETWORK_IO) if attribute(s, "name") in counted),
        (sensor,) if sensor is not None else readings.select(names.TEMPERATURE),
        readings.one(names.LOAD_1M),
        _file_systems(readings),
        readings.select(names.GPU_UTILIZATION, task="general"),
        readings.one(names.UPTIME),
    )


def _file_systems(readings: Readings) -> tuple[tuple[Series, Series], ...]:
    """Used and free space of each file system; as df(1), the space that is kept for root counts neither way."""
    free = {s.attributes[:-1]: s for s in readings.select(names.FILESYSTEM_USAGE, state="free")}
    used = readings.select(names.FILESYSTEM_USAGE, state="used")
    return tuple((s, free[s.attributes[:-1]]) for s in used if s.attributes[:-1] in free)
