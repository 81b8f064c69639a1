"""Lines of the kernel's tables of sockets: recorded ones, and anything else."""

from __future__ import annotations

import ipaddress
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.socket_tables import TABLES, SocketLine, SocketTable, parse_address

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="recorded on a little-endian machine")

TCP = b"   0: 0100007F:1538 0200007F:C350 01 00000010:00000020 00:00000000 00000000  1000        0 4711 1 0000 100 0\n"
LISTENING = b"   1: 00000000:0016 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4712 1 0000\n"
TCP6 = (
    b"   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A "
    b"00000000:00000000 00:00000000 00000000     0        0 4713 1 0000 100 0 0 10 0\n"
)
UDP = b"  12: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 4714 2 0000 0\n"
NETLINK = b"000000002b732a7f 0   1234       00000001 8        0        0     2        0        4715\n"
PACKET = b"ffff888 3      3    0003   2     1 64     0      4716\n"


def table(name: str) -> SocketTable:
    return next(each for each in TABLES if each.name == name)


@pytest.mark.parametrize(
    ("name", "line", "inode", "socket"),
    [
        ("tcp", TCP, 4711, ("ipv4", "tcp", "127.0.0.1:5432", "127.0.0.2:50000", "established", 32, 16)),
        ("tcp", LISTENING, 4712, ("ipv4", "tcp", "0.0.0.0:22", "", "listen", 3, 0)),
        ("tcp6", TCP6, 4713, ("ipv6", "tcp", "[::1]:80", "", "listen", 0, 0)),
        ("udp", UDP, 4714, ("ipv4", "udp", "127.0.0.53:53", "", "unconnected", 0, 0)),
        ("netlink", NETLINK, 4715, ("netlink", "", "port 1234", "", "", 8, 0)),
        ("packet", PACKET, 4716, ("packet", "raw", "", "", "", 64, None)),
    ],
)
def test_a_line_of_each_table(name: str, line: bytes, inode: int, socket: tuple[object, ...]) -> None:
    assert table(name).inode(line) == inode
    assert table(name).parse(line) == socket


@pytest.mark.parametrize(
    ("line", "path", "kind", "state"),
    [
        (b"00000000beecc: 00000002 00000000 00010000 0001 01 314808 /tmp/.X11-unix/X7\n", "/tmp/.X11-unix/X7", "stream", "listen"),
        (b"00000000beecc: 00000003 00000000 00000000 0001 03   5872\n", "", "stream", "established"),
        (b"00000000beecc: 00000003 00000000 00000000 0002 01  15872 @/a b  c \n", "@/a b  c ", "datagram", "unconnected"),
        (b"00000000beecc: 00000003 00000000 00000000 0005 02  15872 \xff\x1b[2J\n", "\ufffd\x1b[2J", "seqpacket", "connecting"),
    ],
)  # fmt: skip
def test_a_unix_socket_keeps_its_path_as_it_is(line: bytes, path: str, kind: str, state: str) -> None:
    assert table("unix").parse(line) == SocketLine("unix", kind, path, "", state, None, None)


@pytest.mark.parametrize("name", [each.name for each in TABLES])
def test_headings_and_cut_lines_have_no_inode(name: str) -> None:
    heading = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    assert table(name).inode(heading) is None
    assert table(name).inode(b"") is None
    assert table(name).parse(b"") is None


@given(st.binary(max_size=200))
def test_any_line_is_survived(line: bytes) -> None:
    for each in TABLES:
        each.inode(line)
        each.parse(line)


@given(st.ip_addresses(v=4), st.integers(1, 65535))
def test_an_address_comes_back(address: ipaddress.IPv4Address, port: int) -> None:
    assert parse_address(f"{int.from_bytes(address.packed, 'little'):08X}:{port:04X}".encode()) == f"{address}:{port}"


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_an_address_of_version_6_comes_back(address: ipaddress.IPv6Address, port: int) -> None:
    words = [address.packed[at : at + 4][::-1].hex().upper() for at in range(0, 16, 4)]
    host, _, told = parse_address(f"{''.join(words)}:{port:04X}".encode()).rpartition(":")
    assert ipaddress.IPv6Address(host.strip("[]")) == address
    assert int(told) == port


@pytest.mark.parametrize("text", [b"", b":", b"00:1", b"0100007F", b"ZZZZZZZZ:1", b"0100007F:ZZ", b"\xff:1"])
def test_what_is_no_address(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  several reasons, each from another function
        parse_address(text)
