"""The descriptors of one process (Linux): ``/proc/<pid>/fd`` and ``fdinfo``, proc_pid_fdinfo(5).

What a descriptor leads to is told by the text of its link alone: following it could hang on a dead
network mount. A descriptor that is closed meanwhile is left out.
"""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

from sysmon.collectors.process_folder import ProcessFolder
from sysmon.collectors.process_lookup import MOST_DESCRIPTORS
from sysmon.model.process_details import FileFacts, Section

_FDINFO_BYTES: Final = 512
"""The first lines are position and flags; an epoll descriptor lists thousands of others after them."""
_ACCESS: Final = {os.O_RDONLY: ("read",), os.O_WRONLY: ("write",), os.O_RDWR: ("read", "write")}
_OTHER_FLAGS: Final = (
    ("append", os.O_APPEND),
    ("nonblock", os.O_NONBLOCK),
    ("cloexec", os.O_CLOEXEC),
    ("direct", os.O_DIRECT),
    ("sync", os.O_SYNC),
    ("path", os.O_PATH),
)
_ANONYMOUS = re.compile(r"anon_inode:\[?(?P<name>[^]]*)]?")
_EVENTS: Final = frozenset({"eventfd", "eventpoll", "inotify", "fanotify", "signalfd", "timerfd", "pidfd"})
_TERMINALS: Final = ("/dev/pts/", "/dev/tty", "/dev/console")
_MEMORY: Final = ("/memfd:", "/dev/shm/", "/SYSV", "/dev/zero", "/dmabuf:")  # noqa: S108  names to compare with


class FdInfo(NamedTuple):
    """Position and flags of one descriptor, -1 where they are not told."""

    position: int
    flags: int


def parse_fdinfo(data: bytes) -> FdInfo:
    """The first lines of a fdinfo file. Never fails."""
    position = flags = -1
    for line in data.split(b"\n"):
        name, _, value = line.partition(b":")
        try:
            if name == b"pos" and position < 0:
                position = int(value)
            elif name == b"flags" and flags < 0:
                flags = int(value, 8)
        except ValueError:
            continue
    return FdInfo(position, flags)


def flag_names(flags: int) -> tuple[str, ...]:
    """Words for what a file was opened with; none where that is not told (-1)."""
    if flags < 0:
        return ()
    access = _ACCESS.get(flags & os.O_ACCMODE, ())
    return (*access, *(name for name, bit in _OTHER_FLAGS if flags & bit == bit))


def kind_of(link: str, flags: int) -> str:
    """What a descriptor leads to, one of the words of `FileFacts.kind`."""
    if match := _ANONYMOUS.match(link):
        return "event" if match["name"] in _EVENTS else "other"
    if link.startswith("socket:["):
        return "socket"
    if link.startswith("pipe:["):
        return "pipe"
    if link.startswith(_MEMORY):
        return "memory"
    if link.startswith(_TERMINALS):
        return "terminal"
    if not link.startswith("/"):
        return "event" if link.startswith("pidfd:") else "other"
    if flags >= 0 and flags & os.O_DIRECTORY:
        return "directory"
    return "device" if link.startswith("/dev/") else "file"


def read_files(folder: ProcessFolder) -> Section[FileFacts]:
    """The descriptors with the lowest numbers."""
    try:
        numbers, cut = folder.numbers("fd", MOST_DESCRIPTORS)
    except OSError as error:
        return Section(missing=folder.reason(error))
    found: list[FileFacts] = []
    missing: str | None = None
    for number in numbers:
        try:
            link = folder.link(f"fd/{number}")
            info = _info(folder, number)
        except PermissionError as error:
            missing = folder.reason(error)  # the list is told to more than the links are
            continue
        except OSError:
            continue
        position = info.position if info.position >= 0 else None
        found.append(FileFacts(number, link, kind_of(link, info.flags), flag_names(info.flags), position))
    return Section(tuple(found), missing, cut)


def _info(folder: ProcessFolder, number: int) -> FdInfo:
    try:
        return parse_fdinfo(folder.head(f"fdinfo/{number}", _FDINFO_BYTES))
    except PermissionError:
        # Some kernels ask for more rights for this than for the link.
        return FdInfo(-1, -1)
