"""The key figures of a machine now: what machines are compared, ordered and coloured by. Knows no pixels.

Cheap enough for hundreds of machines: no line over time is made, only the two newest rows are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sysmon.model import names
from sysmon.model.metric import Kind, Series
from sysmon.model.sample import Catalog
from sysmon.pipeline.query import Query
from sysmon.pipeline.ring import LastRows
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


class _Cell(NamedTuple):
    """Where a series stands in a row, and how it is read."""

    at: int
    counter: bool
    slow: bool
    """Whether it is a counter that is read less often than rows come: two rows are too few for its rate."""
    series: Series


@dataclass(frozen=True, slots=True)
class _Plan:
    """The series that the figures of one catalog are made of."""

    modes: tuple[_Cell, ...]
    idle: tuple[_Cell, ...]
    used: tuple[_Cell, ...]
    limit: tuple[_Cell, ...]
    disks: tuple[_Cell, ...]
    busy: tuple[_Cell, ...]
    links: tuple[_Cell, ...]
    heat: tuple[_Cell, ...]
    load: tuple[_Cell, ...]
    filled: tuple[tuple[_Cell, _Cell], ...]
    gpus: tuple[_Cell, ...]
    uptime: tuple[_Cell, ...]


class FigureReader:
    """Reads the figures of one machine."""

    def __init__(self, query: Query, host: str) -> None:
        self._query, self._host = query, host
        self._catalog: Catalog | None = None
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
        rows = self._query.last_rows(self._host)
        if rows is None:
            return UNKNOWN
        plan = self._plan
        if plan is None or rows.catalog is not self._catalog:
            readings = Readings(self._query, self._host, Units())
            readings.look(_NOWHEN, 1)
            if readings.catalog is not rows.catalog:  # another one came in between
                return self._figures
            self._catalog = rows.catalog
            plan = self._plan = _plan(readings)
        now = partial(self._now, rows)
        total, waited = _sum(map(now, plan.modes)), _sum(map(now, plan.idle))
        used, limit = _sum(map(now, plan.used)), _sum(map(now, plan.limit))
        return Figures(
            cpu=1.0 - waited / total if total > 0.0 else _NAN,
            memory=used / limit if limit > 0.0 else _NAN,
            memory_used=used,
            disk=_sum(map(now, plan.disks)),
            disk_busy=at_most_one(highest(list(map(now, plan.busy)))),
            network=_sum(map(now, plan.links)),
            temperature=highest(list(map(now, plan.heat))),
            load=_sum(map(now, plan.load)),
            fullest=highest([_share(now(taken), now(left)) for taken, left in plan.filled]),
            gpu=highest(list(map(now, plan.gpus))),
            uptime=_sum(map(now, plan.uptime)),
        )

    def _now(self, rows: LastRows, cell: _Cell) -> float:
        """The newest value, of counters the change per second."""
        at, counter, slow, series = cell
        if not counter:
            return rows.values[at]
        if slow or rows.seconds != rows.seconds:
            # Two rows say nothing: something is missing between them, or the row before is of another catalog.
            return self._query.latest(self._host, series)
        change = rows.values[at] - rows.before[at]
        return change / rows.seconds if change >= 0.0 and rows.seconds > 0.0 else _NAN


def _sum(values: Iterable[float]) -> float:
    """The sum; NaN of nothing, and where one of them is unknown."""
    found = list(values)
    return math.fsum(found) if found else _NAN


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest > 0.0 else _NAN


def _plan(readings: Readings) -> _Plan:
    catalog = readings.catalog

    def cells(series: Iterable[Series | None]) -> tuple[_Cell, ...]:
        found: list[_Cell] = []
        for one in series:
            at = catalog.index.get(one) if one is not None else None
            if one is not None and at is not None:
                counter = one.metric.kind is Kind.COUNTER
                found.append(_Cell(at, counter, counter and catalog.intervals[at] > 0.0, one))
        return tuple(found)

    modes = readings.select(names.CPU_TIME)
    sensor = Cpu(readings).temperature_sensor()
    counted = set(Network(readings).counted())
    pairs = _file_systems(readings)
    taken, left = cells(used for used, _ in pairs), cells(free for _, free in pairs)
    return _Plan(
        cells(modes),
        cells(s for s in modes if attribute(s, "mode") in ("idle", "iowait")),
        cells((readings.one(names.MEMORY_USAGE, state="used"),)),
        cells((readings.one(names.MEMORY_LIMIT),)),
        cells(readings.select(names.DISK_IO)),
        cells(readings.select(names.DISK_IO_TIME)),
        cells(s for s in readings.select(names.NETWORK_IO) if attribute(s, "name") in counted),
        cells((sensor,) if sensor is not None else readings.select(names.TEMPERATURE)),
        cells((readings.one(names.LOAD_1M),)),
        tuple(zip(taken, left, strict=True)),
        cells(readings.select(names.GPU_UTILIZATION, task="general")),
        cells((readings.one(names.UPTIME),)),
    )


def _file_systems(readings: Readings) -> tuple[tuple[Series, Series], ...]:
    """Used and free space of each file system; as df(1), the space that is kept for root counts neither way."""
    free = {s.attributes[:-1]: s for s in readings.select(names.FILESYSTEM_USAGE, state="free")}
    used = readings.select(names.FILESYSTEM_USAGE, state="used")
    return tuple((s, free[s.attributes[:-1]]) for s in used if s.attributes[:-1] in free)
