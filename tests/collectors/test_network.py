"""``/proc/net/dev`` of several kernels and of interfaces that come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.network import NetworkCollector, parse_net_dev
from sysmon.model.errors import CollectorFailed, CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.test_snmp import SNMP, SNMP6

HEAD = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
"""
LO = "    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0\n"
ETH0 = "  eth0: 100 2 3 4 5 6 7 8 900 10 11 12 13 14 15 16\n"
OLD_ETH0 = "  eth0:100 2 3 4 5 6 7 8 900 10 11 12 13 14 15 16\n"


def machine(root: Path, dev: str | bytes, **files: bytes) -> NetworkCollector:
    write_tree(root, {"net/dev": dev} | {f"net/{name}": content for name, content in files.items()})
    return NetworkCollector(root, root)


def key(metric: str, interface: str, direction: str) -> str:
    return f"system.network.{metric}{{network.interface.name={interface},network.io.direction={direction}}}"


@pytest.mark.parametrize("line", [ETH0, OLD_ETH0])
def test_bytes_packets_errors_and_drops_of_every_interface(tmp_path: Path, line: str) -> None:
    collector = machine(tmp_path, HEAD + LO + line, snmp=SNMP, snmp6=SNMP6)
    reading = collector.read()
    found = figures(reading)
    assert found[key("io", "eth0", "receive")] == 100.0
    assert found[key("io", "eth0", "transmit")] == 900.0
    assert found[key("packet.count", "eth0", "receive")] == 2.0
    assert found[key("errors", "eth0", "receive")] == 3.0
    assert found[key("packet.dropped", "eth0", "transmit")] == 12.0
    assert found[key("io", "lo", "receive")] == 3193.0
    assert collector.read().series is reading.series
    collector.close()


def test_udp_counts_both_versions_of_ip(tmp_path: Path) -> None:
    sent = "system.linux.udp.datagrams{system.linux.udp.datagram.kind=sent}"
    collector = machine(tmp_path, HEAD + LO, snmp=SNMP, snmp6=SNMP6)
    assert figures(collector.read())[sent] == 45.0 + 40.0
    collector.close()
    (tmp_path / "net/snmp6").unlink()
    without = NetworkCollector(tmp_path, tmp_path)
    assert figures(without.read())[sent] == 45.0
    without.close()


def test_without_snmp_the_interfaces_are_still_read(tmp_path: Path) -> None:
    collector = machine(tmp_path, HEAD + LO)
    reading = collector.read()
    assert len(figures(reading)) == 8
    retransmitted = "system.linux.tcp.segments{system.linux.tcp.segment.kind=retransmitted}"
    assert reasons(reading)[retransmitted] == "/proc/net/snmp cannot be read"
    collector.close()


def test_interfaces_come_and_go_between_readings(tmp_path: Path) -> None:
    collector = machine(tmp_path, HEAD + LO + ETH0)
    collector.read()
    write_tree(tmp_path, {"net/dev": HEAD + LO + ETH0.replace("eth0", "veth42")})
    found = figures(collector.read())
    assert key("io", "veth42", "receive") in found
    assert key("io", "eth0", "receive") not in found
    collector.close()


def test_1000_interfaces_and_names_that_are_no_text(tmp_path: Path) -> None:
    lines = "".join(ETH0.replace("eth0", f"v{number}") for number in range(1000)).encode()
    collector = machine(tmp_path, HEAD.encode() + lines + ETH0.encode().replace(b"eth0", b"\xff{}=,"))
    found = figures(collector.read())
    assert len(found) == 1001 * 8
    assert found[key("io", "\\xff{}=,", "receive")] == 100.0
    collector.close()


def test_a_namespace_without_interfaces_is_valid(tmp_path: Path) -> None:
    collector = machine(tmp_path, HEAD)
    assert figures(collector.read()) == {}
    collector.close()


def test_a_32_bit_counter_that_wrapped_stays_as_the_kernel_gave_it(tmp_path: Path) -> None:
    collector = machine(tmp_path, HEAD + ETH0.replace(": 100 ", ": 4294967290 "))
    collector.read()
    write_tree(tmp_path, {"net/dev": HEAD + ETH0.replace(": 100 ", ": 5 ")})
    assert figures(collector.read())[key("io", "eth0", "receive")] == 5.0
    collector.close()


@pytest.mark.parametrize(
    "text", ["", "x\n", HEAD + "eth0: 1 2 3\n", HEAD + ETH0.replace("900", "-"), HEAD + LO + LO, "\x00" * 9000]
)
def test_what_is_no_net_dev_fails(tmp_path: Path, text: str) -> None:
    collector = machine(tmp_path, text)
    with pytest.raises(CollectorFailed, match="/proc/net/dev"):
        collector.read()
    collector.close()


def test_without_net_dev_the_family_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="dev does not exist"):
        NetworkCollector(tmp_path, tmp_path).read()


@given(st.binary(max_size=200) | st.text("eth0: 123456789\n").map(lambda text: (HEAD + text).encode()))
def test_the_parser_answers_or_fails_on_any_bytes(data: bytes) -> None:
    try:
        found = parse_net_dev(data)
    except CollectorFailed:
        return
    assert all(len(column) == len(found.names) for column in found.columns)
