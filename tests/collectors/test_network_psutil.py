"""Interface traffic through psutil: the same figures as the Linux reader, and machines without a network."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.network import NetworkCollector
from sysmon.collectors.network_psutil import NetworkPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures, reasons


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the Linux reader")
def test_the_same_figures_as_the_linux_reader() -> None:
    ours, other = NetworkCollector(Path("/proc"), Path("/sys")), NetworkPsutilCollector()

    def compare() -> list[str]:
        before = figures(ours.read())
        truth = figures(other.read())
        return between(before, truth, figures(ours.read()), 0.0)

    eventually(compare)
    ours.close()
    other.close()


def test_the_layout_is_the_same_object_and_missing_has_reasons() -> None:
    collector = NetworkPsutilCollector()
    first = collector.read()
    assert collector.read().series is first.series
    assert "system.linux.tcp.segments" in reasons(first)


def test_no_interface_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def net_io_counters(pernic: bool = False, nowrap: bool = True) -> dict[str, object]:
        return {}

    monkeypatch.setattr(psutil, "net_io_counters", net_io_counters)
    with pytest.raises(CollectorUnavailable, match="no network interface"):
        NetworkPsutilCollector().read()
