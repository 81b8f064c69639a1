"""The sockets of one process (Linux): its descriptors, looked up in the tables of its network namespace.

The tables are read under ``/proc/<pid>/net``, so that a process in a container is looked up among
the sockets of the container. A busy server's tables are long: they are read line by line, and only
until every socket of the process is found. What no table knows is listed as unknown, not hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sysmon.collectors.process_folder import ProcessFolder
from sysmon.collectors.process_lookup import MOST_DESCRIPTORS
from sysmon.collectors.socket_tables import TABLES, SocketLine
from sysmon.model.process_details import Section, SocketFacts

MOST_LINES: Final = 200_000
"""Lines of all tables that are looked at, below half a second."""
_LINK: Final = "socket:["
_UNKNOWN: Final = SocketLine("unknown", "", "", "", "", None, None)
_TOO_LONG: Final = f"there are more than {MOST_LINES} sockets on this system; not all were looked through"


def socket_inode(link: str) -> int | None:
    """The number in ``socket:[4711]``; None for any other link."""
    number = link[len(_LINK) : -1]
    return int(number) if link.startswith(_LINK) and link.endswith("]") and number.isdecimal() else None


def read_sockets(folder: ProcessFolder) -> Section[SocketFacts]:
    """The sockets among the descriptors with the lowest numbers; ``cut`` counts descriptors not looked at."""
    try:
        numbers, cut = folder.numbers("fd", MOST_DESCRIPTORS)
    except OSError as error:
        return Section(missing=folder.reason(error))
    held, refused = _held(folder, numbers)
    found, missing = _look_up(folder, {inode for _, inode in held})
    sockets = (SocketFacts(number, *found.get(inode, _UNKNOWN)) for number, inode in held)
    return Section(tuple(sockets), refused or missing, cut)


def _held(folder: ProcessFolder, numbers: Iterable[int]) -> tuple[list[tuple[int, int]], str | None]:
    """Descriptor and inode of each socket, and why some could not be told."""
    held: list[tuple[int, int]] = []
    missing: str | None = None
    for number in numbers:
        try:
            inode = socket_inode(folder.link(f"fd/{number}"))
        except PermissionError as error:
            missing = folder.reason(error)  # the list is told to more than the links are
            continue
        except OSError:
            continue  # closed meanwhile
        if inode is not None:
            held.append((number, inode))
    return held, missing


def _look_up(folder: ProcessFolder, wanted: set[int]) -> tuple[dict[int, SocketLine], str | None]:
    found: dict[int, SocketLine] = {}
    missing: str | None = None
    looked = 0
    for table in TABLES:
        if not wanted:
            break
        try:
            for line in folder.lines(f"net/{table.name}"):
                looked += 1
                if looked > MOST_LINES:
                    return found, _TOO_LONG
                inode = table.inode(line)
                if inode in wanted and (socket := table.parse(line)) is not None:
                    found[inode] = socket
                    wanted.discard(inode)
        except FileNotFoundError:
            continue  # this kernel has no such sockets
        except OSError as error:
            missing = folder.reason(error)
    return found, missing
