from __future__ import annotations

import sys

import pytest

from sysmon.runtime.bench.agent import CPU_BOUND, RSS_BOUND, measure


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_agent_is_measured_beside_whatever_is_installed() -> None:
    results = {result.metric: result for result in measure(5, 1.5, 1.0)}
    assert (results["cpu_pct"].bound, results["rss_mb"].bound) == (CPU_BOUND, RSS_BOUND)
    assert results["rss_mb"].value is not None
    assert 10.0 < results["rss_mb"].value < 200.0
    assert results["threads"].value is not None
    assert results["threads"].value >= 2.0
    assert {"ratio_to_btop", "ratio_to_htop"} <= set(results)


def test_elsewhere_it_says_that_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert [result.note for result in measure(5, 1.0, 1.0)] == ["needs Linux", "needs Linux"]
