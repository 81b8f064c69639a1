"""TCP and UDP counters, whatever columns a kernel prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.snmp import PROTOCOL_SERIES, parse_snmp, parse_udp6
from sysmon.model.errors import CollectorFailed

SNMP = b"""\
Ip: Forwarding DefaultTTL
Ip: 2 64
IcmpMsg: InType3
IcmpMsg: 1
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 22 2 3 4 5 6092 3760 7 8 20 9
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors
Udp: 44 1 2 45 0
UdpLite: InDatagrams NoPorts InErrors OutDatagrams
UdpLite: 900 900 900 900
"""
SNMP6 = b"Ip6InReceives   \t1\nUdp6InDatagrams                 \t10\nUdp6NoPorts\t20\nUdp6InErrors\t30\nUdp6OutDatagrams\t40\nUdpLite6InDatagrams\t9\n"


def test_values_stand_in_the_order_of_the_series() -> None:
    counters = parse_snmp(SNMP)
    assert counters.tcp == (6092.0, 3760.0, 7.0, 8.0, 20.0, 22.0, 2.0, 3.0)
    assert counters.udp == (44.0, 45.0, 2.0, 1.0)
    assert len(PROTOCOL_SERIES) == len(counters.tcp) + len(counters.udp)
    assert PROTOCOL_SERIES[2].key == "system.linux.tcp.segments{system.linux.tcp.segment.kind=retransmitted}"
    assert PROTOCOL_SERIES[8].key == "system.linux.udp.datagrams{system.linux.udp.datagram.kind=received}"


def test_ipv6_datagrams_come_in_the_same_order() -> None:
    assert parse_udp6(SNMP6) == (10.0, 40.0, 30.0, 20.0)


def test_a_section_at_the_very_start_is_found() -> None:
    assert parse_snmp(SNMP[SNMP.index(b"Tcp:") :]) == parse_snmp(SNMP)


@pytest.mark.parametrize(
    "text", [b"", b"Tcp:", b"Tcp: InSegs\nTcp: 1\n", SNMP.replace(b"6092", b"many"), b"\xff" * 9000]
)
def test_what_is_no_snmp_table_fails(text: bytes) -> None:
    with pytest.raises(CollectorFailed, match="snmp"):
        parse_snmp(text)


@given(st.binary(max_size=200) | st.text("Tcp:UdpInSegs 0123456789\n").map(lambda text: b"Tcp: " + text.encode()))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    for parse in (parse_snmp, parse_udp6):
        try:
            parse(data)
        except CollectorFailed:
            continue
