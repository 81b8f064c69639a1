"""What nobody measured of a link is NaN, what nobody counted is 0."""

from __future__ import annotations

import math

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkCounts, LinkReport, LinkStep


def test_what_was_not_measured_is_not_zero() -> None:
    report = LinkReport("vega/out", "vega", "vega", True, LinkState.RESOLVING, 1.0)
    measured = (report.round_trip, report.clock_offset, report.bytes_in_rate, report.bytes_per_sample, report.next_try)
    assert all(math.isnan(value) for value in measured)
    assert report.counts == LinkCounts()


def test_a_step_without_a_next_try_says_so() -> None:
    step = LinkStep("vega/out", "vega", "vega", True, 1.0, LinkState.GREETING, LinkState.SYNCING)
    assert math.isnan(step.wait)
    assert step.reason is None
