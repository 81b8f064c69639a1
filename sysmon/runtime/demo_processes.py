"""Processes that do not exist, for a simulated machine. Seeded; knows no clock and no bus."""

from __future__ import annotations

import random

from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.runtime.demo_machine import Wander

_GIB = float(1 << 30)

_APPLICATIONS: tuple[tuple[str, str, str, int, float, float, float], ...] = (
    # name, user, command, processes, cores, memory of all, disk bytes/s
    ("cargo", "ada", "cargo build --release", 18, 2.1, 4.1 * _GIB, 86e6),
    ("firefox", "ada", "/usr/lib/firefox/firefox", 31, 0.24, 5.8 * _GIB, 1.1e6),
    ("postgres", "postgres", "postgres: writer", 24, 0.12, 9.2 * _GIB, 41e6),
    ("code", "ada", "/usr/share/code/code", 14, 0.08, 3.3 * _GIB, 0.0),
    ("gnome-shell", "ada", "/usr/bin/gnome-shell", 1, 0.04, 0.7 * _GIB, 0.0),
    ("syncthing", "ada", "/usr/bin/syncthing serve", 1, 0.022, 0.2 * _GIB, 12e6),
    ("pipewire", "ada", "/usr/bin/pipewire", 2, 0.012, 0.03 * _GIB, 0.0),
    ("systemd", "root", "/usr/lib/systemd/systemd", 9, 0.002, 0.2 * _GIB, 0.0),
    ("sshd", "root", "sshd: /usr/sbin/sshd -D", 3, 0.0, 0.02 * _GIB, 0.0),
    ("bash", "ada", "bash", 7, 0.0, 0.05 * _GIB, 0.0),
)


class _Process:
    def __init__(self, rng: random.Random, row: ProcessRow, cores: float, disk: float) -> None:
        self.row = row
        self._cpu = Wander(rng, cores, 0.6) if cores else None
        self._disk = Wander(rng, disk, 0.6) if disk else None

    def step(self, seconds: float) -> None:
        """Idle ones keep their very row, as those of a real reader do."""
        if self._cpu is None and self._disk is None:
            return
        row = self.row
        busy = min(1.0, self._cpu.step(seconds)) if self._cpu is not None else 0.0
        moved = self._disk.step(seconds) * seconds if self._disk is not None else 0.0
        self.row = row._replace(
            cpu_time=row.cpu_time + busy * seconds,
            read_bytes=row.read_bytes + moved * 0.6,
            write_bytes=row.write_bytes + moved * 0.4,
            state="running" if busy > 0.5 else "sleeping",
        )


class DemoProcesses:
    """The processes of one simulated machine that came up at ``boot`` (seconds since 1970)."""

    def __init__(self, seed: int, boot: float) -> None:
        rng = random.Random(seed)  # noqa: S311  # pictures, no secrets
        self._processes: list[_Process] = []
        pid = 1
        for name, user, command, count, cores, memory, disk in _APPLICATIONS:
            parent = 1
            for number in range(count):
                key = ProcessKey(pid, boot + pid * 3.7)
                part = memory / count * rng.uniform(0.5, 1.5)
                row = ProcessRow(
                    key, parent if pid > 1 else 0, name, user, "sleeping", 0, rng.randint(1, 24),
                    rng.uniform(1.0, 900.0), part, 0.0, 0.0, command, kernel=False,
                )  # fmt: skip
                self._processes.append(_Process(rng, row, cores / count, disk / count))
                parent = pid if number == 0 else parent
                pid += rng.randint(1, 140)

    def table(self, host: str, time: float, seconds: float) -> ProcessTable:
        """The table ``seconds`` after the one before, as of ``time``."""
        for process in self._processes:
            process.step(seconds)
        return ProcessTable(host, time, {process.row.key.pid: process.row for process in self._processes})
