"""Finding the control groups of a cgroup v2 tree, and telling from a path what each one is.

Facts: https://docs.kernel.org/admin-guide/cgroup-v2.html, https://systemd.io/CGROUP_DELEGATION,
systemd.slice(5), systemd.scope(5); for containers the path patterns of docker, podman, containerd,
CRI-O, LXC and systemd-nspawn. Knows no metric and reads no figure.
"""

from __future__ import annotations

import enum
import math
import os
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.model.errors import CollectorUnavailable

RESCAN: Final = 60.0
"""Seconds after which a tree is scanned though its count of groups is the same: one may have replaced another."""

MAX_DEPTH: Final = 9
MAX_FOLDERS: Final = 4000
"""Folders looked at in one scan: a tree of a hostile or broken program must not cost us seconds."""

_RUNTIMES: Final = "docker|libpod|podman|cri-containerd|containerd|crio|nerdctl"
_HEX_ID: Final = "[0-9a-f]{64}"
_SCOPE = re.compile(rf"(?:(?P<runtime>{_RUNTIMES})[-:])?(?P<id>{_HEX_ID})(?:\.scope)?")
_LXC = re.compile(r"lxc\.payload[.:](?P<id>.+)")
_NSPAWN = re.compile(r"(?:systemd-nspawn@(?P<unit>.+)\.service|machine-(?P<machine>.+)\.scope)")
_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


class GroupKind(enum.Enum):
    """What a control group stands for."""

    SLICE = "slice"
    SCOPE = "scope"
    SERVICE = "service"
    CONTAINER = "container"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """One control group. ``path`` is relative to the root of the tree, without a leading slash."""

    path: str
    kind: GroupKind
    runtime: str = ""
    """Who made the container: docker, podman, containerd, cri-o, lxc, nspawn, or empty for unknown."""
    container: str = ""
    """Full id or name of the container; empty for all other kinds."""

    @property
    def depth(self) -> int:
        """1 for a child of the root."""
        return self.path.count("/") + 1


def unescape(unit: str) -> str:
    r"""A systemd unit name with its ``\xNN`` escapes undone (systemd-escape(1))."""
    raw = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), unit)
    try:
        return raw.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return raw


def classify(path: str) -> Group:
    """What the control group at ``path`` is, by its path alone."""
    parent, _, name = path.rpartition("/")
    if container := _container(parent, name):
        return Group(path, GroupKind.CONTAINER, *container)
    for suffix, kind in ((".slice", GroupKind.SLICE), (".scope", GroupKind.SCOPE), (".service", GroupKind.SERVICE)):
        if name.endswith(suffix):
            return Group(path, kind)
    return Group(path, GroupKind.OTHER)


def container_of(path: str) -> Group | None:
    """The innermost container on the way to ``path``, which may begin with a slash; None outside of any."""
    parts = [part for part in path.split("/") if part]
    for length in range(len(parts), 0, -1):
        group = classify("/".join(parts[:length]))
        if group.container:
            return group
    return None


_RUNTIME_NAMES: Final = {"libpod": "podman", "cri-containerd": "containerd", "nerdctl": "containerd", "crio": "cri-o"}


def _container(parent: str, name: str) -> tuple[str, str] | None:
    if match := _SCOPE.fullmatch(name):
        said = match["runtime"] or ("docker" if parent.rpartition("/")[2] == "docker" else "")
        return _RUNTIME_NAMES.get(said, said), match["id"]
    if match := _LXC.fullmatch(name):
        return "lxc", match["id"]
    if parent in ("lxc", "lxc.payload"):
        return "lxc", name
    if match := _NSPAWN.fullmatch(name):
        machine = unescape(match["unit"] or match["machine"])
        # libvirt registers virtual machines at the same place: those are no containers.
        return None if machine.startswith("qemu-") else ("nspawn", machine)
    return None


def require_v2(root: Path) -> None:
    """Raises CollectorUnavailable with the reason where ``root`` is not a cgroup v2 tree."""
    if (root / "cgroup.controllers").exists():
        return
    if (root / "unified/cgroup.controllers").exists() or (root / "memory").exists() or (root / "cpu").exists():
        raise CollectorUnavailable("this system uses control groups version 1; only version 2 tells these figures")
    raise CollectorUnavailable("this system has no control groups (a cgroup v2 tree at /sys/fs/cgroup)")


def scan(root: Path) -> tuple[list[Group], bool]:
    """All groups below ``root``, shallow first, and whether a bound cut the scan short.

    The inside of a container or of a scope belongs to it and is not entered. Folders that vanish
    meanwhile are left out.
    """
    found: list[Group] = []
    queue: deque[tuple[str, int]] = deque([("", 1)])
    looked = 0
    while queue:
        path, depth = queue.popleft()
        looked += 1
        if looked > MAX_FOLDERS:
            return found, True
        for name in _subfolders(root / path):
            group = classify(f"{path}/{name}" if path else name)
            found.append(group)
            if group.kind in (GroupKind.CONTAINER, GroupKind.SCOPE):
                continue
            if depth < MAX_DEPTH:
                queue.append((group.path, depth + 1))
    return found, False


def _subfolders(path: Path) -> list[str]:
    try:
        # kernfs counts subfolders in the link count: most groups are leaves, and looking through
        # their 60 control files would be the costly part of a scan. Some file systems say 1: unknown.
        if path.stat().st_nlink == 2:
            return []
        with os.scandir(path) as found:
            return sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def descendants(root: Path) -> bytes:
    """How many groups the kernel counts below ``root``: it changes when one comes or goes. Empty: not told."""
    try:
        with open(root / "cgroup.stat", "rb", buffering=0) as file:
            return file.read(64).partition(b"\n")[0]
    except OSError:
        return b""


class ScanClock:
    """Says when a tree is worth scanning again: when groups came or went, and every minute."""

    def __init__(self, root: Path, clock: Callable[[], float]) -> None:
        self._root = root
        self._clock = clock
        self._count = self._seen = b""
        self._at = -math.inf

    def due(self) -> bool:
        """Whether to scan now."""
        self._seen = descendants(self._root)
        return self._seen != self._count or self._clock() - self._at >= RESCAN

    def scanned(self) -> None:
        """A scan succeeded; it knows all that the last `due` saw."""
        self._count = self._seen
        self._at = self._clock()

    def expire(self) -> None:
        """A group was found gone: scan at the next reading, whatever the count says."""
        self._at = -math.inf
