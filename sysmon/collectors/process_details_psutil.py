"""The details of one process through psutil, for Windows and macOS (and any system psutil knows).

What a system has no word for (capabilities, control groups, seccomp) is missing and says so.
"""

from __future__ import annotations

import heapq
import math
import os
import socket
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Final, TypeVar, cast

import psutil

from sysmon.model.errors import ProcessGone
from sysmon.model.process import PROCESS_STATES, SAME_START, ProcessKey
from sysmon.model.process_details import (
    Fact,
    FileFacts,
    IoPriority,
    MappedFile,
    MapsSummary,
    MemoryShares,
    Owner,
    ProcessFacts,
    Relative,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)

T = TypeVar("T")

OTHER_USER: Final = "belongs to another user; an administrator may read it"
NOT_HERE: Final = "this system does not tell it"
MOST_ITEMS: Final = 10_000
MOST_THREADS: Final = 2000
MOST_FILES: Final = 100
_NOT_ASKED: Final = "it was not asked for"
_FAMILIES: Final = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
_TYPES: Final = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}
_STATES: Final = {
    psutil.CONN_SYN_RECV: "syn_received",
    psutil.CONN_FIN_WAIT1: "fin_wait_1",
    psutil.CONN_FIN_WAIT2: "fin_wait_2",
    psutil.CONN_CLOSE: "closed",
    psutil.CONN_NONE: "",
}
"""Where our word is not psutil's in lower case."""
_WINDOWS_IO: Final = {
    0: IoPriority("idle", 7),
    1: IoPriority("best-effort", 7),
    2: IoPriority("best-effort", 4),
    3: IoPriority("best-effort", 0),
}
"""IO_PRIORITY_HINT of Windows (very low, low, normal, high) as what means the same."""


class PsutilDetailReader:
    """`DetailReader` through psutil. ``find`` makes the process of a PID."""

    def __init__(self, find: Callable[[int], psutil.Process] = psutil.Process) -> None:
        self._find = find

    def facts(self, key: ProcessKey, *, shares: bool = False) -> ProcessFacts:
        """See `DetailReader.facts`."""
        with self._process(key) as process:
            state = _fact(process.status).value or "unknown"
            return ProcessFacts(
                key,
                name=_fact(process.name).value or "",
                state=state if state in PROCESS_STATES else "unknown",
                kernel=False,
                arguments=_section(process.cmdline, lambda words: words, MOST_ITEMS),
                executable=_text(process.exe),
                directory=_text(process.cwd),
                root=Fact(missing=NOT_HERE),
                parents=_section(process.parents, _relatives, MOST_ITEMS),
                children=_section(process.children, _relatives, MOST_ITEMS),
                owner=_owner(process),
                nice=_changed(_fact(process.nice), int),
                threads=_fact(process.num_threads),
                io_priority=_io_priority(process),
                scheduling=Fact(missing=NOT_HERE),
                affinity=_changed(_told(process, "cpu_affinity"), _numbers),
                limits=Section(missing=NOT_HERE),
                cgroup=Fact(missing=NOT_HERE),
                container=Fact(missing=NOT_HERE),
                capabilities=Section(missing=NOT_HERE),
                label=Fact(missing=NOT_HERE),
                seccomp=Fact(missing=NOT_HERE),
                memory=_shares(process) if shares else Fact(missing=_NOT_ASKED),
            )

    def threads(self, key: ProcessKey) -> Section[ThreadFacts]:
        """See `DetailReader.threads`. psutil tells neither names nor states."""
        with self._process(key) as process:
            return _section(
                process.threads,
                lambda found: [
                    ThreadFacts(thread.id, "", "unknown", thread.user_time + thread.system_time, math.nan)
                    for thread in found
                ],
                MOST_THREADS,
            )

    def files(self, key: ProcessKey) -> Section[FileFacts]:
        """See `DetailReader.files`. Plain files alone."""
        with self._process(key) as process:
            return _section(
                process.open_files,
                lambda found: [FileFacts(file.fd, file.path, "file", (), None) for file in found],
                MOST_ITEMS,
            )

    def sockets(self, key: ProcessKey) -> Section[SocketFacts]:
        """See `DetailReader.sockets`."""
        with self._process(key) as process:
            return _section(
                lambda: process.net_connections("inet"),
                lambda found: [
                    SocketFacts(
                        one.fd,
                        _FAMILIES.get(one.family, "unknown"),
                        _TYPES.get(one.type, ""),
                        _address(one.laddr),
                        _address(one.raddr),
                        _STATES.get(one.status, one.status.lower()),
                        None,
                        None,
                    )
                    for one in found
                ],
                MOST_ITEMS,
            )

    def environment(self, key: ProcessKey) -> Section[tuple[str, str]]:
        """See `DetailReader.environment`."""
        with self._process(key) as process:
            return _section(process.environ, lambda found: found.items(), MOST_ITEMS)

    def maps(self, key: ProcessKey) -> Fact[MapsSummary]:
        """See `DetailReader.maps`."""
        with self._process(key) as process:
            shares = _shares(process)
            return Fact(MapsSummary(shares.value, _mapped(process))) if shares.value else Fact(missing=shares.missing)

    def signals(self, key: ProcessKey) -> Fact[SignalFacts]:
        """See `DetailReader.signals`."""
        with self._process(key):
            return Fact(missing=NOT_HERE)

    @contextmanager
    def _process(self, key: ProcessKey) -> Generator[psutil.Process]:
        try:
            process = self._find(key.pid)
            _compare(process, key)
            yield process
            _compare(self._find(key.pid), key)
        except psutil.NoSuchProcess as error:
            raise ProcessGone(f"process {key.pid} has ended") from error


