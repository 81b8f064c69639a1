"""Processes that do not exist, for a simulated machine. Seeded; knows no clock and no bus."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sysmon.model.process import GpuUse, GpuUses, ProcessKey, ProcessRow, ProcessTable
from sysmon.runtime.demo_machine import Wander

_GIB = float(1 << 30)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Processes of one program: who started them, and what they take together."""

    name: str
    parent: str
    command: str
    count: int = 1
    user: str = "ada"
    cores: float = 0.0
    memory: float = 0.01 * _GIB
    disk: float = 0.0
    """Bytes a second."""
    threads: int = 1
    gpu: float = 0.0
    """Of one GPU."""


_KINDS: tuple[_Kind, ...] = (
    _Kind("systemd", "", "/usr/lib/systemd/systemd --system", user="root", cores=0.001, memory=14e6),
    _Kind("systemd-journal", "systemd", "/usr/lib/systemd/systemd-journald", user="root", memory=42e6, disk=2e4),
    _Kind("dbus-daemon", "systemd", "/usr/bin/dbus-daemon --system", user="messagebus", memory=6e6),
    _Kind("NetworkManager", "systemd", "/usr/sbin/NetworkManager", user="root", cores=0.001, memory=22e6, threads=4),
    _Kind("sshd", "systemd", "sshd: /usr/sbin/sshd -D", user="root", memory=9e6),
    _Kind("containerd", "systemd", "/usr/bin/containerd", user="root", cores=0.008, memory=90e6, threads=12),
    _Kind("syncthing", "systemd", "/usr/bin/syncthing serve", cores=0.022, memory=0.2 * _GIB, disk=12e6, threads=14),
    _Kind("postgres", "systemd", "postgres -D /var/lib/postgresql/15/main", user="postgres", cores=0.002, memory=140e6),
    _Kind("postgres", "postgres", "postgres: checkpointer", user="postgres", cores=0.014, memory=4.1 * _GIB, disk=22e6),
    _Kind("postgres", "postgres", "postgres: walwriter", user="postgres", cores=0.009, memory=60e6, disk=11e6),
    _Kind("postgres", "postgres", "postgres: app shop", 21, "postgres", 0.1, 5e9, 8e6),
    _Kind("gnome-shell", "systemd", "/usr/bin/gnome-shell", cores=0.04, memory=0.7 * _GIB, threads=24, gpu=0.012),
    _Kind("pipewire", "systemd", "/usr/bin/pipewire", 2, cores=0.012, memory=34e6, threads=3),
    _Kind(
        "firefox",
        "gnome-shell",
        "/usr/lib/firefox/firefox",
        cores=0.1,
        memory=1.9 * _GIB,
        disk=1.1e6,
        threads=90,
        gpu=0.09,
    ),
    _Kind("Web Content", "firefox", "/usr/lib/firefox/firefox -contentproc", 29, "ada", 0.11, 3.6 * _GIB, 2e5, 22),
    _Kind(
        "GPU Process",
        "firefox",
        "/usr/lib/firefox/firefox -contentproc gpu",
        cores=0.031,
        memory=0.32 * _GIB,
        gpu=0.079,
    ),
    _Kind("code", "gnome-shell", "/usr/share/code/code", cores=0.03, memory=0.6 * _GIB, threads=40),
    _Kind("code", "code", "/usr/share/code/code --type=renderer", 13, "ada", 0.053, 2.7 * _GIB, 0.0, 16),
    _Kind("gnome-terminal-", "gnome-shell", "/usr/libexec/gnome-terminal-server", cores=0.004, memory=88e6, threads=4),
    _Kind("bash", "gnome-terminal-", "bash", 3, memory=18e6),
    _Kind("cargo", "bash", "cargo build --release", cores=0.032, memory=0.2 * _GIB, disk=2.1e6, threads=18),
    _Kind("rustc", "cargo", "rustc --crate-name sysmon_core --edition 2024", 17, "ada", 2.1, 3.9 * _GIB, 84e6, 6),
)
"""Every program of a simulated machine, each after the one that started it."""


class _Process:
    def __init__(self, rng: random.Random, row: ProcessRow, cores: float, disk: float, gpu: float) -> None:
        self.row = row
        self.gpu = 0.0
        self._gpu = Wander(rng, gpu, 0.4) if gpu else None
        self._cpu = Wander(rng, cores, 0.6) if cores else None
        self._disk = Wander(rng, disk, 0.6) if disk else None

    def step(self, seconds: float) -> None:
        """Idle ones keep their very row, as those of a real reader do."""
        if self._cpu is None and self._disk is None:
            return
        row = self.row
        self.gpu = min(1.0, self._gpu.step(seconds)) if self._gpu is not None else 0.0
        busy = min(1.0, self._cpu.step(seconds)) if self._cpu is not None else 0.0
        moved = self._disk.step(seconds) * seconds if self._disk is not None else 0.0
        self.row = row._replace(
            cpu_time=row.cpu_time + busy * seconds,
            read_bytes=row.read_bytes + moved * 0.6,
            write_bytes=row.write_bytes + moved * 0.4,
            state="running" if busy > 0.15 else "sleeping",
        )


class DemoProcesses:
    """The processes of one simulated machine that came up at ``boot`` (seconds since 1970), perhaps with a ``gpu``."""

    def __init__(self, seed: int, boot: float, *, gpu: bool = False) -> None:
        self._tells_gpu = gpu
        rng = random.Random(seed)  # noqa: S311  # pictures, no secrets
        self._processes: list[_Process] = []
        pids: dict[str, int] = {}
        pid = 1
        for kind in _KINDS:
            parent = pids.get(kind.parent, 0)
            for _ in range(kind.count):
                part = kind.memory / kind.count * (rng.uniform(0.5, 1.5) if kind.count > 1 else 1.0)
                row = ProcessRow(
                    ProcessKey(pid, boot + pid * 3.7), parent, kind.name, kind.user, "sleeping", 0, kind.threads,
                    rng.uniform(1.0, 900.0), part, 0.0, 0.0, kind.command, kernel=False,
                )  # fmt: skip
                parts = (kind.cores / kind.count, kind.disk / kind.count, kind.gpu if gpu else 0.0)
                self._processes.append(_Process(rng, row, *parts))
                if parent != pids.get(kind.name):
                    pids[kind.name] = pid
                pid += rng.randint(1, 140)

    def table(self, host: str, time: float, seconds: float) -> ProcessTable:
        """The table ``seconds`` after the one before, as of ``time``."""
        for process in self._processes:
            process.step(seconds)
        rows = {process.row.key.pid: process.row for process in self._processes}
        if not self._tells_gpu:
            return ProcessTable(host, time, rows)
        used = {p.row.key.pid: GpuUse(p.gpu, p.row.memory * 0.2) for p in self._processes if p.gpu}
        return ProcessTable(host, time, rows, gpu=GpuUses(used))
