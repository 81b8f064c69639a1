from __future__ import annotations

import pytest

from sysmon.runtime.bench import desktop, window


@pytest.mark.skipif(desktop.missing() is not None, reason=desktop.missing() or "")
def test_own_cost_and_that_of_the_server_are_measured() -> None:
    results = {result.metric: result for result in window.measure(3, 0.5, 1.5)}
    cpu, own, server = (results[name].value for name in ("cpu_pct", "own_cpu_pct", "x_cpu_pct"))
    assert cpu is not None
    assert own is not None
    assert server is not None
    assert cpu == pytest.approx(own + server)
    assert (results["rss_mb"].value or 0.0) > 20.0
    assert results["cpu_pct"].bound == 1.2
    assert results["rss_mb"].bound == 130.0


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert {result.value for result in window.measure(1, 0.0, 0.0)} == {None}
