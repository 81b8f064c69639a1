from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.step_list import StepList
from sysmon.viewmodels.link_steps import StepRow

SHORT = StepRow("ok", "18:41:58", "vega", "STALE → LIVE", "No data for 3.2 s", "all of it")
LONG = StepRow("critical", "18:40:02", "nova", "SECURING → REFUSED", "Another machine answers " * 4, "tip")


def made(theme: Theme, window: QWidget, width: int, *rows: StepRow) -> StepList:
    steps = StepList(theme, window)
    steps.resize(width, 400)
    steps.set_rows(rows)
    return steps


def test_long_reasons_take_two_lines(theme: Theme, window: QWidget) -> None:
    steps = made(theme, window, 560, SHORT, LONG)
    assert steps.row_at(5) is SHORT
    assert steps.row_at(35) is LONG
    assert steps.row_at(29 + 40) is LONG
    assert steps.row_at(1000) is None
    assert not steps.grab().isNull()


def test_narrow_ones_put_the_change_above_the_reason(theme: Theme, window: QWidget) -> None:
    assert made(theme, window, 300, SHORT).minimumHeight() > made(theme, window, 600, SHORT).minimumHeight()


def test_it_is_as_high_as_its_rows_and_speaks_them(theme: Theme, window: QWidget) -> None:
    steps = made(theme, window, 600, *([SHORT] * 50))
    assert steps.minimumHeight() == 50 * 29
    assert steps.accessibleDescription().startswith("18:41:58 vega STALE → LIVE: No data")
    steps.set_rows(())
    assert steps.minimumHeight() == 0
