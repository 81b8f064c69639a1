"""Finding the sensors of ``/sys/class/hwmon`` and ``/sys/class/thermal``, and whether they may be asked.

Facts: https://docs.kernel.org/hwmon/sysfs-interface.html (names, units: m°C, mV, mA, µW, µJ, rpm),
https://docs.kernel.org/driver-api/thermal/sysfs-api.html,
https://docs.kernel.org/hwmon/drivetemp.html (asking a disk may keep it from sleeping).
Reads labels and limits once per scan. Knows nothing of when values are read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sysmon.collectors.procfs import attribute, entries
from sysmon.collectors.sysfs import SysFile, clean_label, read_number
from sysmon.model import names
from sysmon.model.metric import MetricSpec, Series, series

_VALUE = re.compile(r"(temp|fan|in|curr|power|energy)(\d{1,3})_(input|average)")

_KINDS: dict[str, tuple[MetricSpec, float]] = {
    "temp": (names.TEMPERATURE, 1000.0),
    "fan": (names.FAN_SPEED, 1.0),
    "in": (names.VOLTAGE, 1000.0),
    "curr": (names.CURRENT, 1000.0),
    "power": (names.POWER, 1e6),
    "energy": (names.ENERGY, 1e6),
}

_GPU_CHIPS = frozenset({"amdgpu", "radeon", "nouveau", "i915", "xe"})
_CPU_CHIPS = frozenset({"coretemp", "k10temp", "zenpower", "zenergy", "amd_energy", "fam15h_power"})

_TRIPS = {"hot": "high.degraded", "critical": "high.critical"}
_MAX_TRIPS = 16

MAX_CHIPS = 64
MAX_PROBES = 512
"""Far above real machines; a broken driver must not fill the catalog."""

_PLAUSIBLE_LIMIT = (0.0, 200.0)
"""Firmware fills unused limits with 0, -273.15 or 65261.85 °C: outside this range it is no limit."""

DISK_ACTIVE_FOR = 60.0
"""Seconds after its last transfer in which a disk is surely awake."""


class Gate(Protocol):
    """Says whether a device may be asked now."""

    def closed(self) -> str | None:
        """Why the device must be left alone, or None where it may be asked."""
        ...

    def close(self) -> None: ...


class RuntimePower:
    """Closed while the kernel has suspended the device: reading its sensors would wake it."""

    __slots__ = ("_status",)

    def __init__(self, status: SysFile) -> None:
        self._status = status

    def closed(self) -> str | None:
        try:
            state = self._status.read().strip()
        except OSError:
            return None  # the sensors themselves will say what is wrong
        return "the device is asleep and is not woken" if state in (b"suspended", b"suspending") else None

    def close(self) -> None:
        self._status.close()


class SpinningDisk:
    """Closed unless the disk moved data in the last minute: asking could wake it or keep it awake."""

    __slots__ = ("_active_at", "_clock", "_last", "_stat")

    def __init__(self, stat: SysFile, clock: Callable[[], float]) -> None:
        self._stat = stat
        self._clock = clock
        self._last: bytes | None = None
        self._active_at = -DISK_ACTIVE_FOR

    def closed(self) -> str | None:
        try:
            now = self._stat.read()
        except OSError:
            return None
        if self._last is not None and now != self._last:
            self._active_at = self._clock()
        elif self._last is None:
            self._active_at = self._clock() - DISK_ACTIVE_FOR
        self._last = now
        if self._clock() - self._active_at < DISK_ACTIVE_FOR:
            return None
        return "the disk is idle; asking it could wake it or keep it awake"

    def close(self) -> None:
        self._stat.close()


@dataclass(frozen=True, slots=True)
class Probe:
    """One sensor: its series, the file, how many of the file's units make one of the metric's, and what must be asked before."""

    series: Series
    file: SysFile
    divisor: float
    fault: SysFile | None = None
    gate: Gate | None = None
    limits: tuple[tuple[Series, float], ...] = ()
    asleep: bool = False
    """True where limits were not read, because the device slept during the scan."""

    def close(self) -> None:
        self.file.close()
        if self.fault is not None:
            self.fault.close()
        if self.gate is not None:
            self.gate.close()


def signature(sys: Path) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """What there is now, cheaply: equal signatures mean that nothing was plugged in or out."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for folder in ("hwmon", "thermal"):
        base = sys / "class" / folder
        for name in entries(base)[: 2 * MAX_CHIPS]:
            if folder == "hwmon" or name.startswith("thermal_zone"):
                path = base / name
                found.append((name, os.path.realpath(path), tuple(entries(path))))
    return tuple(found)


