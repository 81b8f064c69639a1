"""One process of Linux as the reader keeps it: its descriptors, what was last read, its row.

Knows ``/proc/<pid>`` and nothing of other processes; which process is looked at when is decided
in `processes_linux`.
"""

from __future__ import annotations

import contextlib
import math
import os
import pwd
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from sysmon.collectors.processes_linux_files import KeptDescriptors, read_once
from sysmon.collectors.processes_linux_stat import (
    HOT_BYTES,
    PF_FORKNOEXEC,
    PF_KTHREAD,
    StatLine,
    parse_command,
    parse_io,
    parse_stat,
)
from sysmon.model.process import ProcessKey, ProcessRow

COMMAND_BYTES: Final = 4096
NO_DESCRIPTOR: Final = -1
NO_IO: Final = (math.nan, math.nan)


@dataclass(slots=True)
class SweepCounts:
    """What the last sweep did: the cost of a sweep is the cost of these."""

    watched: int = 0
    """Reads of kept descriptors that only ask whether something changed."""
    looked: int = 0
    """Stat lines read beyond those."""
    parsed: int = 0
    opened: int = 0
    """Files opened, those of a single reading included."""


@dataclass(slots=True)
class Source:
    """What all processes of a reader share."""

    root: str
    files: KeptDescriptors
    boot: float
    """Seconds since 1970 at which the machine booted."""
    schedules: bool
    """Whether this kernel keeps ``/proc/<pid>/schedstat``."""
    ticks: int = field(default_factory=lambda: os.sysconf("SC_CLK_TCK"))
    """Clock ticks in a second."""
    page: int = field(default_factory=lambda: os.sysconf("SC_PAGE_SIZE"))
    io: bool = False
    """Whether I/O counters are wanted in this sweep."""
    io_refused: set[int] = field(default_factory=set[int])
    """PIDs whose counters may not be read."""
    io_absent: bool = False
    counts: SweepCounts = field(default_factory=SweepCounts)


