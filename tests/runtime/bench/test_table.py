from __future__ import annotations

import sys

import pytest

from sysmon.runtime.bench import table


def test_ticks_and_key_strokes_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "TICK_BOUNDS", {50: 8.0})
    monkeypatch.setattr(table, "_FILTERED", 50)
    ticks, worst = table.run()
    assert ticks.metric == "ui_ms_per_tick_50"
    assert ticks.value is not None
    assert worst.value is not None
    assert 0.0 < ticks.value <= worst.value
    assert [result.bound for result in table.run_filter()] == [30.0, None]


def test_the_frozen_program_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert all(result.value is None and result.note for result in (*table.run(), *table.run_filter()))
