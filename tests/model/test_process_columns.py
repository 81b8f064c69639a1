"""Columns of rows: what was not asked for is unknown, never zero."""

from __future__ import annotations

import math

from sysmon.model.process_columns import ExtraColumns


def test_nothing_is_known_at_first() -> None:
    unknown = ExtraColumns()
    assert (unknown.cgroup, unknown.container) == (None, None)
    assert all(math.isnan(value) for value in unknown if isinstance(value, float))
    assert len(unknown) == 5
