"""Control group and container of one process (Linux), and what holds it back there.

A limit of any group above holds too, so the way up to the root is looked at and the tightest limit
of each kind is told with the group that sets it
(https://docs.kernel.org/admin-guide/cgroup-v2.html: cpu.max, memory.max, pids.max).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sysmon.collectors.cgroup_tree import container_of
from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.procfs import attribute
from sysmon.model.process_details import Container, ControlGroup, Fact, GroupLimit

NO_GROUPS: Final = "this system has no control groups of version 2"
_OUTSIDE: Final = "its group lies outside of the tree that is seen from here"
_DEEPEST: Final = 32


def parse_cpu_max(text: str) -> float:
    """CPUs of a ``cpu.max`` ("150000 100000" is 1.5); infinity for "max", NaN for anything else."""
    words = text.split()
    if len(words) != 2:
        return math.nan
    if words[0] == "max":
        return math.inf
    quota, period = _number(words[0]), _number(words[1])
    return quota / period if period > 0 else math.nan


def parse_maximum(text: str) -> float:
    """The number of a ``memory.max`` or ``pids.max``; infinity for "max", NaN for anything else."""
    return math.inf if text == "max" else _number(text)


def control_group(path: str, root: Path) -> Fact[ControlGroup]:
    """The group at ``path`` (beginning with a slash, empty for none) of the tree at ``root`` and its limits."""
    if not path:
        return Fact(missing=NO_GROUPS)
    # Seen from inside of a container, a group outside of it has dots in its path.
    if ".." in path.split("/"):
        return Fact(ControlGroup(path, None, None, None, _OUTSIDE))
    tree = _tree(root)
    if tree is None:
        return Fact(ControlGroup(path, None, None, None, NO_GROUPS))
    return Fact(
        ControlGroup(
            path,
            _tightest(tree, path, "cpu.max", parse_cpu_max),
            _tightest(tree, path, "memory.max", parse_maximum),
            _tightest(tree, path, "pids.max", parse_maximum),
        )
    )


def container(path: str, names: ContainerNames) -> Fact[Container]:
    """The innermost container on the way to the group at ``path``; no value outside of any."""
    if not path:
        return Fact(missing=NO_GROUPS)
    group = container_of(path)
    if group is None:
        return Fact()
    names.refresh([group])
    return Fact(Container(names.name(group), group.container, group.runtime))


def _tree(root: Path) -> Path | None:
    """Where the tree of version 2 is mounted: beside version 1 it has a folder of its own."""
    for tree in (root, root / "unified"):
        if (tree / "cgroup.controllers").exists():
            return tree
    return None


def _tightest(tree: Path, path: str, file: str, parse: Callable[[str], float]) -> GroupLimit | None:
    tightest: GroupLimit | None = None
    for group in _upwards(path):
        value = parse(attribute(tree / group.lstrip("/") / file) or "")
        if math.isfinite(value) and (tightest is None or value < tightest.value):
            tightest = GroupLimit(value, group)
    return tightest


def _upwards(path: str) -> Iterator[str]:
    parts = [part for part in path.split("/") if part]
    for length in range(min(len(parts), _DEEPEST), 0, -1):
        yield "/" + "/".join(parts[:length])
    yield "/"


def _number(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else math.nan
