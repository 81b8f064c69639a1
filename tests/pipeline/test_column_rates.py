"""Columns as figures: what waited becomes a share, everything else passes."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import ProcessKey
from sysmon.model.process_columns import ExtraColumns
from sysmon.pipeline import column_rates
from sysmon.pipeline.column_rates import MOST, UNKNOWN, ColumnFigures, ColumnRates

KEY = ProcessKey(7, 1.0)


def test_a_counter_of_seconds_becomes_a_share_of_the_time_between() -> None:
    rates = ColumnRates()
    first = rates.step({KEY: ExtraColumns(5.0, 6.0, "/a", "web", 1.0)}, 10.0)[KEY]
    assert first[:4] == (5.0, 6.0, "/a", "web")
    assert math.isnan(first.io_wait)
    assert rates.step({KEY: ExtraColumns(io_wait=1.5)}, 12.0)[KEY].io_wait == 0.25


def test_what_was_not_read_is_unknown() -> None:
    assert all(value is None or math.isnan(value) for value in UNKNOWN if not isinstance(value, str))
    assert ColumnRates().step({}, 1.0) == {}


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=2, max_size=8))
def test_any_counters_at_any_times_are_a_share_or_unknown(told: list[tuple[float, float]]) -> None:
    rates = ColumnRates()
    for waited, now in told:
        share = rates.step({KEY: ExtraColumns(io_wait=waited)}, now)[KEY].io_wait
        assert math.isnan(share) or 0.0 <= share <= 1.0


def test_what_is_remembered_is_bounded() -> None:
    rates = ColumnRates()
    for pid in range(MOST + 5):
        rates.step({ProcessKey(pid, 1.0): ExtraColumns(io_wait=1.0)}, 1.0)
    assert math.isnan(rates.step({ProcessKey(0, 1.0): ExtraColumns(io_wait=1.0)}, 2.0)[ProcessKey(0, 1.0)].io_wait)
    last = ProcessKey(MOST + 4, 1.0)
    assert rates.step({last: ExtraColumns(io_wait=1.0)}, 2.0)[last] == ColumnFigures(
        column_rates.UNKNOWN.pss, column_rates.UNKNOWN.swap, None, None, 0.0
    )
