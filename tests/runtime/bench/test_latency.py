from __future__ import annotations

import pytest

from sysmon.runtime.bench import desktop, latency


@pytest.mark.skipif(desktop.missing(parts=True) is not None, reason=desktop.missing(parts=True) or "")
def test_figures_come_and_are_painted() -> None:
    results = {result.metric: result for result in latency.measure(2.0)}
    kept, painted = results["p99_ms"].value, results["pixel_p99_ms"].value
    assert kept is not None
    assert kept > 0.0
    assert painted is not None
    assert painted > 0.0


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert [result.value for result in latency.measure(1.0)] == [None, None]
