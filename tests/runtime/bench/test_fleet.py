from __future__ import annotations

import pytest

from sysmon.runtime.bench import fleet


def test_every_size_beside_its_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "COUNTS", (3,))
    monkeypatch.setattr(fleet, "VIEWS", {"tiles": "fleet"})
    results = {result.metric: result for result in fleet.run_quick()}
    assert set(results) == {"ui_ms_per_tick", "tiles_3_ms", "to_floor_3", "behind", "growth"}
    assert results["ui_ms_per_tick"].value == results["tiles_3_ms"].value
    assert results["ui_ms_per_tick"].bound == fleet.BOUND
    assert results["growth"].value == 1.0
    assert results["behind"].value == 0.0
    assert "3 tiles" in results["to_floor_3"].note
    assert all(result.value is not None and result.value >= 0.0 for result in results.values())
