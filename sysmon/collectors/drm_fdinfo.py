"""What programs use of GPUs: ``/proc/<pid>/fdinfo`` of descriptors that lead to ``/dev/dri``.

Facts: https://docs.kernel.org/gpu/drm-usage-stats.html. Reading the descriptors of a process needs its rights, so
without root only the user's own programs are seen. Looking through all descriptors of all processes
costs milliseconds: each process is looked through when it is new and then ever less often.
"""

from __future__ import annotations

import heapq
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
LONGEST_WAIT: Final = 512.0
"""Seconds until a process without a GPU is looked through again: doubled each time."""

HOLDER_WAIT: Final = 32.0
"""Seconds until a process that holds a GPU is looked through again: it may open more."""

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


class FdinfoScanner:
    """Finds the clients of all GPUs. Used by one thread at a time."""

    def __init__(self, proc: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._proc = os.fspath(proc)
        self._clock = clock
        self._known: set[str] = set()
        self._due: list[tuple[float, float, str]] = []
        """A heap: when a process is looked through again, how long it waits after that, its PID."""
        self._next: dict[str, float] = {}
        """When each process is really due: an entry of the heap with another time is out of date."""
        self._holders: dict[str, dict[str, tuple[bytes, Client | None]]] = {}
        """Per process: its descriptors of GPUs, with the last fdinfo and what it means."""
        self._newcomers: set[int] = set()
        self._begun = False
        self.denied = False
        """Whether descriptors of some process could not be read."""

    def read(self) -> list[Owned]:
        """All clients now, each once. Processes that vanish meanwhile are left out. Raises OSError without /proc."""
        self._look_through(self._clock())
        found: dict[tuple[str, str], Owned] = {}
        for pid, descriptors in self._holders.items():
            for descriptor in list(descriptors):
                client = self._client(pid, descriptor, descriptors)
                if client is not None:
                    found.setdefault((client.device, client.identity), Owned(int(pid), client))
        return list(found.values())

    def take_newcomers(self) -> frozenset[int]:
        """Processes that began since the last call, as far as the first reading can tell."""
        taken, self._newcomers = frozenset(self._newcomers), set()
        return taken

    def _look_through(self, now: float) -> None:
        pids = {name for name in os.listdir(self._proc) if name.isdecimal()}  # noqa: PTH208  twice as fast
        fresh = pids - self._known
        for gone in self._known - pids:
            self._holders.pop(gone, None)
            self._next.pop(gone, None)
            self._newcomers.discard(int(gone))
        self._known = pids
        if self._begun:
            self._newcomers.update(map(int, fresh))
        for pid in fresh:
            self._schedule(pid, now, FIRST_WAIT)
        links = 0
        while self._due and self._due[0][0] <= now and (links < LINKS_PER_READ or not self._begun):
            due, wait, pid = heapq.heappop(self._due)
            if self._next.get(pid) == due:
                links += self._find_descriptors(pid)
                pause = HOLDER_WAIT if pid in self._holders else wait
                self._schedule(pid, now + pause, min(2.0 * wait, LONGEST_WAIT))
        self._begun = True

    def _schedule(self, pid: str, due: float, wait: float) -> None:
        self._next[pid] = due
        heapq.heappush(self._due, (due, wait, pid))

    def _find_descriptors(self, pid: str) -> int:
        """Note which descriptors of a process lead to a GPU; how many were looked at, and one for the folder."""
        found: list[str] = []
        count = 1
        try:
            with os.scandir(f"{self._proc}/{pid}/fd") as entries:
                for entry in entries:
                    count += 1
                    # The text of the link alone: following it could hang on a dead network mount.
                    if os.readlink(entry.path).startswith("/dev/dri/"):  # noqa: PTH115  three times as fast
                        found.append(entry.name)
        except PermissionError:
            self.denied = True
        except OSError:
            return count  # the process or the descriptor went away; what was known of it stays
        before = self._holders.pop(pid, {})
        if found:
            self._holders[pid] = {name: before.get(name, (b"", None)) for name in found}
        return count

    def _client(self, pid: str, descriptor: str, known: dict[str, tuple[bytes, Client | None]]) -> Client | None:
        try:
            data = read_bytes(f"{self._proc}/{pid}/fdinfo/{descriptor}")
        except OSError:
            data = b""
        last, client = known[descriptor]
        if data != last:  # most clients are idle: their text stays the same
            client = parse_fdinfo(data)
            known[descriptor] = data, client
        if client is None:
            del known[descriptor]  # closed, or another file by now: a GPU may be open under another number
            if self._next[pid] > 0.0:
                self._schedule(pid, 0.0, FIRST_WAIT)
        return client


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
