from __future__ import annotations

import pytest

from sysmon.runtime.bench import desktop, idle


@pytest.mark.skipif(desktop.missing(parts=True) is not None, reason=desktop.missing(parts=True) or "")
def test_both_states_are_measured_and_the_worse_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "CROWD", 3)
    results = {result.metric: result.value for result in idle.measure(0.2, 1.0)}
    hidden, minimised = results["hidden_cpu_pct"], results["minimised_cpu_pct"]
    assert hidden is not None
    assert minimised is not None
    assert results["cpu_pct"] == max(hidden, minimised)


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (result,) = idle.measure(0.0, 0.0)
    assert result.value is None
    assert result.note
