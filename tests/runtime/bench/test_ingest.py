from __future__ import annotations

from sysmon.runtime.bench import ingest
from sysmon.runtime.bench.hour import made_up


def test_all_that_is_asked_is_told_beside_its_floor() -> None:
    rows = made_up("m", 130)
    results = {one.metric: one for one in ingest.measure(rows, "made", ingest.Extent(full=3, linked=5, seconds=2))}
    assert (results["p99_ms"].bound, results["mb_a_host"].bound) == (100.0, 0.6)
    assert results["cpu_pct"].bound is None, "five machines are not two thousand"
    for name in (
        "cpu_pct",
        "p99_ms",
        "at_once_p99_ms",
        "tick_us",
        "floor_us",
        "ratio_to_floor",
        "full_at_hosts_in_process",
    ):
        value = results[name].value
        assert value is not None
        assert value > 0.0
    kept = results["store_mb_a_host"].value
    assert kept is not None
    assert 0.005 < kept < 130 * 150 * 8 / 1e6
    assert "5 machines over TLS" in results["cpu_pct"].note
