"""CPU frequencies through psutil, for systems that give some, one, or none."""

from __future__ import annotations

import math
from types import SimpleNamespace

import psutil
import pytest

from sysmon.collectors.cpu_frequency_psutil import CpuFrequencyPsutilCollector
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons

FIRST = "system.cpu.frequency{cpu.logical_number=0}"
LIMIT = "system.cpu.frequency.limit"


def answer_with(monkeypatch: pytest.MonkeyPatch, *cpus: tuple[float, float]) -> None:
    def cpu_freq(percpu: bool = False) -> list[SimpleNamespace]:
        return [SimpleNamespace(current=current, min=0.0, max=limit) for current, limit in cpus]

    monkeypatch.setattr(psutil, "cpu_freq", cpu_freq, raising=False)


def test_megahertz_become_hertz(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, (800.0, 4200.0), (1600.0, 5000.0))
    collector = CpuFrequencyPsutilCollector()
    reading = collector.read()
    assert figures(reading) == {FIRST: 8e8, "system.cpu.frequency{cpu.logical_number=1}": 1.6e9, LIMIT: 5e9}
    assert collector.read().series is reading.series


def test_a_limit_of_zero_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, (2400.0, 0.0))
    reading = CpuFrequencyPsutilCollector().read()
    assert math.isnan(figures(reading)[LIMIT])
    assert LIMIT in reasons(reading)


def test_no_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch)
    with pytest.raises(CollectorUnavailable, match="frequency"):
        CpuFrequencyPsutilCollector().read()


def test_a_psutil_without_the_function_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(psutil, "cpu_freq", raising=False)
    with pytest.raises(CollectorUnavailable, match="frequency"):
        CpuFrequencyPsutilCollector().read()