def find_probes(sys: Path, clock: Callable[[], float]) -> list[Probe]:
    """All sensors of hwmon; the thermal zones where hwmon has no temperature. Bounded, ids are unique."""
    probes: list[Probe] = []
    taken: set[str] = set()
    for name in entries(sys / "class/hwmon")[:MAX_CHIPS]:
        probes += _chip(sys / "class/hwmon" / name, name, taken, clock)
    if not any(p.series.metric is names.TEMPERATURE for p in probes):
        for name in entries(sys / "class/thermal"):
            if name.startswith("thermal_zone") and len(probes) < MAX_PROBES:
                probes += _zone(sys / "class/thermal" / name, name)
    return probes[:MAX_PROBES]


def _chip(path: Path, folder: str, taken: set[str], clock: Callable[[], float]) -> Iterator[Probe]:
    # Drivers of before 2010 keep the attributes in the device's folder.
    place = path if attribute(path / "name") is not None else path / "device"
    chip = clean_label(attribute(place / "name") or folder)
    device = path / "device"
    where = clean_label(device.resolve().name) if device.exists() else ""
    identity = f"{chip}/{where}" if where else chip
    if identity in taken:
        identity = f"{identity}/{folder}"
    taken.add(identity)
    title = clean_label(attribute(device / "model") or "") or chip
    gate = _gate(device, chip, clock)
    # drivetemp keeps its limits; other drivers ask the device for them, which wakes it as a value does.
    asleep = isinstance(gate, RuntimePower) and gate.closed() is not None
    files = frozenset(entries(place))
    for file in sorted(files):
        match = _VALUE.fullmatch(file)
        if match is None:
            continue
        kind, number, form = match.groups()
        if form == "average" and (kind != "power" or f"{kind}{number}_input" in files):
            continue
        sensor = f"{kind}{number}"
        label = clean_label(attribute(place / f"{sensor}_label") or "") or sensor
        metric, divisor = _KINDS[kind]
        values = [clean_label(f"{identity}/{sensor}", 128), f"{title} {label}"]
        if "hw.type" in metric.attributes:
            values.append("gpu" if chip in _GPU_CHIPS else "cpu" if chip in _CPU_CHIPS else "other")
        yield Probe(
            series(metric, *values),
            SysFile(place / file),
            divisor,
            SysFile(place / f"{sensor}_fault") if f"{sensor}_fault" in files else None,
            gate,
            tuple(_limits(place, sensor, files, values)) if kind == "temp" and not asleep else (),
            asleep,
        )


def _limits(place: Path, sensor: str, files: frozenset[str], values: list[str]) -> Iterator[tuple[Series, float]]:
    for suffix, kind in (("max", "high.degraded"), ("crit", "high.critical")):
        if f"{sensor}_{suffix}" in files:
            limit = read_number(place / f"{sensor}_{suffix}") / 1000.0
            if _PLAUSIBLE_LIMIT[0] < limit <= _PLAUSIBLE_LIMIT[1]:
                yield series(names.TEMPERATURE_LIMIT, *values, kind), limit


def _gate(device: Path, chip: str, clock: Callable[[], float]) -> Gate | None:
    if chip == "drivetemp":
        for disk in entries(device / "block"):
            if attribute(device / f"block/{disk}/queue/rotational") != "0":
                return SpinningDisk(SysFile(device / f"block/{disk}/stat"), clock)
    # The class device of an NVMe disk has no power state of its own; its PCI function has.
    for status in (device / "power/runtime_status", device / "device/power/runtime_status"):
        if attribute(status) in ("active", "suspended", "suspending", "resuming"):
            return RuntimePower(SysFile(status))
    return None


def _zone(path: Path, folder: str) -> Iterator[Probe]:
    kind = clean_label(attribute(path / "type") or folder)
    values = [f"{kind}/{folder}", kind]
    limits: dict[str, tuple[Series, float]] = {}
    for trip in range(_MAX_TRIPS):
        limit_type = _TRIPS.get(attribute(path / f"trip_point_{trip}_type") or "")
        limit = read_number(path / f"trip_point_{trip}_temp") / 1000.0
        if limit_type is not None and _PLAUSIBLE_LIMIT[0] < limit <= _PLAUSIBLE_LIMIT[1]:
            limits.setdefault(limit_type, (series(names.TEMPERATURE_LIMIT, *values, limit_type), limit))
    yield Probe(series(names.TEMPERATURE, *values), SysFile(path / "temp"), 1000.0, limits=tuple(limits.values()))
