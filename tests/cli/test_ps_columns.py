"""Columns of ``ps``: widths, words and order of each."""

from __future__ import annotations

import math

import pytest

from sysmon.cli.filtering import Found
from sysmon.cli.ps_columns import COLUMN_OF, COLUMNS, USUAL, PsColumn, cell, order
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.format import Units
from tests.viewmodels.fake_processes import row

FIRST = Found(
    row(5, memory=2e6, threads=3), ProcessRate(0.5, 1e6, 0.0, 0.25), ColumnFigures(1e6, 2e6, "/a", "web", 0.1)
)
BARE = Found(row(6, memory=1e6), ProcessRate(math.nan, math.nan, math.nan))


@pytest.mark.parametrize("shown", COLUMNS, ids=lambda column: column.key)
def test_every_column_has_its_width_and_sorts_unknown_ones_last(shown: PsColumn) -> None:
    for found in (FIRST, BARE):
        assert len(cell(shown, found, Units())) == abs(shown.width)
    in_order = sorted([BARE, FIRST], key=order(shown))
    if shown.demand is not None or shown.key in ("cpu", "gpu", "read", "write", "mem", "pid"):
        assert in_order[0] is FIRST


def test_the_usual_columns_exist_and_shares_follow_the_units() -> None:
    assert set(USUAL) <= set(COLUMN_OF)
    assert cell(COLUMN_OF["cpu"], FIRST, Units()).strip() == "50.0 %"
    assert cell(COLUMN_OF["cpu"], FIRST, Units(machine_cpu=True, cores=4)).strip() == "12.5 %"
