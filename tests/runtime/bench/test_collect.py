from __future__ import annotations

from sysmon.model.sample import Reading
from sysmon.runtime.bench.collect import BOUND_MS, family_ms, measure
from tests.pipeline.made import MadeCollector, gauges


def test_the_first_reading_does_not_count() -> None:
    members = gauges(1)
    collector = MadeCollector("x", lambda: Reading(members, [1.0]))
    assert family_ms(collector, 5) >= 0.0
    assert collector.reads == 6


def test_the_bound_is_judged_and_psutil_stands_beside_it() -> None:
    results = {result.metric: result for result in measure(3, 1, 1)}
    assert results["cpu_ms"].bound == BOUND_MS
    assert results["cpu_ms"].value is not None
    assert results["cpu_ms"].value > 0.0
    assert results["ratio_to_psutil"].value is not None
