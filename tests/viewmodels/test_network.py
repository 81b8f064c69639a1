from __future__ import annotations

import math

import pytest

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.network import Network
from tests.viewmodels.fake_host import FakeHost, level, plain, steady


def interface(
    name: str, received: float, sent: float, errors: float = 0.0, speed: float = math.nan
) -> dict[Series, object]:
    return {
        series(names.NETWORK_IO, name, "receive"): steady(received),
        series(names.NETWORK_IO, name, "transmit"): steady(sent),
        series(names.NETWORK_ERRORS, name, "receive"): level(errors),
        series(names.NETWORK_ERRORS, name, "transmit"): level(0.0),
        series(names.NETWORK_DROPPED, name, "receive"): level(2.0),
        series(names.NETWORK_DROPPED, name, "transmit"): level(0.0),
        series(names.NETWORK_PACKETS, name, "receive"): steady(100.0),
        series(names.NETWORK_PACKETS, name, "transmit"): steady(50.0),
        series(names.NETWORK_SPEED, name): level(speed),
    }


def test_card() -> None:
    host = FakeHost()
    host.run(5, {**interface("lo", 5e6, 5e6), **interface("enp5s0", 16.9e6, 1.3e6, speed=2.5e9)})
    card = Network(host.readings()).card()
    assert plain(card.figure) == "18.2 MB/s"
    assert plain(card.context) == "enp5s0 · 2.5 Gb/s link · 0 errors"
    assert card.plot is not None
    assert [(line.name, plain(line.text)) for line in card.plot.lines] == [("In", "16.9 MB/s"), ("Out", "1.30 MB/s")]


@pytest.mark.parametrize(
    ("names_", "counted"),
    [
        (["lo", "enp5s0", "wlan0"], ["enp5s0", "wlan0"]),
        (["lo", "eth0", "docker0", "veth12ab", "br-9f", "virbr0", "tun0", "wg0", "eth0.7"], ["eth0"]),
        (["lo", "veth0"], ["veth0"]),
        (["lo"], []),
        (["en0", "lo0", "utun3", "awdl0"], ["en0"]),
        (["Ethernet", "Wi-Fi", "Loopback Pseudo-Interface 1"], ["Ethernet", "Wi-Fi"]),
    ],
)
def test_bytes_are_counted_once(names_: list[str], counted: list[str]) -> None:
    host = FakeHost()
    made: dict[Series, object] = {}
    for name in names_:
        made |= interface(name, 1.0, 1.0)
    host.run(3, made)
    assert Network(host.readings()).counted() == counted


def test_bits() -> None:
    host = FakeHost()
    host.run(5, interface("eth0", 16.9e6, 1.3e6))
    assert plain(Network(host.readings(units=Units(network_bits=True))).card().figure) == "146 Mb/s"


def test_several_links_and_errors() -> None:
    host = FakeHost()
    host.run(5, {**interface("eth0", 1e6, 0.0, errors=1.0), **interface("wlan0", 2e6, 0.0)})
    assert plain(Network(host.readings()).card().context) == "wlan0 and 1 more · 1 error"


def test_only_loopback() -> None:
    host = FakeHost()
    host.run(5, interface("lo", 1e6, 1e6))
    card = Network(host.readings()).card()
    assert card.figure == "–"
    assert "no network interface" in (card.reason or "")


def test_no_figures_at_all() -> None:
    host = FakeHost(Missing("network", "/proc/net/dev cannot be read"))
    host.tick({series(names.LOAD_1M): 1.0})
    assert Network(host.readings()).card().reason == "/proc/net/dev cannot be read"
