from __future__ import annotations

import pytest

from sysmon.runtime.bench import paint


def test_four_cases_and_their_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint, "_POINTS", (30, 60))
    results = {result.metric: result for result in paint.run()}
    cases = [results[f"{kind}_{points}_ms"].value for kind in ("smooth", "noise") for points in (30, 60)]
    assert all(value is not None and value > 0.0 for value in cases)
    assert results["ms_per_refresh"].value == max(value for value in cases if value is not None)
    assert results["ms_per_refresh"].bound == 8.0
    assert results["noise_to_smooth_30"].bound == 2.0
