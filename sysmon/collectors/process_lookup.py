"""Facts of single processes that no table holds: ports, open files, control group, container (Linux).

Asked only for processes that a filter is about to decide on; answers are kept for one sweep, so
that a filter with two such fields reads once. What may not be read is an empty answer and counted,
so that whoever asks can say so. Knows no filter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from sysmon.collectors.cgroup_tree import container_of
from sysmon.model.process import ProcessKey

T = TypeVar("T")

MOST_DESCRIPTORS: Final = 10_000
"""Descriptors of one process that are looked at; a process may hold a million."""
_SOCKET: Final = "socket:["
_TABLES: Final = ("tcp", "tcp6", "udp", "udp6")


def parse_socket_table(text: str) -> dict[int, int]:
    """Inode to local port of a table such as ``/proc/net/tcp`` (proc_pid_net(5)).

    Lines that are not understood are left out: the kernel writes one while sockets come and go.
    """
    found: dict[int, int] = {}
    for line in text.splitlines()[1:]:
        words = line.split(maxsplit=10)
        try:
            inode, port = int(words[9]), int(words[1].rpartition(":")[2], 16)
        except (IndexError, ValueError):
            continue
        if inode:
            found[inode] = port
    return found


class ProcessLookup:
    """Answers for one sweep. Used by one thread at a time; make a new one, or `forget`, for the next sweep."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._kept: dict[tuple[str, int], object] = {}
        self._ports: dict[int, int] | None = None
        self.refused = 0
        """Processes whose descriptors this user may not read."""
        self.cut = 0
        """Processes of which only the first `MOST_DESCRIPTORS` descriptors were looked at."""

    def forget(self) -> None:
        """Read anew from now on."""
        self._kept.clear()
        self._ports = None
        self.refused = self.cut = 0

    def ports(self, key: ProcessKey) -> frozenset[int]:
        """Local ports of the TCP and UDP sockets that the process holds."""
        return self._once("ports", key.pid, lambda: frozenset(self._ports_of(key.pid)))

    def files(self, key: ProcessKey) -> tuple[str, ...]:
        """Paths of what the process holds open; sockets and pipes are left out."""
        return tuple(link for link in self._links(key.pid) if link.startswith("/"))

    def cgroup(self, key: ProcessKey) -> str:
        """Path of its control group (version 2), "" where there is none."""
        return self._once("cgroup", key.pid, lambda: self._cgroup(key.pid))

    def container(self, key: ProcessKey) -> str:
        """Name of the container that it runs in, "" outside of any."""
        group = container_of(self.cgroup(key))
        return group.container if group else ""

    def _once(self, what: str, pid: int, ask: Callable[[], T]) -> T:
        kept = self._kept.get((what, pid))
        if kept is None:
            kept = self._kept[what, pid] = ask()
        return kept  # pyright: ignore[reportReturnType]  # "what" decides the type

    def _links(self, pid: int) -> tuple[str, ...]:
        return self._once("links", pid, lambda: tuple(self._read_links(pid)))

    def _read_links(self, pid: int) -> Iterable[str]:
        folder = self._proc / str(pid) / "fd"
        links: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if len(links) >= MOST_DESCRIPTORS:
                        self.cut += 1
                        break
                    try:
                        links.append(os.readlink(entry.path))  # noqa: PTH115 - a Path for each of 10,000 costs
                    except OSError:  # closed meanwhile
                        continue
        except PermissionError:
            self.refused += 1
        except OSError:  # ended meanwhile
            return ()
        return links

    def _ports_of(self, pid: int) -> Iterable[int]:
        table = self._socket_ports()
        for link in self._links(pid):
            if link.startswith(_SOCKET) and (port := table.get(int(link[len(_SOCKET) : -1]))) is not None:
                yield port

    def _socket_ports(self) -> dict[int, int]:
        if self._ports is None:
            self._ports = {}
            for name in _TABLES:
                self._ports.update(parse_socket_table(_text(self._proc / "net" / name)))
        return self._ports

    def _cgroup(self, pid: int) -> str:
        for line in _text(self._proc / str(pid) / "cgroup").splitlines():
            if line.startswith("0::"):
                return line[3:]
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
