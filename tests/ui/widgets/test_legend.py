from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.legend import ROW, Legend
from sysmon.viewmodels.plot import Line


def lines(*texts: str) -> tuple[Line, ...]:
    hues = ("disk", "disk", "cpu", "memory", "gpu", "network")
    return tuple(Line(f"Line {at}", hues[at], (), (), text) for at, text in enumerate(texts))


@pytest.fixture
def legend(theme: Theme, window: QWidget) -> Legend:
    made = Legend(theme, window)
    made.resize(300, ROW)
    return made


def test_names_and_values_are_spoken(legend: Legend) -> None:
    legend.set_lines(lines("171 MB/s", "43 MB/s"))
    assert legend.accessibleName() == "Line 0 171 MB/s, Line 1 43 MB/s"


def test_values_that_change_their_length_move_nothing(legend: Legend) -> None:
    legend.set_lines(lines("1,000 MB/s", "43 MB/s"))
    before = legend.grab().toImage()
    legend.set_lines(lines("1 B/s", "43 MB/s"))
    after = legend.grab().toImage()
    assert [after.pixel(x, 10) for x in range(120, 300)] == [before.pixel(x, 10) for x in range(120, 300)]


def test_it_breaks_into_rows_instead_of_cutting(legend: Legend) -> None:
    legend.set_lines(lines(*["100 MB/s"] * 6))
    assert legend.sizeHint().height() > ROW
    legend.resize(2000, ROW)
    legend.grab()
    assert legend.sizeHint().height() == ROW


def test_no_lines(legend: Legend) -> None:
    legend.set_lines(())
    legend.grab()
    assert legend.accessibleName() == ""


def test_it_says_what_room_it_wants(legend: Legend) -> None:
    legend.set_lines(lines("171 MB/s", "43 MB/s"))
    needed = legend.needed()
    assert legend.rows_at(needed) == 1
    assert legend.rows_at(needed - 20) == 2
    legend.set_lines(())
    assert legend.needed() < 20
