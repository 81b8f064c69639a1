"""Sockets of a process: real ones with addresses and queues, and tables that misbehave."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_folder import open_process
from sysmon.collectors.process_sockets import MOST_LINES, read_sockets, socket_inode
from sysmon.model.process_details import Section, SocketFacts
from tests.collectors.detail_tree import KEY, PID, hold, made
from tests.collectors.held_process import boot_time, child
from tests.collectors.proc_tree import BOOT
from tests.collectors.recorded import write_tree
from tests.collectors.test_socket_tables import LISTENING, TCP

CONNECT = """
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
peer, _ = server.accept()
client.send(b"unread")
waiting = socket.create_connection(server.getsockname())
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
unix = socket.socket(socket.AF_UNIX)
unix.bind(sys.argv[1])
unix.listen()
left, right = socket.socketpair()
os.write(1, ("%d %d\\n" % (server.getsockname()[1], client.getsockname()[1])).encode())
os.read(0, 1)
"""
HEADING = b"  sl  local_address rem_address   st tx_queue rx_queue\n"


def look(root: Path) -> Section[SocketFacts]:
    with open_process(root, BOOT, KEY) as folder:
        return read_sockets(folder)


def test_sockets_of_a_real_process(tmp_path: Path) -> None:
    path = str(tmp_path / "my socket")
    program = CONNECT.replace("os.write(1, ", "sys.argv.append(").replace("os.read(0, 1)", "ports = sys.argv[-1]")
    with child(program, path) as (key, _), open_process(Path("/proc"), boot_time(), key) as folder:
        found = read_sockets(folder)
    assert (found.missing, found.cut) == (None, 0)
    listening = next(each for each in found.items if each.state == "listen" and each.type == "tcp")
    assert (listening.family, listening.remote, listening.receive_queue) == ("ipv4", "", 1)
    peer = next(each for each in found.items if each.receive_queue == 6)
    assert (peer.local, peer.state) == (listening.local, "established")
    client = next(each for each in found.items if each.local == peer.remote)
    assert client.remote == peer.local
    assert [each.state for each in found.items if each.type == "udp"] == ["unconnected"]
    assert [(each.local, each.state) for each in found.items if each.type == "stream" and each.local] == [
        (path, "listen")
    ]
    assert [each.state for each in found.items if each.family == "unix" and not each.local] == ["established"] * 2
    assert len(found.items) == 8


def test_what_no_table_knows_is_listed_all_the_same(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {3: "socket:[4711]", 4: "socket:[99]", 5: "/dev/null", 6: "socket:[4711]"})
    write_tree(tmp_path / str(PID), {"net/tcp": HEADING + b"broken\n" + TCP + LISTENING})
    found = look(tmp_path)
    assert [(each.fd, each.family) for each in found.items] == [(3, "ipv4"), (4, "unknown"), (6, "ipv4")]
    assert found.items[1] == SocketFacts(4, "unknown", "", "", "", "", None, None)


def test_tables_are_read_only_until_everything_is_found(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {3: "socket:[4711]"})
    (tmp_path / str(PID) / "net" / "tcp6").mkdir(parents=True)  # reading it would be an error
    write_tree(tmp_path / str(PID), {"net/tcp": HEADING + TCP})
    assert look(tmp_path).missing is None
    hold(tmp_path, {4: "socket:[1]"})
    assert look(tmp_path).missing == "Is a directory"


def test_a_process_without_sockets_asks_no_table(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / str(PID) / "net" / "unix").mkdir(parents=True)
    assert look(tmp_path) == Section()


def test_endless_tables_are_cut(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {3: "socket:[1]"})
    write_tree(tmp_path / str(PID), {"net/tcp": HEADING + LISTENING * (MOST_LINES + 5)})
    found = look(tmp_path)
    assert found.items[0].family == "unknown"
    assert found.missing is not None
    assert str(MOST_LINES) in found.missing


def test_the_tables_are_those_of_its_own_network_namespace(tmp_path: Path) -> None:
    made(tmp_path)
    hold(tmp_path, {3: "socket:[4711]"})
    write_tree(tmp_path, {"net/tcp": HEADING + TCP})
    assert look(tmp_path).items[0].family == "unknown"


@given(st.text(max_size=30))
def test_any_link_is_survived(link: str) -> None:
    assert socket_inode(link) is None
    assert socket_inode(f"socket:[{len(link)}]") == len(link)
