"""How much of the machine a process may take, as the dialog of priorities shows and changes it. Knows no pixels."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sysmon.control.limits import OWN, LimitGroup
from sysmon.model.action import Action, SetAffinity, SetIoPriority, SetLimit, SetNice
from sysmon.model.printable import printable
from sysmon.model.process_details import ProcessFacts
from sysmon.viewmodels import format as fmt

IO_CLASSES: Final = (("none", "As nice says"), ("best-effort", "Best effort"), ("idle", "Only when idle"), ("realtime", "Real time"))  # fmt: skip
"""Classes of I/O priority with their words, in the order of the list."""
LEVELLED: Final = frozenset({"best-effort", "realtime"})
"""Classes that have levels."""
MOST_CPUS: Final = 256
"""CPUs that are offered one by one."""
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Priorities:
    """What is in force, or what is wanted. None: not known, or several processes differ."""

    nice: int | None = None
    io_class: str | None = None
    io_level: int = 4
    cpus: tuple[int, ...] | None = None
    cpu_limit: float | None = None
    """CPUs of the control group; infinity for none."""
    memory_limit: float | None = None
    """Bytes of the control group; infinity for none."""


def priorities_of(nice: int | None, facts: ProcessFacts | None) -> Priorities:
    """What is in force: ``nice`` of all of them, ``facts`` of the only one, where they are known."""
    found = Priorities(nice)
    if facts is None:
        return found
    io, group = facts.io_priority.value, facts.cgroup.value
    cpu = group.cpu.value if group is not None and group.cpu is not None else math.inf
    memory = group.memory.value if group is not None and group.memory is not None else math.inf
    return Priorities(
        found.nice,
        io.io_class if io is not None else None,
        io.level if io is not None else 4,
        facts.affinity.value,
        cpu if group is not None else None,
        memory if group is not None else None,
    )


def changes(before: Priorities, wanted: Priorities) -> list[Action]:
    """What has to be done so that ``wanted`` holds where it holds ``before``; None wants no change."""
    found: list[Action] = []
    if wanted.nice is not None and wanted.nice != before.nice:
        found.append(SetNice(wanted.nice))
    if wanted.io_class is not None and not _same_io(before, wanted):
        found.append(SetIoPriority(wanted.io_class, wanted.io_level))
    if wanted.cpus and wanted.cpus != before.cpus:
        found.append(SetAffinity(wanted.cpus))
    cpu = wanted.cpu_limit if wanted.cpu_limit != before.cpu_limit else None
    memory = wanted.memory_limit if wanted.memory_limit != before.memory_limit else None
    if cpu is not None or memory is not None:
        found.append(SetLimit(cpu, memory))
    return found


def nice_words(nice: int) -> str:
    """What a nice value means."""
    if nice == 0:
        return "0, as usual"
    if nice < 0:
        return f"−{-nice}, before others (needs more rights)"
    return f"{nice}, after others" if nice < 19 else "19, only what others leave"


def limit_words(group: LimitGroup | None, pids: Collection[int]) -> tuple[str, bool]:
    """Whom a limit on the processes ``pids`` would hold for, and whether one may be set."""
    if group is None:
        return "Limits need control groups of version 2, which this system does not have.", False
    path = printable(group.path)
    if not group.path.endswith(OWN):
        return f"No limits: {path} holds several applications.", False
    outside = len(set(pids) - set(group.members))
    if outside:
        return f"No limits: {fmt.counted(outside, 'of them is', 'of them are')} not in {path}.", False
    count = fmt.counted(len(group.members), "process", "processes")
    return f"Limits for {path} ({count}):", True


def _same_io(before: Priorities, wanted: Priorities) -> bool:
    if wanted.io_class != before.io_class:
        return False
    return wanted.io_class not in LEVELLED or wanted.io_level == before.io_level
