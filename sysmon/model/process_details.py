"""What one process's detail panel shows: values only, each part with the reason where it is missing.

A part that cannot be read says why and does not take the others with it. Texts are data as the
process or the kernel gave them, decoded with U+FFFD for bytes that are no UTF-8: whoever shows
them makes them harmless. Knows no source and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from sysmon.model.process import ProcessKey

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a Fact[int]() with them
class Fact(Generic[T]):
    """One value. ``value`` None without a reason means that there is none, and that this is known."""

    value: T | None = None
    missing: str | None = None
    """Why it is not known; completes the sentence "unavailable, because …"."""


@dataclass(frozen=True)
class Section(Generic[T]):
    """A list. It may hold items and a reason: then that is what could be read, and why it is not all."""

    items: tuple[T, ...] = ()
    missing: str | None = None
    """Why nothing, or not everything, could be read; completes the sentence "unavailable, because …"."""
    cut: int = 0
    """Items that were left out because there are too many."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent or child, so that it can be gone to."""

    key: ProcessKey
    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rights the process has. Ids are None where the system has no such numbers (Windows)."""

    user: str
    """Name of the effective user, or the number where no name is known; so for the others."""
    uid: int | None = None
    group: str = ""
    gid: int | None = None
    real_user: str = ""
    """Who started it: differs from ``user`` for programs that change their rights."""
    real_uid: int | None = None


@dataclass(frozen=True, slots=True)
class IoPriority:
    """``io_class`` is none, realtime, best-effort or idle (ioprio_set(2)); ``level`` 0 (highest) to 7."""

    io_class: str
    level: int


@dataclass(frozen=True, slots=True)
class Scheduling:
    """``policy`` is other, batch, idle, fifo, rr, deadline or ext (sched(7)); ``priority`` 0 to 99 for real time."""

    policy: str
    priority: int


@dataclass(frozen=True, slots=True)
class ResourceLimit:
    """A limit that the process runs under (getrlimit(2)); infinity for none."""

    name: str
    soft: float
    hard: float
    unit: str
    """As the kernel names it: seconds, bytes, processes, files, locks, signals, us, or nothing."""


@dataclass(frozen=True, slots=True)
class GroupLimit:
    """The tightest limit on the way from a control group up to the root."""

    value: float
    """CPUs, bytes or tasks."""
    group: str
    """Path of the group that sets it."""


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """Where the process stands in the tree of control groups (version 2), and what holds it back there."""

    path: str
    cpu: GroupLimit | None
    memory: GroupLimit | None
    tasks: GroupLimit | None
    missing: str | None = None
    """Why limits could not be looked at."""


@dataclass(frozen=True, slots=True)
class Container:
    """The innermost container that the process runs in."""

    name: str
    identity: str
    runtime: str
    """docker, podman, containerd, cri-o, lxc, nspawn, or empty for unknown."""


@dataclass(frozen=True, slots=True)
class MemoryShares:
    """Resident memory of a process by who shares it, in bytes; NaN where the kernel does not tell."""

    rss: float
    pss: float
    """Shared pages counted by the share of each process that has them: sums up to what is really used."""
    shared: float
    private: float
    swap: float


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """Tab "facts". ``state`` is one of `PROCESS_STATES`."""

    key: ProcessKey
    name: str
    state: str
    kernel: bool
    arguments: Section[str]
    executable: Fact[str]
    directory: Fact[str]
    root: Fact[str]
    parents: Section[Relative]
    """The parent first, the first process of the system last."""
    children: Section[Relative]
    owner: Fact[Owner]
    nice: Fact[int]
    threads: Fact[int]
    io_priority: Fact[IoPriority]
    scheduling: Fact[Scheduling]
    affinity: Fact[tuple[int, ...]]
    """CPUs that it may run on."""
    limits: Section[ResourceLimit]
    cgroup: Fact[ControlGroup]
    container: Fact[Container]
    capabilities: Section[str]
    """Effective ones, by name (capabilities(7))."""
    label: Fact[str]
    """Of SELinux, AppArmor or Smack."""
    seccomp: Fact[str]
    """off, strict or filter."""
    memory: Fact[MemoryShares]

    @classmethod
    def unknown(cls, key: ProcessKey, reason: str) -> ProcessFacts:
        """Nothing is known, for one and the same reason."""
        return cls(
            key,
            name="",
            state="unknown",
            kernel=False,
            arguments=Section(missing=reason),
            executable=Fact(missing=reason),
            directory=Fact(missing=reason),
            root=Fact(missing=reason),
            parents=Section(missing=reason),
            children=Section(missing=reason),
            owner=Fact(missing=reason),
            nice=Fact(missing=reason),
            threads=Fact(missing=reason),
            io_priority=Fact(missing=reason),
            scheduling=Fact(missing=reason),
            affinity=Fact(missing=reason),
            limits=Section(missing=reason),
            cgroup=Fact(missing=reason),
            container=Fact(missing=reason),
            capabilities=Section(missing=reason),
            label=Fact(missing=reason),
            seccomp=Fact(missing=reason),
            memory=Fact(missing=reason),
        )


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """One thread. ``cpu_time`` is user and system time so far in seconds: a counter."""

    tid: int
    name: str
    """Empty where the system keeps none."""
    state: str
    """One of `PROCESS_STATES`."""
    cpu_time: float
    started: float
    """Seconds since 1970, NaN where not told: a thread id is used again, with this it is not."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One descriptor."""

    fd: int
    """-1 where the system has no such numbers."""
    path: str
    """What it leads to; a removed file ends in " (deleted)"."""
    kind: str
    """file, directory (where it was opened as one), device, terminal, pipe, socket, memory, event or other."""
    flags: tuple[str, ...]
    """read, write, and what else it was opened with: append, nonblock, cloexec, direct, sync, path."""
    position: int | None
    """Offset in bytes, None where not told."""


@dataclass(frozen=True, slots=True)
class SocketFacts:
    """One socket. Addresses as "127.0.0.1:80", "[::1]:80" or a path; empty for none."""

    fd: int
    family: str
    """ipv4, ipv6, unix, netlink, packet, or unknown."""
    type: str
    """tcp, udp, raw, icmp, stream, datagram, seqpacket, or empty for unknown."""
    local: str
    remote: str
    state: str
    """established, listen, … as for TCP; "unconnected" for a UDP or Unix socket without a peer; empty for none."""
    receive_queue: int | None
    """Bytes not yet read by the process; of a listening TCP socket: connections not yet accepted. None: not told."""
    send_queue: int | None
    """Bytes not yet sent, or not yet confirmed by the peer. None: not told."""


@dataclass(frozen=True, slots=True)
class MappedFile:
    """All mappings of one file, added up; bytes."""

    path: str
    """Or what the kernel calls it: "[heap]", "[stack]", "[anonymous]"."""
    rss: float
    pss: float
    swap: float
    count: int
    """Mappings."""


@dataclass(frozen=True, slots=True)
class MapsSummary:
    """Tab "memory": the sum, and what takes most of it, largest first."""

    shares: MemoryShares
    files: Section[MappedFile]


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """Tab "signals", by name, in the order of their numbers."""

    pending: tuple[str, ...]
    """For the process or its first thread."""
    blocked: tuple[str, ...]
    """By its first thread."""
    ignored: tuple[str, ...]
    caught: tuple[str, ...]
