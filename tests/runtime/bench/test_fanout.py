"""The benchmark of one publisher and many subscribers, with three of them."""

from __future__ import annotations

import asyncio
import sys

import pytest

from sysmon.runtime.bench import fanout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors and memory in /proc")


def test_it_measures_plain_and_secured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "_SETTLE", 0.0)
    results = {result.metric: result for result in asyncio.run(fanout._measure(3, 2))}
    assert set(results) == {
        "cpu_pct_floor",
        *(f"{what}_{how}" for what in ("cpu_pct", "p99_ms", "lost", "kib_per_subscriber") for how in ("plain", "tls")),
    }
    assert all(
        result.value is not None and result.value > 0
        for name, result in results.items()
        if name.startswith(("cpu", "p99"))
    )
    assert results["lost_plain"].value == results["lost_tls"].value == 0.0
    assert results["cpu_pct_tls"].bound == pytest.approx(fanout.TLS_BOUND * 3 / 1000)
