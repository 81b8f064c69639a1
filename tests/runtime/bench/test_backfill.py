from __future__ import annotations

from sysmon.runtime.bench import backfill
from sysmon.runtime.bench.hour import made_up


def test_what_was_missed_comes_and_is_counted() -> None:
    results = {one.metric: one for one in backfill.measure(made_up("atlas", 700), "made", rounds=1)}
    assert results["missing_rows"].value == 0.0
    assert results["missing_rows"].bound == 0.0
    assert results["missing_rows"].note.startswith("400 of 700 rows of 150 series in 2 holes")
    assert results["added_p99_ms"].bound == 10.0
    ours, floor = results["bytes_per_sample"].value, results["floor_bytes_per_sample"].value
    assert ours is not None
    assert floor is not None
    assert 0.1 < ours < floor
    assert results["ratio_to_floor"].value is not None
    step = results["longest_step_ms"].value
    assert step is not None
    assert step > 0.0
