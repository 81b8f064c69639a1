"""The lines of the kernel's tables of sockets, ``/proc/net/tcp`` and its like: pure parsers.

Formats: proc_pid_net(5), and ``get_tcp4_sock``, ``unix_seq_show``, ``netlink_native_seq_show`` and
``packet_seq_show`` in the kernel's ``net``. None of them fails on a line it does not understand.
The kernel writes the path of a Unix socket as it is, so a program can forge lines of that one
table by a path with line ends. Knows no file and no process.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from sysmon.collectors.sockets import STATES

_CLOSED: Final = 7
_UNIX_LISTENS: Final = 0x10000
_UNIX_TYPES: Final = {1: "stream", 2: "datagram", 5: "seqpacket"}
_UNIX_STATES: Final = {1: "unconnected", 2: "connecting", 3: "established", 4: "closing"}
_UNIX_LINE = re.compile(
    rb"\S+ [0-9A-F]+ [0-9A-F]+ (?P<flags>[0-9A-F]+) (?P<type>[0-9A-F]+) (?P<state>[0-9A-F]+) +\d+(?: (?P<path>.*))?\n?"
)
_PACKET_TYPES: Final = {2: "datagram", 3: "raw"}


class SocketLine(NamedTuple):
    """The fields of `SocketFacts` without the descriptor, in their order."""

    family: str
    type: str
    local: str
    remote: str
    state: str
    receive_queue: int | None
    send_queue: int | None


@dataclass(frozen=True, slots=True)
class SocketTable:
    """One file of ``/proc/net``."""

    name: str
    column: int
    """Which word of a line is the inode."""
    read: Callable[[bytes], SocketLine]

    def inode(self, line: bytes) -> int | None:
        """The inode of a line; None for the heading and for what is no line."""
        words = line.split(maxsplit=self.column + 1)
        try:
            return int(words[self.column])
        except (IndexError, ValueError):
            return None

    def parse(self, line: bytes) -> SocketLine | None:
        """All of a line; None where it is not understood."""
        try:
            return self.read(line)
        except (IndexError, ValueError):
            return None


def parse_address(text: bytes) -> str:
    """``0100007F:1538`` as "127.0.0.1:5432"; empty for none (all zero). Raises ValueError.

    The kernel writes each 32-bit word of the address in its own byte order.
    """
    digits, colon, port = text.partition(b":")
    raw = bytes.fromhex(digits.decode("ascii"))
    if not colon or len(raw) not in (4, 16):
        raise ValueError("not an address")
    number = int(port, 16)
    if not number and not any(raw):
        return ""
    if sys.byteorder == "little":
        raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    if len(raw) == 4:
        return f"{socket.inet_ntop(socket.AF_INET, raw)}:{number}"
    return f"[{socket.inet_ntop(socket.AF_INET6, raw)}]:{number}"


def _internet(family: str, kind: str) -> Callable[[bytes], SocketLine]:
    def read(line: bytes) -> SocketLine:
        words = line.split()
        state = int(words[3], 16)
        send, _, receive = words[4].partition(b":")
        said = STATES.get(state, "")
        if kind != "tcp":
            said = "unconnected" if state == _CLOSED else said
        return SocketLine(
            family, kind, parse_address(words[1]), parse_address(words[2]), said, int(receive, 16), int(send, 16)
        )

    return read


def _unix(line: bytes) -> SocketLine:
    match = _UNIX_LINE.fullmatch(line)
    if match is None:
        raise ValueError("not a line of a Unix socket")
    listens = int(match["flags"], 16) & _UNIX_LISTENS
    path = (match["path"] or b"").decode("utf-8", "replace")
    said = "listen" if listens else _UNIX_STATES.get(int(match["state"], 16), "")
    return SocketLine("unix", _UNIX_TYPES.get(int(match["type"], 16), ""), path, "", said, None, None)


def _netlink(line: bytes) -> SocketLine:
    words = line.split()
    return SocketLine("netlink", "", f"port {int(words[2])}", "", "", int(words[4]), int(words[5]))


def _packet(line: bytes) -> SocketLine:
    words = line.split()
    return SocketLine("packet", _PACKET_TYPES.get(int(words[2]), ""), "", "", "", int(words[6]), None)


TABLES: Final = (
    SocketTable("unix", 6, _unix),
    SocketTable("tcp", 9, _internet("ipv4", "tcp")),
    SocketTable("tcp6", 9, _internet("ipv6", "tcp")),
    SocketTable("udp", 9, _internet("ipv4", "udp")),
    SocketTable("udp6", 9, _internet("ipv6", "udp")),
    SocketTable("netlink", 9, _netlink),
    SocketTable("packet", 8, _packet),
    SocketTable("raw", 9, _internet("ipv4", "raw")),
    SocketTable("raw6", 9, _internet("ipv6", "raw")),
    SocketTable("icmp", 9, _internet("ipv4", "icmp")),
    SocketTable("icmp6", 9, _internet("ipv6", "icmp")),
)
"""What most programs have first."""
