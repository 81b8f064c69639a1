from __future__ import annotations

import pytest

from sysmon.runtime.bench import desktop, frame


@pytest.mark.skipif(desktop.missing(parts=True) is not None, reason=desktop.missing(parts=True) or "")
def test_beats_are_counted_and_the_worst_is_the_worst() -> None:
    results = {result.metric: result for result in frame.measure(3, 1.0)}
    p99, worst = results["p99_ms"].value, results["max_ms"].value
    assert p99 is not None
    assert worst is not None
    assert 0.0 <= p99 <= worst
    assert (results["beats"].value or 0) > 20


def test_where_no_server_is_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert [result.value for result in frame.measure(1, 1.0)] == [None, None]
