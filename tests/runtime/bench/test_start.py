from __future__ import annotations

import pytest

from sysmon.runtime.bench import desktop, start


@pytest.mark.skipif(desktop.missing() is not None, reason=desktop.missing() or "")
def test_the_picture_comes_before_the_figures() -> None:
    results = {result.metric: result for result in start.measure(1)}
    picture, figures = results["first_paint_s"].value, results["first_figures_s"].value
    assert picture is not None
    assert figures is not None
    assert 0.05 < picture <= figures
    assert results["first_paint_s"].bound == 0.8


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (result,) = start.measure(1)
    assert result.value is None
    assert result.note
