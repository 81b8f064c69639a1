"""The folder ``/proc/<pid>`` of one process that is surely the one that was meant (Linux).

The folder is opened first and its start time compared then: the kernel ties an open folder of
``/proc`` to the process, so nothing read through it is ever of another one that got the PID.
Knows no format but that of the start time.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Final

from sysmon.collectors.processes_linux_stat import PF_KTHREAD, StatLine, parse_stat
from sysmon.model.errors import ProcessGone
from sysmon.model.process import SAME_START, ProcessKey

HIDDEN: Final = "the system hides processes of other users (hidepid); root may read it"
OTHER_USER: Final = "belongs to another user; root may read it"
PROTECTED: Final = "it is protected, for it changed its rights or forbids it; root may read it"
NOT_EVEN_ROOT: Final = "the system does not let even root read it"
KERNEL: Final = "it is a thread of the kernel"
ENDED: Final = "it has ended; only its exit code waits for its parent"
ABSENT: Final = "this kernel does not tell it"

_STAT_BYTES: Final = 2048
"""All 52 fields of a stat line with room to spare."""
_CHUNK: Final = 64 * 1024
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a FIFO in place of a file must not hang us


class ProcessFolder:
    """Reads below one ``/proc/<pid>``. Made by `open_process`, good while that is entered, one thread at a time."""

    def __init__(self, key: ProcessKey, descriptor: int) -> None:
        self._descriptor = descriptor
        self.key = key
        self.line = self.head("stat", _STAT_BYTES)
        """The stat line as it was when the folder was opened."""
        self.stat: StatLine = parse_stat(self.line)

    @property
    def kernel(self) -> bool:
        """Whether it is a thread of the kernel."""
        return bool(self.stat.flags & PF_KTHREAD)

    @property
    def zombie(self) -> bool:
        return self.stat.state in ("zombie", "dead")

    def read(self, name: str, most: int) -> bytes:
        """At most ``most`` bytes of a file below the folder. Raises OSError."""
        descriptor = os.open(name, _FLAGS, dir_fd=self._descriptor)
        try:
            first = os.read(descriptor, min(most, _CHUNK))
            chunks, size = [first], len(first)
            while size < most and (chunk := os.read(descriptor, min(most - size, _CHUNK))):
                chunks.append(chunk)
                size += len(chunk)
        finally:
            os.close(descriptor)
        return b"".join(chunks)

    def head(self, name: str, most: int) -> bytes:
        """What one read gives, at most ``most`` bytes: all of a file of less than a page. Raises OSError."""
        descriptor = os.open(name, _FLAGS, dir_fd=self._descriptor)
        try:
            return os.read(descriptor, most)
        finally:
            os.close(descriptor)

    def link(self, name: str) -> str:
        """Where a link leads, bytes that are no UTF-8 as U+FFFD. Raises OSError."""
        return os.readlink(os.fsencode(name), dir_fd=self._descriptor).decode("utf-8", "replace")

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file that may be long, one after the other. Raises OSError at the first and at any later."""
        with open(os.open(name, _FLAGS, dir_fd=self._descriptor), "rb", buffering=_CHUNK) as file:
            yield from file

    def numbers(self, name: str, most: int) -> tuple[list[int], int]:
        """The numeric names in a folder below, at most ``most`` of them, ascending, and how many were left out.

        Raises OSError.
        """
        descriptor = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=self._descriptor)
        try:
            with os.scandir(descriptor) as entries:
                return _take((entry.name for entry in entries), most)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def below(self, name: str) -> Generator[int]:
        """A descriptor of a folder below, for many reads in it. Raises OSError."""
        descriptor = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=self._descriptor)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def reason(self, error: OSError) -> str:
        """Why this part could not be read, in words for the user."""
        if self.kernel:
            return KERNEL
        if self.zombie:
            return ENDED
        if isinstance(error, PermissionError):
            return self._refusal()
        if error.errno in (errno.ESRCH, errno.ENOENT, errno.ENOTDIR):
            return ABSENT
        return error.strerror or "the file cannot be read"

    def ours(self) -> bool:
        """Whether it runs with our rights, or we are root."""
        try:
            # The folder itself belongs to the effective user, whoever the files in it belong to.
            return os.geteuid() in (0, os.fstat(self._descriptor).st_uid)
        except OSError:
            return False

    def _refusal(self) -> str:
        if os.geteuid() == 0:
            return NOT_EVEN_ROOT
        return PROTECTED if self.ours() else OTHER_USER


def _take(names: Iterable[str], most: int) -> tuple[list[int], int]:
    """Names beyond ``most`` are only counted. The kernel lists them in ascending order."""
    found: list[int] = []
    more = 0
    for name in names:
        if not name.isdecimal():
            continue
        if len(found) < most:
            found.append(int(name))
        else:
            more += 1
    return sorted(found), more


@contextlib.contextmanager
def open_process(proc: Path, boot: float, key: ProcessKey) -> Generator[ProcessFolder]:
    """The folder of process ``key``; ``boot`` is the boot time in seconds since 1970 that its start counts from.

    Raises ProcessGone where the PID is not, or after reading is not any more, that process, and
    PermissionError where the system does not tell who it is.
    """
    path = f"{proc}/{key.pid}"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except (FileNotFoundError, ProcessLookupError) as error:
        raise _ended(key) from error
    try:
        try:
            folder = ProcessFolder(key, descriptor)
        except (FileNotFoundError, ProcessLookupError, ValueError) as error:
            raise _ended(key) from error
        if abs(boot + folder.stat.start / os.sysconf("SC_CLK_TCK") - key.start) > SAME_START:
            raise ProcessGone(f"PID {key.pid} belongs to another process by now")
        yield folder
        _compare(path, folder)
    finally:
        os.close(descriptor)


def _compare(path: str, folder: ProcessFolder) -> None:
    """By path, not through the open folder: so it is the PID that is asked, whoever has it now."""
    try:
        with open(f"{path}/stat", "rb", buffering=0) as file:
            start = parse_stat(file.read(_STAT_BYTES)).start
    except (FileNotFoundError, ProcessLookupError, ValueError) as error:
        raise _ended(folder.key) from error
    if start != folder.stat.start:
        raise ProcessGone(f"PID {folder.key.pid} belongs to another process by now")


def _ended(key: ProcessKey) -> ProcessGone:
    # A /proc mounted with hidepid=invisible does not tell one from the other; root sees everybody.
    hidden = "" if os.geteuid() == 0 else ", or the system hides it now"
    return ProcessGone(f"process {key.pid} has ended{hidden}")
