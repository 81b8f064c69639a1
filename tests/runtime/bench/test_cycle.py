"""The benchmark of links that come and go, with few of them."""

from __future__ import annotations

import sys

import pytest

from sysmon.runtime.bench import cycle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")


def test_each_way_of_ending_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "_WARM_UP", ((10, False), (10, True)))
    results = {result.metric: result for result in cycle.measure(60)}
    assert {name: results[name].value for name in results if name != "rss_growth_mb"} == {
        "tasks_left": 0.0,
        "threads_left": 0.0,
        "descriptors_left": 0.0,
        "warnings": 0.0,
    }, results["warnings"].note
    assert results["rss_growth_mb"].value is not None
