"""The details of one process of Linux, from ``/proc/<pid>``: identity, rights, and one reader per tab.

The parts themselves are read in `process_facts`, `process_threads`, `process_files`,
`process_sockets` and `process_maps`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_facts import FactsReader, ask_io_priority
from sysmon.collectors.process_files import read_files
from sysmon.collectors.process_folder import ABSENT, ENDED, HIDDEN, KERNEL, ProcessFolder, open_process
from sysmon.collectors.process_maps import read_maps
from sysmon.collectors.process_sockets import read_sockets
from sysmon.collectors.process_status import ids, parse_status, signal_facts
from sysmon.collectors.process_threads import read_threads
from sysmon.collectors.processes_linux_files import read_once
from sysmon.collectors.processes_linux_stat import parse_boot_time
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import (
    Fact,
    FileFacts,
    IoPriority,
    MapsSummary,
    ProcessFacts,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)

T = TypeVar("T")

MOST_VARIABLES: Final = 10_000
_ENVIRONMENT_BYTES: Final = 6 << 20
"""The kernel allows no more than this for arguments and environment together (execve(2))."""
_STATUS_BYTES: Final = 16 * 1024
_SECRET: Final = "belongs to another user; only root is shown the environment of others"  # noqa: S105  no password


def parse_environment(data: bytes) -> Section[tuple[str, str]]:
    """Names and values in the order of the file, at most `MOST_VARIABLES`.

    A program may have overwritten its own: what has no ``=`` is a name without a value.
    """
    words = [word for word in data.split(b"\0") if word]
    pairs = (word.decode("utf-8", "replace").partition("=") for word in words[:MOST_VARIABLES])
    kept = tuple((name, value) for name, _, value in pairs)
    return Section(kept, cut=len(words) - len(kept))


class LinuxDetailReader:
    """`DetailReader` of Linux.

    ``boot`` is the boot time in seconds since 1970 that start times count from, read from ``proc`` at
    first use where it is not given; ``user`` tells whose rights we have.
    """

    def __init__(
        self,
        proc: Path,
        cgroups: Path,
        boot: float | None = None,
        user: Callable[[], int] = os.geteuid,
        io_priority: Callable[[int], IoPriority] = ask_io_priority,
        root: Path = Path("/"),
    ) -> None:
        self._proc = proc
        self._cgroups = cgroups
        self._boot = boot
        self._user = user
        self._io_priority = io_priority
        self._root = root

    def facts(self, key: ProcessKey, *, shares: bool = False) -> ProcessFacts:
        """See `DetailReader.facts`."""
        names = ContainerNames(self._root, Path.home())
        reader = FactsReader(self._proc, self._cgroups, self._since(), names, self._io_priority)
        return self._read(
            key, lambda folder: reader.read(folder, shares=shares), lambda reason: ProcessFacts.unknown(key, reason)
        )

    def threads(self, key: ProcessKey) -> Section[ThreadFacts]:
        """See `DetailReader.threads`."""
        boot = self._since()
        return self._section(key, lambda folder: read_threads(folder, boot))

    def files(self, key: ProcessKey) -> Section[FileFacts]:
        """See `DetailReader.files`."""
        return self._section(key, read_files)

    def sockets(self, key: ProcessKey) -> Section[SocketFacts]:
        """See `DetailReader.sockets`."""
        return self._section(key, read_sockets)

    def environment(self, key: ProcessKey) -> Section[tuple[str, str]]:
        """See `DetailReader.environment`."""
        return self._section(key, self._environment)

    def maps(self, key: ProcessKey) -> Fact[MapsSummary]:
        """See `DetailReader.maps`."""
        return self._fact(key, read_maps)

    def signals(self, key: ProcessKey) -> Fact[SignalFacts]:
        """See `DetailReader.signals`."""
        return self._fact(key, _signals)

    def _environment(self, folder: ProcessFolder) -> Section[tuple[str, str]]:
        try:
            # The kernel would show it to more than root (CAP_SYS_PTRACE); this program does not.
            owner = ids(parse_status(folder.read("status", _STATUS_BYTES)), "Uid")
            if self._user() != 0 and (owner is None or {*owner} != {self._user()}):
                return Section(missing=_SECRET)
            found = parse_environment(folder.read("environ", _ENVIRONMENT_BYTES))
        except OSError as error:
            return Section(missing=folder.reason(error))
        if found.items or not (folder.kernel or folder.zombie):
            return found
        return Section(missing=KERNEL if folder.kernel else ENDED)

    def _section(self, key: ProcessKey, read: Callable[[ProcessFolder], Section[T]]) -> Section[T]:
        return self._read(key, read, lambda reason: Section(missing=reason))

    def _fact(self, key: ProcessKey, read: Callable[[ProcessFolder], Fact[T]]) -> Fact[T]:
        return self._read(key, read, lambda reason: Fact(missing=reason))

    def _read(self, key: ProcessKey, read: Callable[[ProcessFolder], T], refused: Callable[[str], T]) -> T:
        try:
            with open_process(self._proc, self._since(), key) as folder:
                return read(folder)
        except PermissionError:
            return refused(HIDDEN)

    def _since(self) -> float:
        if self._boot is None:
            try:
                self._boot = float(parse_boot_time(read_once(f"{self._proc}/stat", 1 << 20)))
            except (OSError, ValueError) as error:
                raise CollectorUnavailable(f"{self._proc}/stat does not tell when the machine booted") from error
        return self._boot


def _signals(folder: ProcessFolder) -> Fact[SignalFacts]:
    try:
        found = signal_facts(parse_status(folder.read("status", _STATUS_BYTES)))
    except OSError as error:
        return Fact(missing=folder.reason(error))
    return Fact(found) if found is not None else Fact(missing=ABSENT)