class LinuxProcess:
    """One process, found in the list of ``/proc`` under ``name``. Every method may find that it has ended.

    An ended process answers OSError (ENOENT, ESRCH) or ValueError; descriptors of a process
    that ended never answer for another one that has its PID.
    """

    __slots__ = (
        "_command",
        "_fresh",
        "_image",
        "_io_refused",
        "_line",
        "_start",
        "_user",
        "io",
        "name",
        "pid",
        "row",
        "schedule",
        "stat",
        "values",
        "watched",
    )

    row: ProcessRow

    def __init__(self, name: str) -> None:
        self.name = name
        self.pid = int(name)
        self.stat = self.schedule = self.io = NO_DESCRIPTOR
        self.watched = NO_DESCRIPTOR
        """The descriptor that the reader watches; none where every reading opens the file."""
        self.values = NO_IO
        self._line: bytes | None = None
        self._start = -1
        self._image: tuple[bytes, int] = (b"", 0)
        self._user = self._command = ""
        self._fresh = False
        self._io_refused = False

    def open(self, source: Source) -> None:
        """Open what is watched, as far as descriptors are left, and look for the first time."""
        if source.files.room(2):
            self.stat = self._open(source, "stat")
            if source.schedules:
                with contextlib.suppress(FileNotFoundError):
                    self.schedule = self._open(source, "schedstat")
        self.look(source)

    def close(self, source: Source) -> None:
        """Give back every descriptor."""
        for descriptor in (self.stat, self.schedule, self.io):
            if descriptor != NO_DESCRIPTOR:
                source.files.close(descriptor)
        self.stat = self.schedule = self.io = NO_DESCRIPTOR

    @property
    def telling(self) -> int:
        """The descriptor whose bytes tell whether the process did anything."""
        return self.schedule if self.row.threads == 1 and self.schedule != NO_DESCRIPTOR else self.stat

    def look(self, source: Source, line: bytes | None = None) -> None:
        """Bring the row up to date with ``line``, or with a line that is read now.

        Raises OSError where the process ended, ValueError where the line is none.
        """
        if line is None:
            source.counts.looked += 1
            line = (
                os.pread(self.stat, HOT_BYTES, 0)
                if self.stat != NO_DESCRIPTOR
                else self._read(source, "stat", HOT_BYTES)
            )
        if line == self._line:
            return
        source.counts.parsed += 1
        fields = parse_stat(line)
        image = (fields.name, fields.flags & PF_FORKNOEXEC)
        if fields.start != self._start or image != self._image:
            if fields.start != self._start:
                self.values = NO_IO
                self._io_refused = False
            self._read_facts(source, kernel=bool(fields.flags & PF_KTHREAD), state=fields.state)
            self._start, self._image = fields.start, image
        else:
            self._fresh = False
        self._line = line
        self.row = self._make_row(source, fields)

    def look_again_at_facts(self, source: Source) -> None:
        """Read owner and command line again where the process has run since: both may change without exec."""
        if self._fresh:
            return
        row = self.row
        self._read_facts(source, kernel=row.kernel, state=row.state)
        if (row.user, row.command) != (self._user, self._command):
            self.row = row._replace(user=self._user, command=self._command)

    def read_io(self, source: Source) -> None:
        """Read the I/O counters now."""
        self.set_io(self._read_io(source))

    def take_io(self, text: bytes) -> None:
        """Put the counters of an io file into the row. Raises ValueError where it is none."""
        read, written = parse_io(text)
        self.set_io((float(read), float(written)))

    def set_io(self, values: tuple[float, float]) -> None:
        """Put I/O counters (read, written) into the row; NaN for not known."""
        self.values = values
        row = self.row
        if (row.read_bytes, row.write_bytes) != values and not (math.isnan(row.read_bytes) and math.isnan(values[0])):
            self.row = row._replace(read_bytes=values[0], write_bytes=values[1])

    def drop_io(self, source: Source) -> None:
        """Give back the descriptor of the I/O counters."""
        if self.io != NO_DESCRIPTOR:
            source.files.close(self.io)
            self.io = NO_DESCRIPTOR

    def keep_io(self, source: Source) -> bool:
        """Open the I/O counters to be watched; False where they may not be read or no descriptor is left."""
        if self._io_refused or not source.files.room(1):
            return False
        try:
            self.io = self._open(source, "io")
        except OSError:
            return False
        return True

    def _make_row(self, source: Source, fields: StatLine) -> ProcessRow:
        return ProcessRow(
            ProcessKey(self.pid, source.boot + fields.start / source.ticks),
            fields.parent,
            fields.name.decode("utf-8", "replace"),
            self._user,
            fields.state,
            fields.nice,
            fields.threads,
            fields.ticks / source.ticks,
            float(fields.pages * source.page),
            *self.values,
            self._command,
            bool(fields.flags & PF_KTHREAD),
        )

    def _read_facts(self, source: Source, *, kernel: bool, state: str) -> None:
        # The directory belongs to the effective user; files in it may belong to root instead
        # (a process that may not be dumped).
        self._user = user_name(os.stat(f"{source.root}/{self.name}").st_uid)  # noqa: PTH116 - paths are text here: cheaper
        # Reading the command line waits for the memory map of the process, which one that hangs in
        # the kernel may hold for ever: it waits for a better moment instead.
        self._fresh = state != "disk"
        if self._fresh and not kernel:
            try:
                self._command = parse_command(self._read(source, "cmdline", COMMAND_BYTES)) or self._command
            except PermissionError:
                self._command = ""

    def _read_io(self, source: Source) -> tuple[float, float]:
        if self._io_refused:
            return NO_IO
        try:
            read, written = parse_io(self._read(source, "io", HOT_BYTES))
        except PermissionError:
            self._io_refused = True
            source.io_refused.add(self.pid)
            return NO_IO
        except FileNotFoundError:
            source.io_absent |= os.access(f"{source.root}/{self.name}/stat", os.F_OK)  # else it ended
            return NO_IO
        source.io_refused.discard(self.pid)
        return float(read), float(written)

    def _open(self, source: Source, file: str) -> int:
        source.counts.opened += 1
        return source.files.open(f"{source.root}/{self.name}/{file}")

    def _read(self, source: Source, file: str, size: int) -> bytes:
        source.counts.opened += 1
        return read_once(f"{source.root}/{self.name}/{file}", size)


@lru_cache(maxsize=1024)
def user_name(uid: int) -> str:
    """The name of a user, or the number where no name is known. Asked once: it may go over a network."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
