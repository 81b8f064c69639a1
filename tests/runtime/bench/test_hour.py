from __future__ import annotations

from itertools import pairwise

import pytest

from sysmon.model.metric import Kind
from sysmon.protocol.scales import Scales
from sysmon.runtime.bench.hour import SERIES, made_up, over_and_over


def test_a_made_up_machine_is_like_the_recorded_one() -> None:
    rows = made_up("m", 120)
    assert len(rows[0].catalog.series) == SERIES
    changed = sum(a != b for one, two in pairwise(rows) for a, b in zip(one.values, two.values, strict=True))
    assert 100 * changed / (119 * SERIES) == pytest.approx(17, abs=3)
    assert [row.sequence for row in rows] == list(range(1, 121))
    assert [row.values for row in made_up("m", 120)] == [row.values for row in rows]


def test_a_trace_lived_through_again_goes_on_counting() -> None:
    trace = made_up("m", 30)
    rows = over_and_over(trace, "n", 75)
    catalog = trace[0].catalog
    scales = Scales(catalog)
    assert [row.values for row in rows[:30]] == [row.values for row in trace]
    assert {row.host for row in rows} == {"n"}
    for one, two in pairwise(rows):
        assert 0.9 < two.time - one.time < 1.1
        for at, series in enumerate(catalog.series):
            assert scales.number(at, two.values[at]) is not None
            if series.metric.kind is Kind.COUNTER:
                assert two.values[at] >= one.values[at]
