"""Services of systemd with their CPU time, memory and tasks, from their control groups.

A running service is a control group ``….service`` (systemd.service(5), cgroup v2); no bus is asked and no program
started. So failed services, and those that are active without a process, cannot be seen from here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sysmon.collectors.cgroup_files import CPU_HEAD, FigureSet, Wanted, cpu_seconds, lacking, one_number
from sysmon.collectors.cgroup_tree import Group, GroupKind, ScanClock, require_v2, scan, unescape
from sysmon.collectors.contract import Pace
from sysmon.collectors.sysfs import clean_label
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

MAX_SERVICES: Final = 200

KEPT: Final = 192
"""Descriptors kept open; the files of further services are opened for each reading."""

_USER: Final = re.compile(r"(?:^|/)(user@\d{1,10})\.service/")

_FAILED: Final = Missing(
    f"{names.SERVICE_COUNT.name}{{systemd.unit.state=failed}}",
    "only the bus of systemd tells it; control groups show running services alone",
)


_Service = tuple[Path, str, str]
"""Root of the tree, path below it, name of the unit."""


def unit_name(path: str) -> str:
    """The name of the unit at ``path``; a unit of a user's own systemd carries it in front (``user@1000/…``)."""
    name = clean_label(unescape(path.rpartition("/")[2]), 160)
    user = _USER.search(path)
    return f"{user.group(1)}/{name}" if user else name


def choose(groups: list[Group]) -> list[Group]:
    """The services, those of the system before those of users."""
    found = [group for group in groups if group.kind is GroupKind.SERVICE]
    return sorted(found, key=lambda group: (_USER.search(group.path) is not None, group.path))


class ServicesCollector:
    """Family ``services``. ``<sys>/fs/cgroup`` must be a cgroup v2 tree that systemd made."""

    family = "services"
    pace = Pace(interval=5.0, limit=5.0)

    def __init__(self, proc: Path, sys: Path, clock: Callable[[], float] = time.monotonic) -> None:
        del proc
        self._root = sys / "fs/cgroup"
        self._due = ScanClock(self._root, clock)
        self._figures: FigureSet[_Service] = FigureSet(KEPT)
        self._running = 0
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """Figures of every running service, then their number. Raises CollectorUnavailable without systemd."""
        if self._due.due():
            self._scan()
            self._due.scanned()
        values: list[float] = []
        if not self._figures.read(values):
            self._due.expire()
        values.append(float(self._running))
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        self._figures.close()

    def _scan(self) -> None:
        require_v2(self._root)
        if not (self._root / "system.slice").is_dir():
            raise CollectorUnavailable("this system is not run by systemd (there is no system.slice)")
        chosen = choose(scan(self._root)[0])
        paths = {unit_name(group.path): group.path for group in reversed(chosen[:MAX_SERVICES])}
        self._figures.update([(self._root, path, unit) for unit, path in reversed(paths.items())], _wanted)
        layout = (*self._figures.series, series(names.SERVICE_COUNT, "running"))
        if layout != self._series:
            self._series = layout
        self._running = len(chosen)
        wanted = {names.SERVICE_CPU_TIME: "cpu", names.SERVICE_MEMORY: "memory", names.SERVICE_TASKS: "pids"}
        missing = [_FAILED, *lacking(self._figures.series, wanted, len(paths), "services")]
        if len(chosen) > MAX_SERVICES:
            left = len(chosen) - MAX_SERVICES
            missing.append(Missing(self.family, f"{left} services are left out: {MAX_SERVICES} are read"))
        self._missing = tuple(missing)


def _wanted(service: _Service) -> list[Wanted]:
    root, path, unit = service
    place = root / path
    return [
        Wanted(place / "cpu.stat", cpu_seconds, (series(names.SERVICE_CPU_TIME, unit),), CPU_HEAD),
        Wanted(place / "memory.current", one_number, (series(names.SERVICE_MEMORY, unit),)),
        Wanted(place / "pids.current", one_number, (series(names.SERVICE_TASKS, unit),)),
    ]
