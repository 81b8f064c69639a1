"""What programs use of GPUs: ``/proc/<pid>/fdinfo`` of descriptors that lead to ``/dev/dri``.

Facts: https://docs.kernel.org/gpu/drm-usage-stats.html. Reading the descriptors of a process needs its rights, so
without root only the user's own programs are seen. Looking through all descriptors of all processes
costs milliseconds: each process is looked through when it is new and then ever less often.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from sysmon.collectors.gpu_part import GpuProcess
from sysmon.collectors.sysfs import parse_number, read_bytes

FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 256.0
"""Seconds until a process without a GPU is looked through again: doubled each time."""

LINKS_PER_READ: Final = 400
"""Descriptors looked at in one reading after the first, about a millisecond."""

_FACTORS: Final = {"": 1.0, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3}
_MEMORY = re.compile(r"(\d{1,18}) ?(|KiB|MiB|GiB)")


@dataclass(frozen=True, slots=True)
class Client:
    """One opening of a GPU by a program, as its fdinfo tells."""

    device: str
    """PCI address."""
    identity: str
    """Unique among the clients of a device; descriptors that share it are the same client."""
    engines: dict[str, float] = field(default_factory=dict[str, float])
    """Seconds by engine class: counters (i915, amdgpu)."""
    cycles: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    """Busy cycles and all cycles by engine class: counters (xe)."""
    memory: float = math.nan
    """Bytes resident, in all regions."""


def parse_fdinfo(data: bytes) -> Client | None:
    """The client that a descriptor belongs to; None where it is no descriptor of a GPU. Never fails."""
    fields: dict[str, str] = {}
    for line in data.decode("ascii", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and name.startswith("drm-"):
            fields[name] = value.strip()
    device, identity = fields.get("drm-pdev"), fields.get("drm-client-id")
    if not device or not identity:
        return None
    engines: dict[str, float] = {}
    cycles: dict[str, tuple[float, float]] = {}
    for name, value in fields.items():
        number, _, unit = value.partition(" ")
        if name.startswith("drm-engine-capacity-"):
            continue
        if name.startswith("drm-engine-") and unit == "ns":
            _put(engines, name.removeprefix("drm-engine-"), parse_number(number) / 1e9)
        elif name.startswith("drm-cycles-"):
            engine = name.removeprefix("drm-cycles-")
            busy, total = parse_number(number), parse_number(fields.get(f"drm-total-cycles-{engine}", ""))
            if busy >= 0 and total >= 0:
                cycles[engine] = busy, total
    return Client(device, identity, engines, cycles, _memory(fields))


def _put(into: dict[str, float], name: str, value: float) -> None:
    if value >= 0:
        into[name] = value


def _memory(fields: dict[str, str]) -> float:
    for prefix in ("drm-resident-", "drm-memory-"):
        sizes = [_MEMORY.fullmatch(value) for name, value in fields.items() if name.startswith(prefix)]
        if known := [float(size[1]) * _FACTORS[size[2]] for size in sizes if size]:
            return sum(known)
    return math.nan


class Owned(NamedTuple):
    """A client and the process that was found to hold it."""

    pid: int
    client: Client


@dataclass(slots=True)
class _Watch:
    """What is known of one process."""

    descriptors: list[str]
    due: float
    wait: float = FIRST_WAIT


class FdinfoScanner:
    """Finds the clients of all GPUs. Used by one thread at a time."""

    def __init__(self, proc: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._proc = os.fspath(proc)
        self._clock = clock
        self._watched: dict[str, _Watch] = {}
        self._begun = False
        self._newcomers: set[int] = set()
        self.denied = False
        """Whether descriptors of some process could not be read."""

    def read(self) -> list[Owned]:
        """All clients now, each once. Processes that vanish meanwhile are left out. Raises OSError without /proc."""
        now = self._clock()
        with os.scandir(self._proc) as entries:
            pids = [entry.name for entry in entries if entry.name.isdecimal()]
        for gone in self._watched.keys() - set(pids):
            del self._watched[gone]
        fresh = [pid for pid in pids if pid not in self._watched]
        self._watched.update({pid: _Watch([], now) for pid in fresh})
        if self._begun:
            self._newcomers.update(map(int, fresh))
        self._newcomers.intersection_update(map(int, pids))
        self._look_through(now)
        self._begun = True
        found: dict[tuple[str, str], Owned] = {}
        for pid, watch in self._watched.items():
            for descriptor in watch.descriptors:
                client = self._client(pid, descriptor)
                if client is None:
                    watch.due = now  # closed, or another file by now: look again
                else:
                    found.setdefault((client.device, client.identity), Owned(int(pid), client))
        return list(found.values())

    def take_newcomers(self) -> frozenset[int]:
        """Processes that began since the last call, as far as the first reading can tell."""
        taken, self._newcomers = frozenset(self._newcomers), set()
        return taken

    def _look_through(self, now: float) -> None:
        due = sorted((watch.due, pid) for pid, watch in self._watched.items() if watch.due <= now)
        links = 0
        # The newest first: a program that starts now is the one that somebody looks for.
        for _, pid in reversed(due):
            if self._begun and links >= LINKS_PER_READ:
                return
            watch = self._watched[pid]
            watch.descriptors, count = self._gpu_descriptors(pid)
            links += count
            watch.due = now + watch.wait
            watch.wait = min(2.0 * watch.wait, LONGEST_WAIT)

    def _gpu_descriptors(self, pid: str) -> tuple[list[str], int]:
        found: list[str] = []
        count = 0
        folder = f"{self._proc}/{pid}/fd"
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    count += 1
                    # The text of the link alone: following it could hang on a dead network mount.
                    if os.readlink(entry.path).startswith("/dev/dri/"):  # noqa: PTH115  three times as fast
                        found.append(entry.name)
        except PermissionError:
            self.denied = True
        except OSError:
            return found, count + 1  # the process or the descriptor went away
        return found, count + 1

    def _client(self, pid: str, descriptor: str) -> Client | None:
        try:
            return parse_fdinfo(read_bytes(f"{self._proc}/{pid}/fdinfo/{descriptor}"))
        except OSError:
            return None


class EngineTotals:
    """Adds up what all clients used into counters that never fall, though clients come and go.

    What a client used before it was first seen is left out, except for processes that began since
    the reading before: all they used is new.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Client] = {}
        self._at = 0.0
        self._totals: dict[tuple[str, str], float] = {}

    def add(self, clients: Iterable[Owned], newcomers: frozenset[int], now: float) -> dict[tuple[str, str], float]:
        """Seconds so far by (device, engine class). ``now`` is a steady time in seconds."""
        seen: dict[tuple[str, str], Client] = {}
        for pid, client in clients:
            key = client.device, client.identity
            seen[key] = client
            before = self._last.get(key)
            if before is None:
                before = Client(client.device, client.identity) if pid in newcomers else client
            for engine, seconds in client.engines.items():
                self._grow(client.device, engine, seconds - before.engines.get(engine, 0.0))
            for engine, (busy, total) in client.cycles.items():
                busy_before, total_before = before.cycles.get(engine, (busy, total))
                share = (busy - busy_before) / (total - total_before) if total > total_before else 0.0
                self._grow(client.device, engine, min(share, 64.0) * (now - self._at))
        self._last = seen
        self._at = now
        return dict(self._totals)

    def _grow(self, device: str, engine: str, seconds: float) -> None:
        self._totals[device, engine] = self._totals.get((device, engine), 0.0) + max(seconds, 0.0)


def processes_of(clients: Iterable[Owned], devices: set[str]) -> list[GpuProcess]:
    """What each process uses of each of these GPUs, its clients added up."""
    found: dict[tuple[int, str], GpuProcess] = {}
    for pid, client in clients:
        if client.device not in devices:
            continue
        seconds = sum(client.engines.values()) if client.engines else math.nan
        before = found.get((pid, client.device))
        if before is None:
            found[pid, client.device] = GpuProcess(pid, client.device, client.memory, math.nan, seconds)
        else:
            found[pid, client.device] = before._replace(
                memory=_plus(before.memory, client.memory), engine_time=_plus(before.engine_time, seconds)
            )
    return list(found.values())


def _plus(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else one + other
