from __future__ import annotations

from sysmon.runtime.bench.soak import GROWTH_BOUND_MB, measure


def test_nothing_grows_over_a_few_hundred_ticks() -> None:
    results = {result.metric: result for result in measure(200)}
    assert results["memory_growth_mb"].bound == GROWTH_BOUND_MB
    counted = ("tasks_growth", "threads_growth", "tasks_left", "threads_left", "descriptors_left")
    assert [results[metric].ok for metric in counted] == [True] * len(counted)
