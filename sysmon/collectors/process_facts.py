"""What one process is (Linux): every part of `ProcessFacts`, each with its own reason where it cannot be read.

Knows ``/proc/<pid>`` through `ProcessFolder` and the processes around it by their stat lines.
"""

from __future__ import annotations

import grp
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import psutil

from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_cgroup import container, control_group
from sysmon.collectors.process_family import read_children, read_parents
from sysmon.collectors.process_folder import ABSENT, ENDED, KERNEL, ProcessFolder
from sysmon.collectors.process_lookup import ProcessLookup
from sysmon.collectors.process_maps import read_shares
from sysmon.collectors.process_status import (
    capability_names,
    ids,
    parse_cpu_list,
    parse_limits,
    parse_stat_tail,
    parse_status,
    seccomp_mode,
)
from sysmon.collectors.processes_linux_entry import user_name
from sysmon.model.process_details import (
    Fact,
    IoPriority,
    Owner,
    ProcessFacts,
    ResourceLimit,
    Scheduling,
    Section,
)

T = TypeVar("T")

MOST_ARGUMENTS: Final = 4096
_ARGUMENT_BYTES: Final = 6 << 20
"""The kernel allows no more than this for arguments and environment together (execve(2))."""
_STATUS_BYTES: Final = 16 * 1024
_IO_CLASSES: Final = ("none", "realtime", "best-effort", "idle")
_NOT_ASKED: Final = "it was not asked for"
_UNLABELLED: Final = "no security module labels processes on this system"


def parse_arguments(data: bytes) -> Section[str]:
    """The words of a ``cmdline``, at most `MOST_ARGUMENTS`. A program may have put anything there."""
    data = data.rstrip(b"\0")
    words = data.split(b"\0") if data else []
    kept = tuple(word.decode("utf-8", "replace") for word in words[:MOST_ARGUMENTS])
    return Section(kept, cut=len(words) - len(kept))


def ask_io_priority(pid: int) -> IoPriority:
    """What ioprio_get(2) answers. Raises OSError, psutil.Error."""
    told = psutil.Process(pid).ionice()
    number = int(told.ioclass)
    return IoPriority(_IO_CLASSES[number] if number < len(_IO_CLASSES) else f"class {number}", int(told.value))


class FactsReader:
    """Reads the facts of an open folder. ``io_priority`` asks the kernel for that of a PID."""

    def __init__(
        self,
        proc: Path,
        cgroups: Path,
        boot: float,
        names: ContainerNames,
        io_priority: Callable[[int], IoPriority] = ask_io_priority,
    ) -> None:
        self._proc = proc
        self._cgroups = cgroups
        self._boot = boot
        self._names = names
        self._io_priority = io_priority

    def read(self, folder: ProcessFolder, *, shares: bool) -> ProcessFacts:
        """All of it; a part that cannot be read says why."""
        path = ProcessLookup(self._proc).cgroup(folder.key)
        status = _Status(folder)
        stat = folder.stat
        return ProcessFacts(
            folder.key,
            name=stat.name.decode("utf-8", "replace"),
            state=stat.state,
            kernel=folder.kernel,
            arguments=_arguments(folder),
            executable=_link(folder, "exe"),
            directory=_link(folder, "cwd"),
            root=_link(folder, "root"),
            parents=read_parents(self._proc, self._boot, stat.parent),
            children=read_children(folder, self._proc, self._boot),
            owner=status.fact(_owner),
            nice=Fact(stat.nice),
            threads=Fact(stat.threads),
            io_priority=self._ask_io_priority(folder),
            scheduling=_scheduling(folder),
            affinity=status.fact(lambda fields: parse_cpu_list(fields.get("Cpus_allowed_list", ""))),
            limits=_limits(folder),
            cgroup=control_group(path, self._cgroups),
            container=container(path, self._names),
            capabilities=status.section(lambda fields: capability_names(fields.get("CapEff", ""))),
            label=_label(folder),
            seccomp=status.fact(seccomp_mode),
            memory=read_shares(folder) if shares else Fact(missing=_NOT_ASKED),
        )

    def _ask_io_priority(self, folder: ProcessFolder) -> Fact[IoPriority]:
        try:
            return Fact(self._io_priority(folder.key.pid))
        except psutil.AccessDenied:
            return Fact(missing=folder.reason(PermissionError()))
        except psutil.Error:
            return Fact(missing=ENDED)
        except OSError as error:
            return Fact(missing=folder.reason(error))


class _Status:
    """The status file of a process, read once, for the several facts that it holds."""

    def __init__(self, folder: ProcessFolder) -> None:
        self._fields: dict[str, str] = {}
        self._missing = ABSENT
        try:
            self._fields = parse_status(folder.read("status", _STATUS_BYTES))
        except OSError as error:
            self._missing = folder.reason(error)

    def fact(self, get: Callable[[dict[str, str]], T | None]) -> Fact[T]:
        value = get(self._fields)
        return Fact(value) if value is not None else Fact(missing=self._missing)

    def section(self, get: Callable[[dict[str, str]], tuple[T, ...] | None]) -> Section[T]:
        items = get(self._fields)
        return Section(items) if items is not None else Section(missing=self._missing)


def _owner(fields: dict[str, str]) -> Owner | None:
    user, group = ids(fields, "Uid"), ids(fields, "Gid")
    if user is None or group is None:
        return None
    return Owner(user_name(user[1]), user[1], group_name(group[1]), group[1], user_name(user[0]), user[0])


@lru_cache(maxsize=1024)
def group_name(gid: int) -> str:
    """The name of a group, or the number where no name is known. Asked once: it may go over a network."""
    try:
        return grp.getgrgid(gid).gr_name
    except (KeyError, OverflowError):
        return str(gid)


def _arguments(folder: ProcessFolder) -> Section[str]:
    try:
        found = parse_arguments(folder.read("cmdline", _ARGUMENT_BYTES))
    except OSError as error:
        return Section(missing=folder.reason(error))
    if found.items:
        return found
    return Section(missing=KERNEL if folder.kernel else ENDED) if folder.kernel or folder.zombie else found


def _link(folder: ProcessFolder, name: str) -> Fact[str]:
    try:
        return Fact(folder.link(name))
    except OSError as error:
        return Fact(missing=folder.reason(error))


def _scheduling(folder: ProcessFolder) -> Fact[Scheduling]:
    try:
        return Fact(parse_stat_tail(folder.line).scheduling)
    except ValueError:
        return Fact(missing=ABSENT)


def _limits(folder: ProcessFolder) -> Section[ResourceLimit]:
    try:
        limits = parse_limits(folder.read("limits", _STATUS_BYTES))
    except OSError as error:
        return Section(missing=folder.reason(error))
    return Section(limits, None if limits else ABSENT)


def _label(folder: ProcessFolder) -> Fact[str]:
    try:
        label = folder.read("attr/current", _STATUS_BYTES)
    except PermissionError as error:
        return Fact(missing=folder.reason(error))
    except OSError:  # EINVAL where there is no such module
        return Fact(missing=_UNLABELLED)
    text = label.rstrip(b"\0\n").decode("utf-8", "replace")
    return Fact(text) if text else Fact(missing=_UNLABELLED)
