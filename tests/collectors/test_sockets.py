"""TCP states from the kernel's answer, and from the tables where it gives none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.sock_diag import STATE_NUMBERS, SockDiag
from sysmon.collectors.sockets import STATES, SocketsCollector, parse_tcp_table, parse_time_wait, state_values
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, write_tree

SOCKSTAT = "sockets: used 13\nTCP: inuse 5 orphan 0 tw 321 alloc 7 mem 1\nUDP: inuse 2 mem 0\n"
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
LINE = "   0: 0100007F:1F90 00000000:0000 {:02X} 00000000:00000000 00:00000000 00000000     0        0 1 1\n"


class KernelWithDiag(SockDiag):
    """Answers the same counts for IPv4 and IPv6, and keeps what it was asked for."""

    def __init__(self, counts: dict[int, int]) -> None:
        super().__init__()
        self.counts = counts
        self.masks: list[int] = []

    def count(self, family: socket.AddressFamily, states: int) -> list[int]:
        self.masks.append(states)
        return [self.counts.get(number, 0) for number in range(STATE_NUMBERS)]


class KernelWithoutDiag(SockDiag):
    """Refuses, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def count(self, family: socket.AddressFamily, states: int) -> list[int]:
        self.asked += 1
        raise FileNotFoundError(2, "No such file or directory")


def key(state: str) -> str:
    return f"system.network.connection.count{{network.transport=tcp,network.connection.state={state}}}"


def test_both_ip_versions_are_added_and_waiting_ones_are_not_listed(tmp_path: Path) -> None:
    kernel = KernelWithDiag({1: 10, 10: 2, 12: 1})
    collector = SocketsCollector(write_tree(tmp_path, {"net/sockstat": SOCKSTAT}), tmp_path, kernel)
    reading = collector.read()
    found = figures(reading)
    assert found.keys() == {key(state) for state in STATES.values()}
    assert found[key("established")] == 20.0
    assert found[key("listen")] == 4.0
    assert found[key("syn_received")] == 2.0
    assert found[key("time_wait")] == 321.0
    assert found[key("closing")] == 0.0
    assert not any(mask & 1 << 6 for mask in kernel.masks)
    assert collector.read().series is reading.series
    collector.close()


def test_without_sock_diag_the_tables_are_read_and_it_is_not_asked_again(tmp_path: Path) -> None:
    kernel = KernelWithoutDiag()
    table = HEAD + LINE.format(1) * 3 + LINE.format(6) + LINE.format(10)
    write_tree(tmp_path, {"net/tcp": table, "net/tcp6": HEAD + LINE.format(10)})
    collector = SocketsCollector(tmp_path, tmp_path, kernel)
    for _ in range(3):
        found = figures(collector.read())
        assert found[key("established")] == 3.0
        assert found[key("time_wait")] == 1.0
        assert found[key("listen")] == 2.0
    assert kernel.asked == 1
    collector.close()


def test_without_ipv6_there_is_nothing_to_add(tmp_path: Path) -> None:
    write_tree(tmp_path, {"net/tcp": HEAD + LINE.format(10)})
    collector = SocketsCollector(tmp_path, tmp_path, KernelWithoutDiag())
    assert figures(collector.read())[key("listen")] == 1.0
    collector.close()


def test_without_any_source_the_family_is_unavailable(tmp_path: Path) -> None:
    collector = SocketsCollector(tmp_path, tmp_path, KernelWithoutDiag())
    with pytest.raises(CollectorUnavailable, match="tcp does not exist"):
        collector.read()
    collector.close()


@pytest.mark.parametrize("text", ["", "TCP: inuse 5\n", "TCP: inuse 5 tw\n", "TCP: tw many\n", "\x00" * 9000])
def test_what_is_no_sockstat_fails(text: str) -> None:
    with pytest.raises(CollectorFailed, match="sockstat"):
        parse_time_wait(text.encode())


@given(st.binary(max_size=200) | st.text("0123456789ABCDEFTCP:tw \n").map(str.encode))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    counts = [0] * STATE_NUMBERS
    for parse in (parse_time_wait, lambda text: parse_tcp_table(b"head\n" + text, counts)):
        try:
            parse(data)
        except CollectorFailed:
            continue
    assert len(state_values(counts)) == len(STATES)
