"""Slices, scopes and containers of a cgroup v2 tree as objects with CPU, memory, I/O and tasks.

Which groups count: the slices right below the root and those of users (``user.slice/user-1000.slice``), every scope,
every container, and groups right below the root that systemd did not make. Services are the family ``services``.
Where there are more than `MAX_OBJECTS`, containers go first, then shallow groups before deep ones.
"""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from sysmon.collectors.cgroup_files import (
    CPU_HEAD,
    IO_LIMIT,
    Disks,
    FigureSet,
    Wanted,
    cpu_seconds,
    lacking,
    one_number,
    parse_io,
)
from sysmon.collectors.cgroup_tree import MAX_FOLDERS, Group, GroupKind, ScanClock, require_v2, scan
from sysmon.collectors.container_names import ContainerNames, short_id
from sysmon.collectors.contract import Pace
from sysmon.collectors.sysfs import clean_label, read_number
from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series, series
from sysmon.model.sample import Missing, Reading

MAX_OBJECTS: Final = 200

KEPT: Final = 128
"""Descriptors kept open: a desktop's groups need fewer."""


def choose(groups: list[Group]) -> list[Group]:
    """The groups that are objects of this family, the most wanted first."""
    wanted = [group for group in groups if _counts(group)]
    return sorted(wanted, key=lambda group: (group.kind is not GroupKind.CONTAINER, group.depth, group.path))


def _counts(group: Group) -> bool:
    match group.kind:
        case GroupKind.CONTAINER | GroupKind.SCOPE:
            return True
        case GroupKind.SLICE:
            return group.depth == 1 or (group.depth == 2 and group.path.startswith("user.slice/"))
        case GroupKind.OTHER:
            return group.depth == 1
        case GroupKind.SERVICE:
            return False


class _Metrics(NamedTuple):
    """What a group's files fill. ``tasks`` is not told of containers: OpenTelemetry has no such metric."""

    cpu: MetricSpec
    memory: MetricSpec
    io: MetricSpec
    memory_limit: MetricSpec
    tasks: MetricSpec | None


_OF_CONTAINER: Final = _Metrics(
    names.CONTAINER_CPU_TIME, names.CONTAINER_MEMORY, names.CONTAINER_IO, names.CONTAINER_MEMORY_LIMIT, None
)
_OF_GROUP: Final = _Metrics(
    names.CGROUP_CPU_TIME, names.CGROUP_MEMORY, names.CGROUP_IO, names.CGROUP_MEMORY_LIMIT, names.CGROUP_TASKS
)


class _Shown(NamedTuple):
    """A group that is an object, with the metrics of its kind and the values of their attributes."""

    place: Path
    metrics: _Metrics
    label: tuple[str, ...]


class CgroupsCollector:
    """Family ``cgroups``. ``<sys>/fs/cgroup`` must be a cgroup v2 tree."""

    family = "cgroups"
    pace = Pace(interval=2.0, limit=3.0)

    def __init__(
        self,
        proc: Path,
        sys: Path,
        container_names: ContainerNames | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        del proc
        self._root = sys / "fs/cgroup"
        self._due = ScanClock(self._root, clock)
        self._names = container_names or ContainerNames(Path("/"), Path.home())
        self._disks = Disks(sys)
        self._figures: FigureSet[_Shown] = FigureSet(KEPT)
        self._limits: dict[Series, float] = {}
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """Figures of every object, then memory limits. Raises CollectorUnavailable without cgroup v2."""
        if self._due.due():
            self._scan()
            self._due.scanned()
        values: list[float] = []
        if not self._figures.read(values):
            self._due.expire()
        values += self._limits.values()
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        self._figures.close()

    def _scan(self) -> None:
        require_v2(self._root)
        groups, cut = scan(self._root)
        chosen = choose(groups)
        self._names.refresh([group for group in chosen[:MAX_OBJECTS] if group.kind is GroupKind.CONTAINER])
        self._disks.forget()
        shown = self._label(chosen[:MAX_OBJECTS])
        self._figures.update(shown, self._wanted)
        self._limits = _read_limits(shown)
        layout = (*self._figures.series, *self._limits)
        if layout != self._series:
            self._series = layout
        missing: list[Missing] = []
        if len(chosen) > len(shown):
            left = len(chosen) - len(shown)
            missing.append(Missing(self.family, f"{left} deeper control groups are left out: {MAX_OBJECTS} are read"))
        if cut:
            missing.append(Missing(self.family, f"only {MAX_FOLDERS} folders of control groups are looked at"))
        self._missing = (*missing, *_lacking(shown, self._series))

    def _label(self, groups: list[Group]) -> list[_Shown]:
        """Each group with attribute values that are unique, whatever names somebody gave."""
        shown: list[_Shown] = []
        taken: set[str] = set()
        for group in groups:
            container = group.kind is GroupKind.CONTAINER
            label = (short_id(group) if container else clean_label(group.path, 200)) or "unnamed"
            if label in taken:
                label = f"{label} #{hashlib.blake2b(os.fsencode(group.path), digest_size=4).hexdigest()}"
            taken.add(label)
            rest = (self._names.name(group),) if container else ()
            shown.append(_Shown(self._root / group.path, _OF_CONTAINER if container else _OF_GROUP, (label, *rest)))
        return shown

    def _wanted(self, one: _Shown) -> list[Wanted]:
        place, metrics, label = one
        wanted = [
            Wanted(place / "cpu.stat", cpu_seconds, (series(metrics.cpu, *label),), CPU_HEAD),
            Wanted(place / "memory.current", one_number, (series(metrics.memory, *label),)),
            Wanted(
                place / "io.stat",
                self._parse_io,
                (series(metrics.io, *label, "read"), series(metrics.io, *label, "write")),
                IO_LIMIT,
            ),
        ]
        if metrics.tasks is not None:
            wanted.append(Wanted(place / "pids.current", one_number, (series(metrics.tasks, *label),)))
        return wanted

    def _parse_io(self, data: bytes) -> tuple[float, float]:
        return parse_io(data, self._disks.counts)


def _read_limits(shown: list[_Shown]) -> dict[Series, float]:
    limits = {series(one.metrics.memory_limit, *one.label): read_number(one.place / "memory.max") for one in shown}
    return {of: limit for of, limit in limits.items() if not math.isnan(limit)}  # "max" means no limit


def _lacking(shown: list[_Shown], layout: tuple[Series, ...]) -> list[Missing]:
    missing: list[Missing] = []
    for metrics, what in ((_OF_GROUP, "control groups"), (_OF_CONTAINER, "containers")):
        wanted = {metrics.cpu: "cpu", metrics.memory: "memory", metrics.io: "io"}
        if metrics.tasks is not None:
            wanted[metrics.tasks] = "pids"
        missing += lacking(layout, wanted, sum(one.metrics is metrics for one in shown), what)
    return missing
