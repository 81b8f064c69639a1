"""The benchmark of a hub that is killed, under a few machines."""

from __future__ import annotations

import asyncio
import sys

import pytest

from sysmon.runtime.bench import reconnect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills a process, as Linux does it")


def test_all_come_back_and_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnect, "_AWAY", 0.2)
    results = {result.metric: result for result in asyncio.run(reconnect.measure(3))}
    assert results["missing"].value == 0.0
    assert results["live_s"].value is not None
    assert 0.0 < results["live_s"].value < 60.0
    assert set(results) == {"live_s", "dialling_pct", "missing"}
