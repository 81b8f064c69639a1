"""Limits of CPU and memory of a process's control group, where the system lets us write them.

A limit holds for the whole group (https://docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max and
memory.max), so whoever asks is told who else is in it. Groups above the application's own
(slices, the root) are refused: a slip there would throttle the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.control.guards import guard
from sysmon.control.held import GoneError, held
from sysmon.model.action import Outcome, Target, Trouble

_PERIOD: Final = 100_000
"""Microseconds of the kernel's default period of cpu.max."""
_LEAST_MEMORY: Final = 1 << 20
"""Bytes; less would only kill the group at once."""
OWN: Final = (".scope", ".service")
"""What a group of one application is called; everything else holds several."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What to limit a group to; None leaves that side as it is, infinity takes the limit away."""

    cpu: float | None = None
    """CPUs: 0.5 is half of one."""
    memory: float | None = None
    """Bytes."""

    def __post_init__(self) -> None:
        if self.cpu is not None and not self.cpu >= 0.01:
            raise ValueError("a CPU limit is at least 0.01 CPU")
        if self.memory is not None and not self.memory >= _LEAST_MEMORY:
            raise ValueError("a memory limit is at least 1 MiB")


@dataclass(frozen=True, slots=True)
class LimitGroup:
    """The group that a limit on a process would hold for."""

    path: str
    """Below the root of the tree, beginning with a slash."""
    members: tuple[int, ...]
    """PIDs of everybody in it."""


def group_of(target: Target, proc: Path = Path("/proc"), root: Path = Path("/sys/fs/cgroup")) -> LimitGroup | None:
    """The control group of ``target`` and who is in it; None where there is none of version 2."""
    try:
        text = (proc / str(target.key.pid) / "cgroup").read_text(encoding="utf-8", errors="replace")
        path = next(line[3:] for line in text.splitlines() if line.startswith("0::"))
        members = (_folder(root, path) / "cgroup.procs").read_text(encoding="ascii").split()
    except (OSError, StopIteration, UnicodeDecodeError):
        return None
    return LimitGroup(path, tuple(int(pid) for pid in members if pid.isdigit()))


def set_limit(target: Target, limit: Limit, proc: Path = Path("/proc"), root: Path = Path("/sys/fs/cgroup")) -> Outcome:
    """Limit the group of ``target``."""
    action = _words(limit)
    refusal = guard(target)
    if refusal is not None:
        return Outcome(target, action, Trouble.GUARDED, refusal)
    try:
        with held(target.key):
            return _write(target, action, limit, group_of(target, proc, root), root)
    except GoneError as error:
        return Outcome(target, action, Trouble.GONE, str(error))


def _write(target: Target, action: str, limit: Limit, group: LimitGroup | None, root: Path) -> Outcome:
    if group is None:
        return Outcome(target, action, Trouble.UNSUPPORTED, "this system has no control groups of version 2")
    if not group.path.endswith(OWN):
        reason = f"{target.name} has no control group of its own; a limit on {group.path} would hold for others too"
        return Outcome(target, action, Trouble.GUARDED, reason)
    folder = _folder(root, group.path)
    try:
        if limit.cpu is not None:
            quota = "max" if limit.cpu == float("inf") else str(round(limit.cpu * _PERIOD))
            _put(folder / "cpu.max", f"{quota} {_PERIOD}")
        if limit.memory is not None:
            _put(folder / "memory.max", "max" if limit.memory == float("inf") else str(round(limit.memory)))
    except FileNotFoundError as error:
        reason = f"{error.filename} does not exist: this controller is not delegated to {group.path}"
        return Outcome(target, action, Trouble.UNSUPPORTED, reason)
    except PermissionError:
        reason = f"{group.path} belongs to the system; an administrator may do it"
        return Outcome(target, action, Trouble.NOT_PERMITTED, reason)
    except OSError as error:
        return Outcome(target, action, Trouble.FAILED, f"the kernel refused: {error.strerror}")
    return Outcome(target, action)


def _put(path: Path, text: str) -> None:
    # Never create: in a folder that is no control group this would leave a plain file behind.
    with path.open("r+", encoding="ascii") as file:
        file.write(text)


def _folder(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _words(limit: Limit) -> str:
    parts: list[str] = []
    if limit.cpu is not None:
        parts.append("lift the CPU limit" if limit.cpu == float("inf") else f"limit CPU to {limit.cpu:g}")
    if limit.memory is not None:
        lifted = limit.memory == float("inf")
        parts.append("lift the memory limit" if lifted else f"limit memory to {limit.memory / (1 << 20):.0f} MiB")
    return " and ".join(parts) or "limit nothing"
