"""Links through psutil: speed 0 is unknown, and interfaces come and go."""

from __future__ import annotations

import math
from types import SimpleNamespace

import psutil
import pytest

from sysmon.collectors.network_link_psutil import NetworkLinkPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons


def answer_with(monkeypatch: pytest.MonkeyPatch, **links: tuple[bool, int]) -> None:
    def net_if_stats() -> dict[str, SimpleNamespace]:
        return {name: SimpleNamespace(isup=up, speed=speed) for name, (up, speed) in links.items()}

    monkeypatch.setattr(psutil, "net_if_stats", net_if_stats)


def key(metric: str, name: str) -> str:
    return f"system.linux.network.{metric}{{network.interface.name={name}}}"


def test_speed_in_bits_and_zero_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, en0=(True, 1000), awdl0=(False, 0))
    collector = NetworkLinkPsutilCollector()
    reading = collector.read()
    found = figures(reading)
    assert found[key("speed", "en0")] == 1e9
    assert (found[key("up", "en0")], found[key("up", "awdl0")]) == (1.0, 0.0)
    assert math.isnan(found[key("speed", "awdl0")])
    assert reasons(reading).keys() == {key("speed", "awdl0")}
    assert collector.read().series is reading.series


def test_an_interface_that_vanishes_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = NetworkLinkPsutilCollector()
    answer_with(monkeypatch, en0=(True, 1), en7=(True, 1))
    collector.read()
    answer_with(monkeypatch, en0=(True, 1))
    assert key("up", "en7") not in figures(collector.read())


def test_no_interface_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch)
    with pytest.raises(CollectorUnavailable, match="no network interface"):
        NetworkLinkPsutilCollector().read()


def test_this_machine() -> None:
    assert figures(NetworkLinkPsutilCollector().read())