def _compare(process: psutil.Process, key: ProcessKey) -> None:
    if abs(process.create_time() - key.start) > SAME_START:
        raise ProcessGone(f"PID {key.pid} belongs to another process by now")


def _fact(ask: Callable[[], T]) -> Fact[T]:
    """What psutil answers, or why not. Raises NoSuchProcess where the process ended."""
    try:
        return Fact(ask())
    except psutil.ZombieProcess:
        return Fact(missing="it has ended; only its exit code waits for its parent")
    except (psutil.AccessDenied, PermissionError):
        return Fact(missing=OTHER_USER)
    except NotImplementedError:
        return Fact(missing=NOT_HERE)
    except OSError as error:
        return Fact(missing=error.strerror or NOT_HERE)


_R = TypeVar("_R")


def _changed(fact: Fact[T], change: Callable[[T], _R]) -> Fact[_R]:
    return Fact(missing=fact.missing) if fact.value is None else Fact(change(fact.value))


def _section(ask: Callable[[], T], change: Callable[[T], Iterable[_R]], most: int) -> Section[_R]:
    fact = _fact(ask)
    if fact.value is None:
        return Section(missing=fact.missing)
    items = tuple(change(fact.value))
    return Section(items[:most], cut=max(0, len(items) - most))


def _told(process: psutil.Process, name: str) -> Fact[object]:
    """The answer of a method that psutil has on some systems only."""
    method: object = getattr(process, name, None)
    return _fact(method) if callable(method) else Fact(missing=NOT_HERE)


def _text(ask: Callable[[], str]) -> Fact[str]:
    fact = _fact(ask)
    return Fact(missing=NOT_HERE) if fact.value == "" else fact


def _numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(each for each in cast("Iterable[object]", value) if isinstance(each, int))


def _relatives(found: Iterable[psutil.Process]) -> Iterable[Relative]:
    for process in found:
        try:
            yield Relative(ProcessKey(process.pid, process.create_time()), _fact(process.name).value or "")
        except psutil.NoSuchProcess:
            continue


def _owner(process: psutil.Process) -> Fact[Owner]:
    user = _fact(process.username)
    if user.value is None:
        return Fact(missing=user.missing)
    if not hasattr(process, "uids"):
        return Fact(Owner(user.value))
    users, groups = _fact(process.uids).value, _fact(process.gids).value
    if users is None or groups is None:
        return Fact(Owner(user.value))
    # psutil names the real user.
    name = user.value if users.effective == users.real else str(users.effective)
    return Fact(Owner(name, users.effective, str(groups.effective), groups.effective, user.value, users.real))


def _io_priority(process: psutil.Process) -> Fact[IoPriority]:
    told = _told(process, "ionice")
    if told.value is None:
        return Fact(missing=told.missing)
    known = _WINDOWS_IO.get(told.value) if isinstance(told.value, int) else None
    return Fact(known) if known is not None else Fact(missing=NOT_HERE)


def _shares(process: psutil.Process) -> Fact[MemoryShares]:
    told = _fact(process.memory_full_info)
    if told.value is None:
        return Fact(missing=told.missing)
    rss, unique = float(told.value.rss), float(getattr(told.value, "uss", math.nan))
    return Fact(
        MemoryShares(
            rss,
            float(getattr(told.value, "pss", math.nan)),
            max(0.0, rss - unique) if math.isfinite(unique) else math.nan,
            unique,
            float(getattr(told.value, "swap", math.nan)),
        )
    )


def _mapped(process: psutil.Process) -> Section[MappedFile]:
    if not hasattr(process, "memory_maps"):
        return Section(missing=NOT_HERE)
    told = _fact(lambda: process.memory_maps(grouped=True))
    if told.value is None:
        return Section(missing=told.missing)
    largest = heapq.nlargest(MOST_FILES, told.value, key=lambda one: one.rss)
    files = (
        MappedFile(
            os.fspath(one.path), float(one.rss), float(getattr(one, "pss", math.nan)),
            float(getattr(one, "swap", math.nan)), 1,
        )
        for one in largest
    )  # fmt: skip
    return Section(tuple(files), cut=len(told.value) - len(largest))


def _address(address: object) -> str:
    words = cast("tuple[object, ...]", address) if isinstance(address, tuple) else ()
    if len(words) < 2:
        return ""  # psutil says "no address" with an empty tuple
    host, port = str(words[0]), str(words[1])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
