from __future__ import annotations

from sysmon.model import names
from sysmon.model.host import DeviceFacts, InterfaceFacts
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.network_page import NetworkModel, NetworkView
from tests.viewmodels.fake_host import HOST, FakeHost, level, plain, steady
from tests.viewmodels.test_network import interface

FACTS = DeviceFacts(
    HOST, (), (InterfaceFacts("eth0", "wired", ("192.0.2.7", "2001:db8::7"), "00:00:5e:00:53:01", 1500),)
)


def shown(host: FakeHost, choice: str = "") -> NetworkView:
    host.store.put_devices(FACTS)
    return NetworkModel(host.query, HOST, Units()).view(host.scope(), 300, choice)


def machine() -> FakeHost:
    host = FakeHost(Missing("sockets", "netlink is not allowed here"))
    host.run(
        5,
        {
            **interface("lo", 5e6, 5e6),
            **interface("eth0", 1e6, 2e6, errors=3.0, speed=1e9),
            series(names.NETWORK_UP, "eth0"): level(1.0),
            series(names.TCP_SEGMENTS, "sent"): steady(9000.0),
            series(names.TCP_SEGMENTS, "retransmitted"): steady(90.0),
        },
    )
    return host


def test_interfaces_as_rows_real_ones_first() -> None:
    rows = shown(machine()).interfaces
    assert [row.name for row in rows] == ["eth0", "lo"]
    first = rows[0]
    assert (first.state, plain(first.received), plain(first.sent)) == ("up", "1.00 MB/s", "2.00 MB/s")
    assert (plain(first.speed), first.problems) == ("1 Gb/s", "3 errors, 2 drops")
    assert first.addresses == "192.0.2.7, 2001:db8::7"
    assert rows[1].speed == "–"


def test_facts_of_all() -> None:
    facts = {fact.label: (plain(fact.value), plain(fact.note)) for fact in shown(machine()).device.facts}
    assert facts["Packets in"] == ("100 /s", "")
    assert facts["Errors"] == ("0 /s", "3 in all")
    assert facts["Resent"] == ("90 /s", "1 % of sent")
    assert "Link" not in facts


def test_one_interface() -> None:
    view = shown(machine(), "eth0").device
    assert [choice.key for choice in view.choices] == ["", "eth0", "lo"]
    assert plain(view.card.figure) == "3.00 MB/s"
    facts = {fact.label: (plain(fact.value), plain(fact.note)) for fact in view.facts}
    assert facts["Link"] == ("1 Gb/s", "up")
    assert facts["Hardware"] == ("00:00:5e:00:53:01", "MTU 1500")


def test_connections_by_state_or_the_reason() -> None:
    view = shown(machine())
    assert view.connections == ()
    assert view.connections_missing == "netlink is not allowed here"
    host = FakeHost()
    host.run(
        2,
        {
            series(names.NETWORK_CONNECTIONS, "tcp", "established"): level(84.0),
            series(names.NETWORK_CONNECTIONS, "tcp", "time_wait"): level(31.0),
            series(names.NETWORK_CONNECTIONS, "tcp", "syn_sent"): level(0.0),
        },
    )
    assert [(fact.label, fact.value) for fact in shown(host).connections] == [
        ("Established", "84"),
        ("Time wait", "31"),
    ]


def test_small_plots() -> None:
    titles = {card.title: card for card in shown(machine()).device.small}
    assert plain(titles["Packets"].figure) == "150 /s"
    assert plain(titles["Errors and drops"].figure) == "0 /s"
    assert plain(titles["Resent segments"].figure) == "90 /s"
    assert titles["Connections"].reason == "netlink is not allowed here"


def test_a_cable_that_is_pulled_out() -> None:
    host = FakeHost(Missing(series(names.NETWORK_SPEED, "eth0").key, "the link is down"))
    host.run(
        3, {**interface("eth0", 0.0, 0.0), **interface("lo", 0.0, 0.0), series(names.NETWORK_UP, "eth0"): level(0.0)}
    )
    link = next(fact for fact in shown(host, "eth0").device.facts if fact.label == "Link")
    assert (link.value, link.reason) == ("–", "the link is down")
